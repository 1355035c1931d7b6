//! Decodes values from replies.

use std::collections::BTreeMap;

use crate::wire::reader::{DecodeError, Fields, Reader};

/// Whether a read found a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A value was read.
    Value,
    /// There was null, or an empty text in place of a number, a list or an object; the target is unchanged.
    Nothing,
}

impl Found {
    /// Stores the value in the target if there is one.
    fn store<T>(value: Option<T>, target: &mut T) -> Self {
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
    /// Reads the next value into `self`.
    ///
    /// # Errors
    /// If the value cannot be read as this type.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError>;

    /// Returns whether a successful reply may omit this payload. True for types that can express it: lists, maps,
    /// options, free JSON and `()`. For others the default value would be made up, so a missing payload is an error.
    fn may_be_missing(&self) -> bool {
        false
    }

    /// Returns the value as an object with fields; `None` if it is not an object.
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

/// Reads a value of type `R` and converts it into the target. The target is unchanged if there is no value.
///
/// # Errors
/// If the value cannot be read as `R`.
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
        Ok(Found::store(reader.bool()?, self))
    }
}

impl FromWire for f64 {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        Ok(Found::store(reader.float()?, self))
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

decode_integer!(i8: signed, i16: signed, i32: signed, i64: signed);
decode_integer!(u8: unsigned, u16: unsigned, u32: unsigned, u64: unsigned);

#[cold]
fn out_of_range(int_type: &str) -> DecodeError {
    DecodeError::new(format!("is a number outside the range of {int_type}"))
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
                Err(error) => Err(error.inside_key(&key)),
            }
        })
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}
