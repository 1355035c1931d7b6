//! Tests endpoints whose descriptions are made at run time: they are called like generated ones, and their memory is
//! freed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is the failure of the test")]

mod wire_server;

use std::sync::Arc;
use std::time::Duration;

use yunxin::meta::{Body, OwnedCodeInfo, OwnedEndpointMeta, OwnedHosts, OwnedProductMeta, Payload, Per, Retry};
use yunxin::{Client, CodeKind, Credentials, ErrorKind, File, Method, Outcome, RateLimits, Region};

use wire_server::{Behavior, WireServer, json, response};

/// A product that is not in generated code, made from text at run time.
fn product(url: &str) -> OwnedProductMeta {
    let mut product = OwnedProductMeta::new(["de", "sk"].concat());
    product.hosts.push(OwnedHosts::new("mainland", [url.to_owned()]));
    product.base_path = format!("/v{}", 1);
    product.request_id_header = "X-Trace".to_owned();
    product.reply.code_key = "result".to_owned();
    product.reply.codes = vec![0];
    product.reply.message_keys = vec!["reason".to_owned()];
    let mut closed = OwnedCodeInfo::new(7, "desk_closed", CodeKind::Permanent, "The desk is closed.");
    closed.clock_words = vec!["stale".to_owned()];
    closed.region_words = vec!["abroad".to_owned()];
    product.errors.push(closed);
    product
}

fn endpoint(product: Arc<OwnedProductMeta>, number: u32) -> OwnedEndpointMeta {
    OwnedEndpointMeta::new(product, format!("desk.case.open{number}"), Method::Post, format!("/cases/{{id}}/{number}"))
        .body(Body::Json)
        .payload(Payload::At(&["ca", "se"].concat()))
        .retry(Retry::Safe)
        .timeout(Duration::from_secs(2))
}

fn client() -> Client {
    Client::builder(Credentials::new("key", "secret")).allow_plain_http(true).build().unwrap()
}

#[tokio::test]
async fn a_call_outlives_its_descriptions_and_leaves_none_of_them() {
    let server = WireServer::start(json(r#"{"result":0,"case":{"number":5}}"#)).await;
    let client = client();
    let product = Arc::new(product(&server.url()));
    let weak_product = Arc::downgrade(&product);
    let endpoint = Arc::new(endpoint(product, 1));
    let weak_endpoint = Arc::downgrade(&endpoint);
    let call = client.raw_endpoint(endpoint).param("id", "a/b").param("title", "late").query("page", 2);
    let sending = call.send_with_meta();
    drop(call);
    assert!(weak_endpoint.upgrade().is_some(), "the call under way has it");
    let response = sending.await.unwrap();
    assert!(weak_endpoint.upgrade().is_none() && weak_product.upgrade().is_none(), "nothing has them any more");
    assert_eq!(response.payload().raw(), r#"{"number":5}"#);
    let request = server.requests().pop().unwrap();
    assert!(request.starts_with("POST /v1/cases/a%2Fb/1?page=2 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nx-trace: ") && request.contains("\r\nchecksum: "), "{request}");
    assert!(request.ends_with(r#"{"title":"late"}"#), "{request}");
}

#[tokio::test]
async fn an_error_keeps_what_it_shows() {
    let body = r#"{"result":7,"reason":"come tomorrow"}"#;
    let server = WireServer::start(json(body)).await;
    let client = client();
    let error =
        client.raw_endpoint(endpoint(Arc::new(product(&server.url())), 2)).param("id", 1).send().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Refused));
    assert_eq!(error.endpoint(), Some("desk.case.open2"));
    let code = error.code().unwrap();
    assert_eq!((code.value(), code.name(), code.product()), (7, Some("desk_closed"), "desk"));
    assert_eq!(code.meaning(), Some("The desk is closed."));
    let text = error.to_string();
    assert!(text.starts_with("desk.case.open2: the server answered code 7 (desk_closed): come tomorrow"), "{text}");

    let server = WireServer::start(json(r#"{"result":7,"reason":"it is abroad"}"#)).await;
    let error =
        client.raw_endpoint(endpoint(Arc::new(product(&server.url())), 2)).param("id", 1).send().await.unwrap_err();
    assert!(error.is_wrong_region() && error.to_string().contains("region `mainland`"), "{error}");
    let server = WireServer::start(json(r#"{"result":7,"reason":"STALE"}"#)).await;
    let error =
        client.raw_endpoint(endpoint(Arc::new(product(&server.url())), 2)).param("id", 1).send().await.unwrap_err();
    assert!(error.is_clock(), "{error}");
}

#[tokio::test]
async fn retry_rule_region_and_rate_are_those_of_the_description() {
    let busy = WireServer::start(Behavior::Respond(response("503 Busy", "", ""))).await;
    let client = client();
    let product = Arc::new(product(&busy.url()));
    let once = endpoint(Arc::clone(&product), 3).retry(Retry::Never);
    let error = client.raw_endpoint(once).param("id", 1).send().await.unwrap_err();
    assert_eq!(error.attempts().len(), 1, "{error}");

    let overseas = Client::builder(Credentials::new("key", "secret")).region(Region::Overseas).build().unwrap();
    let error = overseas.raw_endpoint(endpoint(product, 3)).param("id", 1).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("no hosts in the region `overseas` (it has: mainland)"), "{error}");

    let well = WireServer::start(json(r#"{"result":0,"case":1}"#)).await;
    let limited = Client::builder(Credentials::new("key", "secret"))
        .limit_rates(RateLimits::official())
        .deadline(Duration::from_secs(3))
        .build()
        .unwrap();
    let product = Arc::new(self::product(&well.url()));
    // Two descriptions of one group, which shares the limit.
    let call = |number| {
        let endpoint = endpoint(Arc::clone(&product), number).shared_rate(1, Per::Hour, String::from("all cases"));
        limited.raw_endpoint(endpoint).param("id", 1)
    };
    call(4).send().await.unwrap();
    let error = call(5).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
}

#[tokio::test]
async fn a_file_makes_the_body_multipart() {
    let server = WireServer::start(json(r#"{"result":0,"case":1}"#)).await;
    let endpoint = endpoint(Arc::new(product(&server.url())), 6);
    let call =
        client().raw_endpoint(endpoint).param("id", 1).param("title", "x").file("scan", File::new("a.txt", "content"));
    call.send().await.unwrap();
    let request = server.requests().pop().unwrap();
    assert!(request.contains("content-type: multipart/form-data; boundary="), "{request}");
    assert!(request.contains(r#"name="title""#) && request.contains(r#"name="scan"; filename="a.txt""#), "{request}");
}

/// One call with its own descriptions.
fn call_once(runtime: &tokio::runtime::Runtime, client: &Client, url: &str, number: u32) {
    let endpoint = endpoint(Arc::new(product(url)), number);
    let reply = runtime.block_on(client.raw_endpoint(endpoint).param("id", number).send()).unwrap();
    assert_eq!(reply.raw(), "1");
}

#[test]
fn memory_does_not_grow_with_the_number_of_descriptions() {
    let server_runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let url = server_runtime.block_on(WireServer::start(json(r#"{"result":0,"case":1}"#))).url();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = client();
    // The first calls open the connection and fill caches.
    (0..50).for_each(|number| call_once(&runtime, &client, &url, number));
    let rounds =
        allocation_counter::measure(|| (50..250).for_each(|number| call_once(&runtime, &client, &url, number)));
    // A single kept description has more than 200 bytes.
    assert!(rounds.bytes_current < 10_000, "{rounds:?}");
}
