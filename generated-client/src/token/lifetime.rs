//! The time in which a token is valid.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::token::error::Error;

/// The maximum ttl that NERTC accepts.
pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// The time span in which a token is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) issued_at: SystemTime,
    pub(super) expires_at: SystemTime,
    pub(super) ttl: Duration,
}

impl Lifetime {
    /// Creates a lifetime from the values in a token: the time since 1970 and the ttl in seconds.
    pub(super) fn new(since_1970: Duration, ttl: u64) -> Result<Self, Error> {
        let ttl = Duration::from_secs(ttl);
        let issued_at = UNIX_EPOCH.checked_add(since_1970).ok_or(Error::TimeOutOfRange)?;
        let expires_at = issued_at.checked_add(ttl).ok_or(Error::TimeOutOfRange)?;
        Ok(Self { issued_at, expires_at, ttl })
    }

    /// Checks that it is not longer than `max_ttl`, and that `now` is within it.
    pub(super) fn check(&self, now: SystemTime, leeway: Duration, max_ttl: Option<Duration>) -> Result<(), Error> {
        check_ttl(self.ttl, max_ttl)?;
        if let Ok(ago) = now.duration_since(self.expires_at)
            && ago > leeway
        {
            return Err(Error::Expired { ago });
        }
        match self.issued_at.duration_since(now) {
            Ok(starts_in) if starts_in > leeway => Err(Error::NotYetValid { starts_in }),
            _ => Ok(()),
        }
    }
}

/// Returns the whole seconds of a ttl; an error if it is too short or too long.
pub(super) fn check_ttl(ttl: Duration, max_ttl: Option<Duration>) -> Result<u64, Error> {
    match (ttl.as_secs(), max_ttl) {
        (0, _) => Err(Error::TtlTooShort),
        (_, Some(most)) if ttl > most => Err(Error::TtlTooLong { ttl, most }),
        (seconds, _) => Ok(seconds),
    }
}

/// Returns the time since 1970; an error if it is before 1970.
pub(super) fn since_1970(now: SystemTime) -> Result<Duration, Error> {
    now.duration_since(UNIX_EPOCH).map_err(|_| Error::TimeOutOfRange)
}
