//! The default transport: reqwest, with rustls.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;
use reqwest::redirect::Policy;

use crate::base::config_error::ConfigError;
use crate::transport::builder::{Settings, TransportBuilder};
use crate::transport::certificate::is_about_certificate;
use crate::transport::connect_phase::ConnectPhaseLayer;
use crate::transport::proxy::Proxy;
use crate::transport::runtime_pools::{NoPool, RuntimePools};
use crate::transport::target::{set_target, split_url};
use crate::transport::{
    Headers, HttpRequest, HttpResponse, LARGEST_RESPONSE, Method, Transport, TransportError, TransportErrorKind,
    TransportFuture, connect_phase,
};

/// Sends over HTTP/1.1, with rustls and the certificates that the operating system trusts.
///
/// Idle connections are kept for 5 s, at most 256 per host. Each async runtime that uses the transport has its own
/// connections, which are closed with it. Redirects are not followed, since AppKey and CheckSum would be sent along. A
/// reply may have at most 16 MiB. Needs a tokio runtime with time and I/O enabled.
///
/// Encrypted hosts are reached through the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, unless `NO_PROXY` names the
/// host. Plain HTTP and hosts on this machine never use a proxy of the environment: it would read AppKey, CheckSum and
/// parameters. [`builder`](HttpTransport::builder) changes these settings.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    settings: Settings,
    hosts: RuntimePools<HostClient>,
}

/// The HTTP client for one host, and the proxy that it uses.
#[derive(Clone, Debug)]
struct HostClient {
    client: reqwest::Client,
    /// The URL without path: parsing scheme and host of each request's URL again would cost more than the rest of
    /// sending it.
    base: Url,
    proxy: Option<Arc<str>>,
}

impl TransportBuilder<HttpTransport> {
    /// Builds the transport.
    ///
    /// # Errors
    /// If TLS cannot be set up, or the proxy is not the URL of an HTTP proxy.
    pub fn build(self) -> Result<HttpTransport, ConfigError> {
        Ok(HttpTransport { settings: self.settings()?, hosts: RuntimePools::new() })
    }
}

impl HttpTransport {
    /// A transport that gives connecting at most this long: name lookup, proxy and TLS included.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, ConfigError> {
        Self::builder().connect_timeout(connect_timeout).build()
    }

    /// Sets up a transport.
    pub fn builder() -> TransportBuilder<Self> {
        TransportBuilder::new()
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (origin, target) = split_url(&request.url);
        let HostClient { client, base, proxy } = self.host_client(origin)?;
        let mut url = base;
        set_target(&mut url, target);
        let mut wire = reqwest::Request::new(method(request.method), url);
        *wire.headers_mut() = request.headers.into_map();
        if !request.body.is_empty() {
            *wire.body_mut() = Some(request.body.into());
        }
        let (timeout, connect_limit) = (request.timeout, request.connect_timeout.min(self.settings.connect_timeout));
        // A little less than the whole attempt, so that the connect timeout fires first and is recognised as such.
        let connect_limit = connect_limit.min(timeout.saturating_sub(Duration::from_millis(2)));
        let exchange = async {
            let result = match tokio::time::timeout(timeout, send_and_read(&client, wire)).await {
                Ok(result) => result,
                Err(elapsed) => Err(TransportError::new(TransportErrorKind::Timeout).caused_by(elapsed)),
            };
            result.map_err(|error| if connect_phase::has_connected() { error } else { error.on_kept_connection() })
        };
        match connect_phase::within(connect_limit, exchange).await {
            Ok(mut response) => {
                response.proxy = proxy;
                Ok(response)
            }
            Err(error) => Err(error.through_proxy(proxy)),
        }
    }

    fn host_client(&self, origin: &str) -> Result<HostClient, TransportError> {
        self.hosts.get(origin, || self.new_host_client(origin)).map_err(NoPool::into_error)
    }

    fn new_host_client(&self, origin: &str) -> Result<HostClient, TransportError> {
        let settings = &self.settings;
        let base = Url::parse(origin).map_err(|error| TransportError::unusable(error.to_string()))?;
        if base.scheme() == "https" {
            settings.tls.check()?;
        }
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(settings.tls.config.as_ref().clone())
            .connector_layer(ConnectPhaseLayer { default_limit: settings.connect_timeout })
            .pool_idle_timeout(settings.idle_timeout)
            .pool_max_idle_per_host(settings.idle_connections)
            .redirect(Policy::none())
            .referer(false)
            // The proxy is chosen here, where its name can be kept for errors.
            .no_proxy();
        let proxy = settings.proxies.supported_proxy_for(&base)?;
        if let Some(proxy) = &proxy {
            builder = builder.proxy(reqwest_proxy(proxy)?);
        }
        let client = builder.build().map_err(|error| TransportError::unusable(error.to_string()))?;
        Ok(HostClient { client, base, proxy: proxy.map(|proxy| Arc::from(proxy.to_string())) })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }

    fn discard_idle(&self, host: &str) {
        self.hosts.discard(split_url(host).0);
    }
}

fn reqwest_proxy(proxy: &Proxy) -> Result<reqwest::Proxy, TransportError> {
    let made = reqwest::Proxy::all(proxy.url()).map_err(|error| TransportError::unusable(error.to_string()))?;
    Ok(match proxy.authorization() {
        Some(authorization) => made.custom_http_auth(authorization),
        None => made,
    })
}

async fn send_and_read(client: &reqwest::Client, wire: reqwest::Request) -> Result<HttpResponse, TransportError> {
    let mut response = client.execute(wire).await.map_err(failure)?;
    let status = response.status().as_u16();
    let body = match read_body(&mut response).await {
        Ok(body) => body,
        Err(error) => return Err(error.after_status(status)),
    };
    let headers = Headers::from_map(std::mem::take(response.headers_mut()));
    Ok(HttpResponse { status, headers, body, proxy: None })
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

/// Reads the body in chunks, so that an endless one ends at the limit. A body of one chunk, as most are, is not copied.
async fn read_body(response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if first.len() + all.len() + chunk.len() > LARGEST_RESPONSE {
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

/// How far the request came. The URL is removed from the error: its query may contain secrets.
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
