//! A call and its reply.

use std::time::Duration;

use indexmap::IndexMap;

use super::{Encoding, Field, Groups, Method, Pages, PathTemplate, Place, RetryKind, Rules, Signing, Type, Value};

/// One call.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `product.resource.name`
    pub id: String,
    /// Name in the spec.
    pub name: String,
    /// Name of the request type.
    pub rust_name: String,
    pub title: String,
    pub titles_zh: Vec<String>,
    pub docs: String,
    pub doc: Option<String>,
    pub method: Method,
    /// Below the product's base path.
    pub path: PathTemplate,
    pub encoding: Encoding,
    pub retry: RetryKind,
    pub timeout: Option<Duration>,
    pub rate: Option<String>,
    /// More about the rate, for the docs.
    pub rate_note: Option<String>,
    /// What is not known about a partial endpoint; `None` when it is complete.
    pub missing: Option<String>,
    /// Whether a placeholder is left in it.
    pub unwritten: bool,
    /// How calls are authenticated.
    pub signing: Signing,
    /// Path parameters in template order, then the others in the order of the file.
    pub params: Vec<Field>,
    /// Parameters that depend on each other, by wire name.
    pub groups: Groups,
    /// Rules between parameters.
    pub rules: Rules,
    /// How to get the next page.
    pub pages: Option<Pages>,
    pub returns: Returns,
    /// Codes of the product's table that this endpoint may answer with, in addition to the product's `default_errors`.
    pub errors: Vec<i64>,
    pub example: Example,
}

impl Endpoint {
    /// Whether any parameter is sent at this place.
    pub fn sends_to(&self, place: Place) -> bool {
        self.params.iter().any(|param| param.places.contains(&place))
    }

    /// What the request body is.
    pub fn body(&self) -> Body {
        match self.encoding {
            Encoding::Multipart => Body::Multipart,
            _ if self.sends_to(Place::Json) => Body::Json,
            _ if self.sends_to(Place::Form) => Body::Form,
            Encoding::Json if self.method != Method::Get && self.method != Method::Delete => Body::Json,
            Encoding::Form if self.method != Method::Get && self.method != Method::Delete => Body::Form,
            _ => Body::None,
        }
    }
}

/// Kind of request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// No body.
    None,
    /// `application/x-www-form-urlencoded`
    Form,
    /// A JSON object.
    Json,
    /// `multipart/form-data`
    Multipart,
}

/// Where the payload of a reply is.
#[derive(Clone, Debug)]
pub enum Returns {
    /// Only code and message.
    Nothing,
    /// Under this key.
    At(String, Type),
    /// Beside the code.
    Flat(Type),
}

/// One call and its reply.
#[derive(Clone, Debug)]
pub struct Example {
    /// Values by wire name.
    pub request: IndexMap<String, Value>,
    /// The body as JSON text with the keys in the order of the file; `None` when the reply has no body.
    pub reply: Option<String>,
}
