//! Tests the axum extractors for callbacks, over sockets.

#![cfg(feature = "axum")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failure here is the failure of the test"
)]

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use yunxin::callback::{
    Acknowledged, Callback, CallbackBody, InMemoryReplayCache, SignVerifier, VerifiedSign, Verifier,
    sign_fields_for_test, sign_for_test,
};

const LIMIT: usize = 100_000;

/// Both verifiers, as in a service that receives all kinds of callbacks.
#[derive(Clone)]
struct State {
    verifier: Verifier,
    sign_verifier: SignVerifier,
}

impl FromRef<State> for Verifier {
    fn from_ref(state: &State) -> Self {
        state.verifier.clone()
    }
}

impl FromRef<State> for SignVerifier {
    fn from_ref(state: &State) -> Self {
        state.sign_verifier.clone()
    }
}

/// The received body as text.
struct RawBody(String);

impl CallbackBody for RawBody {
    fn parse(raw: &[u8]) -> Self {
        Self(raw.iter().take(20).copied().map(std::ascii::escape_default).map(|byte| byte.to_string()).collect())
    }
}

async fn receive(callback: Callback<RawBody>) -> String {
    let Callback { event, raw, verified, .. } = callback;
    format!("{} {} {}", verified.app_key(), raw.len(), event.0)
}

/// A handler that fails, so that the repeated callback must be accepted.
async fn fail(axum::extract::State(state): axum::extract::State<State>, callback: Callback<RawBody>) -> StatusCode {
    state.verifier.remove(&callback.verified);
    StatusCode::SERVICE_UNAVAILABLE
}

/// Responds as most handlers do.
async fn acknowledge(callback: Callback<RawBody>) -> Acknowledged {
    drop(callback);
    Acknowledged
}

async fn receive_live(callback: Callback<RawBody, VerifiedSign>) -> String {
    format!("{} {}", callback.verified.key_index(), callback.event.0)
}

async fn serve(verifier: Verifier) -> SocketAddr {
    let state =
        State { verifier: verifier.body_limit(LIMIT), sign_verifier: SignVerifier::new(["k3y"]).body_limit(20) };
    let app = Router::new()
        .route("/", post(receive))
        .route("/acknowledge", post(acknowledge))
        .route("/fail", post(fail))
        .route("/live", post(receive_live))
        .with_state(state);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn verifier() -> Verifier {
    Verifier::new("key", ["s3cret"])
}

fn signed(body: &[u8]) -> Vec<(&'static str, String)> {
    sign_for_test("key", "s3cret", SystemTime::now(), body).into()
}

/// Status and body of the answer to this request.
async fn exchange(address: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(" ").nth(1).unwrap();
    (status.parse().unwrap(), body.to_owned())
}

fn head(path: &str, headers: &[(&'static str, String)]) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}")
}

async fn post_to(address: SocketAddr, path: &str, headers: &[(&'static str, String)], body: &[u8]) -> (u16, String) {
    let mut request = head(path, headers).into_bytes();
    request.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
    request.extend(body);
    exchange(address, &request).await
}

fn status(status: u16, line: &str) -> (u16, String) {
    (status, format!("{line}\n"))
}

#[tokio::test]
async fn signed_callbacks_reach_the_handler() {
    let address = serve(verifier()).await;
    for (body, shown) in [(&b"{}"[..], "key 2 {}"), (b"\xff\xfe", "key 2 \\xff\\xfe"), (b"", "key 0 ")] {
        assert_eq!(post_to(address, "/", &signed(body), body).await, (200, shown.to_owned()));
    }
    let largest = vec![b'x'; LIMIT];
    let (code, shown) = post_to(address, "/", &signed(&largest), &largest).await;
    assert_eq!((code, &*shown), (200, "key 100000 xxxxxxxxxxxxxxxxxxxx"));
}

#[tokio::test]
async fn acknowledged_callbacks_get_a_json_response() {
    let address = serve(verifier()).await;
    let request = head("/acknowledge", &signed(b"{}")) + "Content-Length: 2\r\n\r\n{}";
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.lines().any(|line| line == "content-type: application/json"), "{head}");
    assert_eq!(body, r#"{"code":200}"#);
    let (status, kind, text) = (Acknowledged.status(), Acknowledged.content_type(), Acknowledged.body());
    assert_eq!((status, kind, text), (200, "application/json", body));
}

#[tokio::test]
async fn rejected_callbacks_get_the_reason() {
    let address = serve(verifier()).await;
    let bare: Vec<_> = signed(b"{}").into_iter().filter(|(name, _)| *name != "CheckSum").collect();
    assert_eq!(
        post_to(address, "/", &bare, b"{}").await,
        status(400, "the callback is refused: the header CheckSum is missing")
    );
    assert_eq!(
        post_to(address, "/", &signed(b"{}"), b"[]").await,
        status(401, "the callback is refused: the header MD5 is not that of the body")
    );
    let strange = sign_for_test("key", "else", SystemTime::now(), b"{}");
    assert_eq!(
        post_to(address, "/", &strange, b"{}").await,
        status(401, "the callback is refused: the CheckSum is not of this body and CurTime with a known secret")
    );
    let strange = sign_for_test("else", "s3cret", SystemTime::now(), b"{}");
    assert_eq!(
        post_to(address, "/", &strange, b"{}").await,
        status(401, "the callback is refused: the AppKey \"else\" is unknown")
    );
    let doubled = [signed(b"{}"), signed(b"{}")].concat();
    assert_eq!(
        post_to(address, "/", &doubled, b"{}").await,
        status(400, "the callback is refused: the header AppKey occurs more than once")
    );
    let old = sign_for_test("key", "s3cret", SystemTime::now() - Duration::from_secs(1_000), b"{}");
    let (code, line) = post_to(address, "/", &old, b"{}").await;
    assert!(code == 401 && line.starts_with("the callback is refused: stale by 70"), "{code} {line}");
    let unset = serve(Verifier::new("key", [""])).await;
    assert_eq!(post_to(unset, "/", &signed(b"{}"), b"{}").await.0, 500);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let address = serve(verifier()).await;
    let refused = status(413, "the body is too large for a callback");
    // If the declared length is too large, the body is not read at all.
    let body = vec![b'x'; LIMIT + 1];
    let request = head("/", &signed(&body)) + "Content-Length: 100001\r\n\r\n";
    assert_eq!(exchange(address, request.as_bytes()).await, refused);
    // Without a declared length, no more than the limit is read.
    let request = head("/", &signed(&body)) + "Transfer-Encoding: chunked\r\n\r\n186A1\r\n";
    let request = [request.as_bytes(), &body].concat();
    assert_eq!(exchange(address, &request).await, refused);
}

#[tokio::test]
async fn chunks_are_one_body() {
    let address = serve(verifier()).await;
    let head = head("/", &signed(b"{\"a\":1}")) + "Transfer-Encoding: chunked\r\n\r\n";
    let whole = format!("{head}3\r\n{{\"a\r\n4\r\n\":1}}\r\n0\r\n\r\n");
    assert_eq!(exchange(address, whole.as_bytes()).await, (200, "key 7 {\\\"a\\\":1}".to_owned()));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_callback() {
    let address = serve(verifier()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = head("/", &signed(b"{}")) + "Content-Length: 2\r\n\r\n{";
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("the body cannot be read\n"), "{answer}");
}

#[tokio::test]
async fn a_replay_is_a_conflict_unless_the_first_failed() {
    let address = serve(verifier().replay_cache(InMemoryReplayCache::default())).await;
    let headers = signed(b"{}");
    assert_eq!(post_to(address, "/fail", &headers, b"{}").await.0, 503);
    assert_eq!(post_to(address, "/", &headers, b"{}").await.0, 200);
    assert_eq!(
        post_to(address, "/", &headers, b"{}").await,
        status(409, "the callback is refused: the same signature has come before")
    );
}

#[tokio::test]
async fn signed_fields_arrive_as_well() {
    let address = serve(verifier()).await;
    let body = br#"{"nId":"7"}"#;
    let headers = [sign_fields_for_test("k3y", body).unwrap()];
    assert_eq!(post_to(address, "/live", &headers, body).await, (200, "0 {\\\"nId\\\":\\\"7\\\"}".to_owned()));
    assert_eq!(
        post_to(address, "/live", &headers, b"{}").await,
        status(401, "the callback is refused: the sign is not of this body or its fields with a known key")
    );
    assert_eq!(post_to(address, "/live", &headers, b"[]").await.0, 400);
    assert_eq!(post_to(address, "/live", &[], body).await.0, 400);
    assert_eq!(post_to(address, "/live", &headers, &[b' '; 21]).await.0, 413);
}
