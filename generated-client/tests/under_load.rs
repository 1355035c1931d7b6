//! Many calls at once, against servers that fail at random. What counts: no effect twice, and nothing lost that could be saved. Hosts
//! that are killed are in the sandbox's `tests/survival.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod sample;

use std::sync::Arc;
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
    // Of the deduplicated ones six attempts in a row fail for fewer than one in a thousand.
    assert!(lost <= 20, "{lost} calls were lost that could be saved");
    assert!(saved > 8_300, "{saved}");
}
