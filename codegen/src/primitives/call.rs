//! How a call is made, signed and repeated.

use serde::Deserialize;

#[cfg(feature = "schema")]
use schemars::JsonSchema;

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where parameters go that say nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// In the body, as `name=value`.
    Form,
    /// In the body, as a JSON object.
    Json,
    /// In the query; no body.
    Query,
    /// In the body, with files.
    Multipart,
}

/// Whether a call may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RetryKind {
    /// It sends a message, rings a telephone or starts something.
    Never,
    /// Repeating is harmless: reads, absolute sets, deletes by id.
    Safe,
    /// The server recognises a repeated request id. Only where `request_id.dedup` is set.
    Deduplicated,
}

/// Whether an endpoint is known in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// All parameters and the reply are known.
    #[default]
    Complete,
    /// Something is not: `missing` says what.
    Partial,
}

/// How calls are authenticated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signing {
    /// By the headers AppKey, Nonce, CurTime and CheckSum.
    #[default]
    Checksum,
    /// By the header AppKey alone, or by that and by parameters.
    AppKey,
    /// Not at all, or by parameters.
    None,
}
