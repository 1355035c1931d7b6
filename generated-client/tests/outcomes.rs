//! Tests the outcome of a call under every HTTP status, with listed and unlisted codes of every product:
//! docs/reliability.md, "Evidence for an outcome".
//!
//! The expected outcome is computed here from the specs, independently of the client.

#![cfg(feature = "im")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a failure here is the failure of the test")]

mod generated;
mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use yunxin::client::{SleepFuture, Sleeper};
use yunxin::meta::Retry;
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{AttemptClass, Client, ErrorKind, Outcome, RetryPolicy};
use yunxin_codegen::model::{Api, CodeKind, Product};
use yunxin_codegen::{Sources, compile};

use support::{Example, builder, examples};

const STATUSES: std::ops::RangeInclusive<u16> = 100..=599;

/// Whether this class means that nothing was done.
fn is_refusal(class: AttemptClass) -> bool {
    use AttemptClass::{Clock, QuotaBlocked, RetryLater, Throttled};
    matches!(class, Clock | QuotaBlocked | RetryLater | Throttled)
}

/// Codes that no product lists.
const UNLISTED: [i64; 3] = [98_765, -7, 0x7fff_ffff_ffff];

fn api() -> Api {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    compile(&Sources::read(&spec, "spec").unwrap()).unwrap().api
}

/// Responds to every request with the same status and body.
#[derive(Clone, Default)]
struct FixedResponse(Arc<Mutex<(u16, String)>>);

impl Transport for FixedResponse {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        let (status, body) = self.0.lock().unwrap().clone();
        Box::pin(async move { Ok(HttpResponse::new(status, body)) })
    }
}

/// Returns at once.
struct InstantSleeper;

impl Sleeper for InstantSleeper {
    fn sleep(&self, _pause: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

/// Kind of response body.
#[derive(Clone, Debug)]
enum Body {
    /// An envelope with this code.
    Code(i64),
    /// Anything without a code.
    Else(&'static str),
}

impl Body {
    fn body(&self, product: &Product) -> String {
        match self {
            Self::Code(code) => format!(r#"{{"{}":{code},"message":"words"}}"#, product.reply.code_key),
            Self::Else(body) => (*body).to_owned(),
        }
    }
}

/// Whether the response proves that the server rejected the call before it did anything.
fn proves_refusal(product: &Product, status: u16, body_kind: &Body) -> bool {
    let turned_away_by_http = status / 100 == 4 && status != 408;
    let Body::Code(code) = body_kind else { return turned_away_by_http };
    if product.reply.codes.contains(code) {
        // The body reports success.
        return false;
    }
    match product.errors.iter().find(|error| error.code == *code).map(|error| error.kind) {
        None => turned_away_by_http,
        Some(CodeKind::Permanent) => turned_away_by_http || status == 200,
        Some(CodeKind::Throttled | CodeKind::QuotaBlocked | CodeKind::RetryLater | CodeKind::Clock) => true,
        Some(CodeKind::Busy | CodeKind::Unknown | CodeKind::Failed | CodeKind::Duplicate) => false,
    }
}

/// A client with a settable response.
struct TestClient {
    transport: FixedResponse,
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl TestClient {
    fn new() -> Self {
        let transport = FixedResponse::default();
        let client = builder()
            .host("http://127.0.0.1:1")
            .transport(transport.clone())
            .sleeper(InstantSleeper)
            .retry(RetryPolicy::new().attempts(2))
            // With a small budget, retries would stop after a while.
            .retry_budget(u32::MAX)
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { transport, client, runtime }
    }

    fn check(&self, product: &Product, example: &dyn Example, status: u16, body_kind: &Body) {
        *self.transport.0.lock().unwrap() = (status, body_kind.body(product));
        let place = || format!("{} HTTP {status} {body_kind:?}", example.meta().id);
        let error = match self.runtime.block_on(example.send(&self.client)) {
            Ok(_) => return assert!((200..300).contains(&status), "{}: success", place()),
            Err(error) => error,
        };
        let proof = proves_refusal(product, status, body_kind);
        assert_eq!(error.outcome() == Outcome::Refused, proof, "{}: {error}", place());
        for attempt in error.attempts() {
            assert!(!is_refusal(attempt.class()) || proof, "{}: {error}", place());
            assert_eq!(attempt.outcome(), error.outcome(), "{}: {error}", place());
        }
        if example.meta().retry == Retry::Never {
            assert!(error.attempts().len() == 1 || proof, "{}: sent again: {error}", place());
        }
        if let (ErrorKind::Api, Body::Code(code)) = (error.kind(), body_kind) {
            let listed = product.errors.iter().any(|error| error.code == *code);
            assert_eq!(error.to_string().contains("not in the spec"), !listed, "{}: {error}", place());
        }
    }
}

/// One shipped endpoint for each product and each kind of retry.
fn one_endpoint_per_product_and_retry() -> Vec<Box<dyn Example>> {
    let mut seen = BTreeSet::new();
    let mut all = examples();
    all.retain(|example| {
        let meta = example.meta();
        seen.insert((meta.product.name, format!("{:?}", meta.retry)))
    });
    all
}

/// Bodies to test: one code of each kind that the product lists, its success codes, and bodies without a code.
fn bodies_of(product: &Product) -> Vec<Body> {
    let mut kinds = BTreeSet::new();
    let one_of_a_kind =
        product.errors.iter().filter(move |error| kinds.insert(format!("{:?}", error.kind))).map(|error| error.code);
    let codes = one_of_a_kind.chain(product.reply.codes.first().copied()).chain(UNLISTED.first().copied());
    let others = ["<html>gateway</html>", r#"{"message":"no code"}"#].map(Body::Else);
    codes.map(Body::Code).chain(others).collect()
}

/// Runs the test for each product, in a few threads.
fn for_each_product(test: impl Fn(&TestClient, &Product, &[&dyn Example]) + Sync) {
    let (api, examples) = (api(), one_endpoint_per_product_and_retry());
    let of = |product: &Product| -> Vec<&dyn Example> {
        let all = examples.iter().map(AsRef::as_ref);
        all.filter(|example: &&dyn Example| example.meta().product.name == product.name).collect()
    };
    let products: Vec<_> = api.products.iter().filter(|product| !of(product).is_empty()).collect();
    assert!(!products.is_empty());
    std::thread::scope(|scope| {
        for part in products.chunks(products.len().div_ceil(4)) {
            let (of, test) = (&of, &test);
            scope.spawn(move || {
                let test_client = TestClient::new();
                part.iter().for_each(|product| test(&test_client, product, &of(product)));
            });
        }
    });
}

#[test]
fn every_status_with_every_kind_of_code() {
    for_each_product(|test_client, product, examples| {
        // For calls that are never repeated, a wrong outcome does most harm.
        let never = examples.iter().find(|example| example.meta().retry == Retry::Never);
        let example = never.or(examples.first()).expect("an endpoint");
        for body_kind in bodies_of(product) {
            STATUSES.for_each(|status| test_client.check(product, *example, status, &body_kind));
        }
        // The JSON of a gateway repeats the HTTP status as the code.
        STATUSES.for_each(|status| test_client.check(product, *example, status, &Body::Code(status.into())));
    });
}

#[test]
fn every_code_and_every_kind_of_call_with_the_statuses_that_differ() {
    let statuses = [101, 200, 201, 204, 301, 302, 303, 304, 400, 401, 403, 404, 408, 416, 429, 500, 502, 503, 504, 520];
    for_each_product(|test_client, product, examples| {
        let listed = product.errors.iter().map(|error| error.code).chain(product.reply.codes.iter().copied());
        let common_elsewhere = [401, 403, 404, 408, 414, 416, 429, 500, 502, 503, 504, 514];
        let codes: BTreeSet<i64> = listed.chain(UNLISTED).chain(common_elsewhere).collect();
        let first = examples.first().expect("an endpoint");
        for body_kind in codes.iter().copied().map(Body::Code) {
            statuses.iter().for_each(|status| test_client.check(product, *first, *status, &body_kind));
        }
        for example in examples {
            for body_kind in bodies_of(product).into_iter().chain([408, 502, 504, 514].map(Body::Code)) {
                statuses.iter().for_each(|status| test_client.check(product, *example, *status, &body_kind));
            }
        }
    });
}

#[test]
fn responses_of_gateways_are_not_taken_for_those_of_the_product() {
    let gateways = [408, 500, 502, 503, 504];
    for_each_product(|test_client, product, examples| {
        for (status, example) in
            gateways.iter().flat_map(|status| examples.iter().map(move |example| (*status, example)))
        {
            let own = product.errors.iter().any(|error| error.code == i64::from(status) && error.http == status);
            *test_client.transport.0.lock().unwrap() =
                (status, format!(r#"{{"code":{status},"message":"upstream timed out"}}"#));
            let error = test_client.runtime.block_on(example.send(&test_client.client)).unwrap_err();
            let place = format!("{} {status}: {error}", example.meta().id);
            assert_eq!(error.outcome(), Outcome::Unknown, "{place}");
            if own {
                continue;
            }
            assert_eq!((error.kind(), error.code()), (ErrorKind::Http, None), "{place}");
            // As often as after a page without JSON.
            let again = example.meta().retry != Retry::Never;
            assert_eq!(error.attempts().len(), 1 + usize::from(again), "{place}");
        }
    });
}

#[test]
fn codes_of_servers_in_front_are_known_under_http_200() {
    for_each_product(|test_client, product, examples| {
        for (code, example) in
            [408, 503, 504, 514].iter().flat_map(|code| examples.iter().map(move |example| (code, example)))
        {
            *test_client.transport.0.lock().unwrap() = (200, Body::Code(*code).body(product));
            let error = test_client.runtime.block_on(example.send(&test_client.client)).unwrap_err();
            let place = format!("{} {code}: {error}", example.meta().id);
            assert_eq!(error.outcome(), Outcome::Unknown, "{place}");
            assert!(error.code().unwrap().name().is_some(), "{place}");
            let again = example.meta().retry != Retry::Never;
            assert_eq!(error.attempts().len(), 1 + usize::from(again), "{place}");
            assert_eq!(error.is_retryable(), example.meta().retry == Retry::Safe, "{place}");
        }
    });
}
