//! What a product sends to the app's server: `callbacks.yaml`.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {
    crate::document::json_schema::maps,
    crate::primitives::json_schema::{rules, shapes, text},
    schemars::JsonSchema,
};

use super::{Field, ResourceFile};
use crate::primitives::{CallbackResponse, Completeness, Expects, RawValue, Verification, one_or_many};

/// `spec/<product>/callbacks.yaml`
#[derive(Debug)]
pub struct CallbacksFile {
    /// What holds for all events.
    pub head: Callbacks,
    /// By name, in the order of the file.
    pub events: IndexMap<String, Event>,
    /// Path and types; a resource without endpoints.
    pub file: ResourceFile,
}

/// `callbacks.yaml`: what the platform sends to the app's server about this product.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Callbacks {
    /// Name of the product.
    #[cfg_attr(feature = "schema", schemars(with = "text::SnakeName"))]
    pub callbacks: String,
    /// What is sent, on one line.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Longer text for the module page.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::AnyText"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
    /// Official page of the callbacks.
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: String,
    /// Key of the body that names the event.
    #[serde(default = "event_type")]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub type_key: String,
    /// Keys that all events of this file have, where other products use the same types.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Spellings"))]
    pub has_keys: Vec<String>,
    /// How the server knows that the platform sent an event.
    #[serde(default)]
    pub verification: Verification,
    /// What the response to an event must be, for events without `expects_response`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Expects"))]
    pub expects: Option<Expects>,
    /// What the app's server sends back for a third-party callback.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "CallbackResponse"))]
    pub response: Option<CallbackResponse>,
    /// Events by name. The type of an event is the name in UpperCamelCase: `ended` becomes `Ended`.
    #[cfg_attr(feature = "schema", schemars(with = "maps::Events"))]
    pub events: IndexMap<String, Value>,
    /// Types of this file, by name.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Types"))]
    pub types: IndexMap<String, Value>,
}

fn event_type() -> String {
    "eventType".to_owned()
}

/// An event with its fields read.
#[derive(Debug)]
pub struct Event {
    /// Its keys, without the fields.
    pub head: EventHead,
    /// Fields of the body.
    pub fields: IndexMap<String, Field>,
}

/// Something that happened, or is about to happen.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Event", transform = rules::asks_for_example))]
#[cfg_attr(feature = "schema", schemars(extend("allOf" = rules::event())))]
#[serde(deny_unknown_fields)]
pub struct EventHead {
    /// What happened, on one line, without a full stop.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Official Chinese title, or a list of titles with the present one first. The docs are searched by them.
    #[serde(default, deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::TitlesZh"))]
    pub title_zh: Vec<String>,
    /// Official page of the event. That of the callbacks unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: Option<String>,
    /// What the title does not say.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
    /// Value of `type_key`, as number or text, or a list of such. Without it, `has_keys` tells what the event is.
    #[serde(default, rename = "type", deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::EventTypes"))]
    pub types: Vec<RawValue>,
    /// Keys that the event has, where others have the same type or it has none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Spellings"))]
    pub has_keys: Vec<String>,
    /// `true`: a third-party callback. The platform waits for the response before it goes on.
    #[serde(default)]
    pub expects_response: bool,
    /// Whether all of its fields are known.
    #[serde(default)]
    pub completeness: Completeness,
    /// What is not known about a partial event, for the docs.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub missing: Option<String>,
    /// Fields of the body, except the type. Those whose type has no `?` are always there.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Fields"))]
    pub fields: IndexMap<String, Value>,
    /// The whole body as it is sent. Test, and what the sandbox fires.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::AnyMapping"))]
    pub example: Option<IndexMap<String, Value>>,
}
