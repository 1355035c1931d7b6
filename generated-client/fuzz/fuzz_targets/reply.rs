//! Any bytes as the reply to a call: it is decoded, or becomes an error that can be printed. Nothing crashes or hangs,
//! and what is not JSON is never a code or a success.
//!
//! The input is the endpoint's id, a line break, the HTTP status, a line break, and the body.
#![no_main]

// The example request of every endpoint, as in the tests.
#[path = "../../tests/generated/mod.rs"]
mod generated;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use yunxin::{Client, Credentials, RetryPolicy};
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};

use support::Example;

type Reply = (u16, Vec<u8>);

/// A transport that answers with the last input of the fuzzer.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Reply>>);

impl Transport for Said {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        let (status, body) = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(HttpResponse::new(status, body)) })
    }
}

/// Made once, because it takes most of the time.
struct Bench {
    runtime: Runtime,
    examples: Vec<Box<dyn Example>>,
    said: Said,
    client: Client,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let said = Said::default();
    let client = Client::builder(Credentials::new("key", "secret"))
        .transport(said.clone())
        .host("https://host.example")
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    Bench { runtime, examples: support::examples(), said, client }
});

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(3, |byte| *byte == b'\n');
    let mut next = || parts.next().unwrap_or_default();
    let (id, status, body) = (next(), next(), next());
    let status = std::str::from_utf8(status).ok().and_then(|status| status.parse().ok()).unwrap_or(200);

    let bench = &*BENCH;
    *bench.said.0.lock().unwrap_or_else(PoisonError::into_inner) = (status, body.to_vec());
    match bench.runtime.block_on(endpoint(&bench.examples, id).send(&bench.client)) {
        Ok(shown) => {
            assert!(!is_broken(body), "a success that is not JSON");
            drop(shown);
        }
        Err(error) => {
            drop(format!("{error} {error:?} {:?} {:?}", error.code(), error.outcome()));
            assert!(!is_broken(body) || error.code().is_none(), "a code that is not in JSON");
        }
    }
});

/// An object that `serde_json` cannot read.
fn is_broken(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<serde_json::Value>(body).is_err()
}

/// The endpoint of this id. If there is none, one that is derived from the text, so that the fuzzer reaches others too.
fn endpoint<'b>(examples: &'b [Box<dyn Example>], id: &[u8]) -> &'b dyn Example {
    let named = examples.iter().find(|example| example.spec().id.as_bytes() == id);
    let place = id.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    &**named.unwrap_or_else(|| &examples[place % examples.len()])
}
