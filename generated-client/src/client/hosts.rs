//! Registry of hosts: which hosts a call may go to.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::client::circuit_breaker::{CircuitBreaker, HostEntry};
use crate::client::concurrency_limit::ConcurrencyLimit;
use crate::client::region::Region;
use crate::error::{Error, Result};
use crate::transport::host::Host;
use crate::wire::endpoint_meta::{EndpointMeta, ProductMeta};

/// The hosts that a call may go to, in order of preference: all of one region.
pub(crate) type HostList = Arc<[HostEntry]>;

/// Different host lists that are kept for products of one name. A program that makes product descriptions at run time
/// may make any number of them.
const MAX_LISTS_PER_NAME: usize = 16;

/// The caller's hosts, which go before those of the spec, and the health of all hosts in use.
#[derive(Debug)]
pub(crate) struct HostRegistry {
    override_host: Option<Host>,
    products: BTreeMap<String, Vec<Host>>,
    known: RwLock<Known>,
    /// Concurrent attempts allowed to each host.
    max: usize,
    /// Concurrency limit shared by all hosts that only calls name.
    shared_permits: Arc<ConcurrencyLimit>,
}

#[derive(Debug, Default)]
struct Known {
    /// By the name of the product. Different products may have the same name.
    products: BTreeMap<String, Vec<ProductHosts>>,
    /// By URL, since products share hosts.
    states: BTreeMap<String, (Arc<CircuitBreaker>, Arc<ConcurrencyLimit>)>,
}

/// The hosts of a product, and what of its description they depend on.
#[derive(Debug)]
struct ProductHosts {
    /// The hosts of the spec in the client's region.
    spec_urls: Vec<String>,
    /// Path of the health page.
    health: Option<String>,
    hosts: HostList,
}

impl ProductHosts {
    fn is_of(&self, product: &ProductMeta<'_>, region: &Region) -> bool {
        let urls = product.hosts_in(region.name()).unwrap_or_default();
        self.health.as_deref() == product.health && self.spec_urls == urls
    }
}

impl Known {
    fn entry(&mut self, host: Host, max: usize) -> HostEntry {
        let new = || (Arc::default(), Arc::new(ConcurrencyLimit::new(max)));
        let (health, permits) = self.states.entry(host.as_str().to_owned()).or_insert_with(new).clone();
        HostEntry { host, health, permits }
    }

    fn find(&self, product: &ProductMeta<'_>, region: &Region) -> Option<&HostList> {
        let lists = self.products.get(product.name)?;
        lists.iter().find(|list| list.is_of(product, region)).map(|list| &list.hosts)
    }

    /// Sets the hosts of a product, and forgets hosts that are in no list any more.
    fn set(&mut self, product: &ProductMeta<'_>, region: &Region, hosts: HostList) {
        let spec_urls = product.hosts_in(region.name()).unwrap_or_default();
        let list = ProductHosts {
            spec_urls: spec_urls.iter().map(|url| (*url).to_owned()).collect(),
            health: product.health.map(str::to_owned),
            hosts,
        };
        let lists = self.products.entry(product.name.to_owned()).or_default();
        let replaced = lists.iter().position(|list| list.is_of(product, region));
        if let Some(index) = replaced.or((lists.len() >= MAX_LISTS_PER_NAME).then_some(0)) {
            lists.remove(index);
        }
        lists.push(list);
        let Self { products, states } = self;
        let is_used = |url: &str| {
            let mut entries = products.values().flatten().flat_map(|list| list.hosts.iter());
            entries.any(|entry| entry.host.as_str() == url)
        };
        states.retain(|url, _| is_used(url));
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

    pub(crate) fn set_product(&mut self, name: String, hosts: Vec<Host>) {
        self.products.insert(name, hosts);
    }

    /// The hosts of a call.
    pub(crate) fn hosts(&self, meta: &EndpointMeta<'_>, region: &Region) -> Result<HostList> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(hosts) = known.find(meta.product, region) {
            return Ok(Arc::clone(hosts));
        }
        drop(known);
        let hosts = self.default_hosts(meta.product, region).ok_or_else(|| no_hosts(meta, region))?;
        Ok(self.set(meta.product, region, hosts))
    }

    fn set(&self, product: &ProductMeta<'_>, region: &Region, hosts: Vec<Host>) -> HostList {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let hosts: HostList = hosts.into_iter().map(|host| known.entry(host, self.max)).collect();
        known.set(product, region, Arc::clone(&hosts));
        hosts
    }

    /// The hosts whose circuits are open, with the paths of their health pages.
    pub(crate) fn unhealthy(&self) -> Vec<(HostEntry, String)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut unhealthy: BTreeMap<&str, (HostEntry, String)> = BTreeMap::new();
        for list in known.products.values().flatten() {
            let Some(path) = &list.health else { continue };
            for entry in list.hosts.iter().filter(|entry| !entry.health.is_closed()) {
                unhealthy.entry(entry.host.as_str()).or_insert_with(|| (entry.clone(), path.clone()));
            }
        }
        unhealthy.into_values().collect()
    }

    /// The list of the one host that a call names itself.
    pub(crate) fn single(&self, host: Host) -> HostList {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // Its health is kept only if it is also a host of a product: calls may name any number of others.
        let state = known.states.get(host.as_str()).cloned();
        let (health, permits) = state.unwrap_or_else(|| (Arc::default(), Arc::clone(&self.shared_permits)));
        Arc::new([HostEntry { host, health, permits }])
    }

    /// Puts hosts before the default ones of a product.
    #[cfg(feature = "lbs")]
    pub(crate) fn prefer(&self, product: &ProductMeta<'_>, region: &Region, mut hosts: Vec<Host>) {
        for host in self.default_hosts(product, region).unwrap_or_default() {
            if !hosts.iter().any(|known| known.as_str() == host.as_str()) {
                hosts.push(host);
            }
        }
        self.set(product, region, hosts);
    }

    fn default_hosts(&self, product: &ProductMeta<'_>, region: &Region) -> Option<Vec<Host>> {
        if let Some(hosts) = self.products.get(product.name) {
            return Some(hosts.clone());
        }
        if let Some(host) = &self.override_host {
            return Some(vec![host.clone()]);
        }
        Some(product.hosts_in(region.name())?.iter().map(|url| Host::known(url)).collect())
    }
}

#[cold]
fn no_hosts(meta: &EndpointMeta<'_>, region: &Region) -> Error {
    let regions: Vec<_> = meta.product.hosts.iter().map(|hosts| hosts.region).collect();
    let regions = match regions.as_slice() {
        [] => "none".to_owned(),
        some => some.join(", "),
    };
    Error::config_of(
        meta,
        format!(
            "the product `{}` has no hosts in the region `{}` (it has: {regions}); choose a region, or name hosts with \
             host() or product_hosts()",
            meta.product.name,
            region.name(),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::endpoint_meta::{Hosts, Method, product_with_dedup};

    fn first_host(registry: &HostRegistry, name: &str, url: &str) -> String {
        let urls = [url];
        let hosts = [Hosts { region: "mainland", urls: &urls }];
        let product = ProductMeta { name, hosts: &hosts, ..product_with_dedup(None) };
        let meta = EndpointMeta::new(&product, "p.r.e", Method::Get, "/");
        let hosts = registry.hosts(&meta, &Region::Mainland).unwrap();
        hosts[0].host.as_str().to_owned()
    }

    /// The description is at the same address each time.
    #[test]
    fn a_product_gets_its_own_hosts_wherever_its_description_is() {
        let registry = HostRegistry::new(1);
        for (name, url) in [("a", "https://a"), ("b", "https://b"), ("a", "https://other-a"), ("a", "https://a")] {
            assert_eq!(first_host(&registry, name, url), url);
        }
    }

    #[test]
    fn lists_of_one_name_are_limited_in_number() {
        let registry = HostRegistry::new(1);
        for number in 0..100 {
            first_host(&registry, "a", &format!("https://host-{number}"));
        }
        let known = registry.known.read().unwrap();
        assert_eq!((known.products["a"].len(), known.states.len()), (MAX_LISTS_PER_NAME, MAX_LISTS_PER_NAME));
        drop(known);
        assert_eq!(first_host(&registry, "a", "https://host-0"), "https://host-0");
    }
}
