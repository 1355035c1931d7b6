//! Enums on the wire.

use std::fmt;

use serde::Deserialize;

#[cfg(feature = "schema")]
use schemars::JsonSchema;

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
