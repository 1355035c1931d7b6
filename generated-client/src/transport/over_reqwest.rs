//! The default transport: reqwest, with rustls.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;
use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;

use super::{
    Headers, HttpRequest, HttpResponse, Method, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use crate::error::{Error, Result};

/// Servers close idle connections without a word; a connection that is not kept for long is rarely caught in that.
const IDLE: Duration = Duration::from_secs(5);

/// After a rush not all its connections are kept: who calls more at a time than this opens some anew.
const IDLE_CONNECTIONS: usize = 256;

/// Replies are far smaller; whatever is larger comes from something that is not the API.
const LARGEST: usize = 16 * 1024 * 1024;

/// Sends over HTTP/1.1 with TLS by rustls, trusting what the operating system trusts.
///
/// Connections are kept for 5 s, at most 256 of them for a host; redirects are not followed (AppKey and CheckSum would go along),
/// replies end at 16 MiB. Needs a tokio runtime with time and I/O enabled.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// Why TLS cannot work here. Plain HTTP to this machine, as to the sandbox, works all the same.
    no_tls: Option<Arc<str>>,
}

impl HttpTransport {
    /// A transport that gives connecting so much time.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if TLS cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self> {
        let (tls, no_tls) = tls()?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .redirect(Policy::none())
            .referer(false)
            .build()
            .map_err(|error| Error::config("the HTTP client cannot be set up").caused_by(error))?;
        Ok(Self { client, no_tls })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = Url::parse(&request.url).map_err(|error| unusable(error.to_string()))?;
        if let (Some(reason), "https") = (&self.no_tls, url.scheme()) {
            return Err(unusable(format!("no root certificates on this system (install ca-certificates): {reason}")));
        }
        let mut wire = reqwest::Request::new(method(request.method), url);
        *wire.headers_mut() = request.headers.into_map();
        if !request.body.is_empty() {
            *wire.body_mut() = Some(request.body.into());
        }
        let mut response = self.client.execute(wire).await.map_err(failure)?;
        let status = response.status().as_u16();
        let body = match read_body(&mut response).await {
            Ok(body) => body,
            Err(error) => return Err(error.after_status(status)),
        };
        Ok(HttpResponse { status, headers: Headers::from_map(std::mem::take(response.headers_mut())), body })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            if tokio::runtime::Handle::try_current().is_err() {
                return Err(unusable("there is no tokio runtime here"));
            }
            match tokio::time::timeout(request.timeout, self.exchange(request)).await {
                Ok(result) => result,
                Err(elapsed) => Err(TransportError::new(TransportErrorKind::Timeout).caused_by(elapsed)),
            }
        })
    }
}

/// TLS as the operating system trusts it, with ring, and without touching rustls' process-wide default. A system without any root
/// certificate gives a reason why encrypted hosts cannot be reached.
fn tls() -> Result<(rustls::ClientConfig, Option<Arc<str>>)> {
    let provider = Arc::new(ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("TLS cannot be set up").caused_by(error))?;
    match Verifier::new(provider) {
        Ok(verifier) => {
            let config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
            Ok((config, None))
        }
        Err(error) => {
            let config = builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
            Ok((config, Some(error.to_string().into())))
        }
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// Reads piece by piece, so that an endless body ends at the limit. A body of one piece, as most are, is not copied.
async fn read_body(response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if first.len() + all.len() + chunk.len() > LARGEST {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        if first.is_empty() && all.is_empty() {
            first = chunk;
            continue;
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&chunk);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// How far the request came. The URL is taken out of the error: its query may hold what is not for logs.
fn failure(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        if error.is_timeout() {
            TransportErrorKind::ConnectTimeout
        } else if is_about_certificate(&error) {
            TransportErrorKind::Certificate
        } else {
            TransportErrorKind::Connect
        }
    } else if error.is_builder() {
        TransportErrorKind::Unusable
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).caused_by(error.without_url())
}

fn is_about_certificate(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        // An I/O error that wraps another shows its cause only through its own accessor.
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let found = error.downcast_ref::<rustls::Error>().or(inner);
        if let Some(rustls::Error::InvalidCertificate(_)) = found {
            return true;
        }
        cause = error.source();
    }
    false
}

fn unusable(why: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Unusable).caused_by(why)
}
