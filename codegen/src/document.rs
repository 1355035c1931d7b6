//! The spec as written: plain types that mirror the YAML, nothing resolved.

use std::{fmt, marker::PhantomData, time::Duration};

use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer,
    de::{self, IntoDeserializer as _},
};
use serde_yaml::Value;

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

/// `product.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub product: String,
    pub title: String,
    #[serde(default)]
    pub doc: Option<String>,
    pub docs: String,
    pub hosts: IndexMap<String, Vec<String>>,
    #[serde(default)]
    pub base_path: Option<String>,
    #[serde(default)]
    pub health: Option<String>,
    pub request_id: RequestId,
    #[serde(default)]
    pub defaults: Defaults,
    pub reply: ReplyRule,
    #[serde(default)]
    pub errors: IndexMap<i64, ErrorCode>,
    pub refusals: Refusals,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestId {
    pub header: String,
    #[serde(default)]
    pub dedup: Option<Span>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    #[serde(default)]
    pub method: Option<Method>,
    #[serde(default)]
    pub encoding: Option<Encoding>,
    #[serde(default)]
    pub retry: Option<RetryKind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyRule {
    pub success: Success,
    #[serde(default)]
    pub code: Option<String>,
    pub message: Vec<String>,
    #[serde(default)]
    pub request_id: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Success {
    pub http: HttpSuccess,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    pub name: String,
    pub meaning: String,
    #[serde(default)]
    pub kind: CodeKind,
    #[serde(default)]
    pub http: Option<u16>,
    #[serde(default)]
    pub clock: Vec<String>,
}

/// What a code says about the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    #[default]
    Final,
    Throttled,
    Busy,
    RetryLater,
    Duplicate,
    Unknown,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusals {
    pub header: Refusal,
    pub app_key: Refusal,
    pub nonce: Refusal,
    pub clock: Refusal,
    pub checksum: Refusal,
    pub content_type: Refusal,
    pub parameter: Refusal,
    pub path: Refusal,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub key: Option<String>,
    #[serde(default)]
    pub http: Option<u16>,
}

/// Head of a resource file; its entries are read one by one, so that one mistake hides no other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub resource: String,
    pub title: String,
    #[serde(default)]
    pub doc: Option<String>,
    #[serde(default)]
    pub docs: Option<String>,
    pub endpoints: IndexMap<String, Value>,
    #[serde(default)]
    pub types: IndexMap<String, Value>,
}

/// `types.yaml`: types that several resources of a product use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedTypes {
    pub title: String,
    #[serde(default)]
    pub doc: Option<String>,
    pub types: IndexMap<String, Value>,
}

/// An endpoint with its parameters read.
#[derive(Debug)]
pub struct Endpoint {
    pub head: EndpointHead,
    pub params: IndexMap<String, Field>,
    pub returns: Returns,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointHead {
    pub title: String,
    #[serde(default, deserialize_with = "one_or_many")]
    pub alias: Vec<String>,
    pub docs: String,
    #[serde(default)]
    pub doc: Option<String>,
    #[serde(default)]
    pub method: Option<Method>,
    pub path: String,
    #[serde(default)]
    pub encoding: Option<Encoding>,
    #[serde(default)]
    pub retry: Option<RetryKind>,
    #[serde(default)]
    pub timeout: Option<Span>,
    #[serde(default)]
    pub rate: Option<String>,
    #[serde(default)]
    pub partial: Option<String>,
    #[serde(default)]
    pub params: IndexMap<String, Value>,
    #[serde(default)]
    pub groups: Groups,
    pub returns: Value,
    #[serde(default)]
    pub errors: Vec<String>,
    #[serde(default)]
    pub example: Option<Example>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    Form,
    Json,
    Query,
    Multipart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryKind {
    Never,
    Safe,
    Deduplicated,
}

/// Parameters that depend on each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    #[serde(default)]
    pub exactly_one: Vec<Vec<String>>,
    #[serde(default)]
    pub all_or_none: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    #[serde(default)]
    pub request: IndexMap<String, Value>,
    pub reply: Value,
}

/// A part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Path,
    Query,
    Form,
    Json,
    Header,
}

/// A parameter of an endpoint or a field of a type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    #[serde(rename = "type")]
    pub ty: TypeUse,
    /// Only on a parameter.
    #[serde(default)]
    pub required: bool,
    /// Only on a parameter.
    #[serde(default, rename = "in", deserialize_with = "one_or_many")]
    pub places: Vec<Place>,
    #[serde(default)]
    pub doc: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub wire: Option<Wire>,
    #[serde(default)]
    pub max_len: Option<u32>,
    #[serde(default)]
    pub max_bytes: Option<u32>,
    #[serde(default)]
    pub max_items: Option<u32>,
    #[serde(default)]
    pub range: Option<Range>,
    #[serde(default)]
    pub pattern: Option<String>,
    #[serde(default)]
    pub one_of: Vec<RawValue>,
    #[serde(default)]
    pub nullable: bool,
    #[serde(default)]
    pub secret: bool,
    #[serde(default)]
    pub deprecated: Option<String>,
    #[serde(default)]
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
#[serde(rename_all = "snake_case")]
pub enum Wire {
    Json,
    Comma,
    Repeat,
    Bit,
    Text,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnsEntry {
    pub at: String,
    #[serde(default, rename = "type")]
    pub ty: Option<TypeUse>,
    #[serde(default)]
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeEntry {
    #[serde(default)]
    pub doc: Option<String>,
    #[serde(default)]
    pub fields: Option<IndexMap<String, Value>>,
    #[serde(default, rename = "enum")]
    pub repr: Option<EnumRepr>,
    #[serde(default)]
    pub values: Option<IndexMap<String, Value>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnumRepr {
    I32,
    String,
}

/// One value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    pub raw: RawValue,
    pub doc: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumValueEntry {
    pub value: RawValue,
    #[serde(default)]
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
