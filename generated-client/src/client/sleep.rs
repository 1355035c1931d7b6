//! How pauses pass.

use std::pin::Pin;
use std::time::Duration;

/// Lets time pass: between attempts, and while an attempt waits for a place at its host. Replace it in tests, so that nothing really waits.
pub trait Sleeper: Send + Sync + 'static {
    /// Is ready after so long.
    fn sleep(&self, pause: Duration) -> SleepFuture;
}

/// A pause under way. Dropping it ends it.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Sleeps by tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        Box::pin(tokio::time::sleep(pause))
    }
}
