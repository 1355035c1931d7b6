//! Tests the example callback server with every event of every product. The sandbox sends the events, so that they are
//! signed by other code than the verifier's.

#![cfg(all(
    feature = "axum",
    feature = "call",
    feature = "im",
    feature = "live",
    feature = "meeting",
    feature = "neroom",
    feature = "nrtc",
    feature = "qchat",
    feature = "rtc",
    feature = "sms",
    feature = "vod"
))]
#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use yunxin::callback::{CallbackBody, SignVerifier, Verifier};
use yunxin::events::{Event, ThirdPartyEvent};
use yunxin::im::callbacks::{allow, refuse};
use yunxin_sandbox::send_callback;
use yunxin_sandbox::send_callback::{CallbackRequest, Events, HttpResponse, Verification};

#[path = "../examples/callback_server.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod callback_server;

const KEY: &str = "demo-app-key";
const SECRET: &str = "demo-app-secret";
const SIGN_KEY: &str = "demo-sign-key";

/// Starts the server and returns its URL.
async fn start() -> String {
    let app = callback_server::router(Verifier::new(KEY, [SECRET]), SignVerifier::new([SIGN_KEY]));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// The path that receives such events.
fn path(event: &send_callback::Event) -> &'static str {
    match event.verification {
        Verification::Sign => "/media",
        _ if event.answered => "/questions",
        _ => "/events",
    }
}

fn signed(event: &send_callback::Event, request: CallbackRequest, secret: &str, sign_key: &str) -> CallbackRequest {
    match event.verification {
        Verification::Sign => request.signed_with_key(sign_key),
        _ => request.signed(KEY, secret),
    }
}

fn text(answered: &HttpResponse) -> &str {
    str::from_utf8(&answered.body).unwrap()
}

fn is_json(answered: &HttpResponse) -> bool {
    answered.headers.contains(&("content-type".to_owned(), "application/json".to_owned()))
}

/// Asserts a response that all products accept: some reject an address whose response is not JSON.
#[track_caller]
fn assert_acknowledged(answered: &HttpResponse, of: &str) {
    assert_eq!((answered.status, text(answered)), (200, r#"{"code":200}"#), "{of}");
    assert!(is_json(answered), "{of}: {answered:?}");
}

#[tokio::test]
async fn every_event_arrives_under_its_name() {
    let url = start().await;
    let mut paths = Vec::new();
    for event in Events::shipped().unwrap() {
        let path = path(event);
        let aimed = signed(event, event.request(), SECRET, SIGN_KEY).prepare(&format!("{url}{path}")).unwrap();
        if event.answered {
            assert_eq!(ThirdPartyEvent::parse(aimed.body()).name(), event.id);
        }
        let aimed_body = aimed.body().to_vec();
        let answered = aimed.send().await.unwrap();
        assert_eq!(answered.status, 200, "{}: {}", event.id, text(&answered));
        if event.answered {
            assert_eq!(text(&answered), allow().body(), "{}", event.id);
            assert!(is_json(&answered), "{answered:?}");
        } else {
            assert_eq!(Event::parse(&aimed_body).name(), event.id);
            assert_acknowledged(&answered, &event.id);
        }
        let problems = answered.problems(event);
        assert!(problems.is_empty(), "{}: {problems:?}", event.id);
        paths.push(path);
    }
    for path in ["/events", "/questions", "/media"] {
        assert!(paths.contains(&path), "{path} was not tried");
    }
}

#[tokio::test]
async fn callbacks_signed_with_other_secrets_are_refused() {
    let url = start().await;
    for event in Events::shipped().unwrap() {
        let url = format!("{url}{}", path(event));
        let answered = signed(event, event.request(), "another", "another").send(&url).await.unwrap();
        assert_eq!(answered.status, 401, "{}: {}", event.id, text(&answered));
        assert_eq!(event.request().send(&url).await.unwrap().status, 400, "{}: unsigned", event.id);
    }
    let old = SystemTime::now() - Duration::from_secs(3_600);
    let request = CallbackRequest::of("call.ended").unwrap().signed(KEY, SECRET);
    let answered = request.at(old).send(&format!("{url}/events")).await.unwrap();
    assert!(answered.status == 401 && text(&answered).contains("stale by 3"), "{}", text(&answered));
}

/// Live events have two forms of the sign: over the fields if there is a notice id, otherwise over the body.
#[tokio::test]
async fn both_forms_of_a_sign_are_verified() {
    let url = format!("{}/media", start().await);
    let with = CallbackRequest::of("live.state_changed").unwrap().signed_with_key(SIGN_KEY);
    let without =
        CallbackRequest::with_body(r#"{"time":"1500881175013","status":"1","cid":"6219"}"#).signed_with_key(SIGN_KEY);
    for request in [with.clone(), with.set_json("nId", ()).set("cid", "a&b=\"c\""), without] {
        assert_eq!(Event::parse(request.prepare(&url).unwrap().body()).name(), "live.state_changed");
        assert_acknowledged(&request.send(&url).await.unwrap(), "live.state_changed");
    }
}

#[tokio::test]
async fn third_party_callbacks_get_a_decision() {
    let url = format!("{}/questions", start().await);
    let request = CallbackRequest::of("im.send_requested").unwrap().set("body", "to the casino").signed(KEY, SECRET);
    let answered = request.send(&url).await.unwrap();
    assert_eq!((answered.status, text(&answered)), (200, &*refuse(20_001).extension("no advertisements").body()));
    // Neither the console's test event nor an unknown event is an error.
    for body in [&b"{}"[..], b"{\"eventType\":9999}", b"\xff"] {
        let answered = CallbackRequest::with_body(body).signed(KEY, SECRET).send(&url).await.unwrap();
        assert_eq!((answered.status, text(&answered)), (200, &*allow().body()));
    }
}

/// The console checks an address before it accepts it: it posts a signed empty object or an empty body, and requires
/// JSON with status 200.
#[tokio::test]
async fn the_check_of_an_address_is_passed() {
    let url = format!("{}/events", start().await);
    for body in ["{}", ""] {
        let answered = CallbackRequest::with_body(body).signed(KEY, SECRET).send(&url).await.unwrap();
        assert_acknowledged(&answered, body);
    }
}

/// Events that this version does not know are passed on with their whole body.
#[tokio::test]
async fn unlisted_events_are_unknown() {
    let url = format!("{}/events", start().await);
    let fired = async |request: CallbackRequest| request.signed(KEY, SECRET).send(&url).await.unwrap();
    let ended = || CallbackRequest::of("call.ended").unwrap();
    for (request, name) in [
        (ended().set("new", "1").set("callback.new", "{}"), "call.ended"),
        (ended().set("callback.durationSec", "long"), "unknown"),
        (ended().set("eventType", "no such type"), "unknown"),
        (CallbackRequest::with_body("{}"), "test"),
    ] {
        assert_eq!(Event::parse(request.prepare(&url).unwrap().body()).name(), name);
        assert_acknowledged(&fired(request).await, name);
    }
    assert_eq!(Event::parse(b"{").name(), "unknown");
}
