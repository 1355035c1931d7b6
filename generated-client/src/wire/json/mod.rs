//! Free-form JSON.

mod canonical;
#[cfg(feature = "serde")]
mod stored;

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::wire::encode_error::EncodeError;
use crate::wire::from_wire::{Found, FromWire};
use crate::wire::json_writer::{JsonWriter, push_quoted};
use crate::wire::lexer::Lexer;
use crate::wire::limit::Measure;
use crate::wire::reader::{DecodeError, Reader};
use crate::wire::text::Text;
use crate::wire::to_wire::ToWire;

/// Any JSON value, for parameters and payloads whose structure the spec does not define.
///
/// It holds the JSON text unchanged: in replies and callbacks numbers keep all their digits, and keys their order and
/// their repetitions. [`raw`](Json::raw) is that text, [`value`](Json::value) a parsed copy of it, and
/// `serde_json::from_str(json.raw())` parses it as a type of your own. Two values are equal if they differ only in
/// whitespace, escapes and the order of keys.
///
/// Servers often send JSON inside a string. It stays a string, because it may be text that a user wrote;
/// [`unpacked`](Json::unpacked) parses it.
///
/// Create one from a [`serde_json::Value`], from plain values, or [parse](Json::parse) text, which is sent unchanged.
/// In a form or a query a JSON string is sent as its text, any other value as JSON text.
///
/// ```
/// use yunxin::Json;
/// let order = Json::parse(r#"{"orderId": 12345678901234567890123, "a": [1]}"#)?;
/// assert_eq!(order.raw(), r#"{"orderId": 12345678901234567890123, "a": [1]}"#);
/// assert_eq!(order.value()["a"][0], 1);
///
/// let attachment = Json::from(r#"{"url": "https://files.example.com/sea"}"#);
/// assert_eq!(attachment.text().as_deref(), Some(r#"{"url": "https://files.example.com/sea"}"#));
/// assert_eq!(attachment.unpacked().value()["url"], "https://files.example.com/sea");
/// # Ok::<(), yunxin::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Json {
    /// JSON text without whitespace around it; empty for null.
    raw: Box<str>,
}

impl Json {
    /// Checks that a text is JSON, and keeps it unchanged except for whitespace around it.
    ///
    /// # Errors
    /// If the text is not JSON.
    pub fn parse(text: &str) -> Result<Self, EncodeError> {
        match serde_json::from_str::<Value>(text) {
            Ok(_) => Ok(Self::from_valid(text.trim_matches([' ', '\n', '\r', '\t']))),
            Err(error) => Err(EncodeError::new("", format!("the text is not JSON: {error}"))),
        }
    }

    /// Wraps text that is known to be JSON.
    fn from_valid(raw: impl Into<Box<str>>) -> Self {
        Self { raw: raw.into() }
    }

    /// Returns the JSON text, as received or given.
    #[must_use]
    pub fn raw(&self) -> &str {
        if self.raw.is_empty() { "null" } else { &self.raw }
    }

    /// Parses the value, anew at each call. What a [`Value`] cannot hold is lost: digits of numbers beyond 64 bits, the
    /// order of keys, all but the last of repeated keys. JSON inside a string stays a string, see
    /// [`unpacked`](Json::unpacked).
    #[must_use]
    pub fn value(&self) -> Value {
        // Parsing fails only for a value that was built with more nesting than `serde_json` parses.
        serde_json::from_str(self.raw()).unwrap_or_default()
    }

    /// Returns the text of a JSON string; `None` for any other value.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        if !self.raw.starts_with('"') {
            return None;
        }
        Lexer::from_text(&self.raw).string().ok().map(super::lexer::Raw::unescaped)
    }

    /// Parses a string that holds the JSON text of a list or an object; returns any other value unchanged.
    #[must_use]
    pub fn unpacked(&self) -> Self {
        match self.text() {
            Some(text) if text.trim_start().starts_with(['{', '[']) => {
                Self::parse(&text).unwrap_or_else(|_| self.clone())
            }
            _ => self.clone(),
        }
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.raw() == other.raw() || canonical::is_equal(self.raw(), other.raw())
    }
}

impl fmt::Display for Json {
    /// Writes the JSON text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", self.raw())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::from_valid(value.to_string())
    }
}

macro_rules! json_from {
    ($($plain:ty),*) => {$(
        impl From<$plain> for Json {
            fn from(value: $plain) -> Self {
                Self::from(Value::from(value))
            }
        }
    )*};
}

json_from!(bool, i32, i64, u32, u64, f64);

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        let mut raw = String::with_capacity(text.len() + 2);
        push_quoted(&mut raw, text);
        Self::from_valid(raw)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        let mut raw = String::from("[");
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                raw.push(',');
            }
            raw.push_str(item.into().raw());
        }
        raw.push(']');
        Self::from_valid(raw)
    }
}

impl ToWire for Json {
    fn text(&self, out: &mut Text<'_>) {
        match Json::text(self) {
            Some(text) => out.str(&text),
            None => out.str(self.raw()),
        }
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.verbatim(self.raw());
    }

    fn measure(&self) -> Measure<'_> {
        match self.raw.as_bytes().first() {
            Some(b'"') => match Json::text(self) {
                Some(Cow::Borrowed(text)) => Measure::Text(text),
                // The decoded text cannot be borrowed; the checks that need it call `text`.
                _ => Measure::Other,
            },
            Some(b'[') => Measure::Items(count_items(&self.raw)),
            _ => Measure::Other,
        }
    }
}

/// Returns how many items a list has.
fn count_items(raw: &str) -> usize {
    let mut count = 0;
    let counted = Reader::new(raw.as_bytes()).list(&mut |reader| {
        count += 1;
        reader.skip()
    });
    if counted.is_ok() { count } else { 0 }
}

impl FromWire for Json {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        let raw = reader.json_text()?;
        if raw == "null" {
            *self = Self::default();
            return Ok(Found::Nothing);
        }
        *self = Self::from_valid(raw);
        Ok(Found::Value)
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Json {
        let mut target = Json::default();
        Reader::new(json.as_bytes()).read(&mut target).unwrap();
        target
    }

    #[test]
    fn what_came_is_kept_to_the_letter() {
        for json in [
            r#"{"b":1,"a":2}"#,
            r#"{"orderId":12345678901234567890123}"#,
            r#"{ "a" : 1.50, "a" : 1e2 , "\u0061":-0 }"#,
            r#""[1, 2]""#,
            r#""汉\u6c49\/""#,
            "[]",
            "0",
            "false",
        ] {
            assert_eq!(read(json).raw(), json);
            assert_eq!(Json::parse(&format!("\n {json}\t")).unwrap().raw(), json);
        }
        assert_eq!(read("null"), Json::default());
        assert_eq!(Json::default().raw(), "null");
        for json in ["", " ", "{", "[1,]", "01", "nul", "\"\\ud83d\"", "1e999", "\u{a0}1", "1 2"] {
            assert!(Json::parse(json).is_err(), "{json}");
        }
    }

    #[test]
    fn text_stays_text_until_it_is_unpacked() {
        let json = read(r#""{\"b\":1, \"a\":12345678901234567890123}""#);
        assert_eq!(json.text().unwrap(), r#"{"b":1, "a":12345678901234567890123}"#);
        assert!(json.value().is_string());
        assert_eq!(json.unpacked().raw(), r#"{"b":1, "a":12345678901234567890123}"#);
        for json in [r#""[x""#, r#""7""#, r#""null""#, r#""""#, r#""hello""#, "7", "null", r#"{"a":1}"#, r#"["[1]"]"#] {
            assert_eq!(read(json).unpacked().raw(), json);
        }
        assert_eq!(read(r#"{"a":1}"#).text(), None);
    }

    #[test]
    fn equal_is_what_means_the_same() {
        let same = |one: &str, other: &str| read(one) == read(other);
        for (one, other) in [
            (r#"{"a":1,"b":[true,null]}"#, "{ \"b\" : [ true,\tnull ] , \"a\" : 1 }"),
            (r#""\u6c49\/""#, "\"汉/\""),
            (r#"{"\u0061":{}}"#, r#"{"a":{ }}"#),
            (r#"{"a":1,"b":0,"a":2}"#, r#"{"a":1,"a":2,"b":0}"#),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("12345678901234567890123", "12345678901234567890124"),
            ("[1,2]", "[2,1]"),
            ("\"[1]\"", "[1]"),
            ("1", "\"1\""),
            (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
            (r#"["a,b"]"#, r#"["a","b"]"#),
            ("null", "false"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn it_is_built_from_values() {
        assert_eq!(Json::from("a\"\n").raw(), r#""a\"\n""#);
        assert_eq!(Json::from(vec![Json::from(1), Json::default(), Json::from("x")]).raw(), r#"[1,null,"x"]"#);
        assert_eq!(Json::from(Vec::<i32>::new()).raw(), "[]");
        assert_eq!(Json::from(u64::MAX).value(), u64::MAX);
        assert_eq!(Json::from(f64::NAN).raw(), "null");
        let value = serde_json::json!({"b": [1.5, {"a": "汉"}]});
        assert_eq!(Json::from(value.clone()).value(), value);
    }

    #[test]
    fn limits_see_its_text_and_its_items() {
        assert!(matches!(Json::from("plain").measure(), Measure::Text("plain")));
        assert!(matches!(Json::from("a\nb").measure(), Measure::Other));
        assert!(matches!(read("[[1,2],{\"a\":[]}, 3]").measure(), Measure::Items(3)));
        assert!(matches!(read("[]").measure(), Measure::Items(0)));
        assert!(matches!(read("{}").measure(), Measure::Other));
    }
}
