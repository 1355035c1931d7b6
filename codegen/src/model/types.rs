//! Types, and the parameters and fields that have them.

use indexmap::IndexMap;

use super::{EnumRepr, Groups, Place, Range, RawValue, Rules, Scalar, Value, Wire};

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
    /// Where a parameter is sent; empty for fields.
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
    /// The only enum values that the server accepts here, as they are on the wire; empty: any.
    pub listed: Vec<RawValue>,
    /// Names of these values, if they are not all values of the enum.
    pub allowed: Vec<String>,
    /// Whether the server keeps the text in lower case.
    pub lower_case: bool,
    /// The value that the server uses when it is left out.
    pub default: Option<Value>,
    /// Whether an explicit null may be sent.
    pub nullable: bool,
    pub secret: bool,
    pub deprecated: Option<String>,
    /// Other spellings of `wire_name`.
    pub accept: Vec<String>,
}

/// Limits of a value.
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
    /// Of an enum: whether the server rejects values that are not listed.
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
    /// Known values; decoding keeps others.
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
