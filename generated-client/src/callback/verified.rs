//! Proof that a callback comes from the platform.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// Proof that a callback comes from the platform. Only a [`Verifier`](super::Verifier) creates it.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    pub(super) app_key: Arc<str>,
    pub(super) secret_index: usize,
    pub(super) sent_at: SystemTime,
    pub(super) md5: [u8; 32],
    pub(super) check_sum: [u8; 40],
}

impl Verified {
    /// Returns the app key of the app whose secret signed the callback, whether or not a header contains it.
    ///
    /// The app key itself is not signed. If apps of a verifier share a secret, an attacker who has a callback of one
    /// app can send it as a callback of the other by changing a header. So do not use it to decide what a sender may do
    /// or see; use a separate secret, or a separate verifier and URL, for each app.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// Returns the index of the secret that signed it, in the order in which they were given to the verifier. A
    /// rotation is complete when no callback is signed with the old secret any more.
    #[must_use]
    pub fn secret_index(&self) -> usize {
        self.secret_index
    }

    /// Returns when it was signed, by the platform's clock, with a precision of milliseconds.
    #[must_use]
    pub fn sent_at(&self) -> SystemTime {
        self.sent_at
    }

    /// Returns the MD5 of the body, in lower-case hex.
    #[must_use]
    pub fn body_md5(&self) -> &str {
        str::from_utf8(&self.md5).unwrap_or_default()
    }

    /// Returns the signature, in lower-case hex: the key for a custom [`ReplayCache`](super::ReplayCache). Do not log
    /// it: until it is too old, it can be sent again together with the body.
    #[must_use]
    pub fn check_sum(&self) -> &str {
        str::from_utf8(&self.check_sum).unwrap_or_default()
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("app_key", &self.app_key)
            .field("secret_index", &self.secret_index)
            .field("sent_at", &self.sent_at)
            .field("body_md5", &self.body_md5())
            .finish_non_exhaustive()
    }
}
