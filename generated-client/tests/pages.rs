//! Tests paged lists over a socket: item by item and page by page.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is the failure of the test")]

mod test_product;
mod wire_server;

use std::time::Duration;

use yunxin::__private::{Body, Encoder, EndpointMeta, FieldVisitor, Fields, Method, Paged, Payload, Retry, pages};
use yunxin::{CallOptions, Client, Credentials, Endpoint, ErrorKind, Result};

use wire_server::{Behavior, WireServer, response};

/// A request for the names after a cursor.
#[derive(Clone, Debug, Default, PartialEq)]
struct List {
    cursor: Option<String>,
}

impl Endpoint for List {
    type Reply = Page;
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&test_product::PRODUCT, "sample.name.list", Method::Post, "/names.action")
            .body(Body::Form)
            .payload(Payload::Flat)
            .retry(Retry::Safe);

    fn encode(&self, out: &mut Encoder<'_>) {
        out.form("cursor", &self.cursor, &[]);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Page {
    names: Vec<String>,
    next: String,
    total: i64,
}

impl Fields for Page {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["names", "next", "total"], &mut [&mut self.names, &mut self.next, &mut self.total]);
    }
}

impl Paged for List {
    type Item = String;

    fn next_page(&mut self, reply: Page) -> (Vec<String>, bool) {
        let more = pages::set_cursor(&mut self.cursor, reply.next);
        (reply.names, more)
    }
}

const THREE: [&str; 3] = [
    r#"{"code":200,"names":["a","b"],"next":"n1","total":3}"#,
    r#"{"code":200,"names":[],"next":"n2","total":3}"#,
    r#"{"code":200,"names":["c"],"next":"","total":3}"#,
];

const BROKEN: [&str; 2] = [THREE[0], r#"{"code":414,"desc":"no"}"#];

async fn server(bodies: &[&str]) -> WireServer {
    let responses = bodies.iter().map(|body| response("200 OK", "content-type: application/json\r\n", body));
    WireServer::start(Behavior::RespondInOrder(responses.collect())).await
}

fn client(server: &WireServer) -> Client {
    Client::builder(Credentials::new("key", "secret")).host(server.url()).build().unwrap()
}

/// The form of each request that the server got, and its request id.
fn requests(server: &WireServer) -> (Vec<String>, Vec<String>) {
    let requests = server.requests();
    let form = |text: &String| text.split_once("\r\n\r\n").unwrap().1.to_owned();
    let id = |text: &String| text.lines().find_map(|line| line.strip_prefix("requestid: ")).unwrap().to_owned();
    (requests.iter().map(form).collect(), requests.iter().map(id).collect())
}

#[tokio::test]
async fn each_page_is_a_whole_reply() {
    let server = server(&THREE).await;
    let mut pages = List::default().pages(&client(&server));
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!((first.names.len(), first.total), (2, 3));
    assert_eq!(server.requests().len(), 1, "a page is not asked for before it is needed");
    assert_eq!(pages.next().await.unwrap().unwrap().names, [""; 0]);
    assert_eq!(pages.next().await.unwrap().unwrap().names, ["c"]);
    assert!(pages.next().await.is_none() && pages.next().await.is_none());
    assert_eq!(requests(&server).0, ["", "cursor=n1", "cursor=n2"]);
}

#[tokio::test]
async fn items_skip_empty_pages() {
    let server = server(&THREE).await;
    let mut items = List::default().items(&client(&server));
    let mut names = Vec::new();
    while let Some(item) = items.next().await {
        names.push(item.unwrap());
    }
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(requests(&server).0.len(), 3);
}

#[tokio::test]
async fn pages_end_after_an_error() {
    let server = server(&BROKEN).await;
    let mut pages = List::default().pages(&client(&server));
    assert!(pages.next().await.unwrap().is_ok());
    assert_eq!(pages.next().await.unwrap().unwrap_err().kind(), ErrorKind::Api);
    assert!(pages.next().await.is_none());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn options_hold_for_each_page_but_the_request_id() {
    let server = server(&THREE).await;
    let options = CallOptions::new().header("x-tenant", "seven").param("size", 2).request_id("mine");
    let mut pages = List::default().with_options(options).with_timeout(Duration::from_secs(3)).pages(&client(&server));
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    let (forms, mut ids) = requests(&server);
    assert_eq!(forms, ["size=2", "cursor=n1&size=2", "cursor=n2&size=2"]);
    assert!(server.requests().iter().all(|request| request.contains("\r\nx-tenant: seven\r\n")));
    assert!(!ids.contains(&"mine".to_owned()));
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[cfg(feature = "blocking")]
#[test]
fn pages_and_items_come_without_a_runtime_too() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (pages, items, broken) =
        runtime.block_on(async { (server(&THREE).await, server(&THREE).await, server(&BROKEN).await) });
    let replies: Result<Vec<_>> = List::default().pages_blocking(&client(&pages)).collect();
    assert_eq!(replies.unwrap().iter().map(|page| page.names.len()).collect::<Vec<_>>(), [2, 0, 1]);
    let names: Result<Vec<_>> = List::default().items_blocking(&client(&items)).collect();
    assert_eq!(names.unwrap(), ["a", "b", "c"]);
    let call = List::default().with_header("x-tenant", "seven");
    let results: Vec<_> = call.pages_blocking(&client(&broken)).map(|page| page.is_ok()).collect();
    assert_eq!(results, [true, false]);
}

/// A later value replaces an earlier one; values that can be set several times are added.
#[tokio::test]
async fn options_are_merged() {
    let server = server(&THREE).await;
    let client = client(&server);
    let first = CallOptions::new().request_id("one").param("a", 1).header("x-a", "1");
    let second = CallOptions::new().request_id("two").param("b", 2);
    let call = List::default().with_options(first.clone()).with_options(second.clone());
    assert_eq!(
        call,
        List::default().with_request_id("two").with_param("a", 1).with_header("x-a", "1").with_param("b", 2)
    );
    call.send(&client).await.unwrap();
    let (forms, ids) = requests(&server);
    assert_eq!((forms, ids), (vec!["a=1&b=2".to_owned()], vec!["two".to_owned()]));
    assert!(server.requests()[0].contains("\r\nx-a: 1\r\n"));

    let raw =
        client.raw(&test_product::PRODUCT, Method::Post, "/names.action").with_options(first).with_options(second);
    raw.param("c", 3).send().await.unwrap();
    let (forms, ids) = requests(&server);
    assert_eq!((forms[1].as_str(), ids[1].as_str()), ("c=3&a=1&b=2", "two"));
}
