//! Requests and objects as values: cloned, compared, shown.
//!
//! The macros here write less than derives would, and for hundreds of types the compiler notices. For the same reason they name what is
//! in Rust's prelude by one word; the generator lets no type of a spec hide it.

use std::fmt;
use std::io;

use crate::base::random::Random;
use crate::client::endpoint::Endpoint;
use crate::wire::encoder::{Encoder, Written};
use crate::wire::endpoint_meta::EndpointMeta;

/// Makes a request a value: `request!(Create { accid.clone(), gender });`. What is not `Copy` is cloned.
///
/// Two requests are equal if they send the same. `Debug` names the endpoint and shows each parameter that would be sent, by its name on
/// the wire and as JSON; of secrets and files only that they are there. Both come from what a request writes into an encoder.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    ($name:ident { $($field:ident $(.$clone:ident())?),* $(,)? }) => {
        impl Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                Self { $($field: self.$field $(.$clone())?),* }
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::encoded_eq(self, other)
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::fmt_request(self, formatter)
            }
        }
    };
}

/// Makes an object of the API a value: `object!(Account { accid.clone(), gender });`. What is not `Copy` is cloned; of the default, every
/// field is the default of its type.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($name:ident { $($field:ident $(.$clone:ident())?),* $(,)? }) => {
        impl Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                Self { $($field: self.$field $(.$clone())?),* }
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self { $($field: $crate::__private::empty()),* }
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, _other: &Self) -> bool {
                true $(&& self.$field == _other.$field)*
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::fmt_object_fields(
                    formatter,
                    stringify!($name),
                    stringify!($($field),*),
                    &[$(&self.$field),*],
                )
            }
        }
    };
}

/// What a field of an object is before anything is read into it.
#[doc(hidden)]
#[must_use]
pub fn empty<T: Default>() -> T {
    T::default()
}

/// Whether two requests send the same.
#[doc(hidden)]
pub fn encoded_eq<E: Endpoint>(one: &E, other: &E) -> bool {
    let spec = const { &E::META };
    written(spec, &|out| one.encode(out)) == written(spec, &|out| other.encode(out))
}

fn written(spec: &EndpointMeta<'_>, encode: &dyn Fn(&mut Encoder<'_>)) -> Written {
    let mut encoder = Encoder::new(spec, &ZeroRandom, false);
    encode(&mut encoder);
    encoder.into_written()
}

/// Shows a request.
///
/// # Errors
/// If the formatter fails.
#[doc(hidden)]
pub fn fmt_request<E: Endpoint>(request: &E, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    show_encoded(const { &E::META }, &|out| request.encode(out), formatter)
}

fn show_encoded(
    spec: &EndpointMeta<'_>,
    encode: &dyn Fn(&mut Encoder<'_>),
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut encoder = Encoder::to_show(spec, &ZeroRandom);
    encode(&mut encoder);
    let mut request = formatter.debug_struct(spec.id);
    for (name, value) in encoder.into_shown() {
        request.field(&name, &format_args!("{value}"));
    }
    request.finish()
}

/// Shows an object as a derived `Debug` does. `names` are those of the values, with a comma between.
///
/// # Errors
/// If the formatter fails.
#[doc(hidden)]
pub fn fmt_object_fields(
    formatter: &mut fmt::Formatter<'_>,
    object: &'static str,
    names: &'static str,
    values: &[&dyn fmt::Debug],
) -> fmt::Result {
    let mut object = formatter.debug_struct(object);
    for (name, value) in names.split(',').zip(values) {
        object.field(name.trim(), value);
    }
    object.finish()
}

/// Stands in for chance where nothing is sent: the same request is written the same twice.
struct ZeroRandom;

impl Random for ZeroRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(0);
        Ok(())
    }
}
