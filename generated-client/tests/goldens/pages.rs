//! Tests lists that are read page by page, with a transport that returns a fixed sequence of replies.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, Endpoint, Paged, UnixMillis};
use yunxin_goldens::shared::paging::{ByLast, ByNestedToken, ByNumber, ByOffset, ByToken};

use crate::support::builder;

/// Returns the replies in order, then HTTP 500.
struct ReplySequence {
    replies: Vec<&'static str>,
    next: AtomicUsize,
    sent: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Transport for ReplySequence {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        self.sent.lock().unwrap().push(request);
        let reply = self.replies.get(self.next.fetch_add(1, Ordering::Relaxed));
        let response = match reply {
            Some(reply) => HttpResponse::new(200, reply.as_bytes().to_vec()),
            None => HttpResponse::new(500, Vec::new()),
        };
        Box::pin(async { Ok(response) })
    }
}

fn client_with_replies(replies: &[&'static str]) -> (Client, Arc<Mutex<Vec<HttpRequest>>>) {
    let sent = Arc::default();
    let script = ReplySequence { replies: replies.to_vec(), next: AtomicUsize::new(0), sent: Arc::clone(&sent) };
    (builder().transport(script).retry(yunxin::RetryPolicy::none()).build().unwrap(), sent)
}

/// The query or body of each request, in which they differ.
fn query_or_body(sent: &Mutex<Vec<HttpRequest>>) -> Vec<String> {
    let text = |request: &HttpRequest| match request.url.split_once('?') {
        Some((_, query)) => query.to_owned(),
        None => String::from_utf8(request.body.to_vec()).unwrap(),
    };
    sent.lock().unwrap().iter().map(text).collect()
}

async fn all<E: Paged>(request: E, client: &Client) -> Vec<E::Item> {
    let mut items = request.items(client);
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        all.push(item.unwrap());
    }
    all
}

#[tokio::test]
async fn a_token_leads_to_the_next_page_and_an_empty_page_is_not_the_end() {
    let (client, sent) = client_with_replies(&[
        r#"{"code":200,"data":{"items":[{"id":"a"},{"id":"b"}],"next_token":"t1","has_more":true}}"#,
        r#"{"code":200,"data":{"items":[],"next_token":"t2","has_more":true}}"#,
        r#"{"code":200,"data":{"items":[{"id":"c"}],"next_token":"t3","has_more":false}}"#,
    ]);
    let things = all(ByToken::new().limit(2), &client).await;
    let ids: Vec<_> = things.iter().map(|thing| thing.id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(query_or_body(&sent), ["limit=2", "token=t1&limit=2", "token=t2&limit=2"]);
}

#[tokio::test]
async fn a_server_that_repeats_its_token_is_not_asked_forever() {
    let page = r#"{"code":200,"data":{"items":[{"id":"a"}],"next_token":"t","has_more":true}}"#;
    let (client, sent) = client_with_replies(&[page; 5]);
    assert_eq!(all(ByToken::new(), &client).await.len(), 2);
    assert_eq!(query_or_body(&sent).len(), 2);
}

#[tokio::test]
async fn a_token_may_be_inside_an_object() {
    let (client, sent) = client_with_replies(&[
        r#"{"code":200,"things":[{"id":"a"}],"info":{"more":1,"next":"7"}}"#,
        r#"{"code":200,"things":[{"id":"b"}],"info":{"more":0,"next":9}}"#,
    ]);
    assert_eq!(all(ByNestedToken::new(), &client).await.len(), 2);
    assert_eq!(query_or_body(&sent), ["", "since=7"]);
}

#[tokio::test]
async fn the_last_item_is_the_cursor_until_a_page_is_short() {
    let (client, sent) = client_with_replies(&[
        r#"{"code":200,"things":[{"id":"a","time":8},{"id":"b","time":7}]}"#,
        r#"{"code":200,"things":[{"id":"c","time":7}]}"#,
    ]);
    assert_eq!(all(ByLast::new(UnixMillis::from(9)), &client).await.len(), 3);
    assert_eq!(query_or_body(&sent), ["before=9", "before=7&except=b"]);
}

#[tokio::test]
async fn an_offset_grows_by_the_items_of_a_page_and_pages_are_counted() {
    let (client, sent) =
        client_with_replies(&[r#"{"code":200,"ids":["a","b"]}"#, r#"{"code":200,"ids":["c","d"]}"#, r#"{"code":200}"#]);
    assert_eq!(all(ByOffset::new(10, 2), &client).await, ["a", "b", "c", "d"]);
    assert_eq!(query_or_body(&sent), ["offset=10&limit=2", "offset=12&limit=2", "offset=14&limit=2"]);
    let (client, sent) = client_with_replies(&[r#"{"code":200,"ids":["a"]}"#, r#"{"code":200,"ids":[]}"#]);
    assert_eq!(all(ByNumber::new(), &client).await, ["a"]);
    assert_eq!(query_or_body(&sent), ["", "page=1"], "the spec says that pages count from 0");
}

#[tokio::test]
async fn pages_are_asked_for_when_needed_and_an_error_is_the_end() {
    let (client, sent) =
        client_with_replies(&[r#"{"code":200,"data":{"items":[{"id":"a"}],"next_token":"t","has_more":true}}"#]);
    let mut items = ByToken::new().items(&client);
    assert_eq!(query_or_body(&sent).len(), 0);
    assert_eq!(items.next().await.unwrap().unwrap().id.as_deref(), Some("a"));
    assert_eq!(query_or_body(&sent).len(), 1);
    assert_eq!(items.next().await.unwrap().unwrap_err().http_status(), Some(500));
    assert!(items.next().await.is_none());
    assert_eq!(query_or_body(&sent).len(), 2);
}

#[tokio::test]
async fn settings_hold_for_every_page_and_a_request_id_for_none() {
    let page = r#"{"code":200,"data":{"items":[{"id":"a"}],"next_token":"t","has_more":true}}"#;
    let (client, sent) = client_with_replies(&[page, page]);
    let call = ByToken::new().with_param("colour", "red").with_request_id("mine");
    let mut items = call.items(&client);
    while let Some(item) = items.next().await {
        item.unwrap();
    }
    assert_eq!(query_or_body(&sent), ["colour=red", "token=t&colour=red"]);
    let sent = sent.lock().unwrap();
    let ids: Vec<_> = sent.iter().map(|request| request.headers.get("x-request-id").unwrap()).collect();
    assert!(ids.iter().all(|id| *id != "mine") && ids.first() != ids.last(), "{ids:?}");
}

#[cfg(feature = "blocking")]
#[test]
fn without_a_runtime_items_come_from_an_iterator() {
    let (client, _) = client_with_replies(&[
        r#"{"code":200,"data":{"items":[{"id":"a"},{"id":"b"}],"next_token":"t1","has_more":true}}"#,
        r#"{"code":200,"data":{"items":[{"id":"c"}],"next_token":"","has_more":true}}"#,
    ]);
    let ids: Vec<_> = ByToken::new().items_blocking(&client).map(|thing| thing.unwrap().id.unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}
