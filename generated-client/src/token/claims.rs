//! Contents of tokens.

use std::time::{Duration, SystemTime};

use crate::token::lifetime::Lifetime;
use crate::token::privileges::Privileges;

/// Contents of a basic or dynamic token: when it is valid. Room and user are not in it; they are only part of its
/// signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub(super) lifetime: Lifetime,
}

impl Claims {
    /// Returns when it was made, with a precision of milliseconds.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.lifetime.issued_at
    }

    /// Returns the last time at which it is valid.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.lifetime.expires_at
    }

    /// Returns how long it is valid from when it was made.
    #[must_use]
    pub fn ttl(&self) -> Duration {
        self.lifetime.ttl
    }
}

/// Contents of a permission key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionClaims {
    pub(super) app_key: String,
    pub(super) channel: String,
    pub(super) uid: u64,
    pub(super) privileges: Privileges,
    pub(super) lifetime: Lifetime,
}

impl PermissionClaims {
    /// Returns the app key of its app.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// Returns the name of the room.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// Returns the id of the user.
    #[must_use]
    pub fn uid(&self) -> u64 {
        self.uid
    }

    /// Returns what the user may do.
    #[must_use]
    pub fn privileges(&self) -> Privileges {
        self.privileges
    }

    /// Returns when it was made, with a precision of seconds.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.lifetime.issued_at
    }

    /// Returns the last time at which it is valid.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.lifetime.expires_at
    }

    /// Returns how long it is valid from when it was made.
    #[must_use]
    pub fn ttl(&self) -> Duration {
        self.lifetime.ttl
    }
}
