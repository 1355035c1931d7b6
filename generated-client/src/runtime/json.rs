//! Free-form JSON.

use std::fmt;

use serde_json::Value;

use super::decode::{Decode, Found};
use super::json_writer::JsonWriter;
use super::limit::Measure;
use super::reader::{Malformed, Reader};
use super::text::Text;
use super::wire::Wire;

/// Any JSON value, for parameters and payloads whose shape the caller decides.
///
/// It is a [`serde_json::Value`] inside: build one from it, or from plain values, or [parse](Json::parse) text. In a form or a query
/// a JSON string is sent as its text, all else as JSON text.
///
/// ```
/// use yunxin::Json;
/// let badge = Json::parse(r#"{"badge": 3}"#)?;
/// assert_eq!(badge.value()["badge"], 3);
/// assert_eq!(Json::from("text").to_string(), r#""text""#);
/// # Ok::<(), yunxin::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Json(Value);

impl Json {
    /// Parses JSON text.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the text is not JSON.
    pub fn parse(text: &str) -> crate::Result<Self> {
        serde_json::from_str(text).map(Self).map_err(|error| crate::Error::not_json(error.to_string()))
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Takes the value out.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! json_from {
    ($($plain:ty),*) => {$(
        impl From<$plain> for Json {
            fn from(value: $plain) -> Self {
                Self(Value::from(value))
            }
        }
    )*};
}

json_from!(bool, i32, i64, u32, u64, f64, &str, String);

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        let items = items.into_iter().map(|item| item.into().0);
        Self(Value::Array(items.collect()))
    }
}

impl Wire for Json {
    fn text(&self, out: &mut Text<'_>) {
        match &self.0 {
            Value::String(text) => out.str(text),
            other => out.str(&other.to_string()),
        }
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.verbatim(&self.0.to_string());
    }

    fn measure(&self) -> Measure<'_> {
        match &self.0 {
            Value::String(text) => Measure::Text(text),
            Value::Array(items) => Measure::Items(items.len()),
            _ => Measure::Other,
        }
    }
}

/// Free JSON that may be inside a text.
#[cfg(feature = "callback")]
pub trait Unpack: Decode {
    /// A text that holds a list or an object becomes what it holds; anything else stays.
    fn unpack(&mut self);
}

#[cfg(feature = "callback")]
impl Unpack for Json {
    fn unpack(&mut self) {
        let Value::String(text) = &self.0 else { return };
        if text.trim_start().starts_with(['{', '['])
            && let Ok(inner) = serde_json::from_str(text)
        {
            self.0 = inner;
        }
    }
}

#[cfg(feature = "callback")]
impl Unpack for Option<Json> {
    fn unpack(&mut self) {
        if let Some(json) = self {
            json.unpack();
        }
    }
}

/// A place for free JSON that may be inside a text: read, and taken out of the text.
#[cfg(feature = "callback")]
#[derive(Debug)]
pub struct Unpacked<'a, T>(pub &'a mut T);

#[cfg(feature = "callback")]
impl<T: Unpack> Decode for Unpacked<'_, T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, Malformed> {
        let found = self.0.read(reader)?;
        self.0.unpack();
        Ok(found)
    }
}

impl Decode for Json {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, Malformed> {
        let json = reader.slice()?;
        match serde_json::from_slice(json) {
            Ok(value) => self.0 = value,
            Err(error) => return Err(Malformed::new(error.to_string())),
        }
        Ok(match self.0 {
            Value::Null => Found::Nothing,
            _ => Found::Value,
        })
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}
