//! Tests hosts that never answer, with deadlines of little more than one attempt: docs/reliability.md, "Time limits".

#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

mod fault_server;
mod test_product;
mod transports;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use yunxin::{AttemptClass, Client, ClientBuilder, Credentials, Endpoint, Outcome, Response, Result};

use fault_server::{Connection, EffectLog, full_backlog, start};
use test_product::{Create, GetUserInfos, PRODUCT, SendMessage};
use transports::Named;

const DEADLINE: Duration = Duration::from_millis(1_300);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Safe,
    Deduplicated,
    Never,
}

async fn call(kind: Kind, client: &Client) -> Result<Response<()>> {
    async fn send<E: Endpoint>(request: E, client: &Client) -> Result<Response<()>> {
        request.with_deadline(DEADLINE).send_with_meta(client).await.map(Response::without_payload)
    }
    match kind {
        Kind::Safe => send(GetUserInfos { accids: Vec::new() }, client).await,
        Kind::Deduplicated => send(Create::new("alice"), client).await,
        Kind::Never => send(SendMessage::full(), client).await,
    }
}

fn builder(transport: &Named, hosts: [String; 2]) -> ClientBuilder {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, hosts)
        .transport(Arc::clone(&transport.1))
}

fn healthy(effect_log: &EffectLog) -> String {
    format!("http://{}", start(effect_log, Arc::new(Connection::serve)))
}

/// An address that accepts connections and never responds.
fn silent_address() -> SocketAddr {
    start(
        &EffectLog::default(),
        Arc::new(|connection| {
            connection.stall();
            false
        }),
    )
}

/// How many of twelve calls fail.
async fn failed_calls(kind: Kind, client: &Client, effect_log: &EffectLog) -> usize {
    let mut lost = 0;
    for number in 0..12 {
        match call(kind, client).await {
            Ok(response) => assert_eq!(effect_log.effects(response.request_id()), 1),
            Err(error) => {
                assert!(number < 3, "{kind:?}, call {number}: {error}");
                assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
                lost += 1;
            }
        }
    }
    lost
}

#[tokio::test]
async fn a_host_that_never_responds_becomes_unhealthy() {
    for transport in transports::shared() {
        for (kind, most) in [(Kind::Safe, 0), (Kind::Deduplicated, 0), (Kind::Never, 3)] {
            let effect_log = EffectLog::default();
            let client =
                builder(transport, [format!("http://{}", silent_address()), healthy(&effect_log)]).build().unwrap();
            assert_eq!(failed_calls(kind, &client, &effect_log).await, most, "{}, {kind:?}", transport.0);
        }
    }
}

#[tokio::test]
async fn no_call_is_lost_to_a_host_that_drops_connection_attempts() {
    for transport in transports::shared() {
        for kind in [Kind::Safe, Kind::Deduplicated, Kind::Never] {
            let effect_log = EffectLog::default();
            let (address, _filled) = full_backlog();
            let client = builder(transport, [format!("http://{address}"), healthy(&effect_log)]).build().unwrap();
            assert_eq!(failed_calls(kind, &client, &effect_log).await, 0, "{}, {kind:?}", transport.0);
            assert_eq!(call(kind, &client).await.unwrap().attempts(), 1, "it is still asked first");
        }
    }
}

#[tokio::test]
async fn a_complete_connect_timeout_counts_as_a_failure_even_if_short() {
    for transport in transports::made(Duration::from_millis(100)) {
        let effect_log = EffectLog::default();
        let (address, _filled) = full_backlog();
        let client = builder(&transport, [format!("http://{address}"), healthy(&effect_log)])
            .connect_timeout(Duration::from_millis(100))
            .build()
            .unwrap();
        for _ in 0..3 {
            let response =
                SendMessage::full().with_deadline(Duration::from_millis(800)).send_with_meta(&client).await.unwrap();
            assert_eq!(response.attempts(), 2);
        }
        let response = SendMessage::full().send_with_meta(&client).await.unwrap();
        assert_eq!(response.attempts(), 1, "{}: the host is still asked first", transport.0);
    }
}

/// The timeout of the attempt is shorter than the connect timeout: nothing was sent, so any call goes on.
#[tokio::test]
async fn an_attempt_that_never_connected_sent_nothing() {
    for transport in transports::shared() {
        let (address, _filled) = full_backlog();
        for (name, host) in [("TCP", format!("http://{address}")), ("TLS", format!("https://{}", silent_address()))] {
            for kind in [Kind::Safe, Kind::Deduplicated, Kind::Never] {
                let effect_log = EffectLog::default();
                let client = builder(transport, [host.clone(), healthy(&effect_log)])
                    .attempt_timeout(Duration::from_millis(200))
                    .build()
                    .unwrap();
                let response = call(kind, &client).await.unwrap();
                let classes: Vec<_> = response.failed_attempts().iter().map(|attempt| attempt.class()).collect();
                assert_eq!(classes, [AttemptClass::NotSent], "{}, {name}, {kind:?}", transport.0);
                assert_eq!(effect_log.effects(response.request_id()), 1);
            }
        }
    }
}
