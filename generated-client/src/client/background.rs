//! Background tasks of a client. Off by default; they start with the first call and end when the client is dropped.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::client::Client;
use crate::client::probe::probe;

/// A job that runs in the background.
#[derive(Clone, Debug)]
pub(crate) enum BackgroundJob {
    /// Probes hosts whose circuit is open, at this interval.
    Probe(Duration),
    /// Polls the host directory for the hosts of a product.
    #[cfg(feature = "lbs")]
    PollDirectory(crate::client::directory::Subscription),
}

/// A background job and the task that runs it.
#[derive(Debug)]
pub(super) struct Task {
    job: BackgroundJob,
    running: Mutex<Option<AbortHandle>>,
}

impl Task {
    pub(super) fn new(job: BackgroundJob) -> Self {
        Self { job, running: Mutex::default() }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(running) = self.running.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            running.abort();
        }
    }
}

impl Client {
    /// Starts the background tasks that are not running: at the first call, and again if the runtime of an earlier call
    /// was shut down.
    pub(super) fn ensure_background_jobs(&self) {
        for task in &self.0.tasks {
            let mut running = task.running.lock().unwrap_or_else(PoisonError::into_inner);
            if running.as_ref().is_some_and(|running| !running.is_finished()) {
                continue;
            }
            // Without a runtime the call itself fails with a clear error.
            let Ok(runtime) = Handle::try_current() else { return };
            let client = Arc::downgrade(&self.0);
            let started = match &task.job {
                BackgroundJob::Probe(every) => runtime.spawn(probe(client, *every)),
                #[cfg(feature = "lbs")]
                BackgroundJob::PollDirectory(subscription) => {
                    runtime.spawn(crate::client::directory::poll(client, subscription.clone()))
                }
            };
            *running = Some(started.abort_handle());
        }
    }
}
