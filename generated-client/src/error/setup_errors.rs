//! Errors of what happens before a request is sent: setup, parameters, limits.

use std::time::Duration;

use crate::base::config_error::ConfigError;
use crate::error::classify::FailureSignal;
use crate::error::{AttemptClass, CallContext, Error, ErrorKind, Outcome};
use crate::transport::TransportErrorKind;
use crate::wire::encode_error::EncodeError;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::request_id::RequestId;

impl Error {
    pub(crate) fn config(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, Outcome::NotSent, what)
    }

    pub(crate) fn config_of(meta: &EndpointMeta<'_>, what: impl Into<String>) -> Self {
        let mut error = Self::config(what);
        error.0.endpoint = Some(meta.into());
        error
    }

    pub(crate) fn no_random(source: std::io::Error) -> Self {
        Self::config("the random source failed, so the request cannot be signed").caused_by(source)
    }

    pub(crate) fn invalid_request(meta: &EndpointMeta<'_>, problem: EncodeError) -> Self {
        let what = problem.to_string();
        let mut error = Self::new(ErrorKind::InvalidRequest, Outcome::NotSent, what);
        error.0.endpoint = Some(meta.into());
        error.0.parameter = Some(problem.parameter);
        error
    }

    /// The client's rate limiter has no slot before the deadline.
    pub(crate) fn limited(meta: &EndpointMeta<'_>, request_id: &RequestId, wait: Duration) -> Self {
        let what = "the client's rate limiter has no place for the call before its deadline; nothing was sent";
        let mut error = Self::new(ErrorKind::RateLimited, Outcome::NotSent, what);
        error.0.endpoint = Some(meta.into());
        error.0.request_id = Some(request_id.clone());
        error.0.class = AttemptClass::Throttled;
        error.0.retry_after = Some(wait);
        error
    }

    /// The host's concurrency limit is reached.
    pub(crate) fn too_many_calls(context: &CallContext<'_>) -> Self {
        let what = "as many calls as allowed are under way to the host, and none ended in time; nothing was sent";
        let mut error = Self::new(ErrorKind::TooManyCalls, Outcome::NotSent, what).at(context);
        error.0.class = AttemptClass::NotSent;
        error
    }

    /// The deadline was over before an attempt could begin.
    pub(crate) fn no_time(context: &CallContext<'_>) -> Self {
        let what = "the deadline was over before the request could be sent";
        let mut error = Self::new(ErrorKind::Transport, Outcome::NotSent, what).at(context);
        error.0.transport = Some(TransportErrorKind::ConnectTimeout);
        error.classified(FailureSignal::Broken(TransportErrorKind::ConnectTimeout))
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        let (what, source) = error.into_parts();
        let mut made = Self::config(what);
        made.0.source = source;
        made
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        let mut made = Self::new(ErrorKind::InvalidRequest, Outcome::NotSent, error.to_string());
        made.0.parameter = error.parameter().map(str::to_owned);
        made
    }
}
