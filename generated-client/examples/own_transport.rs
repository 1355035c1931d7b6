//! A transport of your own, around the usual one: here it counts bytes, adds a header and logs each attempt.
//!
//! `cargo run -p yunxin --example own_transport` (against a sandbox in the same process)

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use yunxin::transport::{HttpRequest, HttpTransport, Transport, TransportFuture};
use yunxin::{Client, Credentials, Endpoint, im};
use yunxin_sandbox::Sandbox;

/// A transport sends one request and returns the whole response. It never repeats and never follows a redirect: the
/// client decides that.
struct Counting<T> {
    inner: T,
    attempts: AtomicUsize,
    sent: AtomicUsize,
    received: AtomicUsize,
}

impl<T> Counting<T> {
    fn new(inner: T) -> Self {
        Self { inner, attempts: AtomicUsize::new(0), sent: AtomicUsize::new(0), received: AtomicUsize::new(0) }
    }
}

impl<T: Transport> Transport for Counting<T> {
    fn send(&self, mut request: HttpRequest) -> TransportFuture<'_> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.sent.fetch_add(request.body.len(), Ordering::Relaxed);
        // A header of the own network. The signature does not cover it.
        request.headers.set("x-team", "accounts");
        // `Debug` of a request shows neither the checksum nor the parameters.
        println!("> {request:?}");
        let begin = Instant::now();
        let sending = self.inner.send(request);
        Box::pin(async move {
            // An error says how far the request came, so it is passed on as it is.
            let response = sending.await?;
            self.received.fetch_add(response.body.len(), Ordering::Relaxed);
            println!("< {} after {:?}", response.status, begin.elapsed());
            Ok(response)
        })
    }

    fn discard_idle(&self, host: &str) {
        self.inner.discard_idle(host);
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.start().await?;

    // An `Arc` of a transport is one too, so that this program can read the numbers.
    let transport = Arc::new(Counting::new(HttpTransport::new(Duration::from_secs(3))?));
    let client = Client::builder(Credentials::new("app-key", "app-secret"))
        .host(sandbox.url())
        .transport(Arc::clone(&transport))
        .build()?;
    im::user::Create::new("alice").send(&client).await?;

    let [attempts, sent, received] =
        [&transport.attempts, &transport.sent, &transport.received].map(|number| number.load(Ordering::Relaxed));
    println!("{attempts} attempt, {sent} bytes sent, {received} received");
    sandbox.shutdown().await;
    if attempts == 1 && sent > 0 && received > 0 { Ok(()) } else { Err("one call was made".into()) }
}
