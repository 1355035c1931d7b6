//! Errors as text.

use std::error::Error as StdError;
use std::fmt;
use std::fmt::Write as _;

use bytes::Bytes;

use crate::error::{Error, ErrorKind, Outcome, StopReason, advice};

impl Error {
    /// A short name of what happened, for spans.
    pub(crate) fn short_name(&self) -> String {
        match (self.0.kind, self.0.transport, &self.0.code, self.0.http_status) {
            (_, Some(kind), ..) => kind.as_str().to_owned(),
            (ErrorKind::Api, _, Some(code), _) => code.value().to_string(),
            (ErrorKind::Http, _, _, Some(status)) => status.to_string(),
            (kind, ..) => kind.as_str().to_owned(),
        }
    }

    /// Writes what earlier attempts did, if the last one does not show it.
    fn write_earlier(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.attempts.last().map_or(self.0.outcome, |attempt| attempt.outcome);
        f.write_str(match self.0.outcome {
            outcome if outcome == last => "",
            Outcome::Applied => "; an earlier attempt of this call took effect",
            Outcome::Unknown => "; an earlier attempt of this call may have taken effect",
            Outcome::NotSent | Outcome::Refused => "",
        })?;
        f.write_str(match self.0.reason {
            None | Some(StopReason::Settled | StopReason::Attempts) => "",
            Some(StopReason::Deadline) => "; the deadline leaves no time for another attempt",
            Some(StopReason::Window) => "; the server may have forgotten the request id, so it was not sent again",
            Some(StopReason::Budget) => "; the retry budget of the client is used up",
        })
    }

    fn write_place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(host), Some(id)) = (&self.0.host, &self.0.request_id) else {
            return Ok(());
        };
        write!(f, " [{}, request {}", host.as_str(), id.as_str())?;
        if let Some(proxy) = &self.0.proxy {
            write!(f, ", through {proxy}")?;
        }
        if let Some((_, earlier)) = self.0.attempts.split_last()
            && !earlier.is_empty()
        {
            write!(f, ", attempt {} after", self.0.attempts.len())?;
            for (index, attempt) in earlier.iter().enumerate() {
                f.write_str(if index == 0 { " " } else { ", " })?;
                write!(f, "{attempt}")?;
            }
        }
        f.write_str("]")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &self.0;
        if let Some(endpoint) = &facts.endpoint {
            write!(f, "{}: ", endpoint.id)?;
        }
        // The server's message may contain line breaks, and an error is one line in a log.
        for letter in facts.what.chars() {
            f.write_char(if letter.is_control() { ' ' } else { letter })?;
        }
        if let Some(wait) = self.retry_after() {
            write!(f, "; wait {} s", wait.as_secs())?;
        }
        if self.is_clock() {
            advice::on_clock(self.0.clock, f)?;
        }
        if let Some(advice) = &facts.region_advice {
            f.write_str(advice)?;
        }
        self.write_earlier(f)?;
        self.write_place(f)
    }
}

/// Begins with the text of `Display`, since that is what a `main` that returns the error prints. Bodies may hold
/// tokens, so only their size is shown.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ")?;
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("outcome", &self.0.outcome)
            .field("http_status", &self.0.http_status)
            .field("code", &self.0.code)
            .field("attempts", &self.0.attempts)
            .field("body_bytes", &self.0.body.as_ref().map(Bytes::len))
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
