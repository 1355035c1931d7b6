//! The transport with less work per request: hyper's connections, with a pool of our own.

mod connector;
mod host_pool;
mod idle;
mod tunnel;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HOST, HeaderValue, PROXY_AUTHORIZATION};
use http::uri::{PathAndQuery, Uri};
use http_body_util::Full;
use reqwest::Url;

use crate::base::config_error::ConfigError;
use crate::transport::builder::{Settings, TransportBuilder};
use crate::transport::runtime_pools::{NoPool, RuntimePools};
use crate::transport::target::{is_normal, set_target, split_url};
use crate::transport::{
    HttpRequest, HttpResponse, Method, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use connector::Connector;
use host_pool::HostPool;

/// Sends over HTTP/1.1 with hyper, rustls and the certificates that the operating system trusts. It needs less CPU time
/// per request than [`HttpTransport`](crate::transport::HttpTransport), and keeps the same promises and defaults: idle
/// connections, proxies, redirects, the size of replies.
///
/// ```
/// # use std::time::Duration;
/// use yunxin::transport::HyperTransport;
///
/// # fn main() -> yunxin::Result<()> {
/// let client = yunxin::Client::builder(yunxin::Credentials::new("key", "secret"))
///     .transport(HyperTransport::new(Duration::from_secs(3))?)
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct HyperTransport {
    settings: Settings,
    hosts: RuntimePools<Arc<HostConnections>>,
}

/// The connections to a host, and what all requests to it have in common.
#[derive(Debug)]
struct HostConnections {
    base: Url,
    host_header: HeaderValue,
    /// If requests go to a proxy as they are, not through a tunnel.
    plain_proxy: Option<PlainProxy>,
    proxy_name: Option<Arc<str>>,
    pool: HostPool,
}

/// A proxy that reads the requests.
#[derive(Debug)]
struct PlainProxy {
    authorization: Option<HeaderValue>,
}

impl TransportBuilder<HyperTransport> {
    /// Builds the transport.
    ///
    /// # Errors
    /// If TLS cannot be set up, or the proxy is not the URL of an HTTP proxy.
    pub fn build(self) -> Result<HyperTransport, ConfigError> {
        Ok(HyperTransport { settings: self.settings()?, hosts: RuntimePools::new() })
    }
}

impl HyperTransport {
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
        let host = self.host(split_url(&request.url).0)?;
        let (timeout, connect_limit) = (request.timeout, request.connect_timeout.min(self.settings.connect_timeout));
        // A little less than the whole attempt, so that the connect timeout fires first and is recognised as such.
        let connect_limit = connect_limit.min(timeout.saturating_sub(Duration::from_millis(2)));
        let wire = host.wire_request(request)?;
        let mut connected = false;
        let exchange = host.pool.exchange(wire, connect_limit, &mut connected);
        let result = match tokio::time::timeout(timeout, exchange).await {
            Ok(result) => result,
            Err(elapsed) => Err(TransportError::new(TransportErrorKind::Timeout).caused_by(elapsed)),
        };
        match result {
            Ok(mut response) => {
                response.proxy.clone_from(&host.proxy_name);
                Ok(response)
            }
            Err(error) => {
                let error = if connected { error } else { error.on_kept_connection() };
                Err(error.through_proxy(host.proxy_name.clone()))
            }
        }
    }

    fn host(&self, origin: &str) -> Result<Arc<HostConnections>, TransportError> {
        let make = || HostConnections::new(origin, &self.settings).map(Arc::new);
        self.hosts.get(origin, make).map_err(NoPool::into_error)
    }
}

impl Transport for HyperTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }

    fn discard_idle(&self, host: &str) {
        self.hosts.discard(split_url(host).0);
    }
}

impl HostConnections {
    fn new(origin: &str, settings: &Settings) -> Result<Self, TransportError> {
        let base = Url::parse(origin).map_err(|error| TransportError::unusable(error.to_string()))?;
        let is_encrypted = base.scheme() == "https";
        if is_encrypted {
            settings.tls.check()?;
        }
        let proxy = settings.proxies.supported_proxy_for(&base)?;
        let proxy_name = proxy.as_ref().map(|proxy| Arc::from(proxy.to_string()));
        let plain_proxy = proxy.as_ref().filter(|_| !is_encrypted);
        Ok(Self {
            host_header: HeaderValue::from_str(base.authority())
                .map_err(|error| TransportError::unusable(error.to_string()))?,
            plain_proxy: plain_proxy.map(|proxy| PlainProxy { authorization: proxy.authorization() }),
            proxy_name,
            pool: HostPool::new(Connector::new(&base, proxy, settings.tls.clone())?, settings),
            base,
        })
    }

    fn wire_request(&self, request: HttpRequest) -> Result<http::Request<Full<Bytes>>, TransportError> {
        let mut wire = http::Request::new(Full::new(request.body));
        *wire.method_mut() = method(request.method);
        *wire.uri_mut() = self.uri(request.url)?;
        let mut headers = request.headers.into_map();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        headers.entry(HOST).or_insert_with(|| self.host_header.clone());
        if let Some(authorization) = self.plain_proxy.as_ref().and_then(|proxy| proxy.authorization.as_ref()) {
            headers.insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        *wire.headers_mut() = headers;
        Ok(wire)
    }

    /// What the request line names: path and query, or the whole URL for a proxy that reads it.
    fn uri(&self, url: String) -> Result<Uri, TransportError> {
        let (origin, target) = split_url(&url);
        if self.plain_proxy.is_none() && is_normal(target) {
            let begin = origin.len();
            let target = Bytes::from(url).slice(begin..);
            return Ok(PathAndQuery::from_maybe_shared(target).map_err(TransportError::unusable)?.into());
        }
        let mut whole = self.base.clone();
        set_target(&mut whole, target);
        let text = whole.as_str();
        let text = if self.plain_proxy.is_some() { text } else { split_url(text).1 };
        text.parse().map_err(TransportError::unusable)
    }
}

fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}
