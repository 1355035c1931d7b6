//! The offset of this machine's clock from the server's: docs/reliability.md, "Clock".

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::base::saturating::{earlier, later};
use crate::transport::Headers;

/// Smaller differences are not corrected: the server allows 5 minutes.
const WORTH_ADOPTING: i64 = 60_000;

/// Below this the machine's clock is right again.
const HEALED: i64 = 30_000;

/// With a longer round trip the time of the server's reply is too uncertain.
const LONGEST_ROUND_TRIP: Duration = Duration::from_secs(5);

/// When an attempt was sent, and with which time it was signed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// By this machine's clock.
    pub(crate) wall: SystemTime,
    /// What was added to it, in milliseconds.
    pub(crate) offset: i64,
    /// From sending to the whole response.
    pub(crate) round_trip: Duration,
}

/// The offset that is added to this machine's clock, in milliseconds; usually 0. One per client, for all hosts.
#[derive(Debug, Default)]
pub(crate) struct ClockOffset(AtomicI64);

impl ClockOffset {
    pub(crate) fn millis(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Adopts an offset after a refusal that the clock may have caused. Returns whether a new attempt would be signed
    /// with another time.
    pub(crate) fn correct(&self, sent: &Sent, skew: i64) -> bool {
        // Compared with the time that this attempt was signed with: another call may have corrected the clock
        // meanwhile.
        if skew.saturating_sub(sent.offset).saturating_abs() <= WORTH_ADOPTING {
            return false;
        }
        self.0.store(settled(skew), Ordering::Relaxed);
        true
    }

    /// While an offset is in use, each response updates it, so that it ends when the machine's clock is right again.
    pub(crate) fn renew(&self, headers: &Headers, sent: &Sent) {
        if self.millis() != 0
            && let Some(skew) = measure(headers, sent)
        {
            self.0.store(settled(skew), Ordering::Relaxed);
        }
    }
}

fn settled(skew: i64) -> i64 {
    if skew.saturating_abs() < HEALED { 0 } else { skew }
}

/// How far the server's clock is ahead of this machine's, in milliseconds; `None` if the response does not show it.
pub(crate) fn measure(headers: &Headers, sent: &Sent) -> Option<i64> {
    // With an `Age` header the date is that of a cached response.
    if sent.round_trip >= LONGEST_ROUND_TRIP || headers.get("age").is_some() {
        return None;
    }
    let date = httpdate::parse_http_date(headers.get("date")?).ok()?;
    // The date has whole seconds; on average half a second is cut off.
    let server = date.checked_add(Duration::from_millis(500))?;
    let middle = sent.wall.checked_add(sent.round_trip / 2)?;
    Some(match server.duration_since(middle) {
        Ok(ahead) => millis(ahead),
        Err(behind) => -millis(behind.duration()),
    })
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// A time plus a number of milliseconds.
pub(crate) fn shifted(time: SystemTime, millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    if millis < 0 { earlier(time, span) } else { later(time, span) }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn dated(seconds: u64) -> Headers {
        let mut headers = Headers::default();
        assert!(headers.set("Date", &httpdate::fmt_http_date(at(seconds))));
        headers
    }

    fn sent(offset: i64) -> Sent {
        Sent { wall: at(1_000_000), offset, round_trip: Duration::from_secs(1) }
    }

    #[test]
    fn the_difference_is_taken_in_the_middle_of_the_way() {
        assert_eq!(measure(&dated(1_000_000), &sent(0)), Some(0));
        assert_eq!(measure(&dated(1_000_600), &sent(0)), Some(600_000));
        assert_eq!(measure(&dated(999_400), &sent(0)), Some(-600_000));
    }

    #[test]
    fn what_says_nothing_is_not_measured() {
        assert_eq!(measure(&Headers::default(), &sent(0)), None);
        let mut old = dated(1_000_600);
        old.set("age", "3");
        assert_eq!(measure(&old, &sent(0)), None);
        let slow = Sent { round_trip: Duration::from_secs(5), ..sent(0) };
        assert_eq!(measure(&dated(1_000_600), &slow), None);
        let mut broken = Headers::default();
        broken.set("date", "yesterday");
        assert_eq!(measure(&broken, &sent(0)), None);
    }

    #[test]
    fn an_offset_is_adopted_renewed_and_given_up() {
        let offset = ClockOffset::default();
        assert!(!offset.correct(&sent(0), 60_000), "a minute is within what the server allows");
        offset.renew(&dated(1_000_600), &sent(0));
        assert_eq!(offset.millis(), 0, "nothing is adopted without a refusal");
        assert!(offset.correct(&sent(0), 600_000));
        assert_eq!(offset.millis(), 600_000);
        assert!(offset.correct(&sent(0), 600_000), "another attempt that was signed before");
        assert!(!offset.correct(&sent(600_000), 601_000), "it is not the clock");
        offset.renew(&dated(1_000_500), &sent(600_000));
        assert_eq!(offset.millis(), 500_000);
        offset.renew(&Headers::default(), &sent(600_000));
        assert_eq!(offset.millis(), 500_000);
        offset.renew(&dated(1_000_020), &sent(500_000));
        assert_eq!(offset.millis(), 0);
        assert!(offset.correct(&sent(600_000), 0), "healed while an attempt was under way");
        assert_eq!(offset.millis(), 0);
    }

    #[test]
    fn a_time_is_shifted_both_ways() {
        assert_eq!(shifted(at(100), 1_500), at(100) + Duration::from_millis(1_500));
        assert_eq!(shifted(at(100), -100_000), at(0));
        // At the ends of time as well: neither is the shift forgotten nor does it panic.
        assert!(shifted(at(100), i64::MIN) < at(100));
        let last = later(at(0), Duration::MAX);
        assert_eq!(shifted(last, i64::MAX), last);
        assert_eq!(shifted(earlier(at(0), Duration::MAX), i64::MIN), earlier(at(0), Duration::MAX));
    }

    proptest! {
        #[test]
        fn no_date_and_no_clock_is_too_far_off(date: u32, seconds: i64, nanos in 0..1_000_000_000_u32, offset: i64, trip: u64) {
            let span = Duration::new(seconds.unsigned_abs(), nanos);
            let wall = if seconds < 0 { earlier(UNIX_EPOCH, span) } else { later(UNIX_EPOCH, span) };
            let sent = Sent { wall, offset, round_trip: Duration::from_nanos(trip) };
            let skew = measure(&dated(u64::from(date)), &sent);
            let clock = ClockOffset::default();
            let adopted = clock.correct(&sent, skew.unwrap_or(i64::MIN));
            prop_assert!(adopted || clock.millis() == 0);
            shifted(wall, clock.millis());
        }
    }
}
