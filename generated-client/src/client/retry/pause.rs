//! The length of pauses.

use std::time::{Duration, SystemTime};

use crate::client::retry::policy::Backoff;

/// Exponential backoff with full jitter: a random part of the longest pause after this number of retries, so that
/// clients that failed at the same time do not retry at the same time.
pub(crate) fn full_jitter(backoff: Backoff, retries: u32, random: u64) -> Duration {
    let doubled = backoff.base.saturating_mul(2_u32.saturating_pow(retries));
    let longest = doubled.min(backoff.cap).as_nanos();
    // A 64-bit fraction of the whole; rounding is far below what a timer can do.
    let pause = longest.saturating_add(1).saturating_mul(u128::from(random)) >> 64;
    Duration::from_nanos(u64::try_from(pause).unwrap_or(u64::MAX))
}

/// What a `Retry-After` header says: seconds, or a date, which is compared with the server's own clock.
pub(crate) fn retry_after(text: &str, server_now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(server_now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    const SHORT: Backoff = Backoff { base: Duration::from_millis(50), cap: Duration::from_secs(2) };

    #[test]
    fn a_pause_is_anything_from_none_to_the_longest() {
        for (retries, longest) in [(0, 50), (1, 100), (2, 200), (5, 1_600), (6, 2_000), (40, 2_000), (u32::MAX, 2_000)]
        {
            assert_eq!(full_jitter(SHORT, retries, 0), Duration::ZERO);
            assert_eq!(full_jitter(SHORT, retries, u64::MAX), Duration::from_millis(longest), "{retries}");
            let half = full_jitter(SHORT, retries, u64::MAX / 2).as_secs_f64() * 2_000.0;
            assert!((half - longest as f64).abs() < 0.001, "{half} {longest}");
        }
    }

    proptest! {
        #[test]
        fn no_pause_is_longer_than_allowed(base: u64, cap: u64, retries: u32, random: u64) {
            let backoff = Backoff { base: Duration::from_nanos(base), cap: Duration::from_nanos(cap) };
            prop_assert!(full_jitter(backoff, retries, random) <= backoff.cap);
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), Some(Duration::from_secs(10)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:27 GMT", now), Some(Duration::ZERO));
        for text in ["", "-1", "soon", "99999999999999999999999"] {
            assert_eq!(retry_after(text, now), None, "{text}");
        }
    }
}
