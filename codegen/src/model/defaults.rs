//! Default values of keys that are left out, for the checks and for the model.

use crate::document::{Endpoint, Field, Product};
use crate::model::PathTemplate;
use crate::primitives::{Encoding, Method, Place, RetryKind, Signing};

pub(crate) fn method(product: &Product, endpoint: &Endpoint) -> Method {
    endpoint.head.method.or(product.defaults.method).unwrap_or(Method::Post)
}

pub(crate) fn encoding(product: &Product, endpoint: &Endpoint) -> Encoding {
    let without_body = matches!(method(product, endpoint), Method::Get | Method::Delete);
    let default = if without_body { Encoding::Query } else { product.defaults.encoding.unwrap_or(Encoding::Json) };
    endpoint.head.encoding.unwrap_or(default)
}

pub(crate) fn retry(product: &Product, endpoint: &Endpoint) -> RetryKind {
    endpoint.head.retry.or(product.defaults.retry).unwrap_or(RetryKind::Never)
}

/// Value of an endpoint's `rate` where the product's default does not hold.
pub(crate) const NO_RATE: &str = "none";

pub(crate) fn rate<'a>(product: &'a Product, endpoint: &'a Endpoint) -> Option<&'a str> {
    endpoint.head.rate.as_deref().or(product.defaults.rate.as_deref()).filter(|rate| *rate != NO_RATE)
}

pub(crate) fn signing(product: &Product, endpoint: &Endpoint) -> Signing {
    endpoint.head.signing.unwrap_or(product.signing)
}

/// Where a parameter is sent.
pub(crate) fn places(name: &str, param: &Field, path: Option<&PathTemplate>, encoding: Encoding) -> Vec<Place> {
    if !param.places.is_empty() {
        return param.places.clone();
    }
    if path.is_some_and(|path| path.parameters().any(|placeholder| placeholder == name)) {
        return vec![Place::Path];
    }
    vec![match encoding {
        Encoding::Form | Encoding::Multipart => Place::Form,
        Encoding::Json => Place::Json,
        Encoding::Query => Place::Query,
    }]
}

/// Whether a parameter must be given: path parameters always, unless they are the optional last segment.
pub(crate) fn required(name: &str, param: &Field, places: &[Place], path: Option<&PathTemplate>) -> bool {
    param.required || (places.contains(&Place::Path) && !path.is_some_and(|path| path.is_optional(name)))
}

/// Name of the type that `returns.fields` makes.
pub(crate) fn reply_type(endpoint_rust_name: &str) -> String {
    format!("{endpoint_rust_name}Reply")
}

/// Name in Rust.
pub(crate) fn field_name(wire_name: &str, field: &Field) -> String {
    field.name.clone().unwrap_or_else(|| crate::naming::field(wire_name))
}
