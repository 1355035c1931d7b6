//! The time in which a token is valid.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::token::error::Error;

/// The longest ttl that NERTC accepts.
pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// The time in which a token is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) issued_at: SystemTime,
    pub(super) expires_at: SystemTime,
    pub(super) ttl: Duration,
}

impl Lifetime {
    /// From a time since 1970 and a ttl in seconds, as tokens have them.
    pub(super) fn new(since_1970: Duration, ttl: u64) -> Result<Self, Error> {
        let ttl = Duration::from_secs(ttl);
        let issued_at = UNIX_EPOCH.checked_add(since_1970).ok_or(Error::TimeOutOfRange)?;
        let expires_at = issued_at.checked_add(ttl).ok_or(Error::TimeOutOfRange)?;
        Ok(Self { issued_at, expires_at, ttl })
    }

    /// Checks that it is not longer than allowed, and that now is within it.
    pub(super) fn check(&self, now: SystemTime, leeway: Duration, most: Option<Duration>) -> Result<(), Error> {
        check_ttl(self.ttl, most)?;
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

/// Whole seconds of a ttl; an error if it is too short or too long.
pub(super) fn check_ttl(ttl: Duration, most: Option<Duration>) -> Result<u64, Error> {
    match (ttl.as_secs(), most) {
        (0, _) => Err(Error::TtlTooShort),
        (_, Some(most)) if ttl > most => Err(Error::TtlTooLong { ttl, most }),
        (seconds, _) => Ok(seconds),
    }
}

/// The time since 1970.
pub(super) fn since_1970(now: SystemTime) -> Result<Duration, Error> {
    now.duration_since(UNIX_EPOCH).map_err(|_| Error::TimeOutOfRange)
}
