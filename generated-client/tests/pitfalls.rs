//! What went wrong in the vendor's own SDKs, and must not here. Where another test proves it already, this is the place that says so.
//!
//! | defect of the official SDKs | proof |
//! |---|---|
//! | a code or text of an unexpected type ends the process | `no_reply_ends_the_process` |
//! | starting without a network ends the process | `a_client_needs_no_network_to_start` |
//! | a second client for the same key ends the process | `clients_with_the_same_key_live_side_by_side` |
//! | 64-bit ids pass through doubles | `runtime::integer` and `replies.rs` |
//! | fields that cannot be cleared, zeros and falses that are not sent | `goldens.rs` |
//! | path values change the route | `requests.rs`, `transport.rs` |
//! | a time-out or reset repeats a call that must not be | `fault_matrix.rs`, column "never" |
//! | a cancelled call is repeated | `retries.rs`: `a_dropped_call_stops_and_frees_the_trial` |
//! | one time-out for all, none for one call | `retries.rs`: `a_call_has_settings_of_its_own` |
//! | redirects carry the signature elsewhere | `transport.rs`: `a_redirect_is_not_followed` |
//! | mistakes of the caller push a healthy host down | `retries.rs`: `errors_of_the_caller_do_not_count_against_a_host` |
//! | a body that breaks off is neither repeated nor explained | `fault_matrix.rs`, "cut in ..."; `retries.rs` |
//! | bodies and tokens in logs | `observed.rs`; `retries.rs`: `no_secret_shows_in_any_error` |
//! | threads, timers and connections outlive the client | `nothing_outlives_a_client` |
//! | health kept without a lock, counters that only grow | `one_client_serves_many_at_once` |
//! | a page with status 200 is a success | `replies.rs`: `a_page_is_never_a_success` |
//! | an error without host and request id | `every_error_of_a_call_names_host_and_request_id` |
//! | the HTTP library repeats in silence: one attempt is two | `one_attempt_is_one_request` |
//! | a connect time-out is told by the words of its message | `retry::classify`, by phase |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod sample;
mod scripted;
mod wire_server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use sample::{Create, GetUserInfos, PRODUCT, SendMessage};
use scripted::Answer::{Fails, Says};
use scripted::{Script, Time};
use wire_server::{Act, WireServer, json};
use yunxin::transport::TransportErrorKind::{Connect, Interrupted};
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, Credentials, Endpoint, RetryPolicy};

fn credentials() -> Credentials {
    Credentials::new("demo-app-key", "demo-app-secret")
}

/// Answers everything with these bytes.
struct Bytes(Vec<u8>);

impl Transport for Bytes {
    fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async { Ok(HttpResponse::new(200, self.0.clone())) })
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
        Just("200".into()),
        Just(200.into()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_reply_ends_the_process(
        code in any_json(), desc in any_json(), payload in any_json(), cut in 0_usize..200, noise: Vec<u8>,
    ) {
        let whole = serde_json::json!({"code": code, "desc": desc, "info": payload, "data": payload, "uinfos": payload});
        let mut cut_off = whole.to_string().into_bytes();
        cut_off.truncate(cut);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for body in [whole.to_string().into_bytes(), cut_off, noise] {
            let client = Client::builder(credentials()).transport(Bytes(body)).retry(RetryPolicy::none()).build().unwrap();
            runtime.block_on(async {
                let _ = Create::new("alice").send(&client).await;
                let _ = SendMessage::full().send(&client).await;
                let _ = GetUserInfos { accids: Vec::new() }.send(&client).await;
            });
        }
    }
}

#[test]
fn a_client_needs_no_network_to_start() {
    let urls = ["https://no-such-host.invalid", "https://192.0.2.1"];
    assert!(Client::builder(credentials()).product_hosts(&PRODUCT, urls).build().is_ok());
}

#[tokio::test]
async fn clients_with_the_same_key_live_side_by_side() {
    let server = WireServer::start(json(r#"{"code":200,"info":{"accid":"alice"}}"#)).await;
    let clients: Vec<_> = (0..3).map(|_| Client::builder(credentials()).host(server.url()).build().unwrap()).collect();
    for client in &clients {
        Create::new("alice").send(client).await.unwrap();
    }
}

#[tokio::test]
async fn every_error_of_a_call_names_host_and_request_id() {
    for answer in [Fails(Connect), Fails(Interrupted), Says(502, ""), Says(200, "x"), Says(200, r#"{"code":9}"#)] {
        let time = Time::default();
        let script = Script::new(&time, [answer]);
        let call = SendMessage::full().with_request_id("id-7");
        let error = call.send(&scripted::client(&time, &script)).await.unwrap_err();
        assert_eq!(error.request_id(), Some("id-7"));
        let line = error.to_string();
        assert!(line.contains(error.host().unwrap()) && line.contains("request id-7"), "{line}");
        assert!(line.starts_with("sample.msg.send: "), "{line}");
    }
}

#[tokio::test]
async fn one_attempt_is_one_request() {
    for act in
        [Act::SayAndClose(Vec::new()), Act::SayAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec())]
    {
        let server = WireServer::start(act).await;
        let client =
            Client::builder(credentials()).host(server.url()).retry(RetryPolicy::new().attempts(9)).build().unwrap();
        for sent in 1..=3 {
            assert_eq!(SendMessage::full().send(&client).await.unwrap_err().attempts().len(), 1);
            assert_eq!(server.heard().len(), sent);
        }
    }
}

#[test]
fn nothing_outlives_a_client() {
    let address = fault_server::start(&fault_server::Ledger::default(), Arc::new(fault_server::Visit::serve));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = Client::builder(credentials()).host(format!("http://{address}")).build().unwrap();
    let calls = (0..20).map(|_| runtime.spawn(Create::new("alice").send(&client))).collect::<Vec<_>>();
    runtime.block_on(async {
        for call in calls {
            call.await.unwrap().unwrap();
        }
    });
    drop(client);
    for _ in 0..100 {
        if runtime.metrics().num_alive_tasks() == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{} tasks are left", runtime.metrics().num_alive_tasks());
}

/// Hosts that are ill until they are not, and a count of those who asked.
#[derive(Default)]
struct Hospital {
    probes: AtomicU32,
    healed: std::sync::atomic::AtomicBool,
}

impl Transport for Hospital {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            let healed = self.healed.load(Ordering::Relaxed);
            if request.url == "https://sample.example/health" {
                assert!(request.headers.get("appkey").is_none() && request.headers.get("checksum").is_none());
                self.probes.fetch_add(1, Ordering::Relaxed);
                return Ok(HttpResponse::new(if healed { 200 } else { 404 }, ""));
            }
            if request.url.starts_with("https://sample.example/") && !healed {
                return Err(yunxin::transport::TransportError::new(Connect));
            }
            Ok(HttpResponse::new(200, r#"{"code":200,"uinfos":[]}"#))
        })
    }
}

#[tokio::test]
async fn probing_brings_a_host_back_and_does_no_harm() {
    let hospital = Arc::new(Hospital::default());
    let interval = Duration::from_millis(10);
    let builder = Client::builder(credentials()).transport(Arc::clone(&hospital)).probe_hosts(interval);
    let client = builder.build().unwrap();
    let call = async || {
        let response = GetUserInfos { accids: Vec::new() }.send_with_meta(&client).await.unwrap();
        (response.attempts(), response.host().to_owned())
    };
    let probes = || hospital.probes.load(Ordering::Relaxed);
    let wait = async |what: &dyn Fn() -> bool| {
        for _ in 0..500 {
            if what() {
                return;
            }
            tokio::time::sleep(interval).await;
        }
        panic!("it does not happen");
    };
    assert_eq!(call().await, (2, "https://sample-bak.example".to_owned()));
    tokio::time::sleep(5 * interval).await;
    assert_eq!(probes(), 0, "a host that is in is not asked");
    for _ in 0..2 {
        call().await;
    }
    wait(&|| probes() >= 2).await;
    assert_eq!(call().await, (1, "https://sample-bak.example".to_owned()), "a page that is not there changes nothing");
    hospital.healed.store(true, Ordering::Relaxed);
    let seen = probes();
    wait(&|| probes() > seen).await;
    tokio::time::sleep(interval).await;
    assert_eq!(call().await, (1, "https://sample.example".to_owned()), "long before its ten seconds are over");

    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(alive(), 1);
    drop(client);
    wait(&|| alive() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_serves_many_at_once() {
    /// Answers after a while, and counts how many wait at most.
    #[derive(Default)]
    struct Slow(AtomicU32, AtomicU32);

    impl Transport for Slow {
        fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
            Box::pin(async {
                let waiting = self.0.fetch_add(1, Ordering::Relaxed) + 1;
                self.1.fetch_max(waiting, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(200)).await;
                self.0.fetch_sub(1, Ordering::Relaxed);
                let body = if waiting.is_multiple_of(3) { r#"{"code":503}"# } else { r#"{"code":200,"uinfos":[]}"# };
                Ok(HttpResponse::new(200, body))
            })
        }
    }

    let slow = Arc::new(Slow::default());
    let client = Client::builder(credentials()).transport(Arc::clone(&slow)).build().unwrap();
    let calls: Vec<_> = (0..10_000).map(|_| tokio::spawn(GetUserInfos { accids: Vec::new() }.send(&client))).collect();
    let mut failed = 0;
    for call in calls {
        failed += u32::from(call.await.unwrap().is_err());
    }
    assert!(slow.1.load(Ordering::Relaxed) > 1_000, "calls wait for each other");
    // A third gets 503 each time, and the budget pays for 35 repeats at once and no more.
    assert!((2_000..4_000).contains(&failed), "{failed}");
}
