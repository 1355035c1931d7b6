//! The error of this crate: what went wrong, where, and whether the call took effect.

mod accessors;
mod advice;
mod attempt;
mod attempt_errors;
#[cfg(feature = "blocking")]
mod blocking_errors;
mod classify;
mod code;
mod display;
mod kind;
mod outcome;
mod recorded;
mod setup_errors;
mod signals;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

pub use attempt::Attempt;
pub use classify::AttemptClass;
pub use code::Code;
pub use kind::ErrorKind;
pub use outcome::Outcome;

pub(crate) use signals::{HealthSignal, StopReason};

use crate::transport::TransportErrorKind;
use crate::transport::host::Host;
use crate::wire::endpoint_meta::{EndpointMeta, Retry};
use crate::wire::request_id::RequestId;
use advice::ClockReading;
use classify::{FailureSignal, classify};

/// The result of the operations of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The one error of this crate: its [kind](Error::kind), the [server's code](Error::code), the
/// [outcome](Error::outcome) of the call, and where it happened.
///
/// `Display` is one line with all that is needed to investigate it; it shows no secret. Causes are in
/// [`source`](std::error::Error::source).
///
/// ```
/// # fn handle(error: &yunxin::Error) {
/// if let Some(code) = error.code() {
///     println!("{} ({}): {}", code.value(), code.name().unwrap_or("unlisted"), error.message().unwrap_or(""));
/// } else if error.is_retryable() {
///     println!("a new call may succeed: {error}");
/// }
/// # }
/// ```
///
/// # What to do
/// The client has already repeated what is safe to repeat, so an error is the result after all attempts.
///
/// | [`kind`](Error::kind) | [`outcome`](Error::outcome) | what to do |
/// |---|---|---|
/// | [`Config`](ErrorKind::Config), [`InvalidRequest`](ErrorKind::InvalidRequest) | [`NotSent`](Outcome::NotSent) | Correct the setup or the parameter. The same call fails again. |
/// | [`RateLimited`](ErrorKind::RateLimited), [`TooManyCalls`](ErrorKind::TooManyCalls) | [`NotSent`](Outcome::NotSent) | Call again later; [`retry_after`](Error::retry_after) says when, if it is known. |
/// | [`Transport`](ErrorKind::Transport) | [`NotSent`](Outcome::NotSent) | Call again later if [`is_retryable`](Error::is_retryable). Otherwise correct the setup: a certificate or a proxy. |
/// | [`Transport`](ErrorKind::Transport), [`Http`](ErrorKind::Http) | [`Unknown`](Outcome::Unknown) | Call again only if [`is_retryable`](Error::is_retryable). Otherwise find out first whether the call took effect. |
/// | [`Http`](ErrorKind::Http), [`Api`](ErrorKind::Api) | [`Refused`](Outcome::Refused) | Nothing was done. Handle the [`code`](Error::code); call again after [`retry_after`](Error::retry_after) if [`is_retryable`](Error::is_retryable). |
/// | [`Api`](ErrorKind::Api) | [`Unknown`](Outcome::Unknown) | The server failed or has seen the request id before. As for [`Transport`](ErrorKind::Transport). |
/// | [`Decode`](ErrorKind::Decode) | [`Applied`](Outcome::Applied) | The call took effect: do not repeat it. [`body`](Error::body) has the reply; report it to the maintainers. |
/// | [`Decode`](ErrorKind::Decode) | [`Unknown`](Outcome::Unknown) | The reply is no reply of the API. As for [`Transport`](ErrorKind::Transport). |
/// | any | [`Applied`](Outcome::Applied) | An attempt took effect though the last one failed: treat the call as done. |
pub struct Error(Box<ErrorInner>);

struct ErrorInner {
    kind: ErrorKind,
    /// What happened, in a sentence, without endpoint and host.
    what: String,
    endpoint: Option<EndpointFacts>,
    host: Option<Host>,
    request_id: Option<RequestId>,
    http_status: Option<u16>,
    code: Option<Code>,
    message: Option<String>,
    body: Option<Bytes>,
    json_path: Option<String>,
    parameter: Option<String>,
    transport: Option<TransportErrorKind>,
    on_kept_connection: bool,
    /// The proxy that a reply came through.
    proxy: Option<Arc<str>>,
    /// What the last attempt says about the call.
    class: AttemptClass,
    /// The outcome of the call, over all its attempts.
    outcome: Outcome,
    /// The pause that the server asked for.
    retry_after: Option<Duration>,
    /// How long a block lasts, if the server does not say.
    penalty: Option<Duration>,
    /// What the response shows about the clock, if the signature was refused.
    clock: Option<ClockReading>,
    /// What to do about it, if the server says that the app belongs to another region.
    region_advice: Option<String>,
    /// How long the last attempt took.
    elapsed: Duration,
    attempts: Vec<Attempt>,
    reason: Option<StopReason>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What an error keeps of its endpoint.
struct EndpointFacts {
    id: String,
    retry: Retry,
}

impl From<&EndpointMeta<'_>> for EndpointFacts {
    fn from(meta: &EndpointMeta<'_>) -> Self {
        Self { id: meta.id.to_owned(), retry: meta.retry }
    }
}

/// Endpoint, host and request id of the attempt that failed.
#[derive(Clone, Debug)]
pub(crate) struct CallContext<'a> {
    pub(crate) meta: &'a EndpointMeta<'a>,
    pub(crate) host: &'a Host,
    pub(crate) request_id: &'a RequestId,
}

/// A complete HTTP response.
#[derive(Clone, Copy)]
pub(crate) struct RawResponse<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a Bytes,
}

impl Error {
    fn new(kind: ErrorKind, outcome: Outcome, what: impl Into<String>) -> Self {
        Self(Box::new(ErrorInner {
            kind,
            what: what.into(),
            endpoint: None,
            host: None,
            request_id: None,
            http_status: None,
            code: None,
            message: None,
            body: None,
            json_path: None,
            parameter: None,
            transport: None,
            on_kept_connection: false,
            proxy: None,
            class: AttemptClass::Permanent,
            outcome,
            retry_after: None,
            penalty: None,
            clock: None,
            region_advice: None,
            elapsed: Duration::ZERO,
            attempts: Vec::new(),
            reason: None,
            source: None,
        }))
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    fn at(mut self, context: &CallContext<'_>) -> Self {
        self.0.endpoint = Some(context.meta.into());
        self.0.host = Some(context.host.clone());
        self.0.request_id = Some(context.request_id.clone());
        self
    }

    fn with(mut self, answer: &RawResponse<'_>) -> Self {
        self.0.http_status = Some(answer.status);
        self.0.body = Some(answer.body.clone());
        self
    }

    /// Classifies the failure, and sets the outcome that follows from it.
    fn classified(mut self, signal: FailureSignal) -> Self {
        self.0.class = classify(signal);
        // An incomplete reply that has the code of a success shows that the call took effect.
        if let (Some(outcome), false) = (signal.outcome(), self.0.outcome == Outcome::Applied) {
            self.0.outcome = outcome;
        }
        self
    }
}
