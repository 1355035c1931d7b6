//! Encodes secrets in requests and decodes them from replies.

use crate::base::secret::Secret;
use crate::wire::from_wire::{Found, FromWire, read_as};
use crate::wire::limit::Measure;
use crate::wire::reader::{DecodeError, Reader};
use crate::wire::to_wire::ToWire;

impl ToWire for Secret {
    fn measure(&self) -> Measure<'_> {
        Measure::Text(self.expose())
    }
}

impl FromWire for Secret {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        read_as::<String, Self>(self, reader)
    }
}
