//! Errors of sending a callback.

use std::error::Error;
use std::fmt;

use yunxin_codegen::diagnostics::nearest;

use crate::SpecError;

/// Why a callback was not sent, or got no response.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendCallbackError {
    /// The specs cannot be used.
    Specs(SpecError),
    /// The specs do not have this event.
    UnknownEvent {
        /// The unknown id.
        id: String,
        /// The most similar known event; `None` if none is similar.
        nearest: Option<String>,
    },
    /// A field of the body cannot be set.
    Field {
        /// Its path.
        path: String,
        /// The reason.
        reason: String,
    },
    /// The URL cannot be posted to.
    Url {
        /// The URL.
        url: String,
        /// The reason.
        reason: &'static str,
    },
    /// The app key is empty or not allowed in a header.
    AppKey,
    /// There was no response.
    NoResponse {
        /// The URL.
        url: String,
        /// The cause.
        cause: Box<dyn Error + Send + Sync>,
    },
}

impl SendCallbackError {
    /// Creates the error for an unknown event, with the most similar known id.
    pub(super) fn unknown_event<'e>(id: &str, known: impl Iterator<Item = &'e str> + Clone) -> Self {
        // The id without its product.
        let same_name = || known.clone().find(|one| one.split_once('.').is_some_and(|(_, name)| name == id));
        let nearest = nearest(id, known.clone()).or_else(same_name).map(str::to_owned);
        Self::UnknownEvent { id: id.to_owned(), nearest }
    }
}

impl fmt::Display for SendCallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Specs(problem) => problem.fmt(f),
            Self::UnknownEvent { id, nearest: Some(nearest) } => {
                write!(f, "there is no event `{id}`; did you mean `{nearest}`?")
            }
            Self::UnknownEvent { id, nearest: None } => write!(f, "there is no event `{id}`"),
            Self::Field { path, reason } => write!(f, "cannot set `{path}`: {reason}"),
            Self::Url { url, reason } => write!(f, "cannot post to `{url}`: {reason}"),
            Self::AppKey => f.write_str("the app key is empty or has characters that no header may have"),
            Self::NoResponse { url, cause } => write!(f, "no answer from {url}: {cause}"),
        }
    }
}

impl Error for SendCallbackError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Specs(problem) => problem.source(),
            Self::NoResponse { cause, .. } => cause.source(),
            _ => None,
        }
    }
}
