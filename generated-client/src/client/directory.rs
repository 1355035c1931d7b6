//! Follows the vendor's host directory, as the official SDKs do. Off unless asked for, and harmless when it fails: the hosts of the spec
//! are always there, and come last.

use std::sync::Weak;
use std::time::Duration;

use super::hosts::Host;
use super::probe::{is_well, send};
use super::{Client, Core};
use crate::error::{RawResponse, Scene};
use crate::generated::lbs;
use crate::lbs::host::{Allocate, Hosts, Platform, Service};
use crate::runtime::endpoint::Endpoint;
use crate::runtime::endpoint_meta::Product;
use crate::runtime::reply;

/// How often the directory is asked at most, and how long an answer is good that does not say.
const SELDOM: Duration = Duration::from_secs(60);

/// An answer is not good for longer than a day, whatever it says.
const LONGEST: i64 = 86_400;

/// A product, and its name in the directory.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) product: &'static Product,
    pub(super) service: Service,
}

/// What the directory says.
enum Word {
    New(Hosts),
    Unchanged,
    Nothing,
}

/// Asks again and again. Holds the client only for moments, so that dropping it is the end of this as well.
pub(super) async fn follow(client: Weak<Core>, entry: Entry) {
    let mut mark = None;
    let mut good_for = SELDOM;
    loop {
        match ask(&client, &entry, mark.as_deref()).await {
            None => return,
            Some(Word::Unchanged) => {}
            Some(Word::Nothing) => {
                tracing::warn!(
                    product = entry.product.name,
                    "the host directory does not answer; the hosts stay as they are"
                );
            }
            Some(Word::New(hosts)) => {
                good_for = span(hosts.ttl.get());
                let Some(all_well) = adopt(&client, &entry, &hosts).await else { return };
                // With the mark the directory would not repeat hosts that were left out now.
                mark = (all_well && !hosts.md5.is_empty()).then_some(hosts.md5);
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
        Ok(seconds) if ttl <= LONGEST => Duration::from_secs(seconds).max(SELDOM),
        _ => SELDOM,
    }
}

/// Asks the servers of the directory for the client's region, one after the other; nothing if the client is gone.
async fn ask(client: &Weak<Core>, entry: &Entry, mark: Option<&str>) -> Option<Word> {
    let core = client.upgrade()?;
    let Ok(servers) = core.hosts.fleet(&Allocate::META, &core.region) else { return Some(Word::Nothing) };
    drop(core);
    for server in servers.iter() {
        let core = client.upgrade()?;
        // The directory knows two platforms and no Rust.
        let version = env!("CARGO_PKG_VERSION");
        let mut call = Allocate::new(core.credentials.app_key(), version, entry.service, Platform::Go);
        if let Some(mark) = mark {
            call = call.md5(mark);
        }
        let client = Client(core);
        let Ok(prepared) = client.encode(&Allocate::META, &|out| call.encode(out), None) else {
            return Some(Word::Nothing);
        };
        let Ok(request) = client.sign(&prepared, &server.host, client.time(), client.full_time(&prepared)) else {
            return Some(Word::Nothing);
        };
        let response = send(client.0, request).await;
        let Ok(response) = response else { continue };
        let mut hosts = Hosts::default();
        let scene = Scene { spec: &Allocate::META, host: &server.host, request_id: &prepared.request_id };
        let answer = RawResponse { status: response.status, body: &response.body };
        match reply::read(&scene, &answer, &mut hosts) {
            Ok(_) => return Some(Word::New(hosts)),
            Err(error) if error.is(lbs::ErrorCode::Unchanged) => return Some(Word::Unchanged),
            Err(_) => {}
        }
    }
    Some(Word::Nothing)
}

/// Puts those of the hosts that are well before the usual ones. Gives whether all were; nothing if the client is gone.
async fn adopt(client: &Weak<Core>, entry: &Entry, offered: &Hosts) -> Option<bool> {
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
