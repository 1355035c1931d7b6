//! The clock of the sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Source of the current time.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the system clock, shifted by a number of seconds.
    pub(crate) fn shifted(seconds: i64) -> Self {
        let shift = Duration::from_secs(seconds.unsigned_abs());
        Self::new(move || {
            let now = SystemTime::now();
            if seconds < 0 { earlier(now, shift) } else { later(now, shift) }
        })
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Adds a duration; returns the latest time that the system can represent if the sum is too late.
pub(crate) fn later(moment: SystemTime, span: Duration) -> SystemTime {
    moment.checked_add(span).unwrap_or_else(|| saturate(moment, SystemTime::checked_add))
}

/// Subtracts a duration; returns the earliest time that the system can represent if the difference is too early.
fn earlier(moment: SystemTime, span: Duration) -> SystemTime {
    moment.checked_sub(span).unwrap_or_else(|| saturate(moment, SystemTime::checked_sub))
}

/// Finds the limit of the times that the system can represent: adds each power of two that still fits, largest first.
#[cold]
fn saturate(moment: SystemTime, go: fn(&SystemTime, Duration) -> Option<SystemTime>) -> SystemTime {
    let seconds = (0..u64::BITS).rev().map(|bit| Duration::from_secs(1 << bit));
    let nanoseconds = (0..30).rev().map(|bit| Duration::from_nanos(1 << bit));
    seconds.chain(nanoseconds).fold(moment, |moment, span| go(&moment, span).unwrap_or(moment))
}

/// Returns the seconds since 1970; negative before 1970.
pub(crate) fn unix_seconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::from(since.as_secs()),
        Err(before) => -i128::from(before.duration().as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_shift_is_too_large() {
        let last = later(UNIX_EPOCH, Duration::MAX);
        assert!(last.checked_add(Duration::from_secs(1)).is_none());
        assert_eq!(later(last, Duration::from_secs(1)), last);
        let first = earlier(UNIX_EPOCH, Duration::MAX);
        assert!(first < UNIX_EPOCH && first.checked_sub(Duration::from_secs(1)).is_none());
        for seconds in [i64::MIN, -1, 0, 1, i64::MAX] {
            let now = Clock::shifted(seconds).now();
            assert!((first..=last).contains(&now));
            assert_eq!(now < UNIX_EPOCH, seconds == i64::MIN);
            unix_seconds(now);
        }
        assert!(Clock::shifted(i64::MAX).now() > later(UNIX_EPOCH, Duration::from_secs(1 << 62)));
    }
}
