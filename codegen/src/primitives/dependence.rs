//! What parameters or fields have to do with each other.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, de};
use serde_yaml::Value;

#[cfg(feature = "schema")]
use {crate::primitives::json_schema::text, schemars::JsonSchema};

use super::Span;

/// How far two moments may be from each other, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// The earlier moment.
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub from: String,
    /// The later moment.
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub to: String,
    /// Least time between them, such as `1d`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub at_least: Option<Span>,
    /// Most time between them, such as `7d`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub at_most: Option<Span>,
}

/// What is asked of another parameter or field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name.
    pub on: String,
    /// Values of which it must have one, as in an example; none: it must be given.
    pub values: Vec<Value>,
}

const FORM: &str =
    "a condition is the name of another parameter, or its name and value: `{ mode: ask }`, `{ mode: [ask, never] }`";

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(on) => Ok(Self { on, values: Vec::new() }),
            Value::Mapping(entries) => {
                let entries: IndexMap<String, Value> =
                    serde_yaml::from_value(Value::Mapping(entries)).map_err(|_| de::Error::custom(FORM))?;
                let mut entries = entries.into_iter();
                let (Some((on, value)), None) = (entries.next(), entries.next()) else {
                    return Err(de::Error::custom(FORM));
                };
                let values = match value {
                    Value::Sequence(values) => values,
                    one => vec![one],
                };
                if values.is_empty() || values.iter().any(|value| !is_plain(value)) {
                    return Err(de::Error::custom(FORM));
                }
                Ok(Self { on, values })
            }
            _ => Err(de::Error::custom(FORM)),
        }
    }
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}
