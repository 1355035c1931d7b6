//! The proof that a callback comes from the platform.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// The proof that a callback comes from the platform. Only a [`Verifier`](super::Verifier) makes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    pub(super) app_key: Arc<str>,
    pub(super) secret_index: usize,
    pub(super) sent_at: SystemTime,
    pub(super) md5: [u8; 32],
    pub(super) check_sum: [u8; 40],
}

impl Verified {
    /// The app that the callback is of: the one whose secret signed it, whether a header names it or not.
    ///
    /// The name itself is not signed. Where apps of a verifier share a secret, the owner of a callback of one of them can send it as
    /// the other's by changing a header. So do not decide by this name what a sender may do or whose data it may see; give apps
    /// secrets of their own, or one verifier and one address each.
    #[must_use]
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// Which of the app's secrets signed it, from 0, in the order in which the verifier got them. When no callback comes with the old
    /// one any more, a rotation is over.
    #[must_use]
    pub fn secret_index(&self) -> usize {
        self.secret_index
    }

    /// When it was signed, to the millisecond, by the platform's clock.
    #[must_use]
    pub fn sent_at(&self) -> SystemTime {
        self.sent_at
    }

    /// MD5 of the body, as lower-case hex.
    #[must_use]
    pub fn body_md5(&self) -> &str {
        str::from_utf8(&self.md5).unwrap_or_default()
    }

    /// The signature, as lower-case hex: what a [`ReplayCache`](super::ReplayCache) of your own remembers. Until it is too old, whoever
    /// has it and the body can send them again: keep it out of logs.
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
