//! Tests deduplication: repeated requests with the same request id.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::json;
use yunxin_sandbox::{Sandbox, Verdict};

use crate::fixture::{TestSandbox, api};
use crate::wire::{Call, seconds};

fn place(id: &str) -> Call {
    Call::form("/order/place.action", "buyer=alice&amount=2").header("requestid", id)
}

#[tokio::test]
async fn a_repeat_gets_the_stored_reply_with_a_mark() {
    let mut sandbox = TestSandbox::new().await;
    let first = sandbox.assert_accepted(place("a")).await;
    assert!(!first.body.contains("duplicate"));
    let again = sandbox.assert_accepted(place("a").header("Nonce", "other")).await;
    assert_eq!(again.json(), json!({"code": 200, "order": {"id": 9_007_199_254_740_993_u64}, "duplicate": true}));
    assert!(matches!(sandbox.server.received().pop().unwrap().verdict, Verdict::Replayed { .. }));
    // With the base path it is the same endpoint.
    let mut other_path = place("a");
    other_path.target = format!("/shopserver{}", other_path.target);
    assert!(sandbox.assert_accepted(other_path).await.body.contains("duplicate"));
}

#[tokio::test]
async fn another_id_another_endpoint_and_no_id_are_no_repeats() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(place("a")).await;
    assert!(!sandbox.assert_accepted(place("b")).await.body.contains("duplicate"));
    assert!(
        !sandbox
            .assert_accepted(Call::form("/order/touch.action", "").header("RequestId", "a"))
            .await
            .body
            .contains("duplicate")
    );
    for _ in 0..2 {
        assert!(!sandbox.assert_accepted(place("")).await.body.contains("duplicate"));
        assert!(!sandbox.assert_accepted(place("x").without("RequestId")).await.body.contains("duplicate"));
    }
}

#[tokio::test]
async fn failures_are_not_stored_and_repeats_are_checked() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_refused(place("a").body("buyer=alice"), "`amount` is missing").await;
    assert!(!sandbox.assert_accepted(place("a")).await.body.contains("duplicate"));
    sandbox.assert_refused(place("a").header("CheckSum", "x"), "CheckSum").await;
    sandbox.assert_refused(place("a").body("buyer=alice"), "`amount` is missing").await;
}

#[tokio::test]
async fn a_repeat_with_another_content_is_replayed_with_a_warning() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(place("a")).await;
    sandbox
        .assert_warning(
            place("a").body("buyer=bob&amount=2"),
            "the RequestId was used before for a request with another content",
        )
        .await;
}

#[tokio::test]
async fn a_product_without_a_window_replays_nothing() {
    let mut sandbox = TestSandbox::new().await;
    for header in ["X-custom-traceid", "RequestId"] {
        for _ in 0..2 {
            let reply = sandbox
                .assert_accepted(Call::json("POST", "/v1/things", r#"{"name":"chair"}"#).header(header, "a"))
                .await;
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
    let mut sandbox = TestSandbox::start(builder).await;
    for (after, repeat) in [(0, false), (59, true), (60, false), (61, true), (130, false)] {
        passed.store(after, Ordering::SeqCst);
        let reply = sandbox.assert_accepted(place("a").header("CurTime", &(seconds() + after).to_string())).await;
        assert_eq!(reply.body.contains("duplicate"), repeat, "after {after} s");
    }
}

#[tokio::test]
async fn sandboxes_with_one_ledger_know_each_others_requests() {
    let ledger = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("repeats-ledger.jsonl");
    // A truncated line, as of a sandbox that was killed while writing.
    std::fs::write(&ledger, r#"{"endpoint":"shop.or"#).unwrap();
    let start = async || TestSandbox::start(Sandbox::builder(api()).ledger(&ledger)).await;
    let (mut one, mut other) = (start().await, start().await);
    assert!(!one.assert_accepted(place("a")).await.body.contains("duplicate"));
    assert!(other.assert_accepted(place("a")).await.body.contains("duplicate"));
    assert!(!other.assert_accepted(place("b")).await.body.contains("duplicate"));
    assert!(one.assert_accepted(place("b")).await.body.contains("duplicate"));
    for sandbox in [&mut one, &mut other] {
        sandbox
            .assert_accepted(Call::json("POST", "/v1/things", r#"{"name":"chair"}"#).header("X-custom-traceid", "c"))
            .await;
    }
    // A restarted sandbox still knows the ids.
    assert!(start().await.assert_accepted(place("a")).await.body.contains("duplicate"));
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
