//! Requests as people see them.

use std::fmt;

use super::encoder::Encoder;
use super::endpoint::Endpoint;
use super::spec::Spec;
use crate::client::random::SystemRandom;

/// Gives requests a `Debug` that names the endpoint and shows each parameter that would be sent, by its name on the wire and as JSON; of
/// secrets and files only that they are there. What a request sends is written down in it already, which a derive would do once more.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_as_sent {
    ($($request:ident),*) => {$(
        impl ::core::fmt::Debug for $request {
            #[inline]
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::runtime::shown::show(self, formatter)
            }
        }
    )*};
}

/// Shows a request.
///
/// # Errors
/// If the formatter fails.
#[doc(hidden)]
pub fn show<E: Endpoint>(request: &E, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    show_encoded(E::SPEC, &|out| request.encode(out), formatter)
}

fn show_encoded(
    spec: &'static Spec,
    encode: &dyn Fn(&mut Encoder<'_>),
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let random = SystemRandom::default();
    let mut encoder = Encoder::to_show(spec, &random);
    encode(&mut encoder);
    let mut request = formatter.debug_struct(spec.id);
    for (name, value) in encoder.into_shown() {
        request.field(&name, &format_args!("{value}"));
    }
    request.finish()
}
