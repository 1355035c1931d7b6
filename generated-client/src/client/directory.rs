//! Polls the vendor's host directory, like the official SDKs. Off by default. If it fails, the hosts of the spec are
//! used: they are always at the end of the list.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::client::probe::{is_healthy, send};
use crate::client::{Client, Core};
use crate::error::{CallContext, RawResponse};
use crate::transport::host::Host;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::{EndpointMeta, ProductMeta};

/// The minimum interval between two requests, and the validity of a reply without a usable validity.
const MIN_INTERVAL: Duration = Duration::from_secs(60);

/// The maximum validity of a reply, in seconds.
const MAX_TTL: i64 = 86_400;

/// A directory of hosts: the endpoint that lists the hosts of one product, and how its reply is read.
pub(crate) trait HostDirectory: fmt::Debug + Send + Sync {
    /// Returns the endpoint of the directory.
    fn meta(&self) -> &'static EndpointMeta<'static>;

    /// Encodes the request. `etag`: name of the list that is already known; `None` if none is.
    fn encode(&self, app_key: &str, etag: Option<&str>, out: &mut Encoder<'_>);

    /// Decodes the reply. `None`: it is unusable, and the next server is tried.
    fn read(&self, context: &CallContext<'_>, response: &RawResponse<'_>) -> Option<DirectoryUpdate>;
}

/// A product whose hosts come from a directory.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    pub(crate) product: &'static ProductMeta<'static>,
    pub(crate) directory: Arc<dyn HostDirectory>,
}

/// The result of a request to the directory.
#[derive(Debug)]
pub(crate) enum DirectoryUpdate {
    New(DirectoryHosts),
    Unchanged,
    /// No server of the directory sent a usable reply.
    Nothing,
}

/// The hosts of a product, in order of preference.
#[derive(Debug)]
pub(crate) struct DirectoryHosts {
    /// URLs, including the product's base path.
    pub(crate) urls: Vec<String>,
    /// Validity of the list, in seconds.
    pub(crate) ttl: i64,
    /// Name of this list for the next request. Empty if it has no name.
    pub(crate) etag: String,
}

/// Polls the directory. It holds the client only briefly, so it ends when the client is dropped.
pub(super) async fn poll(client: Weak<Core>, subscription: Subscription) {
    let mut etag = None;
    let mut interval = MIN_INTERVAL;
    loop {
        match request_hosts(&client, &subscription, etag.as_deref()).await {
            None => return,
            Some(DirectoryUpdate::Unchanged) => {}
            Some(DirectoryUpdate::Nothing) => {
                tracing::warn!(
                    product = subscription.product.name,
                    "the host directory does not respond; the hosts are unchanged"
                );
            }
            Some(DirectoryUpdate::New(hosts)) => {
                interval = interval_of(hosts.ttl);
                let Some(all_healthy) = apply(&client, &subscription, &hosts).await else { return };
                // With the etag the directory would not send the hosts again that were left out now.
                etag = (all_healthy && !hosts.etag.is_empty()).then_some(hosts.etag);
            }
        }
        let Some(core) = client.upgrade() else { return };
        let pause = core.sleeper.sleep(interval);
        drop(core);
        pause.await;
        // Yields even if the sleeper of a test returns at once.
        tokio::task::yield_now().await;
    }
}

/// Returns the interval until the next request for a list with this validity in seconds.
fn interval_of(ttl: i64) -> Duration {
    match u64::try_from(ttl) {
        Ok(seconds) if ttl <= MAX_TTL => Duration::from_secs(seconds).max(MIN_INTERVAL),
        _ => MIN_INTERVAL,
    }
}

/// Requests the list of hosts from the servers of the directory in the client's region, one after the other; `None` if
/// the client was dropped.
async fn request_hosts(
    client: &Weak<Core>,
    subscription: &Subscription,
    etag: Option<&str>,
) -> Option<DirectoryUpdate> {
    let core = client.upgrade()?;
    let directory = &*subscription.directory;
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

/// Inserts the healthy ones of these hosts before the default ones. Returns whether all were healthy; `None` if the
/// client was dropped.
async fn apply(client: &Weak<Core>, subscription: &Subscription, received: &DirectoryHosts) -> Option<bool> {
    let product = subscription.product;
    let mut healthy = Vec::new();
    let mut all_healthy = true;
    for url in &received.urls {
        // The directory includes the base path in the host.
        let url = url.trim_end_matches('/');
        let url = url.strip_suffix(product.base_path).unwrap_or(url);
        let allow_plain_http = client.upgrade()?.allow_plain_http;
        let usable = match Host::given(url, allow_plain_http) {
            Err(_) => None,
            Ok(host) => match product.health {
                Some(path) if !is_healthy(client, &host, path).await? => None,
                _ => Some(host),
            },
        };
        all_healthy &= usable.is_some();
        healthy.extend(usable);
    }
    let core = client.upgrade()?;
    if !healthy.is_empty() {
        core.hosts.prefer(product, &core.region, healthy);
    }
    Some(all_healthy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_for_a_minute_to_a_day() {
        for (ttl, seconds) in [(0, 60), (-5, 60), (30, 60), (600, 600), (86_400, 86_400), (86_401, 60)] {
            assert_eq!(interval_of(ttl), Duration::from_secs(seconds), "{ttl}");
        }
    }
}
