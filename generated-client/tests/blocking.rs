//! Calls without an async runtime, and inside one.

#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, reason = "a failed expectation is the failure of a test")]

use yunxin::{
    Client, Credentials, Endpoint, ErrorKind, im,
    transport::{HttpRequest, HttpResponse, Transport, TransportFuture},
};

/// Answers after it has had to be polled by a timer of tokio.
struct Late;

impl Transport for Late {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            Ok(HttpResponse::new(200, r#"{"code":200,"info":{"accid":"alice"}}"#))
        })
    }
}

fn client() -> Client {
    Client::builder(Credentials::new("key", "secret")).transport(Late).build().unwrap()
}

#[test]
fn a_call_needs_no_runtime() {
    let account = im::user::Create::new("alice").send_blocking(&client()).unwrap();
    assert_eq!(account.accid, "alice");
}

#[tokio::test]
async fn a_call_inside_a_runtime_does_not_panic() {
    let reply = im::user::Create::new("alice").with_request_id("id-1").send_with_meta_blocking(&client()).unwrap();
    assert_eq!(reply.request_id(), "id-1");
}

#[test]
fn many_threads_may_wait_at_once() {
    let client = client();
    std::thread::scope(|scope| {
        let waiting: Vec<_> =
            (0..8).map(|_| scope.spawn(|| im::user::Create::new("alice").send_blocking(&client))).collect();
        assert!(waiting.into_iter().all(|thread| thread.join().unwrap().is_ok()));
    });
}

#[test]
fn errors_come_back_as_they_are() {
    let error = im::user::Create::new("a".repeat(33)).send_blocking(&client()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}
