//! Tests raw calls (`Client::raw`) against the sandbox.

#![cfg(all(feature = "im", feature = "rtc"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

use yunxin::{Client, Credentials, ErrorKind, Method, Outcome, im, json, rtc};
use yunxin_sandbox::{RefusalKind, Sandbox};

async fn sandbox() -> (Sandbox, Client) {
    let sources =
        yunxin_codegen::Sources::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec").as_ref(), "spec").unwrap();
    let api = yunxin_codegen::compile(&sources).unwrap().api;
    let sandbox = Sandbox::builder(api).app_key("key").app_secret("secret").start().await.unwrap();
    let client = Client::builder(Credentials::new("key", "secret")).host(sandbox.url()).build().unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn a_form_goes_where_the_products_forms_go_and_the_whole_body_comes_back() {
    let (sandbox, client) = sandbox().await;
    let call = client.raw(&im::PRODUCT, Method::Post, "/user/create.action").param("accid", "alice").param("gender", 1);
    let reply = call.send().await.unwrap();
    assert_eq!(reply.value()["code"], json!(200));
    assert!(reply.value()["info"]["accid"].is_string(), "{reply}");
    let again = call.send_with_meta().await.unwrap();
    assert_eq!(again.payload().value()["code"], json!(200));
    let received = sandbox.received();
    assert!(received.iter().all(|call| call.endpoint.as_deref() == Some("im.user.create")), "{received:?}");
    assert_eq!(format!("{call:?}").matches("alice").count(), 0, "{call:?}");
}

#[tokio::test]
async fn parameters_fill_the_path_the_json_body_and_the_query() {
    let (sandbox, client) = sandbox().await;
    let create =
        client.raw(&rtc::PRODUCT, Method::Post, "/v2/api/room").param("channelName", "stand-up").param("mode", 2);
    create.param("uid", 163).send().await.unwrap();
    let get = client.raw(&rtc::PRODUCT, Method::Get, "/v2/api/rooms/{cid}").param("cid", "a/b?c");
    let url = get.prepare().unwrap().url;
    assert!(url.ends_with("/v2/api/rooms/a%2Fb%3Fc"), "{url}");
    let search = client.raw(&rtc::PRODUCT, Method::Get, "/v9/search").param("a b", "c&d").query("page", 2);
    assert!(search.prepare().unwrap().url.ends_with("/v9/search?a%20b=c%26d&page=2"));
    assert_eq!(sandbox.received().len(), 1);
}

#[tokio::test]
async fn errors_are_reported_as_for_generated_endpoints() {
    let (sandbox, client) = sandbox().await;
    let error =
        client.raw(&im::PRODUCT, Method::Post, "/user/create.action").param("acid", "alice").send().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Api, Outcome::Refused));
    assert!(error.to_string().starts_with("im POST /user/create.action: "), "{error}");
    assert_eq!(sandbox.received().pop().unwrap().verdict.refusal(), Some(RefusalKind::Parameter));
    let error = client.raw(&rtc::PRODUCT, Method::Get, "/v2/api/rooms/{cid}").send().await.unwrap_err();
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("cid")));
}

#[tokio::test]
async fn the_encoding_can_be_chosen() {
    let (_sandbox, client) = sandbox().await;
    let call = || client.raw(&im::PRODUCT, Method::Post, "/new").param("list", vec![1, 2]).param("a&b", "c d");
    assert_eq!(call().prepare().unwrap().body, "list=%5B1%2C2%5D&a%26b=c+d");
    assert_eq!(call().as_json().prepare().unwrap().body, r#"{"list":[1,2],"a&b":"c d"}"#);
    let delete = client.raw(&rtc::PRODUCT, Method::Delete, "/x").param("id", 7);
    assert!(delete.prepare().unwrap().url.ends_with("/x?id=7"));
    assert_eq!(delete.as_json().prepare().unwrap().body, r#"{"id":7}"#);
}
