//! Sets up a transport.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::base::config_error::ConfigError;
use crate::base::secret::Secret;
use crate::transport::proxy::ProxySetting;
use crate::transport::tls::Tls;

/// Sets up a transport `T`: [`HttpTransport::builder`](crate::transport::HttpTransport::builder) makes one.
#[must_use = "a builder does nothing until build()"]
pub struct TransportBuilder<T> {
    connect_timeout: Duration,
    proxy: ProxyChoice,
    idle_timeout: Duration,
    idle_connections: usize,
    tls: Option<rustls::ClientConfig>,
    transport: PhantomData<fn() -> T>,
}

/// The proxy that was chosen.
enum ProxyChoice {
    Environment,
    Off,
    /// May hold a password.
    Url(Secret),
}

/// The checked settings of a transport.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) connect_timeout: Duration,
    pub(super) proxies: ProxySetting,
    pub(super) idle_timeout: Duration,
    pub(super) idle_connections: usize,
    pub(super) tls: Tls,
}

impl<T> TransportBuilder<T> {
    pub(crate) fn new() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            proxy: ProxyChoice::Environment,
            // Servers close idle connections without notice; the shorter a connection is idle, the rarer that is.
            idle_timeout: Duration::from_secs(5),
            idle_connections: 256,
            tls: None,
            transport: PhantomData,
        }
    }

    /// How long connecting may take, with name lookup, proxy and TLS; 3 s if not set. A request may allow less.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sends all requests through this proxy, those to this machine and those over plain HTTP included:
    /// `http://user:password@proxy.example:3128`.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = ProxyChoice::Url(url.into());
        self
    }

    /// Uses no proxy, even if the environment names one.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::Off;
        self
    }

    /// How long a connection is kept while no request uses it; 5 s if not set. Servers and load balancers close idle
    /// connections without notice, so this should be less than their limit.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How many idle connections are kept per host; 256 if not set. More connections than this are closed when they
    /// become idle. With 0 each request opens a connection.
    pub fn idle_connections(mut self, most: usize) -> Self {
        self.idle_connections = most;
        self
    }

    /// Uses this TLS configuration, for example one that trusts a private certificate authority. If not set, TLS uses
    /// ring and the certificates that the operating system trusts. Its ALPN protocols are ignored: only HTTP/1.1 is
    /// spoken.
    pub fn tls(mut self, config: rustls::ClientConfig) -> Self {
        self.tls = Some(config);
        self
    }

    pub(super) fn settings(self) -> Result<Settings, ConfigError> {
        Ok(Settings {
            connect_timeout: self.connect_timeout,
            proxies: match &self.proxy {
                ProxyChoice::Environment => ProxySetting::from_environment(),
                ProxyChoice::Off => ProxySetting::Off,
                ProxyChoice::Url(url) => ProxySetting::fixed(url.expose())?,
            },
            idle_timeout: self.idle_timeout,
            idle_connections: self.idle_connections,
            tls: self.tls.map_or_else(Tls::of_platform, |config| Ok(Tls::given(config)))?,
        })
    }
}

impl<T> fmt::Debug for TransportBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("idle_connections", &self.idle_connections)
            .finish_non_exhaustive()
    }
}
