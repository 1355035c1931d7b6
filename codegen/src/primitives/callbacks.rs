//! How callbacks are verified, and what is sent back.

use serde::Deserialize;

#[cfg(feature = "schema")]
use {super::json_schema::text, schemars::JsonSchema};

use super::Span;

/// How the app's server knows that the platform sent an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// By the headers CurTime, MD5 and CheckSum.
    #[default]
    Checksum,
    /// By the header `sign`, over the body or its sorted fields and a key of its own.
    Sign,
    /// Not at all.
    None,
}

/// Keys and values of the JSON body that the app's server sends back for a third-party callback.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CallbackResponse {
    /// Key of the decision.
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub decision: String,
    /// Decision that lets the action go on.
    pub allow: i32,
    /// Decision that refuses it.
    pub refuse: i32,
    /// Key of a code for the client.
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub code: String,
    /// Key of the values that replace those of the action.
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub changes: String,
    /// Key of text for the client.
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub extension: String,
    /// What else the response must be.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Expects"))]
    pub expects: Option<Expects>,
}

/// What a response must be, beside its HTTP status 200, or the callback counts as failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Expects {
    /// `true`: its body is JSON.
    #[serde(default)]
    pub json: bool,
    /// Most bytes of its body.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u32", range(min = 1)))]
    pub max_bytes: Option<u32>,
    /// How long the platform waits for it.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub timeout: Option<Span>,
}
