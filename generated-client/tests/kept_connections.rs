//! Tests idle connections that are broken when they are reused: docs/reliability.md, "Connections".

#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

mod fault_server;
mod test_product;
mod transports;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use yunxin::{Client, Credentials, Endpoint, Outcome};

use fault_server::{Connection, EffectLog, start};
use test_product::{GetUserInfos, SendMessage};

/// A server that keeps connections; after `forget` each earlier one is reset when it is reused, or never answers.
struct ForgetfulServer {
    client: Client,
    has_dropped: Arc<AtomicBool>,
    opened: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, Debug)]
enum DropMode {
    Reset,
    Silent,
}

impl ForgetfulServer {
    fn start(transport: &transports::Named, how: DropMode) -> Self {
        let has_dropped = Arc::new(AtomicBool::new(false));
        let opened = Arc::new(AtomicUsize::new(0));
        let behavior = {
            let (has_dropped, opened) = (Arc::clone(&has_dropped), Arc::clone(&opened));
            move |connection: &mut Connection| {
                if connection.requests == 0 {
                    opened.fetch_add(1, Ordering::SeqCst);
                    connection.opened_after_fault = has_dropped.load(Ordering::SeqCst);
                }
                if connection.requests > 0 && !connection.opened_after_fault {
                    // Connections that were opened before have the fault.
                    while !has_dropped.load(Ordering::SeqCst) && connection.is_idle() {}
                    if has_dropped.load(Ordering::SeqCst) {
                        match how {
                            DropMode::Reset => connection.read_first_byte(),
                            DropMode::Silent => connection.stall(),
                        }
                        return false;
                    }
                }
                let Some(request) = connection.read() else { return false };
                let body = connection.apply(&request);
                if !has_dropped.load(Ordering::SeqCst) {
                    // Long enough that concurrent calls need separate connections.
                    std::thread::sleep(Duration::from_millis(200));
                }
                connection.write(fault_server::response("200 OK", "", &body))
            }
        };
        let address = start(&EffectLog::default(), Arc::new(behavior));
        let client = Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
            .host(format!("http://{address}"))
            .transport(Arc::clone(&transport.1))
            .attempt_timeout(Duration::from_millis(400))
            .build()
            .unwrap();
        Self { client, has_dropped, opened }
    }

    async fn open(&self, connections: usize) {
        let mut calls = JoinSet::new();
        for _ in 0..connections {
            let client = self.client.clone();
            calls.spawn(async move { GetUserInfos { accids: Vec::new() }.send(&client).await.unwrap() });
        }
        calls.join_all().await;
        assert!(self.opened.load(Ordering::SeqCst) >= connections);
        // Waits until all of them are idle again on both sides.
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.has_dropped.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn safe_calls_survive_when_all_kept_connections_are_broken() {
    for transport in transports::shared() {
        for how in [DropMode::Reset, DropMode::Silent] {
            let balancer = ForgetfulServer::start(transport, how);
            balancer.open(40).await;
            let mut retried = 0;
            for number in 0..30 {
                let call = GetUserInfos { accids: Vec::new() }.send_with_meta(&balancer.client).await;
                let response = call.unwrap_or_else(|error| panic!("{}, {how:?}, call {number}: {error}", transport.0));
                retried += response.attempts() - 1;
            }
            assert_eq!(retried, 1, "{}, {how:?}: one attempt shows that all of them are broken", transport.0);
        }
    }
}

#[tokio::test]
async fn concurrent_safe_calls_survive_broken_connections() {
    for transport in transports::shared() {
        let balancer = ForgetfulServer::start(transport, DropMode::Reset);
        balancer.open(40).await;
        let mut calls = JoinSet::new();
        for _ in 0..30 {
            let client = balancer.client.clone();
            calls.spawn(async move { GetUserInfos { accids: Vec::new() }.send_with_meta(&client).await });
        }
        for result in calls.join_all().await {
            assert!(result.unwrap().attempts() <= 2, "{}", transport.0);
        }
    }
}

#[tokio::test]
async fn only_one_call_that_must_not_be_repeated_is_lost() {
    for transport in transports::shared() {
        let balancer = ForgetfulServer::start(transport, DropMode::Reset);
        balancer.open(40).await;
        let mut lost = 0;
        for _ in 0..30 {
            if let Err(error) = SendMessage::full().send(&balancer.client).await {
                assert_eq!((error.outcome(), error.attempts().len()), (Outcome::Unknown, 1));
                lost += 1;
            }
        }
        assert_eq!(lost, 1, "{}", transport.0);
    }
}
