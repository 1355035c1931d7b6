//! What tokens say.

use std::time::{Duration, SystemTime};

use crate::token::lifetime::Lifetime;
use crate::token::privileges::Privileges;

/// What a basic or a dynamic token says: from when to when it is valid. Whom it is for it does not say, only its signature knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub(super) lifetime: Lifetime,
}

impl Claims {
    /// When it was made, to the millisecond.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.lifetime.issued_at
    }

    /// The last moment at which it is valid.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.lifetime.expires_at
    }

    /// How long it is valid.
    #[must_use]
    pub fn ttl(&self) -> Duration {
        self.lifetime.ttl
    }
}

/// What a permission key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionClaims {
    pub(super) app_key: String,
    pub(super) channel: String,
    pub(super) uid: u64,
    pub(super) privileges: Privileges,
    pub(super) lifetime: Lifetime,
}

impl PermissionClaims {
    /// The app it is of.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The room it is for.
    #[must_use]
    pub fn channel(&self) -> &str {
        &self.channel
    }

    /// The user it is for.
    #[must_use]
    pub fn uid(&self) -> u64 {
        self.uid
    }

    /// What the user may do.
    #[must_use]
    pub fn privileges(&self) -> Privileges {
        self.privileges
    }

    /// When it was made, to the second.
    #[must_use]
    pub fn issued_at(&self) -> SystemTime {
        self.lifetime.issued_at
    }

    /// The last moment at which it is valid.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.lifetime.expires_at
    }

    /// How long it is valid.
    #[must_use]
    pub fn ttl(&self) -> Duration {
        self.lifetime.ttl
    }
}
