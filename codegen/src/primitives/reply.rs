//! What the status and the code of a reply mean.

use serde::{Deserialize, Deserializer, de};
use serde_yaml::Value;

#[cfg(feature = "schema")]
use schemars::JsonSchema;

/// HTTP statuses that a success may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpSuccess {
    /// This one only.
    Status(u16),
    /// All from 200 to 299.
    Any2xx,
}

impl<'de> Deserialize<'de> for HttpSuccess {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text == "2xx" => Ok(Self::Any2xx),
            Value::Number(number) => number
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (200..300).contains(status))
                .map(Self::Status)
                .ok_or_else(|| de::Error::custom("invalid value, expected a status from 200 to 299, or `2xx`")),
            _ => Err(de::Error::custom("invalid value, expected a status from 200 to 299, or `2xx`")),
        }
    }
}

/// An accepted value of the reply's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuccessCode {
    /// This value.
    Value(i64),
    /// The key is missing.
    Absent,
}

impl<'de> Deserialize<'de> for SuccessCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text == "absent" => Ok(Self::Absent),
            Value::Number(number) => number
                .as_i64()
                .map(Self::Value)
                .ok_or_else(|| de::Error::custom("invalid value, expected an integer of 64 bits")),
            _ => Err(de::Error::custom("invalid value, expected an integer or `absent`")),
        }
    }
}

/// What a code means for the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    /// Repeating the call gives the same result.
    #[default]
    Permanent,
    /// Called too often: wait before the next call.
    Throttled,
    /// Called too often, and blocked for a known time: calls within that time fail again.
    QuotaBlocked,
    /// The server is busy: try again soon.
    Busy,
    /// A temporary failure: try again later.
    RetryLater,
    /// The call was already made.
    Duplicate,
    /// It is not known whether the server acted.
    Unknown,
    /// The server failed, and may have acted. Another host would probably fail too.
    Failed,
    /// The time or the signature was rejected, whatever the error text says.
    Clock,
}
