//! Reasons why a callback is rejected.

use std::fmt;
use std::time::Duration;

/// Why a callback is rejected. It never contains a secret or the expected value, so it may be logged and sent as a
/// response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// A required header is missing.
    MissingHeader {
        /// Its name.
        name: &'static str,
    },
    /// A header occurs more than once, so another reader might use another value.
    RepeatedHeader {
        /// Its name.
        name: &'static str,
    },
    /// `CurTime` is not a number.
    BadCurTime,
    /// The header `AppKey` has an app key that the verifier does not know.
    UnknownAppKey {
        /// The value of the header, at most 64 characters. It is not verified.
        app_key: String,
    },
    /// The verifier has no usable secret: all are empty, or begin or end with whitespace. This is a mistake in the
    /// configuration of the service.
    NoSecret,
    /// The header `MD5` is not the MD5 of the body: the body was changed on the way, or is not passed on byte by byte.
    BadMd5,
    /// The `CheckSum` does not match this body and time with any of the secrets.
    BadCheckSum,
    /// The signature is valid, but too old.
    Stale {
        /// Its age.
        age: Duration,
        /// The maximum age.
        tolerance: Duration,
    },
    /// The signature is valid, but from the future: a clock is wrong.
    FromTheFuture {
        /// How far in the future it was made.
        ahead: Duration,
        /// How far clocks may differ.
        tolerance: Duration,
    },
    /// The signature is valid, but was used before.
    Replayed,
    /// The header `sign` does not match this body or its fields with any of the keys.
    BadSign,
    /// The body has no fields to compute a `sign` from: it is not a JSON object.
    NoFields,
    /// A field occurs twice in the body, so another reader might use another value. Only if fields are signed.
    RepeatedField,
    /// The name of a field is empty or contains `=` or `&`, or the joined fields begin like an object: their signed
    /// text could be the text of another body. Only if fields are signed.
    AmbiguousFields,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader { name } => write!(f, "the header {name} is missing"),
            Self::RepeatedHeader { name } => write!(f, "the header {name} occurs more than once"),
            Self::BadCurTime => f.write_str("CurTime is not a number of milliseconds"),
            Self::UnknownAppKey { app_key } => write!(f, "the AppKey {app_key:?} is unknown"),
            Self::NoSecret => f.write_str("no secret that can be used is set up to verify callbacks with"),
            Self::BadMd5 => f.write_str("the header MD5 is not that of the body"),
            Self::BadCheckSum => f.write_str("the CheckSum is not of this body and CurTime with a known secret"),
            Self::Stale { age, tolerance } => {
                let (over, age, tolerance) = seconds(*age, *tolerance);
                write!(f, "stale by {over} s: signed {age} s ago, and {tolerance} s are allowed")
            }
            Self::FromTheFuture { ahead, tolerance } => {
                let (over, ahead, tolerance) = seconds(*ahead, *tolerance);
                write!(
                    f,
                    "from the future by {over} s: signed {ahead} s ahead of this clock, and {tolerance} s are allowed"
                )
            }
            Self::Replayed => f.write_str("the same signature has come before"),
            Self::BadSign => f.write_str("the sign is not of this body or its fields with a known key"),
            Self::NoFields => f.write_str("the body is not a JSON object, whose fields could be signed"),
            Self::RepeatedField => f.write_str("a field occurs more than once in the body"),
            Self::AmbiguousFields => f.write_str("the names of the fields in the body make it unclear what was signed"),
        }
    }
}

/// Returns the excess of the first duration over the second, and both durations, in whole seconds. The excess and the
/// first are rounded up.
fn seconds(actual: Duration, allowed: Duration) -> (u64, u64, u64) {
    let round_up = |span: Duration| span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0));
    (round_up(actual.saturating_sub(allowed)), round_up(actual), allowed.as_secs())
}

impl std::error::Error for VerifyError {}
