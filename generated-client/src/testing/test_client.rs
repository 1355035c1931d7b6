//! The client of a test: test credentials, and a clock on which pauses pass at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::base::clock::Clock;
use crate::base::credentials::Credentials;
use crate::client::sleep::{SleepFuture, Sleeper};
use crate::client::{Client, ClientBuilder};
use crate::transport::Transport;

/// A clock that advances by each pause, so that a pause takes no time and deadlines still hold.
#[derive(Clone, Debug)]
pub(super) struct VirtualTime {
    start: SystemTime,
    passed: Arc<Mutex<Duration>>,
}

impl VirtualTime {
    pub(super) fn new() -> Self {
        Self { start: SystemTime::now(), passed: Arc::default() }
    }

    pub(super) fn advance(&self, span: Duration) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = passed.saturating_add(span);
    }
}

impl Clock for VirtualTime {
    fn now(&self) -> SystemTime {
        self.start.checked_add(self.monotonic()).unwrap_or(self.start)
    }

    fn monotonic(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for VirtualTime {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        let time = self.clone();
        // The time passes when the pause is awaited, not when it is made.
        Box::pin(async move {
            // Lets other tasks run, so that a job that sleeps in a loop does not hold up the test.
            tokio::task::yield_now().await;
            time.advance(pause);
        })
    }
}

/// A builder with test credentials.
pub(super) fn builder(transport: impl Transport, time: &VirtualTime) -> ClientBuilder {
    Client::builder(Credentials::new("test-app-key", "test-app-secret"))
        .transport(transport)
        .clock(time.clone())
        .sleeper(time.clone())
}

/// Builds a client that [`builder`] set up.
#[expect(clippy::panic, reason = "the credentials are constant and valid")]
pub(super) fn build(builder: ClientBuilder) -> Client {
    match builder.build() {
        Ok(client) => client,
        Err(error) => panic!("{error}"),
    }
}

/// Fails the test.
#[track_caller]
#[expect(clippy::panic, reason = "a failed expectation fails the test")]
pub(super) fn fail(text: &str) -> ! {
    panic!("{text}")
}
