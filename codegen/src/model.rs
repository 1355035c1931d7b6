//! The API with every name and reference resolved: all that emitters and the sandbox see.

use std::time::Duration;

use indexmap::IndexMap;

pub use crate::document::{
    CallbackResponse, CodeKind, Encoding, EnumRepr, Expects, Groups, HttpSuccess, Method, Pages, Place, Range,
    RawValue, RetryKind, Signing, SuccessCode, Verification, Wire,
};
pub use crate::rules::{Dependence, Distance, Rules};
pub use serde_yaml::Value;

/// Everything in a spec folder.
#[derive(Clone, Debug)]
pub struct Api {
    /// Products by name, sorted.
    pub products: Vec<Product>,
}

/// A product: what its endpoints have in common.
#[derive(Clone, Debug)]
pub struct Product {
    /// Folder, cargo feature and Rust module.
    pub name: String,
    /// Spec file.
    pub file: String,
    /// One line.
    pub title: String,
    /// More lines.
    pub doc: Option<String>,
    /// Official page.
    pub docs: String,
    /// Host URLs by region, in order of preference.
    pub hosts: IndexMap<String, Vec<String>>,
    /// Stands between host and endpoint path; may be empty.
    pub base_path: String,
    /// Whether some hosts serve the same paths without it.
    pub base_path_optional: bool,
    /// Path that answers 200 on a host that is up.
    pub health: Option<String>,
    /// How calls prove who sends them, unless an endpoint says otherwise.
    pub signing: Signing,
    /// Where parameters go, unless an endpoint says otherwise.
    pub encoding: Encoding,
    /// Header that carries the request id of a call.
    pub request_id_header: String,
    /// How long the server recognises a repeated request id.
    pub dedup: Option<Duration>,
    /// How replies are read.
    pub reply: ReplyRule,
    /// Known codes, by value.
    pub errors: Vec<ErrorCode>,
    /// Codes of `errors` that every endpoint may answer with.
    pub default_errors: Vec<i64>,
    /// Official limit of the endpoints that have none of their own.
    pub default_rate: Option<String>,
    /// How the server says no before it looks at the endpoint.
    pub rejections: Rejections,
    /// Resources by name, sorted.
    pub resources: Vec<Resource>,
    /// Types that several resources use.
    pub shared: Option<SharedTypes>,
    /// What it sends to the app's server.
    pub callbacks: Option<Callbacks>,
}

impl Product {
    /// All errors that an endpoint may answer with, the defaults included, in the order of the table.
    pub fn errors_of(&self, endpoint: &Endpoint) -> impl Iterator<Item = &ErrorCode> {
        self.errors
            .iter()
            .filter(|error| self.default_errors.contains(&error.code) || endpoint.errors.contains(&error.code))
    }
}

/// The content of `callbacks.yaml`.
#[derive(Clone, Debug)]
pub struct Callbacks {
    /// Spec file.
    pub file: String,
    /// One line.
    pub title: String,
    /// More lines.
    pub doc: Option<String>,
    /// Official page.
    pub docs: String,
    /// How events are verified.
    pub verification: Verification,
    /// What the app's server sends back for a third-party callback.
    pub response: Option<CallbackResponse>,
    /// In the order of the file.
    pub events: Vec<Event>,
    /// Named types by their Rust name, in the order of the file; behind them the shared ones that are used.
    pub types: IndexMap<String, TypeDef>,
}

/// Something the platform tells or asks.
#[derive(Clone, Debug)]
pub struct Event {
    /// `product.name`
    pub id: String,
    /// Name in the spec.
    pub name: String,
    /// Name of its type.
    pub rust_name: String,
    /// Name of its variant among the events of all products.
    pub variant: String,
    pub title: String,
    pub titles_zh: Vec<String>,
    pub docs: String,
    pub doc: Option<String>,
    /// What the sources do not say; nothing when the event is complete.
    pub missing: Option<String>,
    /// Key of the body that names the event.
    pub type_key: String,
    /// Values of that key, as text; empty: it has none.
    pub types: Vec<String>,
    /// Other keys by which it is known.
    pub has_keys: Vec<String>,
    /// Whether the platform waits for a response: a third-party callback.
    pub expects_response: bool,
    /// What the response must be.
    pub expects: Expects,
    /// In the order of the file.
    pub fields: Vec<Field>,
    /// The whole body as JSON text.
    pub example: String,
}

/// The content of `types.yaml`.
#[derive(Clone, Debug)]
pub struct SharedTypes {
    /// Spec file.
    pub file: String,
    /// One line.
    pub title: String,
    /// More lines.
    pub doc: Option<String>,
    /// Named types by their Rust name, in the order of the file.
    pub types: IndexMap<String, TypeDef>,
}

/// How replies of a product are read.
#[derive(Clone, Debug)]
pub struct ReplyRule {
    /// HTTP status of a success.
    pub http: HttpSuccess,
    /// Key of the code.
    pub code_key: String,
    /// Codes of a success.
    pub codes: Vec<i64>,
    /// Whether a success may lack the code.
    pub code_may_be_absent: bool,
    /// Keys that may hold the error text, in order.
    pub message_keys: Vec<String>,
    /// Keys that may hold the server's request id.
    pub request_id_keys: Vec<String>,
}

/// A code a product may answer with.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    pub code: i64,
    /// Snake case.
    pub name: String,
    /// `name` as a Rust enum variant.
    pub variant: String,
    pub meaning: String,
    pub kind: CodeKind,
    /// HTTP status it arrives with.
    pub http: u16,
    /// Words in the error text that mean a wrong clock or secret.
    pub clock_words: Vec<String>,
    /// Words in the error text that mean that the app belongs to another region.
    pub region_words: Vec<String>,
}

/// What a product replies to calls it rejects, by reason.
#[derive(Clone, Debug)]
pub struct Rejections {
    /// A signing header is missing.
    pub header: RejectionReply,
    /// The AppKey is unknown.
    pub app_key: RejectionReply,
    /// The Nonce is too long.
    pub nonce: RejectionReply,
    /// CurTime is malformed or too far off.
    pub clock: RejectionReply,
    /// The CheckSum is wrong.
    pub checksum: RejectionReply,
    /// The app belongs to another region, where the product is known to say so.
    pub region: Option<RejectionReply>,
    /// The body has another Content-Type than the endpoint takes.
    pub content_type: RejectionReply,
    /// A parameter is missing, unknown, ill-typed or over a limit.
    pub parameter: RejectionReply,
    /// A required parameter is missing, where the product has words of its own for that.
    pub missing_parameter: Option<RejectionReply>,
    /// Two parameters are not in their order, or too far from each other.
    pub order: RejectionReply,
    /// There is no such endpoint.
    pub path: RejectionReply,
    /// The endpoint exists under another method.
    pub method: RejectionReply,
}

/// What a product replies to one kind of rejected call.
#[derive(Clone, Debug)]
pub struct RejectionReply {
    /// HTTP status.
    pub http: u16,
    /// The envelope; without it the body is no envelope.
    pub envelope: Option<RejectionEnvelope>,
}

/// The JSON body of a rejection.
#[derive(Clone, Debug)]
pub struct RejectionEnvelope {
    pub code: i64,
    /// Key of the text.
    pub key: String,
    /// `{name}` stands for the parameter.
    pub text: String,
}

/// One file of endpoints and their types.
#[derive(Clone, Debug)]
pub struct Resource {
    /// File name and Rust module.
    pub name: String,
    /// Spec file.
    pub file: String,
    pub title: String,
    pub doc: Option<String>,
    pub docs: Option<String>,
    /// In the order of the file.
    pub endpoints: Vec<Endpoint>,
    /// Named types by their Rust name, in the order of the file; behind them the shared ones that are used, and those of
    /// `returns.fields`.
    pub types: IndexMap<String, TypeDef>,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `product.resource.name`
    pub id: String,
    /// Name in the spec.
    pub name: String,
    /// Name of the request type.
    pub rust_name: String,
    pub title: String,
    pub titles_zh: Vec<String>,
    pub docs: String,
    pub doc: Option<String>,
    pub method: Method,
    /// Below the product's base path.
    pub path: PathTemplate,
    pub encoding: Encoding,
    pub retry: RetryKind,
    pub timeout: Option<Duration>,
    pub rate: Option<String>,
    /// What else is to be said about the rate.
    pub rate_note: Option<String>,
    /// What the sources do not say; nothing when the endpoint is complete.
    pub missing: Option<String>,
    /// Whether a placeholder is left in it.
    pub unwritten: bool,
    /// How calls prove who sends them.
    pub signing: Signing,
    /// Path parameters in template order, then the others in the order of the file.
    pub params: Vec<Field>,
    /// Parameters that depend on each other, by wire name.
    pub groups: Groups,
    /// Rules between parameters.
    pub rules: Rules,
    /// How to get the next page.
    pub pages: Option<Pages>,
    pub returns: Returns,
    /// Codes of the product's table that this endpoint may answer with, in addition to the product's `default_errors`.
    pub errors: Vec<i64>,
    pub example: Example,
}

impl Endpoint {
    /// Whether any parameter goes to this place.
    pub fn sends_to(&self, place: Place) -> bool {
        self.params.iter().any(|param| param.places.contains(&place))
    }

    /// What the request body is.
    pub fn body(&self) -> Body {
        match self.encoding {
            Encoding::Multipart => Body::Multipart,
            _ if self.sends_to(Place::Json) => Body::Json,
            _ if self.sends_to(Place::Form) => Body::Form,
            Encoding::Json if self.method != Method::Get && self.method != Method::Delete => Body::Json,
            Encoding::Form if self.method != Method::Get && self.method != Method::Delete => Body::Form,
            _ => Body::None,
        }
    }
}

/// Kind of request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// No body.
    None,
    /// `application/x-www-form-urlencoded`
    Form,
    /// A JSON object.
    Json,
    /// `multipart/form-data`
    Multipart,
}

/// A path with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTemplate {
    /// As written: `/rooms/{cid}/members{/uid}`.
    pub text: String,
    /// Its parts.
    pub segments: Vec<Segment>,
}

/// Text between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// As it stands. The last one is empty where the path ends with a slash.
    Literal(String),
    /// `{name}`
    Parameter(String),
    /// `{/name}` at the end: the segment may be left away.
    Optional(String),
}

/// A parameter of an endpoint or a field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name on the wire.
    pub wire_name: String,
    /// Name in Rust, not yet escaped where it is a keyword.
    pub rust_name: String,
    pub ty: Type,
    /// Parameter: must be given. Field: is always sent, and empty when a reply lacks it.
    pub required: bool,
    /// Where a parameter goes; empty for fields.
    pub places: Vec<Place>,
    pub wire: Option<Wire>,
    /// Whether the server reads its JSON text with single quotes too.
    pub single_quotes: bool,
    pub doc: String,
    pub limits: Limits,
    /// Regular expression that the whole text matches.
    pub pattern: Option<String>,
    /// The only values allowed, where there are few; empty: any. Of an enum they are in `listed`.
    pub one_of: Vec<RawValue>,
    /// The only values of an enum that are taken here, as they are on the wire; empty: any.
    pub listed: Vec<RawValue>,
    /// Names of these, where they are not all that the enum lists.
    pub allowed: Vec<String>,
    /// Whether the server keeps the text in lower case.
    pub lower_case: bool,
    /// What the server takes when it is left out.
    pub default: Option<Value>,
    /// Whether an explicit null may be sent.
    pub nullable: bool,
    pub secret: bool,
    pub deprecated: Option<String>,
    /// Other spellings of `wire_name`.
    pub accept: Vec<String>,
}

/// What values must keep to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Characters.
    pub max_len: Option<u32>,
    /// UTF-8 bytes.
    pub max_bytes: Option<u32>,
    /// Elements.
    pub max_items: Option<u32>,
    /// Both ends included.
    pub range: Option<Range>,
}

/// A resolved type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Scalar(Scalar),
    List(Box<Type>),
    /// Keys are text.
    Map(Box<Type>),
    /// An object type of the resource.
    Object(String),
    /// An enum of the resource.
    Enum(String),
}

impl Type {
    /// Whether it is a list, map or object: more than one value.
    pub fn is_compound(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_) | Self::Object(_))
    }
}

/// A built-in type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    String,
    /// Text that names something.
    Id,
    Bool,
    I32,
    I64,
    U64,
    F64,
    TimestampS,
    TimestampMs,
    DurationS,
    DurationMs,
    DurationH,
    Json,
    Base64,
    File,
}

impl Scalar {
    /// All, with their names in the spec.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("string", Self::String),
        ("id", Self::Id),
        ("bool", Self::Bool),
        ("i32", Self::I32),
        ("i64", Self::I64),
        ("u64", Self::U64),
        ("f64", Self::F64),
        ("timestamp_s", Self::TimestampS),
        ("timestamp_ms", Self::TimestampMs),
        ("duration_s", Self::DurationS),
        ("duration_ms", Self::DurationMs),
        ("duration_h", Self::DurationH),
        ("json", Self::Json),
        ("base64", Self::Base64),
        ("file", Self::File),
    ];

    /// The built-in type of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, scalar)| *scalar)
    }

    /// Whether a value is text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::String | Self::Id)
    }

    /// Whether a value is a number on the wire.
    pub fn is_number(self) -> bool {
        self.is_integer() || self == Self::F64
    }

    /// Whether a value is a whole number on the wire.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::I32
                | Self::I64
                | Self::U64
                | Self::TimestampS
                | Self::TimestampMs
                | Self::DurationS
                | Self::DurationMs
                | Self::DurationH
        )
    }
}

/// A named type.
#[derive(Clone, Debug)]
pub struct TypeDef {
    pub doc: String,
    pub kind: TypeKind,
    /// Whether requests contain it.
    pub in_request: bool,
    /// Whether replies contain it.
    pub in_reply: bool,
    /// Whether it is one of the product's shared types.
    pub shared: bool,
    /// Of an enum: whether the server refuses values that are not listed.
    pub closed: bool,
    /// Fields that depend on each other, by wire name.
    pub groups: Groups,
    /// Rules between fields.
    pub rules: Rules,
}

/// What a named type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Fields in the order of the file.
    Object(Vec<Field>),
    /// Known values; others survive.
    Enum(EnumRepr, Vec<EnumValue>),
}

/// A known value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// Name in the spec.
    pub name: String,
    /// Name of the Rust variant.
    pub variant: String,
    pub raw: RawValue,
    pub doc: Option<String>,
}

/// Where the payload of a reply is.
#[derive(Clone, Debug)]
pub enum Returns {
    /// Only code and message.
    Nothing,
    /// Under this key.
    At(String, Type),
    /// Beside the code.
    Flat(Type),
}

/// One call and its reply.
#[derive(Clone, Debug)]
pub struct Example {
    /// Values by wire name.
    pub request: IndexMap<String, Value>,
    /// The body as JSON text with the keys in the order of the file; nothing when the reply has no body.
    pub reply: Option<String>,
}
