//! The clock that requests are signed by.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

/// A clock. Replace it in tests.
pub trait Clock: Send + Sync + 'static {
    /// The time that requests are signed with.
    fn now(&self) -> SystemTime;

    /// The time since an arbitrary moment, from a monotonic clock; used to measure durations.
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

/// A clock that always shows the same time. Durations are measured with the system's monotonic clock.
impl Clock for SystemTime {
    fn now(&self) -> SystemTime {
        *self
    }
}
