//! Follows the vendor's host directory, as the official SDKs do. Off unless asked for, and harmless when it fails: the hosts of the spec
//! are always there, and come last.

use std::sync::Weak;
use std::time::Duration;

use super::hosts::Host;
use super::probe::{is_well, send};
use super::{Client, Core};
use crate::error::{CallContext, RawResponse};
use crate::generated::lbs;
use crate::lbs::host::{Allocate, Hosts, Platform, Service};
use crate::runtime::endpoint::Endpoint;
use crate::runtime::endpoint_meta::Product;
use crate::runtime::reply;

/// How often the directory is asked at most, and how long an answer is good that does not say.
const MIN_INTERVAL: Duration = Duration::from_secs(60);

/// An answer is not good for longer than a day, whatever it says.
const LONGEST: i64 = 86_400;

/// A product, and its name in the directory.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub(super) product: &'static Product,
    pub(super) service: Service,
}

/// What the directory says.
enum DirectoryUpdate {
    New(Hosts),
    Unchanged,
    Nothing,
}

/// Asks again and again. Holds the client only for moments, so that dropping it is the end of this as well.
pub(super) async fn poll(client: Weak<Core>, entry: Subscription) {
    let mut etag = None;
    let mut good_for = MIN_INTERVAL;
    loop {
        match ask(&client, &entry, etag.as_deref()).await {
            None => return,
            Some(DirectoryUpdate::Unchanged) => {}
            Some(DirectoryUpdate::Nothing) => {
                tracing::warn!(
                    product = entry.product.name,
                    "the host directory does not answer; the hosts stay as they are"
                );
            }
            Some(DirectoryUpdate::New(hosts)) => {
                good_for = span(hosts.ttl.get());
                let Some(all_well) = apply(&client, &entry, &hosts).await else { return };
                // With the etag the directory would not repeat hosts that were left out now.
                etag = (all_well && !hosts.md5.is_empty()).then_some(hosts.md5);
            }
        }
        let Some(core) = client.upgrade() else { return };
        let pause = core.sleeper.sleep(good_for);
        drop(core);
        pause.await;
        // A sleeper of a test may let no time pass.
        tokio::task::yield_now().await;
    }
}

fn span(ttl: i64) -> Duration {
    match u64::try_from(ttl) {
        Ok(seconds) if ttl <= LONGEST => Duration::from_secs(seconds).max(MIN_INTERVAL),
        _ => MIN_INTERVAL,
    }
}

/// Asks the servers of the directory for the client's region, one after the other; nothing if the client is gone.
async fn ask(client: &Weak<Core>, entry: &Subscription, etag: Option<&str>) -> Option<DirectoryUpdate> {
    let core = client.upgrade()?;
    let Ok(servers) = core.hosts.hosts(&Allocate::META, &core.region) else { return Some(DirectoryUpdate::Nothing) };
    drop(core);
    for server in servers.iter() {
        let core = client.upgrade()?;
        // The directory knows two platforms and no Rust.
        let version = env!("CARGO_PKG_VERSION");
        let mut call = Allocate::new(core.credentials.app_key(), version, entry.service, Platform::Go);
        if let Some(etag) = etag {
            call = call.md5(etag);
        }
        let client = Client(core);
        let Ok(prepared) = client.encode(&Allocate::META, &|out| call.encode(out), None) else {
            return Some(DirectoryUpdate::Nothing);
        };
        let Ok(request) = client.sign(&prepared, &server.host, client.time(), client.full_time(&prepared)) else {
            return Some(DirectoryUpdate::Nothing);
        };
        let response = send(client.0, request).await;
        let Ok(response) = response else { continue };
        let mut hosts = Hosts::default();
        let context = CallContext { spec: &Allocate::META, host: &server.host, request_id: &prepared.request_id };
        let answer = RawResponse { status: response.status, body: &response.body };
        match reply::read(&context, &answer, &mut hosts) {
            Ok(_) => return Some(DirectoryUpdate::New(hosts)),
            Err(error) if error.is(lbs::ErrorCode::Unchanged) => return Some(DirectoryUpdate::Unchanged),
            Err(_) => {}
        }
    }
    Some(DirectoryUpdate::Nothing)
}

/// Puts those of the hosts that are well before the usual ones. Gives whether all were; nothing if the client is gone.
async fn apply(client: &Weak<Core>, entry: &Subscription, offered: &Hosts) -> Option<bool> {
    let product = entry.product;
    let mut well = Vec::new();
    let mut all = true;
    for url in std::iter::once(&offered.default_endpoint).chain(&offered.backup_endpoints) {
        // The directory counts the base path to the host.
        let url = url.trim_end_matches('/');
        let url = url.strip_suffix(product.base_path).unwrap_or(url);
        let allow_plain_http = client.upgrade()?.allow_plain_http;
        let good = match Host::given(url, allow_plain_http) {
            Err(_) => None,
            Ok(host) => match product.health {
                Some(path) if !is_well(client, &host, path).await? => None,
                _ => Some(host),
            },
        };
        all &= good.is_some();
        well.extend(good);
    }
    let core = client.upgrade()?;
    if !well.is_empty() {
        core.hosts.prefer(product, &core.region, well);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_for_a_minute_to_a_day() {
        for (ttl, seconds) in [(0, 60), (-5, 60), (30, 60), (600, 600), (86_400, 86_400), (86_401, 60)] {
            assert_eq!(span(ttl), Duration::from_secs(seconds), "{ttl}");
        }
    }
}
