//! Tests many concurrent calls against servers that fail at random: docs/reliability.md, "The rule". No call takes
//! effect twice, and no call is lost that could be repeated. Hosts that are killed are in `failover.rs` of the
//! sandbox's tests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod test_product;
mod transports;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use yunxin::client::{Random, SystemRandom};
use yunxin::{Client, ClientBuilder, Credentials, Endpoint, Outcome};

use fault_server::{Connection, EffectLog, response, start};
use test_product::{Create, Delete, PRODUCT, REST, SendMessage};
use transports::{Named, shared};

fn builder(transport: &Named, urls: impl IntoIterator<Item = String>) -> ClientBuilder {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, urls)
        .transport(Arc::clone(&transport.1))
}

/// A random number below the bound.
fn random_below(bound: u32) -> u32 {
    let mut bytes = [0; 4];
    SystemRandom::default().fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes) % bound
}

/// A server on which 30 % of the requests fail, in one of four ways.
fn flaky(ledger: &EffectLog) -> String {
    let address = start(
        ledger,
        Arc::new(|visit| {
            let Some(request) = visit.read() else { return false };
            match random_below(100) {
                // No effect and no reply.
                0..8 => false,
                // The request takes effect, and no reply comes, or a truncated one.
                8..16 => {
                    visit.apply(&request);
                    false
                }
                16..23 => {
                    let body = visit.apply(&request);
                    let whole = response("200 OK", "", &body);
                    visit.write(whole.get(..whole.len() - 9).unwrap());
                    false
                }
                23..30 => visit.write(response("503 Service Unavailable", "", "")),
                _ => {
                    let body = visit.apply(&request);
                    visit.write(response("200 OK", "", &body))
                }
            }
        }),
    );
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_30_percent_failures_applies_nothing_twice() {
    for transport in shared() {
        let ledger = EffectLog::default();
        let client = builder(transport, [flaky(&ledger), flaky(&ledger)])
            .retry(
                yunxin::RetryPolicy::new()
                    .attempts(6)
                    .long_pause(Duration::from_millis(20), Duration::from_millis(100)),
            )
            .retry_budget(1_000_000)
            .build()
            .unwrap();
        let (mut calls, mut saved, mut lost) = (JoinSet::new(), 0, 0);
        let gate = Arc::new(tokio::sync::Semaphore::new(200));
        for number in 0..10_000 {
            let (client, ledger, gate) = (client.clone(), ledger.clone(), Arc::clone(&gate));
            calls.spawn(async move {
                let _permit = gate.acquire_owned().await.unwrap();
                let (id, outcome) = if number % 2 == 0 {
                    match Create::new("alice").send_with_meta(&client).await {
                        Ok(response) => (response.request_id().to_owned(), None),
                        Err(error) => (error.request_id().unwrap().to_owned(), Some(error.outcome())),
                    }
                } else {
                    match SendMessage::full().send_with_meta(&client).await {
                        Ok(response) => (response.request_id().to_owned(), None),
                        Err(error) => (error.request_id().unwrap().to_owned(), Some(error.outcome())),
                    }
                };
                let effects = ledger.effects(&id);
                match outcome {
                    None | Some(Outcome::Applied) => assert_eq!(effects, 1, "{id} {outcome:?}"),
                    Some(Outcome::NotSent | Outcome::Refused) => assert_eq!(effects, 0, "{id} {outcome:?}"),
                    Some(_) => assert!(effects <= 1, "{id} took effect {effects} times"),
                }
                (number % 2 == 0, outcome.is_none())
            });
        }
        while let Some(call) = calls.join_next().await {
            match call.unwrap() {
                (_, true) => saved += 1,
                (true, false) => lost += 1,
                (false, false) => {}
            }
        }
        assert!(ledger.applied_more_than_once().is_empty(), "{:?}", ledger.applied_more_than_once());
        // For fewer than one in a thousand deduplicated calls all six attempts fail.
        assert!(lost <= 20, "{lost} calls were lost that could be saved");
        assert!(saved > 8_300, "{saved}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_host_gets_only_the_permitted_number_of_calls() {
    for transport in shared() {
        let (ledger, busy, busiest) = (EffectLog::default(), Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let most = Arc::clone(&busiest);
        let address = start(
            &ledger,
            Arc::new(move |visit| {
                let Some(request) = visit.read() else { return false };
                most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                let body = visit.apply(&request);
                busy.fetch_sub(1, Ordering::SeqCst);
                visit.write(response("200 OK", "", &body))
            }),
        );
        let client = builder(transport, [format!("http://{address}")]).max_in_flight_per_host(8).build().unwrap();
        let calls: JoinSet<_> = (0..200).map(|_| SendMessage::full().send(&client)).collect();
        for result in calls.join_all().await {
            result.unwrap();
        }
        assert_eq!(busiest.load(Ordering::SeqCst), 8);
        assert_eq!(ledger.applied_count(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalling_host_does_not_affect_others() {
    for transport in shared() {
        let (ledger, stalled) = (EffectLog::default(), Arc::new(AtomicU32::new(0)));
        let count = Arc::clone(&stalled);
        let stalls = start(
            &ledger,
            Arc::new(move |visit| {
                visit.read();
                count.fetch_add(1, Ordering::SeqCst);
                visit.stall();
                false
            }),
        );
        let [backup, other] = [(); 2].map(|()| start(&ledger, Arc::new(Connection::serve)));
        let client = builder(transport, [stalls, backup].map(|address| format!("http://{address}")))
            .product_hosts(&REST, [format!("http://{other}")])
            .max_in_flight_per_host(10)
            .attempt_timeout(Duration::from_millis(500))
            .retry_budget(0)
            .build()
            .unwrap();
        let begin = Instant::now();
        let stuck: JoinSet<_> =
            (0..100).map(|_| SendMessage::full().with_deadline(Duration::from_secs(10)).send(&client)).collect();
        // Another product, on another host, is not affected.
        while stalled.load(Ordering::SeqCst) < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let delete = Delete { cname: "r".to_owned(), ids: Vec::new(), tag: None };
        delete.send(&client).await.unwrap();
        assert!(begin.elapsed() < Duration::from_millis(450), "{:?}", begin.elapsed());
        // Three failures open the circuit of the host. After the first two, other calls may still use it; the calls
        // that wait then go on without trying it.
        let results = stuck.join_all().await;
        let lost = results.iter().filter(|result| result.is_err()).count();
        let stalled = stalled.load(Ordering::SeqCst);
        assert!((10..=12).contains(&stalled), "{stalled}");
        assert_eq!(lost, usize::try_from(stalled).unwrap(), "those alone that were sent");
    }
}
