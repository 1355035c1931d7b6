//! Where a value is sent, in what form, and within what limits.

use serde::{Deserialize, Deserializer, de};

#[cfg(feature = "schema")]
use schemars::JsonSchema;

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
    /// A JSON string with a list as Java shows it, `[a, b]`. Only in what the platform sends, of lists of text.
    JavaList,
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
