//! Many calls at once, against servers that fail at random and hosts that die and come back. What counts: no effect twice, and nothing
//! lost that could be saved.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod sample;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use fault_server::{Ledger, response, start};
use sample::{Create, PRODUCT, SendMessage};
use tokio::task::JoinSet;
use yunxin::client::random::{Random, SystemRandom};
use yunxin::{Client, ClientBuilder, Credentials, Endpoint, Outcome};

fn builder(urls: impl IntoIterator<Item = String>) -> ClientBuilder {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret")).product_hosts(&PRODUCT, urls)
}

/// A number below the bound.
fn below(bound: u32) -> u32 {
    let mut bytes = [0; 4];
    SystemRandom::default().fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes) % bound
}

/// Thirty of a hundred requests go wrong, in one of four ways.
fn flaky(ledger: &Ledger) -> String {
    let address = start(
        ledger,
        Arc::new(|visit| {
            let Some(request) = visit.read() else { return false };
            match below(100) {
                // Nothing happens, and no reply comes.
                0..8 => false,
                // It takes effect, and no reply comes, or half of one.
                8..16 => {
                    visit.act(&request);
                    false
                }
                16..23 => {
                    let body = visit.act(&request);
                    let whole = response("200 OK", "", &body);
                    visit.say(whole.get(..whole.len() - 9).unwrap());
                    false
                }
                23..30 => visit.say(response("503 Service Unavailable", "", "")),
                _ => {
                    let body = visit.act(&request);
                    visit.say(response("200 OK", "", &body))
                }
            }
        }),
    );
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_three_times_in_ten_does_nothing_twice() {
    let ledger = Ledger::default();
    let client = builder([flaky(&ledger), flaky(&ledger)])
        .retry(yunxin::RetryPolicy::new().attempts(6).long_pause(Duration::from_millis(20), Duration::from_millis(100)))
        .retry_budget(1_000_000)
        .build()
        .unwrap();
    let (mut calls, mut saved, mut lost) = (JoinSet::new(), 0, 0);
    let gate = Arc::new(tokio::sync::Semaphore::new(200));
    for number in 0..3_000 {
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
                None | Some(Outcome::Taken) => assert_eq!(effects, 1, "{id} {outcome:?}"),
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
    assert!(ledger.doubled().is_empty(), "{:?}", ledger.doubled());
    // Of the deduplicated ones six attempts in a row fail for one in a thousand.
    assert!(lost <= 15, "{lost} calls were lost that could be saved");
    assert!(saved > 2_300, "{saved}");
}

/// A host that can be killed and restarted.
struct Mortal {
    url: String,
    alive: Arc<AtomicBool>,
    served: Arc<AtomicU32>,
}

fn mortal(ledger: &Ledger) -> Mortal {
    let (alive, served) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicU32::new(0)));
    let (lives, count) = (Arc::clone(&alive), Arc::clone(&served));
    let address = start(
        ledger,
        Arc::new(move |visit| {
            if !lives.load(Ordering::Relaxed) {
                return false;
            }
            let Some(request) = visit.read() else { return false };
            if !lives.load(Ordering::Relaxed) {
                return false;
            }
            let body = visit.act(&request);
            // It may die between the deed and the word.
            if !lives.load(Ordering::Relaxed) {
                return false;
            }
            count.fetch_add(1, Ordering::Relaxed);
            visit.say(response("200 OK", "", &body))
        }),
    );
    Mortal { url: format!("http://{address}"), alive, served }
}

/// Calls at a steady rate while hosts die and come back.
async fn hosts_die(seconds: u64) {
    let ledger = Ledger::default();
    let hosts: Vec<_> = (0..3).map(|_| mortal(&ledger)).collect();
    let client = builder(hosts.iter().map(|host| host.url.clone())).retry_budget(1_000_000).build().unwrap();
    let mut calls = JoinSet::new();
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let total = seconds * 200;
    for number in 0..total {
        tick.tick().await;
        // The first two take turns in being dead; at the end all live.
        let turn = number * 8 / total;
        hosts[0].alive.store(!matches!(turn, 1 | 4), Ordering::Relaxed);
        hosts[1].alive.store(!matches!(turn, 2 | 4), Ordering::Relaxed);
        let client = client.clone();
        calls.spawn(async move { Create::new("alice").send_with_meta(&client).await });
    }
    while let Some(call) = calls.join_next().await {
        let response = call.unwrap().unwrap_or_else(|error| panic!("lost: {error}"));
        assert_eq!(ledger.effects(response.request_id()), 1);
    }
    assert!(ledger.doubled().is_empty());
    assert!(hosts.iter().all(|host| host.served.load(Ordering::Relaxed) > 0));
    // The primary is used again once its time out is over.
    let begin = std::time::Instant::now();
    loop {
        let response = Create::new("alice").send_with_meta(&client).await.unwrap();
        if response.host() == hosts[0].url {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(61), "the primary is not used again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_die_lose_no_call() {
    hosts_die(3).await;
}

/// `cargo test -p yunxin --test under_load -- --ignored`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "20 seconds and more; a short version runs always"]
async fn hosts_that_die_lose_no_call_for_long() {
    hosts_die(20).await;
}
