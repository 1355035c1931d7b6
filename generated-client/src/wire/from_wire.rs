//! How a value comes out of a reply.

use std::collections::BTreeMap;

use crate::wire::reader::{DecodeError, Fields, Reader};

/// Whether reading met a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A value was read.
    Value,
    /// There was null, or an empty text where a number, a list or an object belongs; the target is as it was.
    Nothing,
}

impl Found {
    fn of<T>(value: Option<T>, target: &mut T) -> Self {
        match value {
            Some(value) => {
                *target = value;
                Self::Value
            }
            None => Self::Nothing,
        }
    }
}

/// A value that can be read from a reply.
pub trait FromWire {
    /// Reads the next value.
    ///
    /// # Errors
    /// If it cannot be read as this type.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError>;

    /// Whether a successful reply may come without this payload: lists, maps, options, free JSON and `()`, which have a
    /// word for it. For all else the default would be an invention, and a reply without the payload is an error.
    fn may_be_missing(&self) -> bool {
        false
    }

    /// The value as fields, if it is an object.
    fn as_fields(&mut self) -> Option<&mut dyn Fields> {
        None
    }
}

impl<T: Fields> FromWire for T {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        reader.object(self)
    }

    fn as_fields(&mut self) -> Option<&mut dyn Fields> {
        Some(self)
    }
}

/// Reads a value that is made of another one; the target stays as it is where there is nothing.
///
/// # Errors
/// If the other one cannot be read.
pub fn read_as<R: FromWire + Default, T: From<R>>(
    target: &mut T,
    reader: &mut Reader<'_>,
) -> Result<Found, DecodeError> {
    let mut raw = R::default();
    let found = raw.read(reader)?;
    if found == Found::Value {
        *target = T::from(raw);
    }
    Ok(found)
}

impl FromWire for () {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        reader.skip().map(|()| Found::Value)
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}

impl FromWire for String {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        reader.text(self)
    }
}

impl FromWire for bool {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        Ok(Found::of(reader.bool()?, self))
    }
}

impl FromWire for f64 {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        Ok(Found::of(reader.float()?, self))
    }
}

macro_rules! decode_integer {
    ($($int:ty: $wide:ident),*) => {$(
        impl FromWire for $int {
            fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
                let Some(integer) = reader.integer()? else {
                    return Ok(Found::Nothing);
                };
                match integer.$wide().map(Self::try_from) {
                    Some(Ok(value)) => {
                        *self = value;
                        Ok(Found::Value)
                    }
                    _ => Err(out_of_range(stringify!($int))),
                }
            }
        }
    )*};
}

decode_integer!(i8: signed, i16: signed, i32: signed, i64: signed, u8: unsigned, u16: unsigned, u32: unsigned, u64: unsigned);

#[cold]
fn out_of_range(of: &str) -> DecodeError {
    DecodeError::new(format!("is a number outside the range of {of}"))
}

impl<T: FromWire + Default> FromWire for Option<T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        let mut value = T::default();
        let found = value.read(reader)?;
        *self = (found == Found::Value).then_some(value);
        Ok(found)
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}

impl<T: FromWire + Default> FromWire for Vec<T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        self.clear();
        reader.list(&mut |reader| {
            let mut item = T::default();
            item.read(reader)?;
            self.push(item);
            Ok(())
        })
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}

impl<T: FromWire + Default> FromWire for BTreeMap<String, T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        self.clear();
        reader.map(&mut |key, reader| {
            let mut value = T::default();
            match value.read(reader) {
                Ok(_) => {
                    self.insert(key, value);
                    Ok(())
                }
                Err(malformed) => Err(malformed.inside_key(&key)),
            }
        })
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}
