//! What time it is.

use std::time::SystemTime;

/// Tells the time that requests are signed with. Replace it in tests.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands still.
impl Clock for SystemTime {
    fn now(&self) -> SystemTime {
        *self
    }
}
