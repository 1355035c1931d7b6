//! What a resource file says of itself and of its endpoints.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {
    crate::schema::{entries, maps, rules, shapes, text},
    schemars::JsonSchema,
};

use super::{Apart, Condition, Field, Span, one_or_many};
use crate::type_expr::TypeUse;

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
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(transform = rules::asks_for_example, rename = "Endpoint", extend("allOf" = rules::endpoint())))]
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
    /// Official limit: `100/s`, `10/min`, `400/day` or `100 in 5 min`, for the docs and the client's rate limiter. `for ...` behind it
    /// says that the endpoints with the same words share it. The product's default unless given; `none`: that default does not hold.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::EndpointRate"))]
    pub rate: Option<String>,
    /// What else is to be said about the limit, for the docs alone.
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
    /// How calls prove who sends them. As the product says unless given.
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

/// How calls prove who sends them.
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

/// How to get the next page: by exactly one of `token`, `last`, `offset` and `page`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("oneOf" = rules::pages())))]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// Field of the payload that has the items of a page; `.` when the payload is their list.
    #[cfg_attr(feature = "schema", schemars(with = "text::PayloadKey"))]
    pub items: String,
    /// `{ PARAMETER: FIELD }`: this field of the payload is the parameter of the next call. When it is empty the page was the last.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Moves"))]
    pub token: IndexMap<String, String>,
    /// `{ PARAMETER: FIELD, ... }`: these fields of the last item are parameters of the next call.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Moves"))]
    pub last: IndexMap<String, String>,
    /// Parameter that grows by the number of items got.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub offset: Option<String>,
    /// Parameter that counts pages, from its `default` or from 1.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub page: Option<String>,
    /// Field of the payload that says whether more follows.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub more: Option<String>,
    /// Parameter with the size of a page: a page with fewer items is the last.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub limit: Option<String>,
}

/// Parameters that depend on each other. Of `exactly_one`, `all_or_none` and `prefers` each is optional, but for the first of a `prefers`,
/// and belongs to one group at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// Groups of which exactly one parameter must be given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub exactly_one: Vec<Vec<String>>,
    /// Groups whose parameters go together.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub all_or_none: Vec<Vec<String>>,
    /// Groups of which the server takes one, the first in this order that is given; at least one must be given. Only the first may be
    /// `required`: the client always sends it, and the server takes any other in its place.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub prefers: Vec<Vec<String>>,
    /// Parameters that exclude each other.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub at_most_one: Vec<Vec<String>>,
    /// Numbers or moments of which each that is given is less than the next.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub ordered: Vec<Vec<String>>,
    /// How far two moments may be from each other; the second is not before the first.
    #[serde(default)]
    pub apart: Vec<Apart>,
    /// `{ A: B }`: A is given only together with B. `{ A: { B: VALUE } }`: only if B has this value, or one of a list of values. The
    /// `default` of B counts, and an A that is `false` asks for nothing.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Conditions"))]
    pub requires: IndexMap<String, Condition>,
    /// `{ A: { B: VALUE } }`: A must be given if B has this value.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Conditions"))]
    pub required_if: IndexMap<String, Condition>,
    /// As `requires`, where the server does not refuse A otherwise, but ignores it: documentation, and a warning of the sandbox.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Conditions"))]
    pub only_with: IndexMap<String, Condition>,
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
    /// Key of the payload, or `.` when it stands beside the code.
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
