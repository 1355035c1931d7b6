//! How far a request got.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why there is no complete response. It says how far the request got.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    http_status: Option<u16>,
    kept_connection: bool,
    proxy: Option<Arc<str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// How far a request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request could not be tried at all: an invalid URL, or no async runtime.
    Unusable,
    /// No connection: the name is unknown, the connection was refused, the TLS handshake failed.
    Connect,
    /// Connecting took too long.
    ConnectTimeout,
    /// The server's certificate is not trusted.
    Certificate,
    /// The time ran out after connecting.
    Timeout,
    /// The connection broke while sending or receiving.
    Interrupted,
    /// The response is larger than allowed.
    TooLarge,
}

impl TransportErrorKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unusable => "unusable",
            Self::Connect => "connect",
            Self::ConnectTimeout => "connect_timeout",
            Self::Certificate => "certificate",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::TooLarge => "too_large",
        }
    }

    /// Whether any of the request may have reached the server.
    #[must_use]
    pub const fn may_have_been_sent(self) -> bool {
        match self {
            Self::Unusable | Self::Connect | Self::ConnectTimeout | Self::Certificate => false,
            Self::Timeout | Self::Interrupted | Self::TooLarge => true,
        }
    }
}

impl TransportError {
    /// A failure of this kind.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, http_status: None, kept_connection: false, proxy: None, source: None }
    }

    /// The request could not be tried, for this reason.
    pub(super) fn unusable(why: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Unusable).caused_by(why)
    }

    /// Sets what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the HTTP status, if the response had begun.
    #[must_use]
    pub fn after_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// Marks that the request was sent on a reused connection.
    #[must_use]
    pub fn on_kept_connection(mut self) -> Self {
        self.kept_connection = true;
        self
    }

    /// Names the proxy that the request went through, without its password.
    #[must_use]
    pub(crate) fn through_proxy(mut self, proxy: Option<Arc<str>>) -> Self {
        self.proxy = proxy;
        self
    }

    /// How far the request came.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The HTTP status, if the response had begun.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// Whether the request was sent on a reused connection.
    #[must_use]
    pub fn is_on_kept_connection(&self) -> bool {
        self.kept_connection && self.kind.may_have_been_sent()
    }

    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Unusable => "the request could not be sent",
            TransportErrorKind::Connect => "could not connect; nothing was sent",
            TransportErrorKind::ConnectTimeout => "connecting took too long; nothing was sent",
            TransportErrorKind::Certificate => "the server's certificate is not to be trusted; nothing was sent",
            TransportErrorKind::Timeout => "no reply in time; whether the call took effect is not known",
            TransportErrorKind::Interrupted => {
                "the connection broke before the reply was complete; whether the call took effect is not known"
            }
            TransportErrorKind::TooLarge => "the reply is larger than allowed",
        })?;
        match &self.proxy {
            Some(proxy) => write!(f, " (through {proxy})"),
            None => Ok(()),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
