//! Named types.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {
    crate::document::json_schema::maps,
    crate::primitives::json_schema::{rules, text},
    schemars::JsonSchema,
};

use super::Field;
use crate::primitives::{EnumRepr, Groups, RawValue};

/// A named type.
#[derive(Debug)]
pub enum TypeDef {
    Object {
        doc: Option<String>,
        doc_zh: Option<String>,
        fields: IndexMap<String, Field>,
        /// Most types have none, and an enum is smaller.
        groups: Box<Groups>,
    },
    Enum {
        doc: Option<String>,
        doc_zh: Option<String>,
        repr: EnumRepr,
        values: IndexMap<String, EnumValue>,
        closed: bool,
    },
    /// It could not be read; what is wrong was reported.
    Recovered,
}

impl TypeDef {
    /// What the type is for, in Chinese.
    pub fn doc_zh(&self) -> Option<&str> {
        match self {
            Self::Object { doc_zh, .. } | Self::Enum { doc_zh, .. } => doc_zh.as_deref(),
            Self::Recovered => None,
        }
    }

    /// What the type is for.
    pub fn doc(&self) -> Option<&str> {
        match self {
            Self::Object { doc, .. } | Self::Enum { doc, .. } => doc.as_deref(),
            Self::Recovered => None,
        }
    }
}

/// A named type: an object with `fields`, or an open enum with `enum` and `values`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Type", transform = rules::asks_for_doc))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = rules::ty(), "allOf" = rules::values())))]
#[serde(deny_unknown_fields)]
pub struct TypeEntry {
    /// What it is, in a short sentence.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
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
    /// `true`: the server refuses other values of the enum, so they are refused before they are sent.
    #[serde(default)]
    pub closed: bool,
    /// Fields of an object that depend on each other, where requests have it.
    #[serde(default)]
    pub groups: Groups,
}

/// One value of an enum.
#[derive(Debug)]
pub struct EnumValue {
    pub raw: RawValue,
    pub doc: Option<String>,
    pub doc_zh: Option<String>,
}

/// A value of an enum with a doc.
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
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
}
