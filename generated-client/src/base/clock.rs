//! What time it is.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

/// Tells the time. Replace it in tests.
pub trait Clock: Send + Sync + 'static {
    /// The time that requests are signed with.
    fn now(&self) -> SystemTime;

    /// The time since some moment, by a clock that is never set: what spans are measured with.
    fn monotonic(&self) -> Duration {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        ORIGIN.get_or_init(Instant::now).elapsed()
    }
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands still. Spans are measured all the same.
impl Clock for SystemTime {
    fn now(&self) -> SystemTime {
        *self
    }
}
