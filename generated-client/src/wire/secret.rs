//! How secrets are written and read.

use crate::base::secret::Secret;
use crate::wire::from_wire::{Found, FromWire, read_as};
use crate::wire::json_writer::JsonWriter;
use crate::wire::limit::Measure;
use crate::wire::reader::{DecodeError, Reader};
use crate::wire::text::Text;
use crate::wire::to_wire::ToWire;

impl ToWire for Secret {
    fn text(&self, out: &mut Text<'_>) {
        let text = if out.checker().shows() { Self::MASK } else { self.expose() };
        out.str(text);
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        if out.checker().shows() {
            out.verbatim(Self::MASK);
        } else {
            out.str(self.expose());
        }
    }

    fn measure(&self) -> Measure<'_> {
        Measure::Text(self.expose())
    }
}

impl FromWire for Secret {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        read_as::<String, Self>(self, reader)
    }
}
