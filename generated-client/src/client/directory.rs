//! Follows the vendor's host directory, as the official SDKs do. Off by default. If it fails, the hosts of the spec are
//! used: they are always in the list, at its end.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::client::probe::{is_well, send};
use crate::client::{Client, Core};
use crate::error::{CallContext, RawResponse};
use crate::transport::host::Host;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::{EndpointMeta, ProductMeta};

/// The shortest interval between two requests, and the validity of a reply that does not state one.
const MIN_INTERVAL: Duration = Duration::from_secs(60);

/// The longest validity of a reply, in seconds.
const LONGEST: i64 = 86_400;

/// A directory of hosts: the endpoint that lists the hosts of one product, and how its reply is read.
pub(crate) trait HostDirectory: fmt::Debug + Send + Sync {
    /// The endpoint.
    fn meta(&self) -> &'static EndpointMeta<'static>;

    /// Writes the request. `etag`: of the hosts that are known already.
    fn encode(&self, app_key: &str, etag: Option<&str>, out: &mut Encoder<'_>);

    /// Reads the reply. `None`: it is unusable, and the next server is asked.
    fn read(&self, context: &CallContext<'_>, response: &RawResponse<'_>) -> Option<DirectoryUpdate>;
}

/// A product whose hosts come from a directory.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) product: &'static ProductMeta<'static>,
    pub(crate) directory: Arc<dyn HostDirectory>,
}

/// The answer of a directory.
#[derive(Debug)]
pub(crate) enum DirectoryUpdate {
    New(DirectoryHosts),
    Unchanged,
    /// No server of the directory gave a usable answer.
    Nothing,
}

/// The hosts of a product, in order of preference.
#[derive(Debug)]
pub(crate) struct DirectoryHosts {
    /// URLs with the product's base path.
    pub(crate) urls: Vec<String>,
    /// How many seconds they are valid for.
    pub(crate) ttl: i64,
    /// Names this list in the next request. Empty if it has no name.
    pub(crate) etag: String,
}

/// Polls the directory. It holds the client only briefly, so it ends when the client is dropped.
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
                good_for = span(hosts.ttl);
                let Some(all_well) = apply(&client, &entry, &hosts).await else { return };
                // With the etag the directory would not send again the hosts that were left out now.
                etag = (all_well && !hosts.etag.is_empty()).then_some(hosts.etag);
            }
        }
        let Some(core) = client.upgrade() else { return };
        let pause = core.sleeper.sleep(good_for);
        drop(core);
        pause.await;
        // A test's sleeper may return at once.
        tokio::task::yield_now().await;
    }
}

fn span(ttl: i64) -> Duration {
    match u64::try_from(ttl) {
        Ok(seconds) if ttl <= LONGEST => Duration::from_secs(seconds).max(MIN_INTERVAL),
        _ => MIN_INTERVAL,
    }
}

/// Asks the servers of the directory for the client's region, one after the other; `None` if the client is gone.
async fn ask(client: &Weak<Core>, entry: &Subscription, etag: Option<&str>) -> Option<DirectoryUpdate> {
    let core = client.upgrade()?;
    let directory = &*entry.directory;
    let Ok(servers) = core.hosts.hosts(directory.meta(), &core.region) else { return Some(DirectoryUpdate::Nothing) };
    drop(core);
    for server in servers.iter() {
        let client = Client(client.upgrade()?);
        let app_key = client.0.credentials.app_key();
        let Ok(prepared) = client.encode(directory.meta(), &|out| directory.encode(app_key, etag, out), None) else {
            return Some(DirectoryUpdate::Nothing);
        };
        let Ok(request) =
            client.sign(directory.meta(), &prepared, &server.host, client.time(), client.full_time(&prepared))
        else {
            return Some(DirectoryUpdate::Nothing);
        };
        let Ok(response) = send(client.0, request).await else { continue };
        let context = CallContext { meta: directory.meta(), host: &server.host, request_id: &prepared.request_id };
        let response = RawResponse { status: response.status, body: &response.body };
        if let Some(update) = directory.read(&context, &response) {
            return Some(update);
        }
    }
    Some(DirectoryUpdate::Nothing)
}

/// Puts the healthy ones of these hosts before the default ones. Returns whether all were healthy; `None` if the client
/// is gone.
async fn apply(client: &Weak<Core>, entry: &Subscription, offered: &DirectoryHosts) -> Option<bool> {
    let product = entry.product;
    let mut well = Vec::new();
    let mut all = true;
    for url in &offered.urls {
        // The directory includes the base path in the host.
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
