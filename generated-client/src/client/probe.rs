//! Probes hosts with an open circuit. Off by default.
//!
//! A host whose health page returns status 200 is used again at once; any other result changes nothing.

use std::sync::{Arc, Weak};
use std::time::Duration;

use http::HeaderMap;
use http::header::USER_AGENT;

use crate::client::Core;
use crate::error::HealthSignal;
use crate::transport::host::Host;
use crate::transport::{Headers, HttpRequest, Method, TransportFuture};

/// Probes hosts at an interval. It holds the client only briefly, so it ends when the client is dropped.
pub(super) async fn probe(client: Weak<Core>, every: Duration) {
    loop {
        let Some(core) = client.upgrade() else { return };
        let pause = core.sleeper.sleep(every);
        drop(core);
        pause.await;
        // Yields even if the sleeper of a test returns at once.
        tokio::task::yield_now().await;
        let Some(core) = client.upgrade() else { return };
        let unhealthy = core.hosts.unhealthy();
        drop(core);
        for (entry, path) in unhealthy {
            match is_healthy(&client, &entry.host, &path).await {
                None => return,
                Some(false) => {}
                Some(true) => {
                    let Some(core) = client.upgrade() else { return };
                    entry.health.report(HealthSignal::Success, false, core.clock.monotonic());
                    tracing::info!(server.address = entry.host.address(), "the host is healthy again");
                }
            }
        }
    }
}

/// Returns whether the health page of a host returns status 200; `None` if the client was dropped.
pub(super) async fn is_healthy(client: &Weak<Core>, host: &Host, path: &str) -> Option<bool> {
    let core = client.upgrade()?;
    let request = unsigned_request(&core, format!("{}{path}", host.as_str()));
    let sending = send(core, request);
    match sending.await {
        Ok(response) if response.status == 200 => return Some(true),
        Ok(response) => tracing::warn!(
            server.address = host.address(),
            http.response.status_code = response.status,
            "the host is not healthy"
        ),
        Err(error) => {
            let kind = error.kind().as_str();
            tracing::warn!(server.address = host.address(), error.type = kind, "the host is not healthy");
        }
    }
    Some(false)
}

/// A GET without signature.
pub(super) fn unsigned_request(core: &Core, url: String) -> HttpRequest {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, core.user_agent.clone());
    HttpRequest {
        method: Method::Get,
        url,
        headers: Headers::from_map(headers),
        body: bytes::Bytes::new(),
        timeout: core.attempt_timeout,
        connect_timeout: core.connect_timeout.min(core.attempt_timeout),
    }
}

/// Sends a request without keeping the client alive.
pub(super) fn send(core: Arc<Core>, request: HttpRequest) -> TransportFuture<'static> {
    let transport = Arc::clone(&core.transport);
    drop(core);
    Box::pin(async move { transport.send(request).await })
}
