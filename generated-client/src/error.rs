//! What went wrong, where, and what became of the call.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

use crate::client::hosts::Host;
use crate::client::request_id::RequestId;
use crate::runtime::limit::Problem;
use crate::runtime::reader::Malformed;
use crate::runtime::spec::{CodeInfo, CodeKind, Product, Retry, Spec};
use crate::transport::{TransportError, TransportErrorKind};

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
pub struct Error(Box<Facts>);

struct Facts {
    kind: ErrorKind,
    /// What happened, as a sentence without the place.
    what: String,
    spec: Option<&'static Spec>,
    host: Option<Host>,
    request_id: Option<RequestId>,
    http_status: Option<u16>,
    code: Option<Code>,
    message: Option<String>,
    body: Option<Bytes>,
    json_path: Option<String>,
    parameter: Option<String>,
    transport: Option<TransportErrorKind>,
    clock: bool,
    outcome: Outcome,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is set up wrongly: credentials, hosts, region.
    Config,
    /// A parameter was refused before sending; [`Error::parameter`] names it.
    InvalidRequest,
    /// The request could not be sent, or no complete reply came.
    Transport,
    /// The reply was an HTTP error without the product's envelope, such as a gateway's page.
    Http,
    /// The server answered with a code that is not success.
    Api,
    /// The reply could not be read; [`Error::json_path`] says where, [`Error::body`] has it.
    Decode,
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
    Taken,
    /// Nobody knows whether the call took effect.
    Unknown,
}

/// A code of a product, with what is known about it.
#[derive(Clone, Copy)]
pub struct Code {
    value: i64,
    info: Option<&'static CodeInfo>,
}

impl Code {
    pub(crate) fn new(product: &Product, value: i64) -> Self {
        Self { value, info: product.code(value) }
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> i64 {
        self.value
    }

    /// Its name in the product's table; `None` if it is not listed there.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.info.map(|info| info.name)
    }

    /// What it means; `None` if it is not listed.
    #[must_use]
    pub fn meaning(self) -> Option<&'static str> {
        self.info.map(|info| info.meaning)
    }

    /// What it says about repeating the call; [`CodeKind::Final`] if it is not listed.
    #[must_use]
    pub fn kind(self) -> CodeKind {
        self.info.map_or(CodeKind::Final, |info| info.kind)
    }

    /// The code as a product's enum: `code.typed::<yunxin::im::ErrorCode>()`.
    #[must_use]
    pub fn typed<T: From<i64>>(self) -> T {
        T::from(self.value)
    }

    /// Whether this code with this explanation is a complaint about clock or signature.
    fn blames_clock(self, message: Option<&str>) -> bool {
        let Some(info) = self.info else {
            return false;
        };
        let message = message.unwrap_or_default().to_ascii_lowercase();
        info.kind == CodeKind::Clock || info.clock_words.iter().any(|word| message.contains(&word.to_ascii_lowercase()))
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Code {}

impl PartialEq<i64> for Code {
    fn eq(&self, other: &i64) -> bool {
        self.value == *other
    }
}

impl From<Code> for i64 {
    fn from(code: Code) -> Self {
        code.value
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value)?;
        match self.name() {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

/// Where a failure happened.
#[derive(Clone, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) spec: &'static Spec,
    pub(crate) host: &'a Host,
    pub(crate) request_id: &'a RequestId,
}

/// A complete reply, judged or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a Bytes,
}

impl Error {
    fn new(kind: ErrorKind, outcome: Outcome, what: impl Into<String>) -> Self {
        Self(Box::new(Facts {
            kind,
            what: what.into(),
            spec: None,
            host: None,
            request_id: None,
            http_status: None,
            code: None,
            message: None,
            body: None,
            json_path: None,
            parameter: None,
            transport: None,
            clock: false,
            outcome,
            source: None,
        }))
    }

    pub(crate) fn config(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, Outcome::NotSent, what)
    }

    pub(crate) fn config_of(spec: &'static Spec, what: impl Into<String>) -> Self {
        let mut error = Self::config(what);
        error.0.spec = Some(spec);
        error
    }

    pub(crate) fn no_random(source: std::io::Error) -> Self {
        Self::config("the random source failed, so the request cannot be signed").caused_by(source)
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn invalid_request(spec: &'static Spec, problem: Problem) -> Self {
        let what = format!("`{}` {}", problem.parameter, problem.what);
        let mut error = Self::new(ErrorKind::InvalidRequest, Outcome::NotSent, what);
        error.0.spec = Some(spec);
        error.0.parameter = Some(problem.parameter);
        error
    }

    pub(crate) fn not_json(what: impl fmt::Display) -> Self {
        let what = format!("the text is not JSON: {what}");
        Self::new(ErrorKind::InvalidRequest, Outcome::NotSent, what)
    }

    fn at(mut self, scene: &Scene<'_>) -> Self {
        self.0.spec = Some(scene.spec);
        self.0.host = Some(scene.host.clone());
        self.0.request_id = Some(scene.request_id.clone());
        self
    }

    fn with(mut self, answer: &Answer<'_>) -> Self {
        self.0.http_status = Some(answer.status);
        self.0.body = Some(answer.body.clone());
        self
    }

    pub(crate) fn transport(scene: &Scene<'_>, error: TransportError) -> Self {
        let outcome = match error.kind().may_have_been_sent() {
            true => Outcome::Unknown,
            false => Outcome::NotSent,
        };
        let mut made = Self::new(ErrorKind::Transport, outcome, error.to_string()).at(scene);
        made.0.transport = Some(error.kind());
        made.0.http_status = error.http_status();
        made.0.source = error.into_source();
        made
    }

    /// An HTTP error without an envelope, or with one that claims success.
    pub(crate) fn http(scene: &Scene<'_>, answer: &Answer<'_>, code: Option<i64>) -> Self {
        let status = answer.status;
        let outcome = match status {
            408 | 500.. => Outcome::Unknown,
            200..=299 => Outcome::Unknown,
            _ => Outcome::Refused,
        };
        let what = match code {
            Some(code) => format!("HTTP status {status}, though the code in the body is {code}"),
            None => format!("HTTP status {status} without a reply of the API (body() has what came)"),
        };
        let mut error = Self::new(ErrorKind::Http, outcome, what).at(scene).with(answer);
        error.0.code = code.map(|code| Code::new(scene.spec.product, code));
        error
    }

    /// The server's own refusal.
    pub(crate) fn api(scene: &Scene<'_>, answer: &Answer<'_>, code: i64, message: Option<String>) -> Self {
        let code = Code::new(scene.spec.product, code);
        let outcome = match code.kind() {
            CodeKind::Final | CodeKind::Throttled | CodeKind::RetryLater | CodeKind::Clock => Outcome::Refused,
            CodeKind::Busy | CodeKind::Unknown | CodeKind::Duplicate => Outcome::Unknown,
        };
        let said = message.as_deref().or(code.meaning()).unwrap_or("no explanation");
        let what = format!("the server answered code {code}: {said}");
        let mut error = Self::new(ErrorKind::Api, outcome, what).at(scene).with(answer);
        error.0.code = Some(code);
        error.0.clock = code.blames_clock(message.as_deref());
        error.0.message = message;
        error
    }

    /// A reply that cannot be read. `taken`: it is known to be a success.
    pub(crate) fn decode(scene: &Scene<'_>, answer: &Answer<'_>, taken: bool, malformed: Malformed) -> Self {
        let outcome = match taken {
            true => Outcome::Taken,
            false => Outcome::Unknown,
        };
        let path = malformed.path().to_owned();
        let what = match path.as_str() {
            "" => format!("the reply cannot be read: it {malformed}"),
            path => format!("the reply cannot be read: `{path}` {malformed}"),
        };
        let mut error = Self::new(ErrorKind::Decode, outcome, what).at(scene).with(answer);
        error.0.json_path = Some(path);
        error
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The server's code, if it answered one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.0.code
    }

    /// Whether the server answered this code: `error.is(414)`, `error.is(im::ErrorCode::BadParameter)`.
    #[must_use]
    pub fn is(&self, code: impl Into<i64>) -> bool {
        let code = code.into();
        self.0.code.is_some_and(|own| own.value == code)
    }

    /// The server's explanation, word by word.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The endpoint's name in the spec: `im.user.create`.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static str> {
        self.0.spec.map(|spec| spec.id)
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
        self.0.clock
    }

    /// Whether a new call may succeed and cannot double anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let harmless = self.0.spec.is_some_and(|spec| spec.retry == Retry::Safe);
        match self.0.kind {
            ErrorKind::Config | ErrorKind::InvalidRequest | ErrorKind::Decode => false,
            ErrorKind::Transport => match self.0.outcome {
                Outcome::NotSent => self.0.transport != Some(TransportErrorKind::Certificate),
                _ => harmless && self.0.transport != Some(TransportErrorKind::TooLarge),
            },
            ErrorKind::Http => match self.0.http_status {
                Some(429) => true,
                Some(408 | 500 | 502..=504) => harmless,
                _ => false,
            },
            ErrorKind::Api => match self.0.code.map_or(CodeKind::Final, Code::kind) {
                CodeKind::Throttled | CodeKind::RetryLater => true,
                CodeKind::Busy | CodeKind::Unknown => harmless,
                CodeKind::Final | CodeKind::Duplicate | CodeKind::Clock => false,
            },
        }
    }

    /// What became of the call on the server's side.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &self.0;
        if let Some(spec) = facts.spec {
            write!(f, "{}: ", spec.id)?;
        }
        f.write_str(&facts.what)?;
        if facts.clock {
            f.write_str(" (check this machine's clock, which may be off by 5 minutes at most, and the AppSecret)")?;
        }
        match (&facts.host, &facts.request_id) {
            (Some(host), Some(id)) => write!(f, " [{}, request {}]", host.as_str(), id.as_str()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("outcome", &self.0.outcome)
            .field("http_status", &self.0.http_status)
            .field("code", &self.0.code)
            .field("display", &self.to_string())
            // The body may hold tokens, so only its size is shown.
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
