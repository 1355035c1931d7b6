//! The columns of the coverage table.

use serde::{Deserialize, Serialize};

use super::unwritten::is_unwritten;
use crate::model::{Endpoint, Field, Limits, Product, Resource, Returns, Scalar, Type};

/// A number for each product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// All.
    Endpoints,
    /// Those that the sources describe in full.
    Complete,
    /// The others.
    Partial,
    /// Of all endpoints.
    Parameters,
    /// Endpoints whose payload has a type.
    TypedReplies,
    /// Parameters that not every value of their type fits.
    WithLimits,
    /// Endpoints whose example shows something.
    WithExamples,
    /// Endpoints with a link.
    WithLinks,
    /// Endpoints with their official title.
    WithChineseTitle,
}

impl Column {
    /// All, in the order of the table.
    pub const ALL: &'static [Self] = &[
        Self::Endpoints,
        Self::Complete,
        Self::Partial,
        Self::Parameters,
        Self::TypedReplies,
        Self::WithLimits,
        Self::WithExamples,
        Self::WithLinks,
        Self::WithChineseTitle,
    ];

    /// Head of the column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Endpoints => "endpoints",
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Parameters => "parameters",
            Self::TypedReplies => "typed replies",
            Self::WithLimits => "with limits",
            Self::WithExamples => "with examples",
            Self::WithLinks => "with links",
            Self::WithChineseTitle => "with Chinese title",
        }
    }

    /// Describes exactly what is counted.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Endpoints => "endpoints in the spec files of the product",
            Self::Complete => {
                "endpoints that are not marked `completeness: partial`, and have no placeholder left in them"
            }
            Self::Partial => {
                "the others, this number may fall; \
                 of an endpoint with a placeholder nothing else is counted until it is filled in"
            }
            Self::Parameters => "parameters of all endpoints; fields inside of objects do not count",
            Self::TypedReplies => {
                "endpoints that return nothing, or something else than `json`, `[json]` or `{string: json}`"
            }
            Self::WithLimits => {
                "parameters with a limit of their own: max_len, max_bytes, max_items, range, pattern or one_of"
            }
            Self::WithExamples => {
                "endpoints whose example sends a parameter, if they have any, \
                 and replies with a payload, if they return one"
            }
            Self::WithLinks => "endpoints with a link to the page that describes them",
            Self::WithChineseTitle => "endpoints with a `title_zh`, the official title",
        }
    }

    /// Whether a smaller number is a loss.
    pub fn is_kept(self) -> bool {
        self != Self::Partial
    }

    /// What an endpoint adds to the count.
    pub(super) fn count(self, product: &Product, resource: &Resource, endpoint: &Endpoint) -> usize {
        // What is still to be written is there, and nothing is known about it.
        if is_unwritten(resource, endpoint) {
            return matches!(self, Self::Endpoints | Self::Partial).into();
        }
        match self {
            Self::Endpoints => 1,
            Self::Complete => endpoint.missing.is_none().into(),
            Self::Partial => endpoint.missing.is_some().into(),
            Self::Parameters => endpoint.params.len(),
            Self::TypedReplies => is_typed(&endpoint.returns).into(),
            Self::WithLimits => endpoint.params.iter().filter(|param| is_limited(param)).count(),
            Self::WithExamples => (shows_request(endpoint) && shows_reply(product, endpoint)).into(),
            Self::WithLinks => (!endpoint.docs.is_empty()).into(),
            Self::WithChineseTitle => (!endpoint.titles_zh.is_empty()).into(),
        }
    }
}

fn is_typed(returns: &Returns) -> bool {
    match returns {
        Returns::Nothing => true,
        Returns::At(_, ty) | Returns::Flat(ty) => !is_free(ty),
    }
}

/// Any JSON, or a list or map of it.
fn is_free(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => *scalar == Scalar::Json,
        Type::List(inner) | Type::Map(inner) => is_free(inner),
        Type::Object(_) | Type::Enum(_) => false,
    }
}

fn is_limited(param: &Field) -> bool {
    param.limits != Limits::default() || param.pattern.is_some() || !param.one_of.is_empty()
}

fn shows_request(endpoint: &Endpoint) -> bool {
    endpoint.params.is_empty() || !endpoint.example.request.is_empty()
}

/// Whether the reply has more than the keys that every reply has.
fn shows_reply(product: &Product, endpoint: &Endpoint) -> bool {
    let Some(reply) = &endpoint.example.reply else { return matches!(endpoint.returns, Returns::Nothing) };
    // The text is JSON because the model was made of parsed YAML.
    let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_str(reply).unwrap_or_default();
    let rule = &product.reply;
    match &endpoint.returns {
        Returns::Nothing => true,
        Returns::At(key, _) => keys.contains_key(key),
        Returns::Flat(_) => keys.keys().any(|key| {
            *key != rule.code_key && !rule.message_keys.contains(key) && !rule.request_id_keys.contains(key)
        }),
    }
}
