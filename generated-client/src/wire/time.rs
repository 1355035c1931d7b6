//! Times and durations as numbers, in the units of the API.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::wire::from_wire::{Found, FromWire};
use crate::wire::limit::Measure;
use crate::wire::reader::{DecodeError, Reader};
use crate::wire::to_wire::ToWire;

macro_rules! unit_of_time {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(i64);

        impl $name {
            /// Returns the number as it is sent.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl ToWire for $name {
            fn measure(&self) -> Measure<'_> {
                Measure::Integer(i128::from(self.0))
            }
        }

        impl FromWire for $name {
            fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
                self.0.read(reader)
            }
        }
    };
}

unit_of_time! {
    /// A point in time, in seconds since 1970-01-01 UTC.
    UnixSeconds
}

unit_of_time! {
    /// A point in time, in milliseconds since 1970-01-01 UTC.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// let moment = yunxin::UnixMillis::from(1_500);
    /// assert_eq!(moment.to_system_time(), Some(UNIX_EPOCH + Duration::from_millis(1_500)));
    /// ```
    UnixMillis
}

unit_of_time! {
    /// A duration in seconds. From a [`Duration`]: a fraction is rounded up.
    ///
    /// ```
    /// use std::time::Duration;
    /// assert_eq!(yunxin::Seconds::from(Duration::from_millis(1_500)).get(), 2);
    /// ```
    Seconds
}

unit_of_time! {
    /// A duration in milliseconds. From a [`Duration`]: a fraction is rounded up.
    Millis
}

unit_of_time! {
    /// A duration in hours. From a [`Duration`]: a fraction is rounded up.
    Hours
}

/// Converts a duration to whole units, rounded up; `i64::MAX` if it does not fit.
fn round_up(duration: Duration, unit: Duration) -> i64 {
    let units = duration.as_nanos().div_ceil(unit.as_nanos().max(1));
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// Returns the whole units since 1970, rounded down; negative before 1970.
fn since_epoch(moment: SystemTime, unit: Duration) -> i64 {
    match moment.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos() / unit.as_nanos().max(1)).unwrap_or(i64::MAX),
        Err(before) => round_up(before.duration(), unit).saturating_neg(),
    }
}

/// Returns the time at this distance from 1970; `None` if the platform's clock cannot represent it.
fn moment(distance: Duration, before: bool) -> Option<SystemTime> {
    if before { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

impl From<SystemTime> for UnixSeconds {
    fn from(moment: SystemTime) -> Self {
        Self(since_epoch(moment, Duration::from_secs(1)))
    }
}

impl From<SystemTime> for UnixMillis {
    fn from(moment: SystemTime) -> Self {
        Self(since_epoch(moment, Duration::from_millis(1)))
    }
}

impl UnixSeconds {
    /// Converts to a `SystemTime`; `None` if the platform's clock cannot represent it.
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        moment(Duration::from_secs(self.0.unsigned_abs()), self.0 < 0)
    }
}

impl UnixMillis {
    /// Converts to a `SystemTime`; `None` if the platform's clock cannot represent it.
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        moment(Duration::from_millis(self.0.unsigned_abs()), self.0 < 0)
    }
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(round_up(duration, Duration::from_secs(1)))
    }
}

impl From<Duration> for Millis {
    fn from(duration: Duration) -> Self {
        Self(round_up(duration, Duration::from_millis(1)))
    }
}

impl From<Duration> for Hours {
    fn from(duration: Duration) -> Self {
        Self(round_up(duration, Duration::from_secs(3_600)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_cover_what_was_asked() {
        assert_eq!(Seconds::from(Duration::from_secs(100)).get(), 100);
        assert_eq!(Millis::from(Duration::from_micros(1)).get(), 1);
        assert_eq!(Hours::from(Duration::from_secs(3_601)).get(), 2);
        assert_eq!(Millis::from(Duration::MAX).get(), i64::MAX);
    }

    #[test]
    fn moments_survive_the_way_there_and_back() {
        for number in [0, 1, -1, 1_614_764_611_561, -5_000] {
            let there = UnixMillis::from(number).to_system_time().unwrap();
            assert_eq!(UnixMillis::from(there).get(), number);
        }
        assert_eq!(UnixSeconds::from(UNIX_EPOCH + Duration::from_millis(1_999)).get(), 1);
        assert_eq!(UnixSeconds::from(UNIX_EPOCH - Duration::from_millis(1)).get(), -1);
    }
}
