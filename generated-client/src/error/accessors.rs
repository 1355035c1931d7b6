//! What an error tells its caller.

use std::time::Duration;

use crate::error::{Attempt, AttemptClass, Code, Error, ErrorKind, Outcome};
use crate::transport::TransportErrorKind;
use crate::transport::host::Host;
use crate::wire::codes::ApiCode;
use crate::wire::endpoint_meta::Retry;
use crate::wire::request_id::RequestId;

impl Error {
    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The server's code, if the reply has one.
    #[must_use]
    pub fn code(&self) -> Option<&Code> {
        self.0.code.as_ref()
    }

    /// Whether the server answered this code: `error.is(im::ErrorCode::BadParameter)`, where the product counts too, or
    /// `error.is(414)` for any product.
    #[must_use]
    pub fn is(&self, code: impl ApiCode) -> bool {
        self.0.code.as_ref().is_some_and(|own| {
            own.value() == code.value() && code.product().is_none_or(|product| product == own.product())
        })
    }

    /// The server's explanation, verbatim.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The endpoint's name in the spec: `im.user.create`.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_ref().map(|endpoint| endpoint.id.as_str())
    }

    /// Base URL of the host of the last attempt.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_ref().map(Host::as_str)
    }

    /// The request id of the call. The vendor's support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_ref().map(RequestId::as_str)
    }

    /// The HTTP status, if a response began.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The body of the reply as it was received, if it is complete.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// The place in the reply that could not be read: `uinfos[2].gender`; empty for the reply as a whole. Only for
    /// [`ErrorKind::Decode`].
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// The parameter that was rejected before sending: `members[2].name`.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.0.parameter.as_deref()
    }

    /// Whether a timeout ended the attempt, while connecting or later.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.transport, Some(TransportErrorKind::ConnectTimeout | TransportErrorKind::Timeout))
    }

    /// Whether no connection was made: nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.transport.is_some_and(|kind| !kind.may_have_been_sent())
    }

    /// Whether the server refused the time or the signature of the request: the clock of this machine is wrong by more
    /// than 5 minutes, or the secret is wrong.
    #[must_use]
    pub fn is_clock(&self) -> bool {
        self.0.class == AttemptClass::Clock
    }

    /// Whether the server says that the app belongs to another region than the host that was asked; see
    /// [`ClientBuilder::region`](crate::ClientBuilder::region).
    #[must_use]
    pub fn is_wrong_region(&self) -> bool {
        self.0.region_advice.is_some()
    }

    /// Whether a new call may succeed and cannot take effect twice, considering all attempts of this one.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let harmless = self.0.endpoint.as_ref().is_some_and(|endpoint| endpoint.retry == Retry::Safe);
        let undone = matches!(self.0.outcome, Outcome::NotSent | Outcome::Refused);
        match self.0.class {
            AttemptClass::NotSent | AttemptClass::QuotaBlocked | AttemptClass::Throttled | AttemptClass::RetryLater => {
                undone || harmless
            }
            AttemptClass::Busy | AttemptClass::Unknown | AttemptClass::Failed => harmless,
            AttemptClass::Clock | AttemptClass::Duplicate | AttemptClass::Permanent => false,
        }
    }

    /// The outcome of the call on the server's side, over all its attempts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The attempts of the call, in order; the last one ended with this error. Empty if none was made.
    ///
    /// ```
    /// # fn handle(error: &yunxin::Error) {
    /// // The room is gone, and an earlier attempt to delete it was lost: it may well have been us.
    /// let was_us = error.is(404) && error.attempts().iter().any(|attempt| attempt.class().may_have_applied());
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// How long to wait before another call: what the server asked for, or how long it blocks at least.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after.or(self.0.penalty)
    }
}
