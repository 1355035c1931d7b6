//! Selection of the proxy for a request.

use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::Url;

use crate::base::config_error::ConfigError;
use crate::transport::TransportError;
use crate::transport::loopback::is_loopback;

/// Which proxies are used.
#[derive(Clone, Debug)]
pub(super) enum ProxySetting {
    /// The proxies of the environment, for encrypted hosts that are not this machine.
    Environment(Arc<Matcher>),
    /// None.
    Off,
    /// One for all hosts.
    Fixed(Proxy),
}

/// A proxy.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    intercept: Intercept,
    from_environment: bool,
}

impl ProxySetting {
    /// Reads `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in upper or lower case.
    pub(super) fn from_environment() -> Self {
        Self::Environment(Arc::new(Matcher::from_env()))
    }

    /// One proxy for all hosts, this machine included.
    pub(super) fn fixed(url: &str) -> Result<Self, ConfigError> {
        // The URL may hold a password, so messages do not repeat it.
        let matcher = Matcher::builder().all(url).build();
        let intercept = matcher.intercept(&Uri::from_static("https://host")).ok_or_else(|| {
            ConfigError::new("the proxy is not a URL such as `http://proxy.example:3128` or `http://user:password@proxy.example:3128`")
        })?;
        let proxy = Proxy { intercept, from_environment: false };
        if !proxy.is_supported() {
            return Err(ConfigError::new(format!(
                "{proxy} is not an HTTP proxy; its URL must begin with http:// or https://"
            )));
        }
        Ok(Self::Fixed(proxy))
    }

    /// The proxy for a URL.
    fn proxy_for(&self, url: &Url) -> Option<Proxy> {
        match self {
            Self::Off => None,
            Self::Fixed(proxy) => Some(proxy.clone()),
            // Over plain HTTP a proxy could read app key, checksum and parameters. This machine is never behind a
            // proxy.
            Self::Environment(_) if url.scheme() != "https" || url.host().is_none_or(|host| is_loopback(&host)) => None,
            Self::Environment(matcher) => {
                let intercept = matcher.intercept(&url.as_str().parse().ok()?)?;
                Some(Proxy { intercept, from_environment: true })
            }
        }
    }

    /// The proxy for a URL. Fails if the environment names one whose protocol is not known here.
    pub(super) fn supported_proxy_for(&self, url: &Url) -> Result<Option<Proxy>, TransportError> {
        match self.proxy_for(url) {
            Some(proxy) if !proxy.is_supported() => Err(TransportError::unusable(format!(
                "{proxy} is not an HTTP proxy; set another with ClientBuilder::proxy, or none with no_proxy"
            ))),
            proxy => Ok(proxy),
        }
    }
}

impl Proxy {
    /// Whether its protocol is known here.
    fn is_supported(&self) -> bool {
        matches!(self.intercept.uri().scheme_str(), Some("http" | "https"))
    }

    pub(super) fn url(&self) -> String {
        self.intercept.uri().to_string()
    }

    /// The value of `Proxy-Authorization`.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let mut value = self.intercept.basic_auth().cloned()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl std::fmt::Display for Proxy {
    /// Without user name and password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let uri = self.intercept.uri();
        let scheme = uri.scheme_str().unwrap_or("http");
        let address = uri.authority().map_or("", |authority| authority.as_str());
        let origin = if self.from_environment { " from the environment" } else { "" };
        write!(f, "the proxy {scheme}://{address}{origin}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> ProxySetting {
        let matcher = Matcher::builder().all("http://user:hunter2@proxy.example:3128").no("direct.example").build();
        ProxySetting::Environment(Arc::new(matcher))
    }

    fn shown(setting: &ProxySetting, url: &str) -> Option<String> {
        setting.proxy_for(&Url::parse(url).unwrap()).map(|proxy| proxy.to_string())
    }

    #[test]
    fn the_environment_is_for_encrypted_hosts_elsewhere() {
        let setting = environment();
        let proxy = "the proxy http://proxy.example:3128 from the environment";
        assert_eq!(shown(&setting, "https://api.example/path").as_deref(), Some(proxy));
        for url in [
            "http://api.example",
            "http://127.0.0.1:8088",
            "http://localhost:8088",
            "https://localhost",
            "https://[::1]:1",
            "https://[::ffff:127.0.0.1]",
            "https://direct.example",
        ] {
            assert_eq!(shown(&setting, url), None, "{url}");
        }
    }

    #[test]
    fn a_proxy_that_was_set_carries_everything() {
        let setting = ProxySetting::fixed("http://user:hunter2@proxy.example:3128").unwrap();
        for url in ["https://api.example", "http://api.example", "http://127.0.0.1:8088"] {
            assert_eq!(shown(&setting, url).as_deref(), Some("the proxy http://proxy.example:3128"));
        }
        assert!(!format!("{setting:?}").contains("hunter2"));
        assert_eq!(shown(&ProxySetting::Off, "https://api.example"), None);
    }

    #[test]
    fn what_is_no_http_proxy_is_refused_without_its_password() {
        for url in ["", "ftp://user:hunter2@a", "socks5://user:hunter2@a:1080", "http://user:hunter2@a b"] {
            let error = ProxySetting::fixed(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{url}: {error}");
        }
    }
}
