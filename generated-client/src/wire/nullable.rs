//! Values that may be an explicit null.

use crate::wire::from_wire::{Found, FromWire};
use crate::wire::json_writer::JsonWriter;
use crate::wire::limit::Measure;
use crate::wire::reader::{DecodeError, Reader};
use crate::wire::text::Text;
use crate::wire::to_wire::ToWire;

/// A value, or an explicit `null`. For the server `null` differs from leaving the value out: it usually clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(untagged))]
pub enum Nullable<T> {
    /// A value.
    Value(T),
    /// `null`.
    #[default]
    Null,
}

impl<T: ToWire> ToWire for Nullable<T> {
    fn text(&self, out: &mut Text<'_>) {
        match self {
            Self::Value(value) => value.text(out),
            Self::Null => out.str("null"),
        }
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        match self {
            Self::Value(value) => value.json(out),
            Self::Null => out.null(),
        }
    }

    fn measure(&self) -> Measure<'_> {
        match self {
            Self::Value(value) => value.measure(),
            Self::Null => Measure::Null,
        }
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        if let Self::Value(value) = self {
            value.each(visit);
        }
    }
}

impl<T: FromWire + Default> FromWire for Nullable<T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        let mut value = T::default();
        let found = value.read(reader)?;
        if found == Found::Value {
            *self = Self::Value(value);
        }
        Ok(found)
    }
}
