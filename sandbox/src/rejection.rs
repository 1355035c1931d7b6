//! Errors in a call, and the response of the product for each.

use std::fmt;

use yunxin_codegen::model::{Product, RejectionReply};

/// Kind of error in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RefusalKind {
    /// A signing header is missing.
    Header,
    /// The AppKey is unknown.
    AppKey,
    /// The Nonce is too long.
    Nonce,
    /// CurTime is malformed or too far off.
    Clock,
    /// The CheckSum is wrong.
    CheckSum,
    /// The app belongs to another region than the host.
    Region,
    /// The body is not of the type that the endpoint accepts.
    ContentType,
    /// A parameter is unknown, missing, ill-typed, over a limit or in the wrong place.
    Parameter,
    /// Two parameters are in the wrong order, or too close to or too far from each other.
    Order,
    /// There is no such endpoint.
    Path,
    /// The endpoint exists under another method.
    Method,
    /// The body is too large for the sandbox.
    TooLarge,
    /// The body ended early.
    Broken,
}

impl RefusalKind {
    /// Returns the key of `rejections` in product.yaml, or the name of a kind that has no key there.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::AppKey => "app_key",
            Self::Nonce => "nonce",
            Self::Clock => "clock",
            Self::CheckSum => "checksum",
            Self::Region => "region",
            Self::ContentType => "content_type",
            Self::Parameter => "parameter",
            Self::Order => "order",
            Self::Path => "path",
            Self::Method => "method",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
        }
    }

    /// Returns the HTTP status of the response if the product does not define one.
    pub(crate) fn default_status(self) -> u16 {
        match self {
            Self::Path => 404,
            Self::Method => 405,
            Self::TooLarge => 413,
            _ => 400,
        }
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error in a call.
#[derive(Debug)]
pub(crate) struct Rejection {
    pub(crate) kind: RefusalKind,
    /// The parameter in the text of the response; `None` if the error is not about a parameter.
    pub(crate) parameter: Option<String>,
    /// What was found and what was expected.
    pub(crate) what: String,
    /// Whether a required parameter is missing: some products have another response for that.
    is_missing: bool,
}

impl Rejection {
    pub(crate) fn new(kind: RefusalKind, what: impl Into<String>) -> Self {
        Self { kind, parameter: None, what: what.into(), is_missing: false }
    }

    /// Creates an error about a parameter.
    pub(crate) fn parameter(name: &str, what: impl Into<String>) -> Self {
        Self { parameter: Some(name.to_owned()), ..Self::new(RefusalKind::Parameter, what) }
    }

    /// Creates an error about a required parameter that is missing or empty.
    pub(crate) fn missing(name: &str, what: impl Into<String>) -> Self {
        Self { is_missing: true, ..Self::parameter(name, what) }
    }

    /// Returns the response of the product. `None` for errors that the product does not define.
    pub(crate) fn reply<'p>(&self, product: &'p Product) -> Option<&'p RejectionReply> {
        let key = if self.is_missing { "missing_parameter" } else { self.kind.as_str() };
        product.rejections.get(key)
    }
}
