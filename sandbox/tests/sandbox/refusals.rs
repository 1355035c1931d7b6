//! Tests every kind of refusal for every product of the fixture.

use serde_json::json;
use yunxin_sandbox::RefusalKind;

use crate::fixture::{KEY, SECRET, TestSandbox};
use crate::wire::{Call, Reply, seconds, sha1};

fn shop() -> Call {
    Call::form("/shopserver/order/place.action", "buyer=alice&amount=2")
}

fn rest() -> Call {
    Call::json("POST", "/v1/things", r#"{"name":"chair"}"#)
}

fn plain() -> Call {
    Call::json("PUT", "/plainserver/ping", r#"{"text":"hello"}"#)
}

/// Damages a call of each product in the same way, checks the reported lines, and returns the three replies.
async fn damaged(sandbox: &mut TestSandbox, damage: impl Fn(Call) -> Call, words: &str) -> [Reply; 3] {
    [
        sandbox.assert_refused(damage(shop()), words).await,
        sandbox.assert_refused(damage(rest()), words).await,
        sandbox.assert_refused(damage(plain()), words).await,
    ]
}

fn assert_replies(replies: &[Reply; 3], shop: (u16, serde_json::Value), rest: (u16, serde_json::Value), plain: u16) {
    let [a, b, c] = replies;
    for (reply, (status, body)) in [(a, shop), (b, rest)] {
        assert_eq!(reply.status, status, "{reply:?}");
        if body.is_null() {
            assert!(
                !reply.body.contains('{') && reply.get("Content-Type").unwrap().starts_with("text/plain"),
                "{reply:?}"
            );
        } else {
            assert_eq!((reply.json(), reply.get("Content-Type")), (body, Some("application/json;charset=utf-8")));
        }
    }
    assert_eq!(c.status, plain, "{c:?}");
    assert!(replies.iter().all(|reply| reply.get("Date").is_some()));
}

#[tokio::test]
async fn undamaged_calls_are_accepted_by_every_product() {
    let mut sandbox = TestSandbox::new().await;
    assert_eq!(
        sandbox.assert_accepted(shop()).await.json(),
        json!({"code": 200, "order": {"id": 9_007_199_254_740_993_u64}})
    );
    assert_eq!(sandbox.assert_accepted(rest()).await.json(), json!({"status": 200}));
    assert_eq!(sandbox.assert_accepted(plain()).await.status, 201);
}

#[tokio::test]
async fn a_missing_signing_header_is_the_first_thing_to_be_refused() {
    let mut sandbox = TestSandbox::new().await;
    for header in ["AppKey", "Nonce", "CurTime", "CheckSum"] {
        for call in [shop(), rest(), plain()] {
            // Everything else is wrong as well.
            let call =
                call.header("Content-Type", "image/png").header("CheckSum", "x").signed(KEY, SECRET).without(header);
            let reply = sandbox.send(&call).await;
            assert!([200, 401, 461].contains(&reply.status), "{reply:?}");
            let last = sandbox.server.received().pop().unwrap();
            assert_eq!(last.verdict.refusal(), Some(RefusalKind::Header));
            assert!(format!("{:?}", last.verdict).contains(header), "{last:?}");
        }
    }
    let replies = damaged(
        &mut sandbox,
        |call| call.with_extra_header("Nonce", "a").with_extra_header("Nonce", "b"),
        "Nonce stands twice",
    )
    .await;
    assert_replies(
        &replies,
        (200, json!({"code": 414, "desc": "no header"})),
        (401, json!({"status": 401, "errmsg": "header"})),
        461,
    );
}

#[tokio::test]
async fn each_fault_of_the_signature_is_answered_as_the_product_does() {
    let mut sandbox = TestSandbox::new().await;
    let replies = damaged(
        &mut sandbox,
        |call| call.header("AppKey", "nobody"),
        "the AppKey is `nobody`; expected `test-app-key`",
    )
    .await;
    assert_replies(
        &replies,
        (200, json!({"code": 901, "desc": "no such key"})),
        (403, json!({"status": 429, "errmsg": "key"})),
        462,
    );

    let replies = damaged(
        &mut sandbox,
        |call| call.header("Nonce", &"n".repeat(129)),
        "the Nonce has 129 characters; expected at most 128",
    )
    .await;
    assert_replies(
        &replies,
        (200, json!({"code": 414, "desc": "long nonce"})),
        (401, json!({"status": 401, "errmsg": "nonce"})),
        463,
    );

    let replies = damaged(
        &mut sandbox,
        |call| call.header("CurTime", &(seconds() - 400).to_string()),
        "s behind the server's clock",
    )
    .await;
    assert_replies(
        &replies,
        (200, json!({"code": 414, "desc": "CurTime"})),
        (401, json!({"status": 401, "errmsg": "clock"})),
        464,
    );

    let replies = damaged(
        &mut sandbox,
        |call| call.header("CheckSum", &"0".repeat(40)),
        "sha1(\"***\" + \"0123456789abcdef\" + \"",
    )
    .await;
    assert_replies(
        &replies,
        (200, json!({"code": 414, "desc": "checksum"})),
        (401, json!({"status": 401, "errmsg": "checksum"})),
        465,
    );
}

#[tokio::test]
async fn faults_of_the_content_are_answered_as_the_product_does() {
    let mut sandbox = TestSandbox::new().await;
    let replies = damaged(
        &mut sandbox,
        |call| call.header("Content-Type", "text/xml"),
        "the Content-Type is `text/xml`; expected application/",
    )
    .await;
    assert_replies(&replies, (400, json!(null)), (415, json!({"status": 400, "errmsg": "content type"})), 466);

    let unknown = |mut call: Call| {
        call.target.push_str("?nam=1");
        call
    };
    let replies = damaged(&mut sandbox, unknown, "`nam` in the query is no parameter of this endpoint").await;
    assert_replies(
        &replies,
        (200, json!({"code": 414, "msg": "bad param 'nam'"})),
        (400, json!({"status": 400, "errmsg": "bad nam"})),
        467,
    );
}

#[tokio::test]
async fn faults_of_the_route_are_answered_as_the_product_does() {
    let mut sandbox = TestSandbox::new().await;
    let longer = |mut call: Call| {
        call.target.push_str("/more/still");
        call
    };
    let replies = damaged(&mut sandbox, longer, "there is no such path").await;
    assert_replies(&replies, (404, json!(null)), (404, json!({"status": 400, "errmsg": "no path"})), 468);

    let other = |mut call: Call| {
        call.method = "PATCH".to_owned();
        call
    };
    let replies = damaged(&mut sandbox, other, "the path exists, but under P").await;
    assert_replies(&replies, (405, json!({"code": 400, "desc": "other method"})), (405, json!(null)), 469);
    assert_eq!(replies[0].get("Allow"), Some("POST"));
}

#[tokio::test]
async fn a_refusal_comes_before_all_later_ones() {
    let mut sandbox = TestSandbox::new().await;
    let mut call = shop()
        .header("Content-Type", "a/b")
        .body("x=1")
        .header("CheckSum", "x")
        .header("CurTime", "1")
        .header("Nonce", &"n".repeat(200))
        .header("AppKey", "x");
    for (repair, words) in [("AppKey", "AppKey"), ("Nonce", "Nonce"), ("CurTime", "CurTime"), ("CheckSum", "CheckSum")]
    {
        sandbox.assert_refused(call.clone(), words).await;
        call = call.without(repair);
    }
    sandbox.assert_refused(call.clone(), "Content-Type").await;
    sandbox.assert_refused(call.header("Content-Type", "application/x-www-form-urlencoded"), "`x` in the form").await;
}

#[tokio::test]
async fn the_report_of_a_wrong_check_sum_shows_both_digests_and_hides_the_secret() {
    let mut sandbox = TestSandbox::new().await;
    let now = seconds().to_string();
    let wrong = sha1(&format!("wrong-secret0123456789abcdef{now}"));
    let right = sha1(&format!("{SECRET}0123456789abcdef{now}"));
    let (_, line) = sandbox.send_signed(shop().header("CurTime", &now).header("CheckSum", &wrong)).await;
    assert_eq!(
        line,
        format!(
            "refused POST /shopserver/order/place.action (shop.order.place) with HTTP 200, code 414: the CheckSum is `{wrong}`; expected `{right}` = sha1(\"***\" + \"0123456789abcdef\" + \"{now}\")"
        )
    );
}

#[tokio::test]
async fn the_secret_is_hidden_wherever_a_client_puts_it() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_refused(shop().header("AppKey", SECRET), "the AppKey is `***`").await;
    sandbox.assert_refused(shop().header("CheckSum", SECRET), "the CheckSum is `***`").await;
    sandbox.assert_refused(shop().body(format!("{SECRET}=1")), "`***` in the form is no parameter").await;
    sandbox.assert_refused(Call::new("GET", &format!("/{SECRET}")), "GET /*** with HTTP 404").await;
    assert!(!format!("{:?} {:?}", sandbox.server, sandbox.server.received()).contains(SECRET));
    assert!(
        !format!("{:?}", yunxin_sandbox::Sandbox::builder(crate::fixture::api()).app_secret(SECRET)).contains(SECRET)
    );
}

#[tokio::test]
async fn the_report_stays_on_one_line_whatever_is_sent() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_refused(shop().body("a%0Ab%1B=1"), "`a\\nb\\u{1b}`").await;
    sandbox.assert_refused(shop().body(format!("buyer=a&amount={}", "9".repeat(5000))), "999...`").await;
}

#[tokio::test]
async fn a_server_with_another_clock_checks_signatures_with_it() {
    let ahead = yunxin_sandbox::Sandbox::builder(crate::fixture::api()).clock_offset(86_400);
    let mut sandbox = TestSandbox::start(ahead).await;
    sandbox.assert_refused(shop(), "86400 s behind the server's clock").await;
    sandbox.assert_accepted(shop().header("CurTime", &(seconds() + 86_400).to_string())).await;

    let fixed = yunxin_sandbox::Sandbox::builder(crate::fixture::api()).clock(|| std::time::SystemTime::UNIX_EPOCH);
    let mut sandbox = TestSandbox::start(fixed).await;
    let reply = sandbox.assert_accepted(shop().header("CurTime", "300")).await;
    assert_eq!(reply.get("Date"), Some("Thu, 01 Jan 1970 00:00:00 GMT"));
}

#[tokio::test]
async fn an_endpoint_without_signing_asks_for_no_header_but_for_its_parameters() {
    let mut sandbox = TestSandbox::new().await;
    let peek = |query: &str| Call::new("GET", &format!("/plainserver/peek?{query}"));
    assert_eq!(sandbox.send(&peek("text=hello")).await.status, 201);
    assert_eq!(sandbox.send(&peek("text=hello").header("CheckSum", "x")).await.status, 201);
    let reply = sandbox.send(&peek("txt=hello")).await;
    assert_ne!(reply.status, 201);
    let last = sandbox.server.received().pop().unwrap();
    assert_eq!(last.verdict.refusal(), Some(RefusalKind::Parameter));
}

#[tokio::test]
async fn an_endpoint_that_only_asks_for_the_app_key_refuses_others() {
    let mut sandbox = TestSandbox::new().await;
    let greet = || Call::new("GET", "/plainserver/greet");
    assert_eq!(sandbox.send(&greet().header("AppKey", KEY)).await.status, 201);
    for (call, refusal) in [(greet(), RefusalKind::Header), (greet().header("AppKey", "x"), RefusalKind::AppKey)] {
        assert_ne!(sandbox.send(&call).await.status, 201);
        assert_eq!(sandbox.server.received().pop().unwrap().verdict.refusal(), Some(refusal));
    }
}
