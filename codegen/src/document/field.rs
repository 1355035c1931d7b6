//! Parameters of endpoints and fields of types.

use serde::Deserialize;
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {
    crate::primitives::json_schema::{rules, shapes, text},
    schemars::JsonSchema,
};

use crate::primitives::{Place, Range, RawValue, TypeExpr, TypeUse, Wire, one_or_many};

/// A parameter of an endpoint, or a field of a type.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = rules::asks_for_doc, extend("allOf" = rules::field())))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its type.
    #[serde(rename = "type")]
    pub ty: TypeUse,
    /// `true`: an argument of `new`. Path parameters always are, unless optional last segment.
    #[serde(default)]
    pub required: bool,
    /// Where it is sent, or a list when it is sent in several places. Without it: `path` if the path names it, else
    /// what `encoding` says.
    #[serde(default, rename = "in", deserialize_with = "one_or_many")]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Places"))]
    pub places: Vec<Place>,
    /// 3-15 words that say what the name does not, such as the unit.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
    /// Name in Rust, where the wire name reads badly.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::RustName"))]
    pub name: Option<String>,
    /// Form on the wire that is not plain.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Wire"))]
    pub wire: Option<Wire>,
    /// With `wire: json`: the server also reads JSON with single quotes. The client sends double ones, the sandbox
    /// takes both.
    #[serde(default)]
    pub single_quotes: bool,
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
    /// The only values the server takes, where an open enum would be too much. Of an enum: those of its values that are
    /// taken here, by name or by value. In a list: of each item.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Choices"))]
    pub one_of: Vec<RawValue>,
    /// `true`: a name that the server keeps in lower case. The sandbox warns of capital letters.
    #[serde(default)]
    pub lower_case: bool,
    /// What the server takes when it is left out, as in an example: an enum by the name of its value. Only in requests.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::DefaultValue"))]
    pub default: Option<Value>,
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
    pub recovered: bool,
}

impl Field {
    /// Stands for a field that could not be read, so that what refers to it finds something.
    pub fn recovered() -> Self {
        Self { recovered: true, ..Self::of_type(TypeUse { expr: TypeExpr::Name("json".to_owned()), optional: true }) }
    }

    /// A field written as its type alone.
    pub fn of_type(ty: TypeUse) -> Self {
        Self {
            ty,
            required: false,
            places: Vec::new(),
            doc: None,
            doc_zh: None,
            name: None,
            wire: None,
            single_quotes: false,
            max_len: None,
            max_bytes: None,
            max_items: None,
            range: None,
            pattern: None,
            one_of: Vec::new(),
            lower_case: false,
            default: None,
            nullable: false,
            secret: false,
            deprecated: None,
            accept: Vec::new(),
            recovered: false,
        }
    }
}
