//! Saturating arithmetic with `SystemTime`, where the standard library panics.

use std::time::{Duration, SystemTime};

/// Adds to a time; saturates at the last one that the system can represent.
pub(crate) fn later(moment: SystemTime, span: Duration) -> SystemTime {
    moment.checked_add(span).unwrap_or_else(|| as_far_as(moment, SystemTime::checked_add))
}

/// Subtracts from a time; saturates at the first one that the system can represent.
pub(crate) fn earlier(moment: SystemTime, span: Duration) -> SystemTime {
    moment.checked_sub(span).unwrap_or_else(|| as_far_as(moment, SystemTime::checked_sub))
}

/// Finds the last representable time by steps of powers of two, the largest first.
#[cold]
fn as_far_as(moment: SystemTime, go: fn(&SystemTime, Duration) -> Option<SystemTime>) -> SystemTime {
    let seconds = (0..u64::BITS).rev().map(|bit| Duration::from_secs(1 << bit));
    let nanoseconds = (0..30).rev().map(|bit| Duration::from_nanos(1 << bit));
    seconds.chain(nanoseconds).fold(moment, |moment, span| go(&moment, span).unwrap_or(moment))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_is_beyond_the_ends(seconds: u64, nanos in 0..1_000_000_000_u32, millis in 0..u64::MAX / 2) {
            let span = Duration::new(seconds, nanos);
            let moment = UNIX_EPOCH + Duration::from_millis(millis);
            let (first, last) = (earlier(moment, Duration::MAX), later(moment, Duration::MAX));
            prop_assert!(last.checked_add(Duration::from_secs(1)).is_none());
            prop_assert!(first.checked_sub(Duration::from_secs(1)).is_none());
            prop_assert_eq!(later(moment, span), moment.checked_add(span).unwrap_or(last));
            prop_assert_eq!(earlier(moment, span), moment.checked_sub(span).unwrap_or(first));
        }
    }

    #[test]
    fn the_ends_are_the_same_from_everywhere() {
        let last = later(UNIX_EPOCH, Duration::MAX);
        assert_eq!(later(last, Duration::MAX), last);
        assert_eq!(later(UNIX_EPOCH + Duration::from_nanos(123_456_700), Duration::MAX), last);
        let first = earlier(UNIX_EPOCH, Duration::MAX);
        assert_eq!(earlier(first, Duration::MAX), first);
        assert!(first < UNIX_EPOCH && UNIX_EPOCH < last);
    }
}
