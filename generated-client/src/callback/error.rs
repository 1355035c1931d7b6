//! Why a callback is refused.

use std::fmt;
use std::time::Duration;

/// Why a callback is refused. It never holds a secret or the value that would have been right, so it may be logged and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// A header is missing without which nothing is proven.
    MissingHeader {
        /// Which one.
        name: &'static str,
    },
    /// A header occurs more than once, so that another reader might believe another value.
    RepeatedHeader {
        /// Which one.
        name: &'static str,
    },
    /// `CurTime` is not a number.
    BadCurTime,
    /// The header `AppKey` names an app that the verifier does not know.
    UnknownAppKey {
        /// What the header says, 64 characters at most. Nobody has proven it.
        app_key: String,
    },
    /// The verifier has no secret that can be used, so it cannot tell: all are empty, or have blanks or line breaks around them. This is a
    /// mistake in the service's configuration.
    NoSecret,
    /// The header `MD5` is not that of the body: the body was changed on the way, or is not handed over as it came.
    BadMd5,
    /// The `CheckSum` is not of this body and time with any of the secrets.
    BadCheckSum,
    /// The signature is right, but too old.
    Stale {
        /// How long ago it was made.
        age: Duration,
        /// How old one may be.
        tolerance: Duration,
    },
    /// The signature is right, but of a time to come: a clock is wrong.
    FromTheFuture {
        /// How much later than now it was made.
        ahead: Duration,
        /// How much clocks may differ.
        tolerance: Duration,
    },
    /// The signature is right, but has come before.
    Replayed,
    /// The header `sign` is not of this body or its fields with any of the keys.
    BadSign,
    /// The body has no fields to compute a `sign` of: it is not a JSON object.
    NoFields,
    /// A field occurs twice in the body, so that another reader might believe another value. Only where fields are signed.
    RepeatedField,
    /// The name of a field in the body is empty or has `=` or `&` in it, or the fields begin as an object does: their signed text could
    /// be that of another body. Only where fields are signed.
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

/// How far the first is beyond the second, and both, in seconds. What is refused is beyond by a second at least, as people read it.
fn seconds(span: Duration, allowed: Duration) -> (u64, u64, u64) {
    let up = |span: Duration| span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0));
    (up(span.saturating_sub(allowed)), up(span), allowed.as_secs())
}

impl std::error::Error for VerifyError {}
