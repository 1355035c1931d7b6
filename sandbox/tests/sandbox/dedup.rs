//! Requests that come again under the same request id.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::json;
use yunxin_sandbox::{Sandbox, Verdict};

use crate::fixture::{Bench, api};
use crate::wire::{Call, seconds};

fn place(id: &str) -> Call {
    Call::form("/order/place.action", "buyer=alice&amount=2").header("requestid", id)
}

#[tokio::test]
async fn a_repeat_gets_the_stored_reply_with_a_mark() {
    let mut bench = Bench::new().await;
    let first = bench.accepts(place("a")).await;
    assert!(!first.body.contains("duplicate"));
    let again = bench.accepts(place("a").header("Nonce", "other")).await;
    assert_eq!(again.json(), json!({"code": 200, "order": {"id": 9_007_199_254_740_993_u64}, "duplicate": true}));
    assert!(matches!(bench.sandbox.received().pop().unwrap().verdict, Verdict::Replayed { .. }));
    // With the base path it is the same endpoint.
    let mut other_path = place("a");
    other_path.target = format!("/shopserver{}", other_path.target);
    assert!(bench.accepts(other_path).await.body.contains("duplicate"));
}

#[tokio::test]
async fn another_id_another_endpoint_and_no_id_are_no_repeats() {
    let mut bench = Bench::new().await;
    bench.accepts(place("a")).await;
    assert!(!bench.accepts(place("b")).await.body.contains("duplicate"));
    assert!(
        !bench.accepts(Call::form("/order/touch.action", "").header("RequestId", "a")).await.body.contains("duplicate")
    );
    for _ in 0..2 {
        assert!(!bench.accepts(place("")).await.body.contains("duplicate"));
        assert!(!bench.accepts(place("x").without("RequestId")).await.body.contains("duplicate"));
    }
}

#[tokio::test]
async fn failures_are_not_stored_and_repeats_are_checked() {
    let mut bench = Bench::new().await;
    bench.refuses(place("a").body("buyer=alice"), "`amount` is missing").await;
    assert!(!bench.accepts(place("a")).await.body.contains("duplicate"));
    bench.refuses(place("a").header("CheckSum", "x"), "CheckSum").await;
    bench.refuses(place("a").body("buyer=alice"), "`amount` is missing").await;
}

#[tokio::test]
async fn a_repeat_with_another_content_is_replayed_with_a_warning() {
    let mut bench = Bench::new().await;
    bench.accepts(place("a")).await;
    bench
        .warns(
            place("a").body("buyer=bob&amount=2"),
            "the RequestId was used before for a request with another content",
        )
        .await;
}

#[tokio::test]
async fn a_product_without_a_window_replays_nothing() {
    let mut bench = Bench::new().await;
    for header in ["X-custom-traceid", "RequestId"] {
        for _ in 0..2 {
            let reply =
                bench.accepts(Call::json("POST", "/v1/things", r#"{"name":"chair"}"#).header(header, "a")).await;
            assert_eq!(reply.body, r#"{"status":200}"#);
        }
    }
}

#[tokio::test]
async fn an_id_is_forgotten_when_its_window_has_passed() {
    let passed = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&passed);
    let start = SystemTime::now();
    let builder = Sandbox::builder(api()).clock(move || start + Duration::from_secs(clock.load(Ordering::SeqCst)));
    let mut bench = Bench::of(builder).await;
    for (after, repeat) in [(0, false), (59, true), (60, false), (61, true), (130, false)] {
        passed.store(after, Ordering::SeqCst);
        let reply = bench.accepts(place("a").header("CurTime", &(seconds() + after).to_string())).await;
        assert_eq!(reply.body.contains("duplicate"), repeat, "after {after} s");
    }
}

#[tokio::test]
async fn sandboxes_with_one_ledger_know_each_others_requests() {
    let ledger = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("repeats-ledger.jsonl");
    // The half line of a sandbox that was killed while it wrote.
    std::fs::write(&ledger, r#"{"endpoint":"shop.or"#).unwrap();
    let start = async || Bench::of(Sandbox::builder(api()).ledger(&ledger)).await;
    let (mut one, mut other) = (start().await, start().await);
    assert!(!one.accepts(place("a")).await.body.contains("duplicate"));
    assert!(other.accepts(place("a")).await.body.contains("duplicate"));
    assert!(!other.accepts(place("b")).await.body.contains("duplicate"));
    assert!(one.accepts(place("b")).await.body.contains("duplicate"));
    for bench in [&mut one, &mut other] {
        bench.accepts(Call::json("POST", "/v1/things", r#"{"name":"chair"}"#).header("X-custom-traceid", "c")).await;
    }
    // One that starts again remembers.
    assert!(start().await.accepts(place("a")).await.body.contains("duplicate"));
    let text = std::fs::read_to_string(&ledger).unwrap();
    let ids: Vec<String> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|entry| format!("{} {}", entry["endpoint"].as_str().unwrap(), entry["request_id"].as_str().unwrap()))
        .collect();
    assert_eq!(
        ids,
        ["shop.order.place a", "shop.order.place b", "rest.thing.create c", "rest.thing.create c"],
        "a line for each effect"
    );
    let problem = Sandbox::builder(api()).ledger("/no/such/folder/ledger").start().await.unwrap_err();
    assert!(problem.to_string().contains("cannot open the ledger /no/such/folder/ledger"), "{problem}");
}
