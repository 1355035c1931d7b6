//! Bytes that travel as base64 text.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::wire::from_wire::{Found, FromWire};
use crate::wire::json_writer::JsonWriter;
use crate::wire::limit::Measure;
use crate::wire::reader::{DecodeError, Reader};
use crate::wire::text::Text;
use crate::wire::to_wire::ToWire;

/// Bytes that are sent and received as base64 text. They are encoded and decoded automatically: this type holds the
/// plain bytes. `Debug` shows the size.
///
/// ```
/// let content = yunxin::Base64::from("hello");
/// assert_eq!(content.as_bytes(), b"hello");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Base64(Vec<u8>);

impl Base64 {
    /// Returns the plain bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Converts into the plain bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Base64 {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<&str> for Base64 {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for Base64 {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl ToWire for Base64 {
    fn text(&self, out: &mut Text<'_>) {
        // A multiple of 3, so that only the last chunk is padded; small, so that a large file is not copied as a whole.
        for chunk in self.0.chunks(3 * 1024) {
            out.str(&STANDARD.encode(chunk));
        }
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.str(&STANDARD.encode(&self.0));
    }

    fn measure(&self) -> Measure<'_> {
        Measure::Bytes(self.0.len())
    }
}

impl FromWire for Base64 {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        let mut text = String::new();
        let found = reader.text(&mut text)?;
        self.0 =
            STANDARD.decode(text.trim()).map_err(|error| DecodeError::new(format!("is not base64 text: {error}")))?;
        Ok(found)
    }
}

#[cfg(feature = "serde")]
mod serde_impls {
    use base64::Engine as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Base64, STANDARD};

    impl Serialize for Base64 {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&STANDARD.encode(&self.0))
        }
    }

    impl<'de> Deserialize<'de> for Base64 {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::limit::Checker;
    use crate::wire::text::Escape;

    #[test]
    fn chunks_join_to_one_text() {
        let bytes: Vec<u8> = (0..10_000_u32).map(|number| number.to_le_bytes()[0]).collect();
        let mut out = String::new();
        Base64::from(bytes.clone()).text(&mut Text::new(&mut out, Escape::Plain, &mut Checker::new(true)));
        assert_eq!(out, STANDARD.encode(&bytes));
    }

    #[test]
    fn replies_are_decoded() {
        let mut read = Base64::default();
        Reader::new(br#""aGVsbG8=""#).read(&mut read).unwrap();
        assert_eq!(read.as_bytes(), b"hello");
        let refused = Reader::new(br#""a!""#).read(&mut read).unwrap_err();
        assert!(refused.to_string().contains("not base64 text"), "{refused}");
    }
}
