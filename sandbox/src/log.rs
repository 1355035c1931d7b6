//! Log of received requests, for the assertions of tests.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::rejection::RefusalKind;

/// A request and its outcome.
///
/// `Debug` leaves out the query, header values and the body: they hold signatures and tokens.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// Method as sent.
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// Headers in the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body as sent.
    pub body: Bytes,
    /// The endpoint, as `product.resource.name`; `None` if no endpoint matches.
    pub endpoint: Option<String>,
    /// HTTP status of the response.
    pub status: u16,
    /// The outcome.
    pub verdict: Verdict,
    /// The path for `Debug`, with the secret hidden.
    pub(crate) shown_path: String,
}

impl Received {
    /// Returns the first header with this name, ignoring case; `None` if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.shown_path)
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .field("endpoint", &self.endpoint)
            .field("status", &self.status)
            .field("verdict", &self.verdict)
            .finish()
    }
}

/// The outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The response is the example reply.
    Accepted {
        /// Warnings about accepted deviations.
        warnings: Vec<String>,
    },
    /// The response is that for a repeated request.
    Replayed {
        /// Warnings about accepted deviations.
        warnings: Vec<String>,
    },
    /// A health check.
    Health,
    /// The request was refused.
    Refused {
        /// Kind of error.
        kind: RefusalKind,
        /// The invalid parameter; `None` if the error is not about a parameter.
        parameter: Option<String>,
        /// What was found and what was expected.
        reason: String,
        /// Further errors, in order. The response is about `reason`.
        also: Vec<String>,
    },
}

impl Verdict {
    /// Returns whether the call was accepted, for the first time or as a repeat.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted { .. } | Self::Replayed { .. })
    }

    /// Returns the kind of error; `None` if the call was not refused.
    #[must_use]
    pub fn refusal(&self) -> Option<RefusalKind> {
        match self {
            Self::Refused { kind, .. } => Some(*kind),
            _ => None,
        }
    }
}

/// The most recent requests, up to a maximum number.
#[derive(Debug)]
pub(crate) struct RequestLog {
    capacity: usize,
    entries: Mutex<VecDeque<Received>>,
}

impl RequestLog {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::default() }
    }

    /// Returns whether requests are logged.
    pub(crate) fn is_enabled(&self) -> bool {
        self.capacity > 0
    }

    pub(crate) fn add(&self, received: Received) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        while entries.len() >= self.capacity.max(1) {
            entries.pop_front();
        }
        entries.push_back(received);
    }

    pub(crate) fn entries(&self) -> Vec<Received> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
