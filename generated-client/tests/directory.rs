//! Tests the host directory: its hosts are used, and if it fails, the hosts stay as they are: docs/reliability.md,
//! "Hosts".

#![cfg(feature = "lbs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure here is the failure of the test")]

mod test_product;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use yunxin::client::{SleepFuture, Sleeper};
use yunxin::lbs::host::Service;
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture};
use yunxin::{Client, Credentials, Endpoint};

use test_product::{GetUserInfos, PRODUCT};

/// A transport with the directory, the hosts, and a list of all requests.
#[derive(Default)]
struct FakeNetwork {
    /// Reply of the directory; it is unreachable if this is empty.
    directory: Mutex<String>,
    urls: Mutex<Vec<String>>,
}

impl FakeNetwork {
    fn requests_containing(&self, what: &str) -> Vec<String> {
        self.urls.lock().unwrap().iter().filter(|url| url.contains(what)).cloned().collect()
    }
}

impl Transport for FakeNetwork {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            self.urls.lock().unwrap().push(request.url.clone());
            if request.url.contains("/srv-sdk/allocate") {
                assert!(request.headers.get("checksum").is_none());
                let answer = self.directory.lock().unwrap().clone();
                if answer.is_empty() {
                    return Err(TransportError::new(TransportErrorKind::Connect));
                }
                return Ok(HttpResponse::new(200, answer));
            }
            let status = if request.url.starts_with("https://ill.example/") { 500 } else { 200 };
            Ok(HttpResponse::new(status, r#"{"code":200,"uinfos":[]}"#))
        })
    }
}

/// Replaces the long pauses between polls by short ones.
struct ShortSleeper;

impl Sleeper for ShortSleeper {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        assert!(pause >= Duration::from_secs(60), "polled too often");
        Box::pin(tokio::time::sleep(Duration::from_millis(10)))
    }
}

async fn host(client: &Client) -> String {
    let response = GetUserInfos { accids: Vec::new() }.send_with_meta(client).await.unwrap();
    response.host().to_owned()
}

async fn wait_until(what: impl AsyncFn() -> bool) {
    for _ in 0..300 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not happen");
}

#[tokio::test]
async fn hosts_of_the_directory_go_first_if_they_are_well() {
    let network = Arc::new(FakeNetwork::default());
    let client = Client::builder(Credentials::new("demo-app-key", "s"))
        .transport(Arc::clone(&network))
        .sleeper(ShortSleeper)
        .host_directory(&PRODUCT, Service::Im)
        .build()
        .unwrap();
    let say = |text: &str| text.clone_into(&mut network.directory.lock().unwrap());
    assert!(network.requests_containing("").is_empty(), "nothing begins before the first call");
    // Neither server of the region responds: the hosts of the spec are used.
    assert_eq!(host(&client).await, "https://sample.example");
    wait_until(async || network.requests_containing("srv-sdk-lbs").len() >= 4).await;
    assert_eq!(host(&client).await, "https://sample.example");
    let polls = network.requests_containing("srv-sdk-lbs");
    assert!(
        polls
            .iter()
            .any(|url| url.starts_with("https://srv-sdk-lbs-cn.yunxinapi.com/srv-sdk/allocate?k=demo-app-key&sv="))
    );
    assert!(polls.iter().all(|url| !url.contains("-sg.") && url.contains("&biz=1&p=go")), "{polls:?}");

    // An invalid reply, then a list with an unhealthy host and one without TLS: the healthy one is used first.
    say("<html>");
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(host(&client).await, "https://sample.example");
    say(r#"{"code":200,"data":{"default.endpoint":"https://ill.example/base","backup.endpoints":
        ["http://plain.example/base","https://good.example/base/"],"ttl":30,"md5":"m1"}}"#);
    wait_until(async || host(&client).await == "https://good.example").await;
    assert!(network.requests_containing("good.example/base/user/getUinfos").len() == 1, "the base path is not doubled");
    assert_eq!(network.requests_containing("plain.example").len(), 0);
    let before = network.requests_containing("srv-sdk-lbs").len();
    wait_until(async || network.requests_containing("srv-sdk-lbs").len() > before + 1).await;
    assert!(network.requests_containing("md5=").is_empty(), "a list of which an entry was left out is requested again");

    // All hosts are healthy: from now on the `md5` of the last list is sent.
    say(
        r#"{"code":200,"data":{"default.endpoint":"https://one.example/base","backup.endpoints":[],"ttl":600,"md5":"m2"}}"#,
    );
    wait_until(async || host(&client).await == "https://one.example").await;
    wait_until(async || !network.requests_containing("md5=m2").is_empty()).await;
    say(r#"{"code":304}"#);
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(host(&client).await, "https://one.example");
    say("");
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_eq!(host(&client).await, "https://one.example", "what is known stays");

    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(alive(), 1);
    drop(client);
    wait_until(async || alive() == 0).await;
}
