//! Structured errors and warnings about values. The callers format them as text.

use serde_json::Value;

use super::limits::Number;
use crate::model::rules::Broken;
use crate::model::{Dependence, EnumValue, Field};
use crate::primitives::{EnumRepr, Range, Scalar};

/// An error in a value or in a part of it.
#[derive(Clone, Debug)]
pub struct ValueError<'t> {
    /// Path from the checked value to the part. Empty for the value itself.
    pub path: Vec<Segment>,
    /// What is wrong.
    pub problem: Problem<'t>,
    /// Whether the part is secret, so that it must not be printed.
    pub is_secret: bool,
}

/// One segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Field of an object.
    Field(String),
    /// Entry of a map, or an unknown field of an object.
    Key(String),
    /// Item of a list.
    Item(usize),
}

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub enum Problem<'t> {
    /// It is not of the type.
    Type { expected: Expected<'t>, given: Given },
    /// It is not base64.
    NotBase64 { text: String, reason: String },
    /// An id contains control characters.
    ControlCharacters { text: String },
    /// It is not JSON text.
    NotJson { text: String, reason: String },
    /// It is JSON text with single quotes. Accepted if lenient.
    SingleQuotes { text: String },
    /// It is a boolean in the other of the two text forms. Accepted if lenient.
    OtherBoolForm { text: String, as_bit: bool },
    /// It is neither a name nor a value of the enum, or of another JSON type than the values.
    Enum { name: &'t str, repr: EnumRepr, values: &'t [EnumValue], given: Given },
    /// It is a value of the enum, but not one that the field accepts.
    NotListed { given: String, field: &'t Field },
    /// It is none of the values of `one_of`.
    NotOneOf { given: String, field: &'t Field },
    /// It does not match the pattern.
    Pattern { given: String, pattern: &'t str },
    /// It is too long.
    TooLong { unit: Unit, size: usize, limit: u32 },
    /// The number is out of range.
    OutOfRange { number: Number, range: Range },
    /// The object type has no such field.
    UnknownField { type_name: &'t str, fields: &'t [Field], key: String },
    /// A required field is missing.
    MissingField { type_name: &'t str, field: &'t Field },
    /// The field is given under two of its spellings.
    TwoSpellings,
    /// The number of given fields of a group is wrong.
    Group { type_name: &'t str, kind: GroupKind, index: usize, group: &'t [String], given: usize },
    /// A rule between fields is violated.
    Rule { type_name: &'t str, broken: Broken<'t> },
    /// A field in an example has no effect. In a request this is a warning.
    WithoutEffect { type_name: &'t str, dependence: &'t Dependence },
    /// A file is expected, but text was sent.
    ExpectedFile,
    /// Text is expected, but a file was sent.
    UnexpectedFile,
}

impl Problem<'_> {
    /// Returns whether a message about the problem repeats the value.
    pub fn repeats_value(&self) -> bool {
        !matches!(
            self,
            Self::TooLong { .. }
                | Self::OutOfRange { .. }
                | Self::UnknownField { .. }
                | Self::MissingField { .. }
                | Self::TwoSpellings
                | Self::Group { .. }
                | Self::Rule { .. }
                | Self::WithoutEffect { .. }
                | Self::ExpectedFile
                | Self::UnexpectedFile
        )
    }
}

/// An expected type, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected<'t> {
    Scalar(Scalar),
    List,
    Map,
    /// An object of this type.
    Object(&'t str),
    /// Text of a list as Java prints it.
    JavaList,
    /// A JSON string that holds JSON.
    JsonString,
    /// A JSON string that holds a number.
    NumberString,
    /// The number 1 or 0.
    Bit,
    /// Text that is `true` or `false`, or `1` or `0`.
    BoolText {
        as_bit: bool,
    },
}

/// A value as received.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Text(String),
    Json(Value),
}

/// A kind of group of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// At least one of them.
    Prefers,
    /// Exactly one of them.
    ExactlyOne,
    /// All of them, or none.
    AllOrNone,
}

/// The unit of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Characters,
    Bytes,
    Items,
}

/// A warning about a value that is accepted, but probably not intended.
#[derive(Clone, Debug)]
pub struct Warning<'t> {
    /// Path from the checked value to the part.
    pub path: Vec<Segment>,
    /// The kind of warning.
    pub kind: WarningKind<'t>,
}

/// The kind of a warning.
#[derive(Clone, Debug)]
pub enum WarningKind<'t> {
    /// The server keeps the text in this lower-case form.
    KeptInLowerCase(String),
    /// JSON text with single quotes.
    SingleQuotes,
    /// A boolean in the other of the two text forms.
    OtherBoolForm { text: String, as_bit: bool },
    /// A value that the enum does not list. Enums are open.
    UnknownEnumValue { name: &'t str, values: &'t [EnumValue], given: String },
    /// An optional field is `null`, which counts as absent.
    Null,
    /// The object type has no such field.
    UnknownField { type_name: &'t str, fields: &'t [Field], key: String },
    /// A field has no effect.
    WithoutEffect(&'t Dependence),
}
