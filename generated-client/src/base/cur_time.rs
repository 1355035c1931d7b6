//! The second that requests are signed with.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Digits of the seconds since 1970, from 2001 to 2286.
pub(crate) const DIGITS: usize = 10;

/// A second, and what it is to the server.
#[derive(Clone, Copy)]
pub(crate) struct Second {
    number: u64,
    digits: Option<[u8; DIGITS]>,
}

/// The second that was asked for last: who signs, signs many times in it.
struct Latest {
    begin: Cell<SystemTime>,
    end: Cell<SystemTime>,
    second: Cell<Second>,
}

thread_local! {
    static LATEST: Latest = const {
        Latest {
            begin: Cell::new(UNIX_EPOCH),
            end: Cell::new(UNIX_EPOCH),
            second: Cell::new(Second { number: 0, digits: None }),
        }
    };
}

impl Second {
    /// The second that this moment is in; the first one after 1970 for all moments before.
    #[inline]
    pub(crate) fn of(now: SystemTime) -> Self {
        LATEST.with(|latest| {
            if now < latest.begin.get() || now >= latest.end.get() {
                latest.change(now);
            }
            latest.second.get()
        })
    }

    /// Seconds since 1970-01-01 UTC.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The number in decimal, if it has as many digits as in this age.
    pub(crate) fn digits(&self) -> Option<&[u8; DIGITS]> {
        self.digits.as_ref()
    }
}

impl Latest {
    #[cold]
    fn change(&self, now: SystemTime) {
        let number = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let moment = |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        // The last second that the system knows has no end, and is made each time.
        let (begin, end) = moment(number).zip(moment(number.saturating_add(1))).unwrap_or((now, now));
        self.begin.set(begin);
        self.end.set(end);
        self.second.set(Second { number, digits: itoa::Buffer::new().format(number).as_bytes().try_into().ok() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_moment_is_in_its_own_second() {
        let at = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        // Forwards over a border, back again, and to where it was made.
        for (millis, number) in [
            (1_443_592_222_000, 1_443_592_222),
            (1_443_592_222_999, 1_443_592_222),
            (1_443_592_223_000, 1_443_592_223),
            (1_443_592_222_999, 1_443_592_222),
            (0, 0),
            (999, 0),
            (999_999_999_999, 999_999_999),
            (1_000_000_000_000, 1_000_000_000),
            (10_000_000_000_000, 10_000_000_000),
        ] {
            let second = Second::of(at(millis));
            assert_eq!(second.number(), number);
            let digits = second.digits().map(|digits| str::from_utf8(digits).unwrap().to_owned());
            assert_eq!(digits, Some(number.to_string()).filter(|digits| digits.len() == DIGITS));
        }
        assert_eq!(Second::of(UNIX_EPOCH - Duration::from_secs(7)).number(), 0);
    }
}
