//! Tests that bugs of the vendor's own SDKs do not happen here: each bug with the test that would catch it, or the
//! reason why it cannot happen. A: panics of the Go SDK; B: its lost or damaged data; C: its transport; D: the Java
//! SDK; E: oddities on the wire. Tests without a file are in this one.
//!
//! | item | what went wrong there | here |
//! |---|---|---|
//! | A1 | a code that is missing, null or text crashes the process | `no_reply_ends_the_process`; `replies.rs`: `a_code_is_never_lost` |
//! | A2 | an error text that is an object or null crashes the process | `no_reply_ends_the_process` |
//! | A3-A5 | fields of another type crash the process: maps, texts, times, values of queues | `no_reply_ends_the_process`; `sandbox_round_trips.rs` reads the reply of every endpoint |
//! | A6 | a required parameter that is not set crashes the process | impossible: `new` has all required parameters |
//! | A7 | making a client panics, or needs the network | `a_client_needs_no_network_to_start`; `requests.rs`: `invalid_settings_are_refused_when_the_client_is_built` |
//! | A8 | a panic in a callback crashes the process, a slow callback leaks a thread | there are no such callbacks; `a_panic_of_the_callers_code_is_an_error_of_that_call` |
//! | B1 | 64-bit ids pass through doubles | `replies.rs`: `ids_of_19_digits_are_exact`; `goldens.rs`: `numbers_keep_all_their_digits`; `runtime::integer` |
//! | B2, B3, B11 | payloads are read from wrong keys; fields are missing | `goldens.rs`: `payloads_are_read_where_the_spec_says`; `sandbox_round_trips.rs` |
//! | B4, B5 | only one of an object and its JSON text is accepted; JSON in text is dropped | `goldens.rs`: `replies_are_read_leniently`, `every_fixture_goes_over_the_wire_as_recorded` |
//! | B6 | a payload that cannot be decoded is a success without content | `replies.rs`: `unreadable_values_are_reported_with_their_position` |
//! | B7 | empty texts, floats, maps and pointers to numbers are not sent | `requests.rs`: `absent_zero_false_empty_and_null_each_as_given`; `goldens.rs`: `absent_values_are_not_sent_and_empty_ones_are` |
//! | B8, B9 | zeros and `false` are not sent | as for B7; `goldens.rs`: `bits_are_0_or_1_in_every_place` |
//! | B10 | unset values are sent as null or empty | `goldens.rs`: `null_absent_and_empty_are_three_things` |
//! | C1 | bodies of attempts stay open until the call ends | impossible: an attempt ends before the next; `nothing_outlives_a_client` |
//! | C2 | a call that must not be repeated is repeated after a timeout, a reset or a cancellation | `fault_matrix.rs`, column "never"; `truncated_replies.rs`; `retries.rs`: `a_dropped_call_stops_and_frees_the_trial` |
//! | C3 | one timeout for all calls; no timeout and no request id for one call; redirects carry the signature to other hosts | `retries.rs`: `options_of_a_call_override_those_of_the_client`; `transport.rs`: `a_redirect_is_not_followed` |
//! | C4 | values of path and query change the route | `requests.rs`: `paths_are_encoded_and_the_last_segment_may_be_absent`; `goldens.rs`: `values_cannot_change_the_structure_of_a_request` |
//! | C5 | an error while choosing a host is ignored, the host is empty | `retries.rs`, hosts; `requests.rs`: `hosts_go_from_the_closest_to_the_farthest` |
//! | C6 | errors of the caller lower the rank of a healthy host | `retries.rs`: `errors_of_the_caller_do_not_count_against_a_host` |
//! | C7, C16 | for a truncated body or an HTTP error: no host, no request id, no retry | `every_error_of_a_call_names_host_and_request_id`; `truncated_replies.rs` |
//! | C8 | bodies with tokens in logs | `secrets.rs` |
//! | C9 | threads, timers and connections outlive the client; lists only grow | `nothing_outlives_a_client`, `probing_brings_a_host_back_and_does_no_harm`; `directory.rs` |
//! | C10 | data races | the compiler: no `unsafe`; `one_client_serves_many_at_once` |
//! | C11, C12 | the directory pins a bad list; a failed probe counts as a fast host | `directory.rs`; hosts have an order, not a rank |
//! | C13 | a second client for a key crashes the process; a map has the secret as its key | `clients_with_the_same_key_are_independent`; there is no such map |
//! | C14 | a page with status 200 is a success | `replies.rs`: `a_page_is_never_a_success` |
//! | C15 | a product has two result types, and one of them counts an error code as success | `goldens.rs`: `success_follows_the_rules_of_the_product` |
//! | D1 | parameters and replies are printed | the lints deny printing; `secrets.rs` |
//! | D2 | a map is shared by threads without a lock | the compiler |
//! | D3, D4 | parameters that are declared and never sent, fields under the wrong name | made from the spec; `recorded_requests.rs`, `sandbox_round_trips.rs` |
//! | D5, D6 | unset values throw, or are sent as the text "null" | `requests.rs`: `absent_zero_false_empty_and_null_each_as_given` |
//! | D7 | a reply is null, an absent list throws | `replies.rs`: `a_missing_list_is_empty` |
//! | D8 | path values are not encoded, and are replaced again if they look like a placeholder | C4; `a_value_that_looks_like_a_placeholder_is_sent_unchanged` |
//! | D9 | ids of the path are in the body as well | `sandbox_round_trips.rs`: the sandbox refuses them |
//! | D10 | a cancellation during a pause is ignored; the HTTP library retries silently, so that one attempt is two requests | `retries.rs`: `a_dropped_call_stops_and_frees_the_trial`; `one_attempt_is_one_request` |
//! | D11 | thread pools and timers keep running, so that the program does not exit | `nothing_outlives_a_client` |
//! | D12, D14 | ranking by latency is not an order; logs name the wrong host | no ranking; `tracing_metrics.rs` |
//! | D13 | an invalid body is a success | `replies.rs`: `a_page_is_never_a_success` |
//! | D15 | the text of a failure is dropped | `replies.rs`: `a_code_is_never_lost` |
//! | D16 | a connect timeout is recognized by its message text | `retry::classify`, by phase |
//! | E | odd names, units and types on the wire | described in the spec, at each place; `recorded_requests.rs` |

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod mock_transport;
mod test_product;
mod wire_server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use yunxin::transport::TransportErrorKind::{Connect, Interrupted};
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, Credentials, Endpoint, Method, RetryPolicy};

use mock_transport::MockReply::{Fails, Responds};
use mock_transport::{MockTransport, VirtualTime};
use test_product::{Create, GetUserInfos, Kick, PRODUCT, SendMessage};
use wire_server::{Behavior, WireServer, json};

fn credentials() -> Credentials {
    Credentials::new("demo-app-key", "demo-app-secret")
}

/// Responds to every request with these bytes.
struct FixedBytes(Vec<u8>);

impl Transport for FixedBytes {
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
            let client = Client::builder(credentials()).transport(FixedBytes(body)).retry(RetryPolicy::none()).build().unwrap();
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
async fn clients_with_the_same_key_are_independent() {
    let server = WireServer::start(json(r#"{"code":200,"info":{"accid":"alice"}}"#)).await;
    let clients: Vec<_> = (0..3).map(|_| Client::builder(credentials()).host(server.url()).build().unwrap()).collect();
    for client in &clients {
        Create::new("alice").send(client).await.unwrap();
    }
}

#[tokio::test]
async fn a_value_that_looks_like_a_placeholder_is_sent_unchanged() {
    let kick = Kick { room: "{uid}".to_owned(), uid: Some(7), seconds: None, reason: None };
    let client = Client::builder(credentials()).host("https://one.example").build().unwrap();
    assert_eq!(kick.prepare(&client).unwrap().url, "https://one.example/v2/rooms/%7Buid%7D/members/7");
    let raw = client.raw(&PRODUCT, Method::Get, "/a/{one}/{two}").param("one", "{two}").param("two", "x");
    assert_eq!(raw.prepare().unwrap().url, "https://one.example/base/a/%7Btwo%7D/x");
}

/// A panic in a transport, or in other code of the caller, becomes an error of that call.
#[cfg(feature = "blocking")]
#[test]
fn a_panic_of_the_callers_code_is_an_error_of_that_call() {
    #[derive(Default)]
    struct PanicsOnce(AtomicU32);

    impl Transport for PanicsOnce {
        fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
            Box::pin(async {
                assert!(self.0.fetch_add(1, Ordering::Relaxed) > 0, "boo");
                Ok(HttpResponse::new(200, r#"{"code":200,"info":{}}"#))
            })
        }
    }

    let client =
        Client::builder(credentials()).transport(PanicsOnce::default()).max_in_flight_per_host(1).build().unwrap();
    let error = Create::new("alice").send_blocking(&client).unwrap_err();
    assert_eq!(error.outcome(), yunxin::Outcome::Unknown, "{error}");
    assert!(!error.is_retryable());
    // The thread that drives the calls still runs, and the permit of the host is free again.
    assert!(Create::new("alice").send_blocking(&client).is_ok());
}

#[tokio::test]
async fn every_error_of_a_call_names_host_and_request_id() {
    for answer in
        [Fails(Connect), Fails(Interrupted), Responds(502, ""), Responds(200, "x"), Responds(200, r#"{"code":9}"#)]
    {
        let time = VirtualTime::default();
        let mock = MockTransport::new(&time, [answer]);
        let call = SendMessage::full().with_request_id("id-7");
        let error = call.send(&mock_transport::client(&time, &mock)).await.unwrap_err();
        assert_eq!(error.request_id(), Some("id-7"));
        let line = error.to_string();
        assert!(line.contains(error.host().unwrap()) && line.contains("request id-7"), "{line}");
        assert!(line.starts_with("sample.msg.send: "), "{line}");
    }
}

#[tokio::test]
async fn one_attempt_is_one_request() {
    for behavior in [
        Behavior::RespondAndClose(Vec::new()),
        Behavior::RespondAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
    ] {
        let server = WireServer::start(behavior).await;
        let client =
            Client::builder(credentials()).host(server.url()).retry(RetryPolicy::new().attempts(9)).build().unwrap();
        for sent in 1..=3 {
            assert_eq!(SendMessage::full().send(&client).await.unwrap_err().attempts().len(), 1);
            assert_eq!(server.requests().len(), sent);
        }
    }
}

#[test]
fn nothing_outlives_a_client() {
    let address = fault_server::start(&fault_server::EffectLog::default(), Arc::new(fault_server::Connection::serve));
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

/// Hosts that are unhealthy until the test changes it, and a count of the requests.
#[derive(Default)]
struct UnhealthyHosts {
    probes: AtomicU32,
    healed: std::sync::atomic::AtomicBool,
}

impl Transport for UnhealthyHosts {
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
    let hospital = Arc::new(UnhealthyHosts::default());
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
    /// Responds after a delay, and records the maximum number of waiting calls.
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
    // A third of the calls gets 503 each time, and the budget allows 35 retries at once and no more.
    assert!((2_000..4_000).contains(&failed), "{failed}");
}
