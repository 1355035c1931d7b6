//! Asks hosts that calls avoid whether they are well again. Off unless asked for.
//!
//! A host that answers its health page with 200 is in again at once; anything else changes nothing. So a probe can only help.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use http::HeaderMap;
use http::header::USER_AGENT;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::health::{Member, Showed};
use super::{Client, Core};
use crate::transport::{Headers, HttpRequest, Method};

/// The task that probes. It ends with the client.
#[derive(Debug)]
pub(super) struct Prober {
    every: Duration,
    task: Mutex<Option<AbortHandle>>,
}

impl Prober {
    pub(super) fn new(every: Duration) -> Self {
        Self { every, task: Mutex::default() }
    }
}

impl Drop for Prober {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

impl Client {
    /// Sees to it that somebody probes, if it is asked for: begins with the first call, and anew where the runtime of an earlier one is
    /// gone.
    pub(super) fn keep_probing(&self) {
        let Some(prober) = &self.0.prober else { return };
        let mut task = prober.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        // Without a runtime the call itself fails, and says so.
        if let Ok(runtime) = Handle::try_current() {
            *task = Some(runtime.spawn(probe(Arc::downgrade(&self.0), prober.every)).abort_handle());
        }
    }
}

/// Probes again and again. Holds the client only for moments, so that dropping it is the end of this as well.
async fn probe(client: Weak<Core>, every: Duration) {
    loop {
        let Some(core) = client.upgrade() else { return };
        let pause = core.sleeper.sleep(every);
        drop(core);
        pause.await;
        // A sleeper of a test may let no time pass.
        tokio::task::yield_now().await;
        let Some(core) = client.upgrade() else { return };
        let absent = core.hosts.absent();
        drop(core);
        for (member, path) in absent {
            let Some(core) = client.upgrade() else { return };
            let (transport, request) = (Arc::clone(&core.transport), request(&core, &member, path));
            drop(core);
            let response = transport.send(request).await;
            let Some(core) = client.upgrade() else { return };
            match response {
                Ok(response) if response.status == 200 => {
                    member.health.report(Showed::Well, false, core.clock.monotonic());
                    tracing::info!(server.address = member.host.address(), "the host is well again");
                }
                Ok(response) => tracing::warn!(
                    server.address = member.host.address(),
                    http.response.status_code = response.status,
                    "the host is not well yet"
                ),
                Err(error) => tracing::warn!(
                    server.address = member.host.address(),
                    error.type = error.kind().as_str(),
                    "the host is not well yet"
                ),
            }
        }
    }
}

fn request(core: &Core, member: &Member, path: &str) -> HttpRequest {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, core.user_agent.clone());
    HttpRequest {
        method: Method::Get,
        url: format!("{}{path}", member.host.as_str()),
        headers: Headers::from_map(headers),
        body: bytes::Bytes::new(),
        timeout: core.attempt_timeout,
    }
}
