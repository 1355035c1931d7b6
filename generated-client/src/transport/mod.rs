//! The transport layer: a trait, and the HTTP clients that implement it.
//!
//! Implement [`Transport`] to send through another HTTP library, to record, or to answer without a network:
//!
//! ```
//! use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
//!
//! struct AlwaysFine;
//!
//! impl Transport for AlwaysFine {
//!     fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
//!         Box::pin(async { Ok(HttpResponse::new(200, r#"{"code":200}"#)) })
//!     }
//! }
//!
//! # fn main() -> yunxin::Result<()> {
//! let client = yunxin::Client::builder(yunxin::Credentials::new("key", "secret"))
//!     .transport(AlwaysFine)
//!     .build()?;
//! # Ok(()) }
//! ```

mod builder;
mod certificate;
mod connect_phase;
mod error;
mod headers;
pub(crate) mod host;
#[cfg(feature = "hyper")]
mod hyper_transport;
pub(crate) mod loopback;
mod proxy;
mod reqwest_transport;
mod runtime_pools;
mod target;
mod tls;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

pub use builder::TransportBuilder;
pub use error::{TransportError, TransportErrorKind};
pub use headers::Headers;
#[cfg(feature = "hyper")]
pub use hyper_transport::HyperTransport;
pub use reqwest_transport::HttpTransport;

pub use crate::wire::endpoint_meta::Method;

/// Replies of the API are far smaller; a larger one comes from another server.
const LARGEST_RESPONSE: usize = 16 * 1024 * 1024;

/// Sends HTTP requests and returns complete responses, or how far the request got. It never repeats a request and never
/// follows a redirect.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request.
    fn send(&self, request: HttpRequest) -> TransportFuture<'_>;

    /// Closes the idle connections to a host (its base URL), so that the next request opens a new one. Called after a
    /// request failed on a reused connection: its cause, such as a load balancer that was restarted, probably broke the
    /// other ones too.
    ///
    /// Does nothing unless implemented.
    fn discard_idle(&self, host: &str) {
        let _ = host;
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        (**self).send(request)
    }

    fn discard_idle(&self, host: &str) {
        (**self).discard_idle(host);
    }
}

/// A request in progress.
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'a>>;

/// A signed request. `Debug` shows neither the checksum nor query and body, which may hold tokens.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// Method.
    pub method: Method,
    /// Whole URL.
    pub url: String,
    /// Headers.
    pub headers: Headers,
    /// Body; empty if there is none.
    pub body: Bytes,
    /// How long the whole exchange may take, from connecting to the last byte of the response.
    pub timeout: Duration,
    /// How much of that connecting may take, name lookup and TLS included. A transport that gives up after that time
    /// returns [`ConnectTimeout`](TransportErrorKind::ConnectTimeout), and the call goes to the next host.
    pub connect_timeout: Duration,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}

/// A whole response.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpResponse {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: Headers,
    /// Body.
    pub body: Bytes,
    /// The proxy that it came through, for error messages.
    pub(crate) proxy: Option<Arc<str>>,
}

impl HttpResponse {
    /// A response without headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Headers::default(), body: body.into(), proxy: None }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
