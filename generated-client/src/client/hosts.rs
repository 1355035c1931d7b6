//! Which hosts a call may go to.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use url::{Host as Name, Url};

use super::circuit_breaker::{CircuitBreaker, HostEntry};
use super::concurrency_limit::ConcurrencyLimit;
use super::region::Region;
use crate::error::{Error, Result};
use crate::runtime::endpoint_meta::{EndpointMeta, Product};
use crate::transport::loopback::is_loopback;

/// Base URL of a host, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// From the spec.
    Known(&'static str),
    /// From the caller.
    Given(Arc<str>),
}

impl Host {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Known(url) => url,
            Self::Given(url) => url,
        }
    }

    /// Its name alone.
    pub(crate) fn address(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets.
            Some((name, port)) if !port.contains(']') => name,
            _ => authority,
        }
    }

    /// Its port, named or not.
    pub(crate) fn port(&self) -> u16 {
        let named = self.authority().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        named.unwrap_or(if self.as_str().starts_with("http:") { 80 } else { 443 })
    }

    /// Its name, and its port where the URL names one.
    pub(crate) fn authority(&self) -> &str {
        let url = self.as_str();
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }

    /// A host given by the caller, as a URL is written by the rules of the URL standard: what is sent to is what was looked at here. Plain
    /// HTTP is for loopback only, unless it is allowed: AppKey, CheckSum and tokens would be readable on the way.
    pub(crate) fn given(url: &str, allow_plain_http: bool) -> Result<Self> {
        if url.contains('@') {
            // Not repeated in the message: there may be a password in it.
            return Err(Error::config("a host may not hold a user name or password"));
        }
        if let Some((before, _)) = url.split_once(['?', '#']) {
            // What a query holds is not repeated either.
            return Err(bad_host(before, "may not have a query or a fragment"));
        }
        // What the standard drops without a word, or takes for a slash.
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
        Ok(Self::Given(Arc::from(parsed.as_str().trim_end_matches('/'))))
    }
}

fn bad_host(url: &str, what: &str) -> Error {
    Error::config(format!("the host `{}` {what}", url.escape_debug()))
}

/// Whether it may be the name of a host: labels of letters, digits, `-` and `_`, which names in networks of one's own have.
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

/// The hosts a call may go to, in order of preference: all of one region.
pub(crate) type HostList = Arc<[HostEntry]>;

/// The caller's hosts, which go before those of the spec, and the health of all that were asked for.
#[derive(Debug)]
pub(crate) struct HostRegistry {
    override_host: Option<Host>,
    products: BTreeMap<&'static str, Vec<Host>>,
    known: RwLock<Known>,
    /// Concurrent attempts allowed to each host.
    max: usize,
    /// Concurrency limit shared by all hosts that only calls name.
    shared_permits: Arc<ConcurrencyLimit>,
}

#[derive(Debug, Default)]
struct Known {
    /// By the address of the product's description, as names may be the same; with the path of the health page.
    fleets: BTreeMap<usize, (HostList, Option<&'static str>)>,
    /// By URL, since products share hosts.
    states: BTreeMap<String, (Arc<CircuitBreaker>, Arc<ConcurrencyLimit>)>,
}

impl Known {
    fn entry(&mut self, host: Host, max: usize) -> HostEntry {
        let new = || (Arc::default(), Arc::new(ConcurrencyLimit::new(max)));
        let (health, permits) = self.states.entry(host.as_str().to_owned()).or_insert_with(new).clone();
        HostEntry { host, health, permits }
    }
}

impl HostRegistry {
    /// A registry that allows this many concurrent attempts to each host.
    pub(crate) fn new(max: usize) -> Self {
        Self {
            override_host: None,
            products: BTreeMap::new(),
            known: RwLock::default(),
            max,
            shared_permits: Arc::new(ConcurrencyLimit::new(max)),
        }
    }

    pub(crate) fn set_override_host(&mut self, host: Host) {
        self.override_host = Some(host);
    }

    pub(crate) fn set_product(&mut self, product: &Product, hosts: Vec<Host>) {
        self.products.insert(product.name, hosts);
    }

    /// The hosts of a call.
    pub(crate) fn hosts(&self, spec: &'static EndpointMeta, region: &Region) -> Result<HostList> {
        let key = std::ptr::from_ref(spec.product).addr();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((hosts, _)) = known.fleets.get(&key) {
            return Ok(Arc::clone(hosts));
        }
        drop(known);
        let hosts = self.default_hosts(spec.product, region).ok_or_else(|| no_hosts(spec, region))?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let hosts: HostList = hosts.into_iter().map(|host| known.entry(host, self.max)).collect();
        known.fleets.insert(key, (Arc::clone(&hosts), spec.product.health));
        Ok(hosts)
    }

    /// The hosts that are out, with the paths of their health pages.
    pub(crate) fn unhealthy(&self) -> Vec<(HostEntry, &'static str)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut unhealthy: BTreeMap<&str, (HostEntry, &'static str)> = BTreeMap::new();
        for (hosts, path) in known.fleets.values() {
            let Some(path) = *path else { continue };
            for entry in hosts.iter().filter(|entry| !entry.health.is_closed()) {
                unhealthy.entry(entry.host.as_str()).or_insert_with(|| (entry.clone(), path));
            }
        }
        unhealthy.into_values().collect()
    }

    /// A host that a call names itself.
    pub(crate) fn fleet_of(&self, host: Host) -> HostList {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // Remembered only where it is one of the usual hosts: calls may name any number of others.
        let state = known.states.get(host.as_str()).cloned();
        let (health, permits) = state.unwrap_or_else(|| (Arc::default(), Arc::clone(&self.shared_permits)));
        Arc::new([HostEntry { host, health, permits }])
    }

    /// Puts hosts before the usual ones of a product.
    #[cfg(feature = "lbs")]
    pub(crate) fn prefer(&self, product: &'static Product, region: &Region, mut hosts: Vec<Host>) {
        for host in self.default_hosts(product, region).unwrap_or_default() {
            if !hosts.iter().any(|known| known.as_str() == host.as_str()) {
                hosts.push(host);
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let hosts: HostList = hosts.into_iter().map(|host| known.entry(host, self.max)).collect();
        known.fleets.insert(std::ptr::from_ref(product).addr(), (hosts, product.health));
        // Hosts that the directory names no more are forgotten, so that the list does not grow for ever.
        let Known { fleets, states } = &mut *known;
        states.retain(|url, _| fleets.values().any(|(hosts, _)| hosts.iter().any(|entry| entry.host.as_str() == url)));
    }

    fn default_hosts(&self, product: &'static Product, region: &Region) -> Option<Vec<Host>> {
        if let Some(hosts) = self.products.get(product.name) {
            return Some(hosts.clone());
        }
        if let Some(host) = &self.override_host {
            return Some(vec![host.clone()]);
        }
        Some(product.hosts_in(region.name())?.iter().map(|url| Host::Known(url)).collect())
    }
}

#[cold]
fn no_hosts(spec: &'static EndpointMeta, region: &Region) -> Error {
    let regions: Vec<_> = spec.product.hosts.iter().map(|hosts| hosts.region).collect();
    let regions = match regions.as_slice() {
        [] => "none".to_owned(),
        some => some.join(", "),
    };
    Error::config_of(
        spec,
        format!(
            "the product `{}` has no hosts in the region `{}` (it has: {regions}); choose a region, or name hosts with host() or product_hosts()",
            spec.product.name,
            region.name(),
        ),
    )
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
            let error = Host::given(url, false).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
