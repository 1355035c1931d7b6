//! Why a token cannot be made, or is refused.

use std::fmt;
use std::time::Duration;

/// Why a token cannot be made, or is refused. It never holds a secret or the signature that would have been right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The secret is empty or blank: anybody could sign with it.
    NoSecret,
    /// The secret has blanks or line breaks around it, as files and forms leave them, or a control character in it: it is not the one
    /// that the platform knows.
    BadSecret,
    /// The room, the account or the app key is empty.
    Empty {
        /// Which one.
        name: &'static str,
    },
    /// The room has a line break, and what a permission key signs is divided into lines.
    LineBreak {
        /// Which one.
        name: &'static str,
    },
    /// The app key has something else than printable ASCII in it, or a blank: no app key does.
    BadAppKey,
    /// It would be longer than the keys that are [checked](super::Permission::check). Only of permission keys.
    WouldBeTooLong {
        /// What of it.
        name: &'static str,
        /// How many bytes that would have.
        bytes: usize,
        /// How many are allowed.
        most: usize,
    },
    /// It would be valid for less than a second.
    TtlTooShort,
    /// It would be valid for longer than the platform accepts.
    TtlTooLong {
        /// How long it would be valid.
        ttl: Duration,
        /// How long one may be.
        most: Duration,
    },
    /// The time is before 1970, or too late to be told.
    TimeOutOfRange,
    /// It is longer than any token is.
    TooLong,
    /// It is not base64; of a permission key: not the base64 of such keys, which has `*`, `-` and `_` for `+`, `/` and `=`.
    NotBase64,
    /// It is not one zlib stream. Only of permission keys.
    NotZlib,
    /// What is inside is not a JSON object.
    NotJson,
    /// A field is missing, or is not of its type.
    BadField {
        /// Which one.
        name: &'static str,
    },
    /// It is not signed with this secret for this app, room, user and time.
    ///
    /// Basic and dynamic tokens do not say whom they are for, so one for another room or user has a wrong signature.
    WrongSignature,
    /// The signature is right, but of another app. Only of permission keys.
    WrongAppKey {
        /// Which one.
        app_key: String,
    },
    /// The signature is right, but for another room. Only of permission keys.
    WrongChannel {
        /// Which one.
        channel: String,
    },
    /// The signature is right, but for another user. Only of permission keys.
    WrongUid {
        /// Which one.
        uid: u64,
    },
    /// The signature is right, but the time is over.
    Expired {
        /// Since when.
        ago: Duration,
    },
    /// The signature is right, but the time has not come: a clock is wrong.
    NotYetValid {
        /// When it will.
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
            Self::Expired { ago } => write!(f, "it expired {} s ago", up(*ago)),
            Self::NotYetValid { starts_in } => write!(f, "it is valid only in {} s", up(*starts_in)),
        }
    }
}

/// Seconds, those that have begun included.
fn up(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}

impl std::error::Error for Error {}
