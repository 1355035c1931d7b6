//! Emits the constant `META` of an endpoint.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::rate::Rate;
use crate::model::{Body, Endpoint, Method, RetryKind, Returns, Signing, rate};

/// Emits `EndpointMeta::new(&super::PRODUCT, "im.user.create", Method::Post, "/user/create.action").body(Body::Form)`
/// and so on, without default values.
pub(super) fn value(endpoint: &Endpoint) -> TokenStream {
    let (id, path, method) = (&endpoint.id, &endpoint.path.text, method(endpoint.method));
    let (body, payload, retry) = (body(endpoint), payload(endpoint), retry(endpoint.retry));
    let (timeout, rate, signing) = (timeout(endpoint), rate(endpoint), signing(endpoint.signing));
    quote!(
        EndpointMeta::new(&super::PRODUCT, #id, Method::#method, #path) #body #payload .retry(Retry::#retry) #timeout #rate #signing
    )
}

/// Emits the HTTP method.
fn method(method: Method) -> TokenStream {
    match method {
        Method::Get => quote!(Get),
        Method::Post => quote!(Post),
        Method::Put => quote!(Put),
        Method::Patch => quote!(Patch),
        Method::Delete => quote!(Delete),
    }
}

/// Emits the encoding of the body; `None` if it is the default.
fn body(endpoint: &Endpoint) -> Option<TokenStream> {
    match endpoint.body() {
        Body::None => None,
        Body::Form => Some(quote!(.body(Body::Form))),
        Body::Json => Some(quote!(.body(Body::Json))),
        Body::Multipart => Some(quote!(.body(Body::Multipart))),
    }
}

/// Emits the position of the payload; `None` if there is no payload.
fn payload(endpoint: &Endpoint) -> Option<TokenStream> {
    match &endpoint.returns {
        Returns::Nothing => None,
        Returns::At(key, _) => Some(quote!(.payload(Payload::At(#key)))),
        Returns::Flat(_) => Some(quote!(.payload(Payload::Flat))),
    }
}

/// Emits whether a call may be repeated.
fn retry(retry: RetryKind) -> TokenStream {
    match retry {
        RetryKind::Never => quote!(Never),
        RetryKind::Safe => quote!(Safe),
        RetryKind::Deduplicated => quote!(Deduplicated),
    }
}

/// Emits the timeout; `None` if there is none.
fn timeout(endpoint: &Endpoint) -> Option<TokenStream> {
    let millis = u64::try_from(endpoint.timeout?.as_millis()).unwrap_or(u64::MAX);
    let (number, from) = match millis {
        seconds if seconds.is_multiple_of(1000) => (seconds / 1000, quote!(from_secs)),
        millis => (millis, quote!(from_millis)),
    };
    let number = Literal::u64_unsuffixed(number);
    Some(quote!(.timeout(Duration::#from(#number))))
}

/// Emits the rate limit; `None` if there is none.
fn rate(endpoint: &Endpoint) -> Option<TokenStream> {
    let Rate { calls, seconds, shared } = rate::parse(endpoint.rate.as_deref()?)?;
    let calls = Literal::u32_unsuffixed(calls);
    let per = match seconds {
        1 => quote!(Per::Second),
        60 => quote!(Per::Minute),
        3_600 => quote!(Per::Hour),
        86_400 => quote!(Per::Day),
        other => {
            let seconds = Literal::u64_unsuffixed(other);
            quote!(Per::Seconds(#seconds))
        }
    };
    Some(match shared {
        None => quote!(.rate(#calls, #per)),
        Some(words) => quote!(.shared_rate(#calls, #per, #words)),
    })
}

/// Emits how requests are signed; `None` if it is the default.
fn signing(signing: Signing) -> Option<TokenStream> {
    match signing {
        Signing::Checksum => None,
        Signing::AppKey => Some(quote!(.signing(Signing::AppKey))),
        Signing::None => Some(quote!(.signing(Signing::None))),
    }
}
