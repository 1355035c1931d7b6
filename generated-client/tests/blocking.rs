//! Tests blocking calls, outside and inside of an async runtime.

#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, reason = "a failed expectation is the failure of a test")]

mod child_process;

use std::time::{Duration, Instant};

use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture};
use yunxin::{Client, Credentials, Endpoint, ErrorKind, im};

/// Responds after a tokio timer has fired.
struct DelayedTransport;

impl Transport for DelayedTransport {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            Ok(HttpResponse::new(200, r#"{"code":200,"info":{"accid":"alice"}}"#))
        })
    }
}

fn client() -> Client {
    Client::builder(Credentials::new("key", "secret")).transport(DelayedTransport).build().unwrap()
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

/// A transport that makes a blocking call while it sends another one.
struct NestedCallTransport {
    inner: Client,
    on_own_thread: bool,
}

impl Transport for NestedCallTransport {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        let inner = self.inner.clone();
        let call =
            move || im::user::Create::new("alice").with_deadline(Duration::from_millis(300)).send_blocking(&inner);
        let result = if self.on_own_thread { std::thread::spawn(call).join().unwrap() } else { call() };
        Box::pin(async move { Err(TransportError::new(TransportErrorKind::Connect).caused_by(result.unwrap_err())) })
    }
}

fn nested(on_own_thread: bool) -> yunxin::Error {
    let transport = NestedCallTransport { inner: client(), on_own_thread };
    let outer = Client::builder(Credentials::new("key", "secret"))
        .transport(transport)
        .retry(yunxin::RetryPolicy::none())
        .build()
        .unwrap();
    let begin = Instant::now();
    let error = im::user::Create::new("alice").send_blocking(&outer).unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    error
}

#[test]
fn a_blocking_call_inside_a_call_is_an_error_and_no_deadlock() {
    let error = nested(false);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("on the thread that drives blocking calls"), "{cause}");
}

#[test]
fn a_call_that_holds_up_the_driving_thread_ends_the_others_at_their_deadline() {
    let error = nested(true);
    let cause = std::error::Error::source(&error).unwrap();
    let cause = cause.downcast_ref::<yunxin::Error>().unwrap();
    assert_eq!(cause.outcome(), yunxin::Outcome::NotSent, "{cause}");
    assert!(cause.to_string().contains("holds up the thread"), "{cause}");
}

/// A subscriber that makes a blocking call whenever a span begins.
struct CallingSubscriber(Client);

impl tracing::Subscriber for CallingSubscriber {
    fn enabled(&self, _metadata: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let _ = im::user::Create::new("alice").send_blocking(&self.0);
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _span: &tracing::span::Id, _values: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _span: &tracing::span::Id, _follows: &tracing::span::Id) {}
    fn event(&self, _event: &tracing::Event<'_>) {}
    fn enter(&self, _span: &tracing::span::Id) {}
    fn exit(&self, _span: &tracing::span::Id) {}
}

#[test]
fn a_subscriber_that_calls_is_no_deadlock() {
    // The subscriber is global, and so also for the driving thread: the test runs in its own process.
    child_process::with_environment("a_subscriber_that_calls_is_no_deadlock", &[], || {
        tracing::subscriber::set_global_default(CallingSubscriber(client())).unwrap();
        let begin = Instant::now();
        im::user::Create::new("alice").send_blocking(&client()).unwrap();
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    });
}
