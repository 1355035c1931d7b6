//! What depends on nothing else in this crate: credentials, secrets, clock, random numbers, digests.

pub(crate) mod clock;
pub(crate) mod config_error;
pub(crate) mod credentials;
pub(crate) mod digest;
pub(crate) mod random;
pub(crate) mod saturating;
pub(crate) mod secret;
