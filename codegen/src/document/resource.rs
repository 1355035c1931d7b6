//! What a resource file says of itself and of its endpoints.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {
    crate::document::json_schema::{entries, maps},
    crate::primitives::json_schema::{rules, shapes, text},
    schemars::JsonSchema,
};

use super::Field;
use crate::primitives::{
    Completeness, Encoding, Groups, Method, Pages, RetryKind, Signing, Span, TypeUse, one_or_many,
};

/// A resource: endpoints that belong together, in one Rust module.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Name of the file and of the Rust module.
    #[cfg_attr(feature = "schema", schemars(with = "text::ModuleName"))]
    pub resource: String,
    /// What the resource is, on one line.
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
    /// Official page of the resource.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: Option<String>,
    /// Endpoints by name. The request type is the name in UpperCamelCase: `create` becomes `Create`.
    #[cfg_attr(feature = "schema", schemars(with = "maps::Endpoints"))]
    pub endpoints: IndexMap<String, Value>,
    /// Types of this file, by name.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Types"))]
    pub types: IndexMap<String, Value>,
}

/// `types.yaml`: types that several resources of a product use.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SharedTypes {
    /// What the types are for, on one line.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Longer text for readers of the file.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::AnyText"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
    /// Types that every resource of the product may use, by name.
    #[cfg_attr(feature = "schema", schemars(with = "maps::Types"))]
    pub types: IndexMap<String, Value>,
}

/// An endpoint with its parameters read.
#[derive(Debug)]
pub struct Endpoint {
    pub head: EndpointHead,
    pub params: IndexMap<String, Field>,
    pub returns: Returns,
    /// Whether a placeholder is left in it.
    pub unwritten: bool,
}

/// One call.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Endpoint", transform = rules::asks_for_example))]
#[cfg_attr(feature = "schema", schemars(extend("allOf" = rules::endpoint())))]
#[serde(deny_unknown_fields)]
pub struct EndpointHead {
    /// What it does, on one line, without a full stop.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Official Chinese title, or a list of titles with the present one first. The docs are searched by them.
    #[serde(default, deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::TitlesZh"))]
    pub title_zh: Vec<String>,
    /// Official page of the endpoint.
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: String,
    /// What the title does not say.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
    /// HTTP method. The product's default unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Method"))]
    pub method: Option<Method>,
    /// Path behind the base path. `{name}` is a path parameter, `{/name}` at the end an optional last segment.
    #[cfg_attr(feature = "schema", schemars(with = "text::EndpointPath"))]
    pub path: String,
    /// Where parameters go that do not say `in`. The product's default unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Encoding"))]
    pub encoding: Option<Encoding>,
    /// Whether repeating is harmless. The product's default unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "RetryKind"))]
    pub retry: Option<RetryKind>,
    /// Time for one attempt, when the client's default is too short.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub timeout: Option<Span>,
    /// Official limit: `100/s`, `10/min`, `400/day` or `100 in 5 min`, for the docs and the client's rate limiter. `for
    /// ...` behind it says that the endpoints with the same words share it. The product's default unless given; `none`:
    /// that default does not hold.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::EndpointRate"))]
    pub rate: Option<String>,
    /// More about the limit, shown only in the docs.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub rate_note: Option<String>,
    /// Whether all of its parameters and its reply are known.
    #[serde(default)]
    pub completeness: Completeness,
    /// What is not known about a partial endpoint, for the docs.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub missing: Option<String>,
    /// How calls are authenticated. The product's unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Signing"))]
    pub signing: Option<Signing>,
    /// Parameters, in the order of the official page. Required ones become arguments of `new`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Parameters"))]
    pub params: IndexMap<String, Value>,
    /// Parameters that depend on each other.
    #[serde(default)]
    pub groups: Groups,
    /// How to get the next page, for an endpoint that lists page by page.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Pages"))]
    pub pages: Option<Pages>,
    /// Where the payload of the reply is: `nothing`, `{ at: KEY, type: T }` or `{ at: KEY, fields: ... }`.
    #[cfg_attr(feature = "schema", schemars(with = "entries::ReturnsForm"))]
    pub returns: Value,
    /// Names of errors in the product's table that this endpoint may answer with, in addition to those of `defaults`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::ErrorNames"))]
    pub errors: Vec<String>,
    /// Request and reply. Documentation, wire snapshot and the sandbox's reply.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Example"))]
    pub example: Option<Example>,
}

/// One call and its reply.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Every required parameter and the usual optional ones, an enum by the name of its value or by the value itself.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::AnyMapping"))]
    pub request: IndexMap<String, Value>,
    /// The whole body, or `empty` when the reply has none.
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Body"))]
    pub reply: Value,
}

/// Where the payload is.
#[derive(Debug)]
pub enum Returns {
    /// Only code and message.
    Nothing,
    /// A type that is named elsewhere.
    Type { at: String, ty: TypeUse },
    /// Fields of a type of its own.
    Fields { at: String, fields: IndexMap<String, Field> },
}

/// Where the payload is and what it is: `type` or `fields`, not both.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "Returns", extend("oneOf" = rules::returns())))]
#[serde(deny_unknown_fields)]
pub struct ReturnsEntry {
    /// Key of the payload, or `.` when its fields are beside the code.
    #[cfg_attr(feature = "schema", schemars(with = "text::PayloadKey"))]
    pub at: String,
    /// Type of the payload.
    #[serde(default, rename = "type")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::PayloadType"))]
    pub ty: Option<TypeUse>,
    /// Fields of a type of its own, named `<Endpoint>Reply`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Fields"))]
    pub fields: Option<IndexMap<String, Value>>,
}
