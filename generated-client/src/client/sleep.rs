//! Sleeping.

use std::pin::Pin;
use std::time::Duration;

/// Sleeps between attempts, and while an attempt waits for a permit of its host. Replace it in tests, so that they do
/// not wait.
pub trait Sleeper: Send + Sync + 'static {
    /// A future that is ready after this time.
    fn sleep(&self, pause: Duration) -> SleepFuture;
}

/// A pause in progress. Dropping it ends it.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Sleeps by tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        Box::pin(tokio::time::sleep(pause))
    }
}
