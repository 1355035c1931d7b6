//! What went wrong, where, and what became of the call.

mod advice;
mod attempt;
mod classify;
mod code;
mod signals;

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

pub use attempt::Attempt;
pub use classify::AttemptClass;
pub use code::Code;

pub(crate) use signals::{HealthSignal, StopReason};

use advice::{Blame, ClockReading};
use classify::{FailureSignal, classify};

use crate::base::config_error::ConfigError;
use crate::transport::host::Host;
use crate::transport::{TransportError, TransportErrorKind};
use crate::wire::codes::ApiCode;
use crate::wire::encode_error::EncodeError;
use crate::wire::endpoint_meta::{EndpointMeta, ProductMeta, Retry};
use crate::wire::reader::DecodeError;
use crate::wire::request_id::RequestId;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The one error of this crate: [what kind](Error::kind), [the server's code](Error::code), [what became of the
/// call](Error::outcome), and where it happened.
///
/// `Display` is one line with all that is needed to look into it; no secret is in it. Causes are in
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
pub struct Error(Box<ErrorInner>);

struct ErrorInner {
    kind: ErrorKind,
    /// What happened, as a sentence without the place.
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
    /// What became of the call, all attempts considered.
    outcome: Outcome,
    /// What the server asked to wait.
    retry_after: Option<Duration>,
    /// How long a block lasts, where the server does not say.
    penalty: Option<Duration>,
    /// What the response shows about the clock, where the signature was refused.
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

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is set up wrongly: credentials, hosts, region.
    Config,
    /// A parameter was refused before sending; [`Error::parameter`] names it.
    InvalidRequest,
    /// The client's own limiter has no place for the call before its deadline; [`Error::retry_after`] says when.
    RateLimited,
    /// As many calls as are allowed are under way to the host, and none ended in time; see
    /// [`max_in_flight_per_host`](crate::ClientBuilder::max_in_flight_per_host).
    TooManyCalls,
    /// The request could not be sent, or no complete reply came.
    Transport,
    /// The reply was an HTTP error without the product's envelope, such as a gateway's page, or a gateway's JSON that only repeats the
    /// HTTP status.
    Http,
    /// The server answered with a code that is not success.
    Api,
    /// The reply could not be read; [`Error::json_path`] says where, [`Error::body`] has it.
    Decode,
}

impl ErrorKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::InvalidRequest => "invalid_request",
            Self::RateLimited => "rate_limited",
            Self::TooManyCalls => "too_many_calls",
            Self::Transport => "transport",
            Self::Http => "http",
            Self::Api => "api",
            Self::Decode => "decode",
        }
    }
}

/// What became of the call on the server's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing reached the server.
    NotSent,
    /// The server turned the call away; nothing was done.
    Refused,
    /// The call took effect, though its reply is lost or cannot be read.
    Applied,
    /// Nobody knows whether the call took effect.
    Unknown,
}

impl Outcome {
    /// Its name, as spans and metrics show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::Unknown => "unknown",
        }
    }

    /// Of several attempts the weightiest outcome is that of the call.
    const fn weight(self) -> u8 {
        match self {
            Self::NotSent => 0,
            Self::Refused => 1,
            Self::Unknown => 2,
            Self::Applied => 3,
        }
    }
}

/// Endpoint, host and request id of the attempt that failed.
#[derive(Clone, Debug)]
pub(crate) struct CallContext<'a> {
    pub(crate) meta: &'a EndpointMeta<'a>,
    pub(crate) host: &'a Host,
    pub(crate) request_id: &'a RequestId,
}

/// Whether a code only repeats the HTTP status, though the product does not answer that code with that status: then it was written by
/// a gateway that knows nothing of the API.
fn is_of_gateway(product: &ProductMeta<'_>, code: i64, status: u16) -> bool {
    let repeats = matches!(status, 408 | 500 | 502..=504) && code == i64::from(status);
    repeats && product.code(code).is_none_or(|info| info.http != status)
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

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Code of the caller panicked in the middle of a call: a transport, a clock, a subscriber.
    #[cfg(feature = "blocking")]
    pub(crate) fn ended_by_panic() -> Self {
        let what = "a panic ended the call; whether it took effect is not known";
        Self::new(ErrorKind::Transport, Outcome::Unknown, what)
    }

    /// Something held up the thread that drives blocking calls until the call's deadline was over.
    #[cfg(feature = "blocking")]
    pub(crate) fn blocking_thread_held_up(never_began: bool) -> Self {
        let why = "a transport, a subscriber or another part of a call holds up the thread that drives blocking calls";
        match never_began {
            true => Self::new(
                ErrorKind::Transport,
                Outcome::NotSent,
                format!("the call was not begun before its deadline, since {why}; nothing was sent"),
            ),
            false => Self::new(
                ErrorKind::Transport,
                Outcome::Unknown,
                format!("the call did not end at its deadline, since {why}; whether it took effect is not known"),
            ),
        }
    }

    pub(crate) fn invalid_request(meta: &EndpointMeta<'_>, problem: EncodeError) -> Self {
        let what = problem.to_string();
        let mut error = Self::new(ErrorKind::InvalidRequest, Outcome::NotSent, what);
        error.0.endpoint = Some(meta.into());
        error.0.parameter = Some(problem.parameter);
        error
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
        // A reply that breaks off behind the code of a success still tells that the call was taken.
        if let (Some(outcome), false) = (signal.outcome(), self.0.outcome == Outcome::Applied) {
            self.0.outcome = outcome;
        }
        self
    }

    pub(crate) fn transport(context: &CallContext<'_>, error: TransportError) -> Self {
        let outcome = match error.kind().may_have_been_sent() {
            true => Outcome::Unknown,
            false => Outcome::NotSent,
        };
        let mut made = Self::new(ErrorKind::Transport, outcome, error.to_string()).at(context);
        made.0.transport = Some(error.kind());
        made.0.on_kept_connection = error.is_on_kept_connection();
        made.0.http_status = error.http_status();
        made = made.classified(FailureSignal::Broken(error.kind()));
        made.0.source = error.into_source();
        made
    }

    /// The client's limiter has no place in time.
    pub(crate) fn limited(meta: &EndpointMeta<'_>, request_id: &RequestId, wait: Duration) -> Self {
        let what = "the client's rate limiter has no place for the call before its deadline; nothing was sent";
        let mut error = Self::new(ErrorKind::RateLimited, Outcome::NotSent, what);
        error.0.endpoint = Some(meta.into());
        error.0.request_id = Some(request_id.clone());
        error.0.class = AttemptClass::Throttled;
        error.0.retry_after = Some(wait);
        error
    }

    /// The host has no place for another attempt.
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

    /// An HTTP error without a code of the API. `message`: what it says nevertheless.
    pub(crate) fn http(context: &CallContext<'_>, answer: &RawResponse<'_>, message: Option<String>) -> Self {
        let status = answer.status;
        let what = match &message {
            Some(message) => format!("HTTP status {status} without a code of the API: {message}"),
            None => format!("HTTP status {status} without a reply of the API (body() has what came)"),
        };
        let mut error = Self::new(ErrorKind::Http, Outcome::Unknown, what).at(context).with(answer);
        let blame = Blame::of_status(context.meta.product, answer, message.as_deref());
        error.0.message = message;
        error.0.region_advice = blame.region_advice(context);
        error.classified(FailureSignal::Status { status, blames_clock: blame == Blame::Clock })
    }

    /// An HTTP error whose body claims success: one of the two is wrong, so nothing is known.
    pub(crate) fn contradicted(context: &CallContext<'_>, answer: &RawResponse<'_>, code: i64) -> Self {
        let status = answer.status;
        let what = format!("HTTP status {status}, though the code in the body is {code}");
        let mut error = Self::new(ErrorKind::Http, Outcome::Unknown, what).at(context).with(answer);
        error.0.code = Some(Code::new(context.meta.product, code));
        error.classified(FailureSignal::Contradiction { status })
    }

    /// A reply with a code that is not success.
    pub(crate) fn api(context: &CallContext<'_>, answer: &RawResponse<'_>, code: i64, message: Option<String>) -> Self {
        let status = answer.status;
        let product = context.meta.product;
        if is_of_gateway(product, code, status) {
            return Self::http(context, answer, message);
        }
        let info = product.code(code);
        let code = Code::new(product, code);
        let said = message.as_deref().or(code.meaning()).unwrap_or("no explanation");
        let unlisted = if info.is_none() { " (not in the spec)" } else { "" };
        let under = match info.map_or(200, |info| info.http) {
            usual if usual == status || status == 200 => String::new(),
            _ => format!(" under HTTP status {status}"),
        };
        let what = format!("the server answered code {code}{unlisted}{under}: {said}");
        let mut error = Self::new(ErrorKind::Api, Outcome::Unknown, what).at(context).with(answer);
        let blame = info.map_or(Blame::Nothing, |info| Blame::of(info, message.as_deref()));
        error.0.code = Some(code);
        error.0.message = message;
        error.0.region_advice = blame.region_advice(context);
        let kind = info.map(|info| info.kind);
        error.classified(FailureSignal::Code { kind, status, blames_clock: blame == Blame::Clock })
    }

    /// A reply that cannot be read. `taken`: it is known to be a success. `breaks_off`: more was to come.
    pub(crate) fn decode(
        context: &CallContext<'_>,
        answer: &RawResponse<'_>,
        taken: bool,
        breaks_off: bool,
        malformed: DecodeError,
    ) -> Self {
        let outcome = match taken {
            true => Outcome::Applied,
            false => Outcome::Unknown,
        };
        let path = malformed.path().to_owned();
        let what = match path.as_str() {
            "" => format!("the reply cannot be read: it {malformed}"),
            path => format!("the reply cannot be read: `{path}` {malformed}"),
        };
        let mut error = Self::new(ErrorKind::Decode, outcome, what).at(context).with(answer);
        error.0.json_path = Some(path);
        error.classified(FailureSignal::Unread { breaks_off })
    }

    pub(crate) fn with_retry_after(mut self, span: Option<Duration>) -> Self {
        self.0.retry_after = span;
        self
    }

    /// Adds how far the server's clock is ahead of this machine's, and what was added to the latter for the signature, in milliseconds.
    pub(crate) fn with_clock_reading(mut self, ahead: i64, offset: i64) -> Self {
        self.0.clock = Some(ClockReading { ahead, offset });
        self
    }

    pub(crate) fn with_penalty(mut self, penalty: Duration) -> Self {
        self.0.penalty = Some(penalty);
        self
    }

    pub(crate) fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.0.elapsed = elapsed;
        self
    }

    /// Names the proxy that the reply came through: it may have made the reply itself.
    pub(crate) fn through_proxy(mut self, proxy: Option<Arc<str>>) -> Self {
        self.0.proxy = proxy;
        self
    }

    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        self.0.transport
    }

    /// Whether the request was sent on a connection that had been kept from an earlier one, and got no reply.
    pub(crate) fn is_on_kept_connection(&self) -> bool {
        self.0.on_kept_connection
    }

    pub(crate) fn class(&self) -> AttemptClass {
        self.0.class
    }

    /// What the server asked to wait, in so many words.
    pub(crate) fn server_retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What happened in a word, of which there are few: for spans.
    pub(crate) fn short_name(&self) -> String {
        match (self.0.kind, self.0.transport, &self.0.code, self.0.http_status) {
            (_, Some(kind), ..) => kind.as_str().to_owned(),
            (ErrorKind::Api, _, Some(code), _) => code.value().to_string(),
            (ErrorKind::Http, _, _, Some(status)) => status.to_string(),
            (kind, ..) => kind.as_str().to_owned(),
        }
    }

    /// What the attempt showed of its host's health.
    pub(crate) fn health_signal(&self) -> HealthSignal {
        match (self.0.transport, self.0.http_status) {
            (Some(TransportErrorKind::TooLarge), _) => HealthSignal::Success,
            (Some(TransportErrorKind::Unusable | TransportErrorKind::Certificate), _) => HealthSignal::Neutral,
            (Some(_), _) | (None, Some(502..=504)) => HealthSignal::Failure,
            (None, Some(_)) => HealthSignal::Success,
            (None, None) => HealthSignal::Neutral,
        }
    }

    /// The attempt that ended with this error; nothing if there was none, as when the signature could not be made.
    pub(crate) fn to_attempt(&self) -> Option<Attempt> {
        Some(Attempt {
            host: self.0.host.clone()?,
            class: self.0.class,
            outcome: self.0.outcome,
            http_status: self.0.http_status,
            code: self.0.code.clone(),
            elapsed: self.0.elapsed,
        })
    }

    /// The error of the whole call, after its last attempt.
    pub(crate) fn finish(mut self, earlier: Vec<Attempt>, reason: Option<StopReason>) -> Self {
        let may_have_applied = |attempt: &Attempt| attempt.class.may_have_applied();
        let own = match self.0.class {
            // Applied before, and by an attempt of this call: no other call has this id.
            AttemptClass::Duplicate if earlier.iter().any(may_have_applied) => Outcome::Applied,
            _ => self.0.outcome,
        };
        let last = self.to_attempt();
        let outcomes = earlier.iter().map(|attempt| attempt.outcome);
        self.0.outcome =
            outcomes.fold(own, |worst, outcome| if outcome.weight() > worst.weight() { outcome } else { worst });
        self.0.attempts = earlier;
        self.0.attempts.extend(last);
        self.0.reason = reason;
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The server's code, if it answered one.
    #[must_use]
    pub fn code(&self) -> Option<&Code> {
        self.0.code.as_ref()
    }

    /// Whether the server answered this code: `error.is(im::ErrorCode::BadParameter)`, where the product counts too, or `error.is(414)`
    /// for any product.
    #[must_use]
    pub fn is(&self, code: impl ApiCode) -> bool {
        self.0.code.as_ref().is_some_and(|own| {
            own.value() == code.value() && code.product().is_none_or(|product| product == own.product())
        })
    }

    /// The server's explanation, word by word.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The endpoint's name in the spec: `im.user.create`.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.0.endpoint.as_ref().map(|endpoint| endpoint.id.as_str())
    }

    /// Base URL of the host that was asked last.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_ref().map(Host::as_str)
    }

    /// The id the call went out with. The vendor's support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_ref().map(RequestId::as_str)
    }

    /// The HTTP status, if a reply began.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The body of the reply as it came, if it came whole.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// Where in the reply reading failed: `uinfos[2].gender`; empty for the reply as a whole. Only for [`ErrorKind::Decode`].
    #[must_use]
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// The parameter that was refused before sending: `members[2].name`.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.0.parameter.as_deref()
    }

    /// Whether a time-out ended the attempt, while connecting or later.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.transport, Some(TransportErrorKind::ConnectTimeout | TransportErrorKind::Timeout))
    }

    /// Whether no connection came about: nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.transport.is_some_and(|kind| !kind.may_have_been_sent())
    }

    /// Whether the server complained about the time or the signature of the request: the clock of this machine is off by more than
    /// 5 minutes, or the secret is wrong.
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

    /// Whether a new call may succeed and cannot double anything, all attempts of this one considered.
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

    /// What became of the call on the server's side, all its attempts considered.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The attempts of the call, in order; the last one is that of this error. Empty if none was made.
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

    /// How long to wait before another call: what the server said, or how long its block lasts at least.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after.or(self.0.penalty)
    }

    /// What earlier attempts did, where the last one does not show it.
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
        // The server's words may hold line breaks, and a log has one line for an error.
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

/// Begins with the text of `Display`, since that is what a `main` that returns the error prints. Bodies may hold tokens, so only their
/// size is shown.
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

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
