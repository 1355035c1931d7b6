//! Reasons why a token cannot be made, or is rejected.

use std::fmt;
use std::time::Duration;

/// Why a token cannot be made, or is rejected. It never contains a secret or the expected signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The secret is empty or blank: anybody could sign with it.
    NoSecret,
    /// The secret begins or ends with whitespace, for example from a file, or contains a control character: it is not
    /// the secret of the platform.
    BadSecret,
    /// The room, the account or the app key is empty.
    Empty {
        /// Which one.
        name: &'static str,
    },
    /// The room name has a line break, which separates the parts of the signed text of a permission key.
    LineBreak {
        /// Which one.
        name: &'static str,
    },
    /// The app key contains whitespace or characters other than printable ASCII.
    BadAppKey,
    /// The key would be longer than [`check`](super::Permission::check) accepts. Only for permission keys.
    WouldBeTooLong {
        /// Which part.
        name: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// The maximum in bytes.
        most: usize,
    },
    /// The ttl is less than a second.
    TtlTooShort,
    /// The ttl is longer than the platform accepts.
    TtlTooLong {
        /// The ttl.
        ttl: Duration,
        /// The maximum ttl.
        most: Duration,
    },
    /// The time is before 1970, or too late to be represented.
    TimeOutOfRange,
    /// The text is longer than any token.
    TooLong,
    /// The text is not base64. The base64 of permission keys has `*`, `-` and `_` instead of `+`, `/` and `=`.
    NotBase64,
    /// The content is not exactly one zlib stream. Only for permission keys.
    NotZlib,
    /// The content is not a JSON object.
    NotJson,
    /// A field is missing or has the wrong type.
    BadField {
        /// Which one.
        name: &'static str,
    },
    /// The signature is not valid for this secret, app, room, user and time.
    ///
    /// Room and user are not in basic and dynamic tokens, so a token for another room or user has a wrong signature.
    WrongSignature,
    /// The signature is valid, but for another app. Only for permission keys.
    WrongAppKey {
        /// Which one.
        app_key: String,
    },
    /// The signature is valid, but for another room. Only for permission keys.
    WrongChannel {
        /// Which one.
        channel: String,
    },
    /// The signature is valid, but for another user. Only for permission keys.
    WrongUid {
        /// Which one.
        uid: u64,
    },
    /// The signature is valid, but the token has expired.
    Expired {
        /// How long ago.
        ago: Duration,
    },
    /// The signature is valid, but the token is from the future: a clock is wrong.
    NotYetValid {
        /// How far in the future.
        starts_in: Duration,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecret => f.write_str("the secret is empty"),
            Self::BadSecret => {
                f.write_str("the secret has blanks or line breaks around it, or a control character in it")
            }
            Self::Empty { name } => write!(f, "{name} is empty"),
            Self::LineBreak { name } => write!(f, "{name} has a line break"),
            Self::BadAppKey => f.write_str("the app key may hold printable ASCII without blanks only"),
            Self::WouldBeTooLong { name, bytes, most } => {
                write!(f, "{name} would have {bytes} bytes, and {most} are allowed: the name of the room is too long")
            }
            Self::TtlTooShort => f.write_str("the token would be valid for less than a second"),
            Self::TtlTooLong { ttl, most } => {
                write!(f, "the token is for {} s, and {} s are allowed", ttl.as_secs(), most.as_secs())
            }
            Self::TimeOutOfRange => f.write_str("the time is before 1970, or too late"),
            Self::TooLong => f.write_str("it is too long for a token"),
            Self::NotBase64 => f.write_str("it is not base64"),
            Self::NotZlib => f.write_str("it is not a zlib stream"),
            Self::NotJson => f.write_str("it does not hold a JSON object"),
            Self::BadField { name } => write!(f, "the field {name} is missing or not of its type"),
            Self::WrongSignature => f.write_str("it is not signed with this secret for this app, room, user and time"),
            Self::WrongAppKey { app_key } => write!(f, "it is of the app {app_key:?}"),
            Self::WrongChannel { channel } => write!(f, "it is for the room {channel:?}"),
            Self::WrongUid { uid } => write!(f, "it is for the user {uid}"),
            Self::Expired { ago } => write!(f, "it expired {} s ago", round_up_seconds(*ago)),
            Self::NotYetValid { starts_in } => write!(f, "it is valid only in {} s", round_up_seconds(*starts_in)),
        }
    }
}

/// Converts to seconds, rounded up.
fn round_up_seconds(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}

impl std::error::Error for Error {}
