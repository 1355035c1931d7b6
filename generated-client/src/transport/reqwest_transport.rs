//! The default transport: reqwest, with rustls.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;
use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;

use crate::base::config_error::ConfigError;
use crate::transport::certificate::is_about_certificate;
use crate::transport::connect_phase::ConnectPhaseLayer;
use crate::transport::proxy::{Proxy, ProxySetting};
use crate::transport::runtime_pools::{NoPool, RuntimePools};
use crate::transport::{
    Headers, HttpRequest, HttpResponse, Method, Transport, TransportError, TransportErrorKind, TransportFuture,
    connect_phase,
};

/// Servers close idle connections without notice; the shorter a connection is idle, the rarer that is.
const IDLE: Duration = Duration::from_secs(5);

/// More connections than this are closed when they become idle.
const IDLE_CONNECTIONS: usize = 256;

/// Replies of the API are far smaller; a larger one comes from another server.
const LARGEST: usize = 16 * 1024 * 1024;

/// Sends over HTTP/1.1, with rustls and the certificates that the operating system trusts.
///
/// Idle connections are kept for 5 s, at most 256 per host. Each async runtime that uses the transport has its own
/// connections, which are closed with it. Redirects are not followed, since AppKey and CheckSum would be sent along. A
/// reply may have at most 16 MiB. Needs a tokio runtime with time and I/O enabled.
///
/// Encrypted hosts are reached through the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, unless `NO_PROXY` names the
/// host. Plain HTTP and hosts on this machine never use a proxy of the environment: it would read AppKey, CheckSum and
/// parameters. [`proxy`](HttpTransport::proxy) and [`no_proxy`](HttpTransport::no_proxy) take the place of the
/// environment.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    tls: rustls::ClientConfig,
    /// Why TLS cannot be used. Plain HTTP to this machine, as to the sandbox, works nevertheless.
    no_tls: Option<Arc<str>>,
    connect_timeout: Duration,
    proxies: ProxySetting,
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

impl HttpTransport {
    /// A transport that gives connecting at most this long: name lookup, proxy and TLS included.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, ConfigError> {
        let (tls, no_tls) = tls()?;
        Ok(Self { tls, no_tls, connect_timeout, proxies: ProxySetting::from_environment(), hosts: RuntimePools::new() })
    }

    /// Uses this proxy for all requests, those to this machine and those over plain HTTP included:
    /// `http://user:password@proxy.example:3128`.
    ///
    /// # Errors
    /// If it is not the URL of an HTTP proxy.
    pub fn proxy(self, url: &str) -> Result<Self, ConfigError> {
        Ok(self.with_proxies(ProxySetting::fixed(url)?))
    }

    /// Uses no proxy, even if the environment names one.
    #[must_use]
    pub fn no_proxy(self) -> Self {
        self.with_proxies(ProxySetting::Off)
    }

    fn with_proxies(self, proxies: ProxySetting) -> Self {
        // Connections that were opened under the earlier setting are not used again.
        Self { proxies, hosts: RuntimePools::new(), ..self }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (origin, target) = split_url(&request.url);
        let HostClient { client, base, proxy } = self.host_client(origin)?;
        let mut url = base;
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        let mut wire = reqwest::Request::new(method(request.method), url);
        *wire.headers_mut() = request.headers.into_map();
        if !request.body.is_empty() {
            *wire.body_mut() = Some(request.body.into());
        }
        let (timeout, connect_limit) = (request.timeout, request.connect_timeout.min(self.connect_timeout));
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
        self.hosts.get(origin, || self.new_host_client(origin)).map_err(|error| match error {
            NoPool::NoRuntime => unusable("there is no tokio runtime here"),
            NoPool::RuntimeOfAnotherProcess => unusable(
                "the tokio runtime was started before this process was forked, and its connections belong to the other process; start a new runtime after the fork",
            ),
            NoPool::NotMade(error) => error,
        })
    }

    fn new_host_client(&self, origin: &str) -> Result<HostClient, TransportError> {
        let base = Url::parse(origin).map_err(|error| unusable(error.to_string()))?;
        if let (Some(reason), "https") = (&self.no_tls, base.scheme()) {
            return Err(unusable(format!("no root certificates on this system (install ca-certificates): {reason}")));
        }
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .connector_layer(ConnectPhaseLayer { default_limit: self.connect_timeout })
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .redirect(Policy::none())
            .referer(false)
            // The proxy is chosen here, where its name can be kept for errors.
            .no_proxy();
        let proxy = self.proxies.proxy_for(&base);
        let builder = match &proxy {
            None => builder,
            Some(proxy) if proxy.is_supported() => builder.proxy(reqwest_proxy(proxy)?),
            Some(proxy) => {
                return Err(unusable(format!(
                    "{proxy} is not an HTTP proxy; set another with ClientBuilder::proxy, or none with no_proxy"
                )));
            }
        };
        let client = builder.build().map_err(|error| unusable(error.to_string()))?;
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

/// Splits a URL into scheme, host and port, and the rest.
fn split_url(url: &str) -> (&str, &str) {
    let begin = url.find("://").map_or(0, |scheme| scheme.saturating_add("://".len()));
    let host_length = url.get(begin..).and_then(|rest| rest.find(['/', '?', '#']));
    host_length.and_then(|length| url.split_at_checked(begin.saturating_add(length))).unwrap_or((url, ""))
}

fn reqwest_proxy(proxy: &Proxy) -> Result<reqwest::Proxy, TransportError> {
    let made = reqwest::Proxy::all(proxy.url()).map_err(|error| unusable(error.to_string()))?;
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

/// TLS with ring and the certificates of the operating system, without changing rustls' process-wide default. The error
/// says if the system has no root certificate.
fn tls() -> Result<(rustls::ClientConfig, Option<Arc<str>>), ConfigError> {
    let provider = Arc::new(ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::new("TLS cannot be set up").caused_by(error))?;
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

/// Reads the body in chunks, so that an endless one ends at the limit. A body of one chunk, as most are, is not copied.
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

fn unusable(why: impl Into<Box<dyn StdError + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::Unusable).caused_by(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_what_its_two_parts_make() {
        for url in [
            "https://a.example/im/user?accid=%61%20b&x=1+2",
            "http://127.0.0.1:8088",
            "http://[::1]:1/a%2Fb//c",
            "https://a.example/?q",
            "https://a.example?q=/",
            "https://a.example/p?",
        ] {
            let (origin, target) = split_url(url);
            let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
            let mut made = Url::parse(origin).unwrap();
            made.set_path(path);
            made.set_query(query);
            assert_eq!(made, Url::parse(url).unwrap(), "{url}");
        }
        assert_eq!(split_url("https://a.example/p").0, split_url("https://a.example").0);
        assert_eq!(split_url("no url"), ("no url", ""));
    }
}
