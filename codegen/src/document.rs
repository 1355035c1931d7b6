//! The spec as written: plain types that mirror the YAML, nothing resolved.

use std::{fmt, marker::PhantomData, time::Duration};

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer,
    de::{self, IntoDeserializer as _},
};
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {
    crate::schema::{entries, maps, rules, shapes, text},
    schemars::JsonSchema,
};

use crate::type_expr::{TypeExpr, TypeUse};

/// All products found.
#[derive(Debug, Default)]
pub struct Spec {
    /// By file path.
    pub products: Vec<ProductFile>,
}

/// One product folder.
#[derive(Debug)]
pub struct ProductFile {
    /// `spec/<product>/product.yaml`
    pub path: String,
    /// Name of the folder.
    pub folder: String,
    /// Its content.
    pub product: Product,
    /// The other files of the folder.
    pub resources: Vec<ResourceFile>,
    /// `types.yaml`: types that several resources use; a resource without endpoints.
    pub shared: Option<ResourceFile>,
}

/// One resource file.
#[derive(Debug)]
pub struct ResourceFile {
    /// `spec/<product>/<resource>.yaml`
    pub path: String,
    /// File name without `.yaml`.
    pub stem: String,
    /// Its head.
    pub resource: Resource,
    /// Its endpoints, in the order of the file.
    pub endpoints: IndexMap<String, Endpoint>,
    /// Its types, in the order of the file.
    pub types: IndexMap<String, TypeDef>,
    /// Whether an endpoint could not be read, so that what it uses is not known.
    pub incomplete: bool,
}

/// `product.yaml`: one product of the API.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name of the folder, of the cargo feature and of the Rust module.
    #[cfg_attr(feature = "schema", schemars(with = "text::ModuleName"))]
    pub product: String,
    /// What the product is, on one line.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Longer text for the module page.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::AnyText"))]
    pub doc: Option<String>,
    /// Official page of the product.
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: String,
    /// Hosts by region, in order of preference, https only. Calls never move from one region to another.
    #[cfg_attr(feature = "schema", schemars(with = "maps::Hosts"))]
    pub hosts: IndexMap<String, Vec<String>>,
    /// Stands between host and endpoint path. Left out when there is none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::PlainPath"))]
    pub base_path: Option<String>,
    /// Path that answers 200 on a host that is up.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::PlainPath"))]
    pub health: Option<String>,
    /// How a call is named, so that both sides can find it again.
    pub request_id: RequestId,
    /// What endpoints are that say nothing of it.
    #[serde(default)]
    pub defaults: Defaults,
    /// How replies look, and which of them are successes.
    pub reply: ReplyRule,
    /// Error codes: `CODE: { name: ..., meaning: ... }`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::ErrorTable"))]
    pub errors: IndexMap<i64, ErrorCode>,
    /// How the server says no before it looks at the endpoint. The sandbox says the same.
    pub refusals: Refusals,
}

/// How a call is named.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestId {
    /// Header that carries the request id of a call.
    #[cfg_attr(feature = "schema", schemars(with = "text::HeaderName"))]
    pub header: String,
    /// How long the server recognises a repeated id, such as `60s`. Left out when it does not.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub dedup: Option<Span>,
}

/// What endpoints are that say nothing of it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// HTTP method.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Method", extend("default" = "POST")))]
    pub method: Option<Method>,
    /// Where parameters go that do not say `in`. A GET or DELETE that says nothing has `query`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Encoding", extend("default" = "json")))]
    pub encoding: Option<Encoding>,
    /// Whether repeating is harmless.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "RetryKind", extend("default" = "never")))]
    pub retry: Option<RetryKind>,
}

/// How replies look.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplyRule {
    /// Which replies are successes.
    pub success: Success,
    /// Key of the code.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName", extend("default" = "code")))]
    pub code: Option<String>,
    /// Keys that may hold the error text, in order.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<text::WireName>"))]
    pub message: Vec<String>,
    /// Keys that may hold the server's request id.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<text::WireName>"))]
    pub request_id: Vec<String>,
}

/// Which replies are successes: both must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Success {
    /// HTTP status of a success: a number, or `2xx` for all from 200 to 299.
    pub http: HttpSuccess,
    /// Accepted codes, with `absent` where the key may be missing.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub code: Vec<SuccessCode>,
}

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

/// What a code of the product means.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    /// Name of the error, in snake case and unique. Endpoints list it, and it becomes a variant of `ErrorCode`.
    #[cfg_attr(feature = "schema", schemars(with = "text::VariantName"))]
    pub name: String,
    /// One sentence for the docs.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub meaning: String,
    /// What it says about the call.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "final")))]
    pub kind: CodeKind,
    /// HTTP status it arrives with.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u16", range(min = 100, max = 599), extend("default" = 200)))]
    pub http: Option<u16>,
    /// Words that, found in the error text, mean that the clock or the secret is wrong.
    #[serde(default)]
    pub clock: Vec<String>,
}

/// What a code says about the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    /// Repeating the call changes nothing.
    #[default]
    Final,
    /// Called too often: wait before the next call.
    Throttled,
    /// The server is busy: try again soon.
    Busy,
    /// A passing failure: try again later.
    RetryLater,
    /// The call was already made.
    Duplicate,
    /// Nobody knows whether the server acted.
    Unknown,
}

/// One refusal for each reason.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Refusals {
    /// AppKey, Nonce, CurTime or CheckSum is missing.
    pub header: Refusal,
    /// The AppKey is unknown.
    pub app_key: Refusal,
    /// The Nonce is too long.
    pub nonce: Refusal,
    /// CurTime is not a time near now.
    pub clock: Refusal,
    /// The CheckSum is wrong.
    pub checksum: Refusal,
    /// The content type is wrong.
    pub content_type: Refusal,
    /// A parameter is missing, ill-typed, too long or unknown.
    pub parameter: Refusal,
    /// There is no such endpoint.
    pub path: Refusal,
    /// The endpoint exists under another method.
    pub method: Refusal,
}

impl Refusals {
    /// Each with its key in the file.
    pub fn entries(&self) -> [(&'static str, &Refusal); 9] {
        [
            ("header", &self.header),
            ("app_key", &self.app_key),
            ("nonce", &self.nonce),
            ("clock", &self.clock),
            ("checksum", &self.checksum),
            ("content_type", &self.content_type),
            ("parameter", &self.parameter),
            ("path", &self.path),
            ("method", &self.method),
        ]
    }
}

/// Either `{ error: NAME, text: ... }`, an envelope, or `{ http: STATUS }`, which has none.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("anyOf" = rules::refusal())))]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Error of the table whose code the envelope has.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::ErrorName"))]
    pub error: Option<String>,
    /// Error text. `{name}` stands for the parameter.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub text: Option<String>,
    /// Key of the text, the first of `reply.message` unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub key: Option<String>,
    /// HTTP status, 200 for an envelope unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u16", range(min = 100, max = 599)))]
    pub http: Option<u16>,
}

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
}

/// One call.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(transform = rules::asks_for_example, rename = "Endpoint", extend("allOf" = rules::endpoint())))]
#[serde(deny_unknown_fields)]
pub struct EndpointHead {
    /// What it does, on one line, without a full stop.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Official title, or a list of titles. The docs are searched by them.
    #[serde(default, deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Aliases"))]
    pub alias: Vec<String>,
    /// Official page of the endpoint.
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: String,
    /// What the title does not say.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
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
    /// Official limit, as text for the docs: `100/s`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub rate: Option<String>,
    /// What is not known about it. Only on an endpoint that the sources do not describe in full.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub partial: Option<String>,
    /// Parameters, in the order of the official page. Required ones become arguments of `new`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Parameters"))]
    pub params: IndexMap<String, Value>,
    /// Parameters that depend on each other.
    #[serde(default)]
    pub groups: Groups,
    /// Where the payload of the reply is: `nothing`, `{ at: KEY, type: T }` or `{ at: KEY, fields: ... }`.
    #[cfg_attr(feature = "schema", schemars(with = "entries::ReturnsForm"))]
    pub returns: Value,
    /// Names of errors in the product's table that this endpoint is known for.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::ErrorNames"))]
    pub errors: Vec<String>,
    /// Request and reply. Documentation, wire snapshot and the sandbox's answer.
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

/// Names of optional parameters. Each belongs to one group at most.
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
}

/// One call and its answer.
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

/// A part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A form field of the body.
    Form,
    /// A key of the JSON body.
    Json,
    /// A header of this name.
    Header,
}

/// A parameter of an endpoint, or a field of a type.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(transform = rules::asks_for_doc, extend("allOf" = rules::field())))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its type.
    #[serde(rename = "type")]
    pub ty: TypeUse,
    /// `true`: an argument of `new`. Path parameters always are, unless optional last segment.
    #[serde(default)]
    pub required: bool,
    /// Where it is sent, or a list when it is sent in several places. Without it: `path` if the path names it, else what `encoding` says.
    #[serde(default, rename = "in", deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Places"))]
    pub places: Vec<Place>,
    /// 3-15 words that say what the name does not, such as unit and default.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
    /// Name in Rust, where the wire name reads badly.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::RustName"))]
    pub name: Option<String>,
    /// Form on the wire that is not plain.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Wire"))]
    pub wire: Option<Wire>,
    /// Most characters.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u32", range(min = 1)))]
    pub max_len: Option<u32>,
    /// Most UTF-8 bytes. Of `base64` and `file`: bytes of content.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u32", range(min = 1)))]
    pub max_bytes: Option<u32>,
    /// Most elements.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u32", range(min = 1)))]
    pub max_items: Option<u32>,
    /// Smallest and largest number, both included: `[1, 86400]`. `~` leaves an end open.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Range"))]
    pub range: Option<Range>,
    /// Regular expression that the whole text must match.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Regex"))]
    pub pattern: Option<String>,
    /// The only values the server takes, where an open enum would be too much.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Choices"))]
    pub one_of: Vec<RawValue>,
    /// In JSON: an explicit `null` may be sent and means something else than leaving the value out.
    #[serde(default)]
    pub nullable: bool,
    /// `true`: never shown in Debug or logs.
    #[serde(default)]
    pub secret: bool,
    /// What to use instead.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub deprecated: Option<String>,
    /// Other spellings. Of a parameter, the sandbox takes them too; of a reply field, decoding reads them too.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Spellings"))]
    pub accept: Vec<String>,
    /// It could not be read; what is wrong was reported, and nothing more is asked of it.
    #[serde(skip)]
    pub broken: bool,
}

impl Field {
    /// Stands for a field that could not be read, so that what refers to it finds something.
    pub fn broken() -> Self {
        Self { broken: true, ..Self::of_type(TypeUse { expr: TypeExpr::Name("json".to_owned()), optional: true }) }
    }

    /// A field written as its type alone.
    pub fn of_type(ty: TypeUse) -> Self {
        Self {
            ty,
            required: false,
            places: Vec::new(),
            doc: None,
            name: None,
            wire: None,
            max_len: None,
            max_bytes: None,
            max_items: None,
            range: None,
            pattern: None,
            one_of: Vec::new(),
            nullable: false,
            secret: false,
            deprecated: None,
            accept: Vec::new(),
            broken: false,
        }
    }
}

/// A form on the wire that is not plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// One value that is JSON text. Required for lists, maps and objects in a form.
    Json,
    /// `a,b,c`. The default for a list in a query.
    Comma,
    /// The name once for each item, in a query or form: `id=a&id=b`.
    Repeat,
    /// `1` / `0` instead of `true` / `false`.
    Bit,
    /// A JSON string instead of a number.
    Text,
    /// A JSON string that holds JSON text, inside a JSON body.
    JsonText,
}

/// Both ends included; an open end is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub min: Option<i64>,
    pub max: Option<i64>,
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (min, max) = <(Option<i64>, Option<i64>)>::deserialize(deserializer)
            .map_err(|_| de::Error::custom("a range is two whole numbers, both included; `~` leaves an end open"))?;
        Ok(Self { min, max })
    }
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

/// A named type.
#[derive(Debug)]
pub enum TypeDef {
    Object {
        doc: Option<String>,
        fields: IndexMap<String, Field>,
    },
    Enum {
        doc: Option<String>,
        repr: EnumRepr,
        values: IndexMap<String, EnumValue>,
    },
    /// It could not be read; what is wrong was reported.
    Broken,
}

impl TypeDef {
    /// What the type is for.
    pub fn doc(&self) -> Option<&str> {
        match self {
            Self::Object { doc, .. } | Self::Enum { doc, .. } => doc.as_deref(),
            Self::Broken => None,
        }
    }
}

/// A named type: an object with `fields`, or an open enum with `enum` and `values`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(transform = rules::asks_for_doc, rename = "Type", extend("oneOf" = rules::ty(), "allOf" = rules::values())))]
#[serde(deny_unknown_fields)]
pub struct TypeEntry {
    /// What it is, in a short sentence.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
    /// Fields of an object.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Fields"))]
    pub fields: Option<IndexMap<String, Value>>,
    /// What the values of an enum are on the wire. Values that are not listed survive decoding.
    #[serde(default, rename = "enum")]
    #[cfg_attr(feature = "schema", schemars(with = "EnumRepr"))]
    pub repr: Option<EnumRepr>,
    /// Known values of an enum: `name: value` or `name: { value: ..., doc: ... }`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::Values"))]
    pub values: Option<IndexMap<String, Value>>,
}

/// What the values of an enum are on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnumRepr {
    /// Whole numbers of 32 bits.
    I32,
    /// Text.
    String,
}

/// One value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    pub raw: RawValue,
    pub doc: Option<String>,
}

/// A value of an enum that needs a word of explanation.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(rename = "EnumValue"))]
#[serde(deny_unknown_fields)]
pub struct EnumValueEntry {
    /// Value on the wire.
    pub value: RawValue,
    /// What it means.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
}

/// An enum value on the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged, expecting = "invalid value, expected an integer of 32 bits or text")]
pub enum RawValue {
    Int(i32),
    Text(String),
}

impl fmt::Display for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
        }
    }
}

/// A span of time such as `60s`, `500ms` or `2m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::String(text) = Value::deserialize(deserializer)? else {
            return Err(de::Error::custom("invalid value, expected a span of time with its unit"));
        };
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = text.strip_prefix(digits).unwrap_or_default();
        let number: u64 = digits.parse().map_err(|_| malformed_span(&text))?;
        match unit {
            "ms" => Ok(Self(Duration::from_millis(number))),
            "s" => Ok(Self(Duration::from_secs(number))),
            "m" => number
                .checked_mul(60)
                .map(|seconds| Self(Duration::from_secs(seconds)))
                .ok_or_else(|| malformed_span(&text)),
            _ => Err(malformed_span(&text)),
        }
    }
}

fn malformed_span<E: de::Error>(text: &str) -> E {
    E::custom(format!("`{text}` is not a span of time; write `60s`, `500ms` or `2m`"))
}

/// `alias: x` is `alias: [x]`. By a visitor, so that complaints about an element say which.
fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct OneOrMany<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> de::Visitor<'de> for OneOrMany<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text, or a list of texts")
        }

        fn visit_str<E: de::Error>(self, one: &str) -> Result<Vec<T>, E> {
            T::deserialize(one.into_deserializer()).map(|one| vec![one])
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut many: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = many.next_element()? {
                items.push(item);
            }
            Ok(items)
        }
    }

    deserializer.deserialize_any(OneOrMany(PhantomData))
}
