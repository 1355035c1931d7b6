//! The base URL of a host.

use std::fmt;
use std::sync::Arc;

use url::{Host as Name, Url};

use crate::base::config_error::ConfigError;
use crate::transport::loopback::is_loopback;

/// Base URL of a host, without a trailing slash.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Host(Arc<str>);

impl Host {
    /// A host of a spec, whose URLs were checked when the spec was.
    pub(crate) fn known(url: &str) -> Self {
        Self(Arc::from(url))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the host, without the port.
    pub(crate) fn address(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            // The colons of an IPv6 address are in brackets.
            Some((name, port)) if !port.contains(']') => name,
            _ => authority,
        }
    }

    /// The port; that of the scheme if the URL has none.
    pub(crate) fn port(&self) -> u16 {
        let named = self.authority().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        named.unwrap_or(if self.as_str().starts_with("http:") { 80 } else { 443 })
    }

    /// The name of the host, and the port if the URL has one.
    pub(crate) fn authority(&self) -> &str {
        let url = self.as_str();
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// Parses a host that the caller gives, and normalises it by the rules of the URL standard. Plain HTTP is allowed
    /// for loopback only, unless the client allows it: AppKey, CheckSum and tokens would be readable on the network.
    pub(crate) fn given(url: &str, allow_plain_http: bool) -> Result<Self, ConfigError> {
        if url.contains('@') {
            // Not repeated in the message: it may contain a password.
            return Err(ConfigError::new("a host may not hold a user name or password"));
        }
        if let Some((before, _)) = url.split_once(['?', '#']) {
            // The query is not repeated either.
            return Err(bad_host(before, "may not have a query or a fragment"));
        }
        // Characters that the standard removes silently, or treats as a slash.
        if url.is_empty()
            || url.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\')
        {
            return Err(bad_host(url, "is not a URL"));
        }
        let is_encrypted = match url.split_once("://") {
            None if url.starts_with('/') => {
                return Err(bad_host(url, "needs a scheme and a name: https://example.com"));
            }
            Some((_, rest)) if rest.is_empty() || rest.starts_with('/') => {
                return Err(bad_host(url, "needs a name: https://example.com"));
            }
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => true,
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => false,
            _ => return Err(bad_host(url, "must begin with https://")),
        };
        let parsed = Url::parse(url).map_err(|error| bad_host(url, "is not a URL").caused_by(error))?;
        if parsed.port() == Some(0) {
            return Err(bad_host(url, "has the port 0, which nobody can be reached at"));
        }
        match parsed.host() {
            Some(Name::Domain(name)) if !is_domain(name) => {
                return Err(bad_host(url, "has a name that no host can have"));
            }
            Some(name) if is_encrypted || allow_plain_http || is_loopback(&name) => {}
            Some(_) => {
                return Err(bad_host(
                    url,
                    "is not encrypted; use https, or allow_plain_http(true) if the network is yours",
                ));
            }
            None => return Err(bad_host(url, "needs a name: https://example.com")),
        }
        Ok(Self(Arc::from(parsed.as_str().trim_end_matches('/'))))
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

fn bad_host(url: &str, what: &str) -> ConfigError {
    ConfigError::new(format!("the host `{}` {what}", url.escape_debug()))
}

/// Whether it is a valid host name: labels of letters, digits, `-`, and `_`, which occurs in private networks.
fn is_domain(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_or_loopback() {
        for url in [
            "https://a.example",
            "https://a.example:8443/prefix/",
            "http://127.0.0.1:8088",
            "http://[::1]:1",
            "http://localhost:1/",
            "https://my_service:8443",
            "https://a.example./x",
            "https://10.0.0.1:8443/a/b-c_d.e~f",
        ] {
            let host = Host::given(url, false).unwrap();
            assert_eq!(host.as_str(), url.trim_end_matches('/'));
        }
        // One URL is written in one way, so that there is one circuit breaker for it.
        for (url, written) in [
            ("http://LOCALHOST", "http://localhost"),
            ("HTTP://Localhost:8088/", "http://localhost:8088"),
            ("http://sandbox.localhost.", "http://sandbox.localhost."),
            ("http://[::ffff:127.0.0.1]:8088", "http://[::ffff:7f00:1]:8088"),
            ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
            ("http://127.0.0.2", "http://127.0.0.2"),
            ("http://127.1", "http://127.0.0.1"),
            ("http://2130706433", "http://127.0.0.1"),
            ("HTTPS://A.Example:443//", "https://a.example"),
            ("https://例子.测试", "https://xn--fsqu00a.xn--0zwm56d"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
        ] {
            assert_eq!(Host::given(url, false).unwrap().as_str(), written, "{url}");
        }
        assert!(Host::given("http://10.0.0.1", true).is_ok());
    }

    #[test]
    fn name_and_port_are_told_apart() {
        for (url, address, port) in [
            ("https://a.example", "a.example", 443),
            ("https://a.example:8443/prefix", "a.example", 8443),
            ("http://127.0.0.1:8088", "127.0.0.1", 8088),
            ("http://localhost", "localhost", 80),
            ("http://[::1]", "[::1]", 80),
            ("http://[::1]:1", "[::1]", 1),
            ("http://LOCALHOST:65535", "localhost", 65_535),
            ("http://[::ffff:127.0.0.1]", "[::ffff:7f00:1]", 80),
        ] {
            let host = Host::given(url, false).unwrap();
            assert_eq!((host.address(), host.port()), (address, port));
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        for (url, reason) in [
            ("http://10.0.0.1", "is not encrypted"),
            ("http://127.0.0.1.example.com", "is not encrypted"),
            ("http://localhost.example.com", "is not encrypted"),
            ("http://notlocalhost", "is not encrypted"),
            ("http://0.0.0.0", "is not encrypted"),
            ("http://[::]", "is not encrypted"),
            ("http://[::2]", "is not encrypted"),
            ("http://[::ffff:10.0.0.1]", "is not encrypted"),
            ("http://[::127.0.0.1]", "is not encrypted"),
            ("ftp://a", "must begin with https://"),
            ("a.example", "must begin with https://"),
            ("localhost:8088", "must begin with https://"),
            ("https:a.example", "must begin with https://"),
            ("https:/a.example", "must begin with https://"),
            ("/path", "needs a scheme"),
            ("//a.example", "needs a scheme"),
            ("https://", "needs a name"),
            ("https:///a.example", "needs a name"),
            ("https://:443", "is not a URL"),
            ("https://a/?q", "may not have a query"),
            ("https://a/?", "may not have a query"),
            ("https://a/#f", "may not have a query or a fragment"),
            ("https://a b", "is not a URL"),
            (" https://a", "is not a URL"),
            ("https://a\n", "is not a URL"),
            ("https://a\t.example", "is not a URL"),
            ("https://a\\b", "is not a URL"),
            ("", "is not a URL"),
            ("https://a:99999", "is not a URL"),
            ("https://a:65536", "is not a URL"),
            ("https://a:-1", "is not a URL"),
            ("https://a:b", "is not a URL"),
            ("https://a:80:80", "is not a URL"),
            ("https://a:0", "has the port 0"),
            ("https://*", "has a name that no host can have"),
            ("https://*.example.com", "has a name that no host can have"),
            ("https://a..example", "has a name that no host can have"),
            ("https://.example", "has a name that no host can have"),
            ("https://-a.example", "has a name that no host can have"),
            ("https://a,b", "has a name that no host can have"),
            ("https://${HOST}", "has a name that no host can have"),
            ("https://a|b", "is not a URL"),
            ("https://[::1", "is not a URL"),
            ("https://[::1]x", "is not a URL"),
            ("https://[fe80::1%25eth0]", "is not a URL"),
            ("https://1.2.3.256", "is not a URL"),
        ] {
            let error = Host::given(url, false).unwrap_err().to_string();
            assert!(error.contains(reason), "{url}: {error}");
            assert!(!error.contains(char::is_control), "{error:?}");
        }
        let long = format!("https://{}.example", "a".repeat(64));
        assert!(Host::given(&long, false).is_err());
        for url in ["https://user:hunter2@a", "https://user:hunter2 @a", "https://a/?token=hunter2"] {
            let error = format!("{:?}", Host::given(url, false).unwrap_err());
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
