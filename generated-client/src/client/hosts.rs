//! Which hosts a call may go to.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::client::circuit_breaker::{CircuitBreaker, HostEntry};
use crate::client::concurrency_limit::ConcurrencyLimit;
use crate::client::region::Region;
use crate::error::{Error, Result};
use crate::transport::host::Host;
use crate::wire::endpoint_meta::{EndpointMeta, Product};

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
        Some(product.hosts_in(region.name())?.iter().map(|url| Host::known(url)).collect())
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
