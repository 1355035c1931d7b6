//! Tests errors whose text names the signature, the time or the region of the app: docs/reliability.md, "Clock". They
//! show what the client corrects, and what the error advises.

#![cfg(all(
    feature = "call",
    feature = "im",
    feature = "im_v2",
    feature = "qchat",
    feature = "rtc",
    feature = "rtc_ai",
    feature = "sms"
))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod mock_transport;

use yunxin::meta::ProductMeta;
use yunxin::transport::Method;
use yunxin::{
    Client, Credentials, Endpoint, Error, ErrorKind, Outcome, Region, call, im, im_v2, qchat, rtc, rtc_ai, sms,
};
use yunxin_sandbox::Sandbox;

use fault_server::{Behavior, EffectLog, now, response, start};
use mock_transport::{MockReply, MockTransport, ReceivedRequest, VirtualTime, builder};

/// Products that use code 403 for these errors, the HTTP status, and the key of the error text.
const PRODUCTS: [(&ProductMeta<'static>, u16, &str); 7] = [
    (&im::PRODUCT, 200, "desc"),
    (&im_v2::PRODUCT, 200, "msg"),
    (&rtc::PRODUCT, 403, "errmsg"),
    (&rtc_ai::PRODUCT, 403, "errmsg"),
    (&qchat::PRODUCT, 200, "desc"),
    (&sms::PRODUCT, 200, "desc"),
    (&call::PRODUCT, 200, "desc"),
];

const TEXTS: [&str; 4] =
    ["CurTime is illegal", "checksum", "authentication failed", "Authentication Failed: bad CheckSum"];

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A server with the right time: it accepts signatures within five minutes, or none if `accepts_signatures` is false.
fn time_checking_server(
    time: &VirtualTime,
    status: u16,
    refusal: String,
    accepts_signatures: bool,
    has_date: impl Fn(usize) -> bool + Send + Sync + 'static,
) -> MockTransport {
    let (truth, refusal) = (time.clone(), leak(refusal));
    let count = std::sync::atomic::AtomicUsize::new(0);
    MockTransport::with_handler(time, move |request: &ReceivedRequest| {
        let attempt = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let seconds = truth.true_time().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let date = vec![("date", httpdate::fmt_http_date(truth.true_time()))];
        let headers = if has_date(attempt) { date } else { Vec::new() };
        match accepts_signatures && request.cur_time.abs_diff(seconds) <= 300 {
            true => MockReply::RespondsWithHeaders(200, r#"{"code":200}"#, headers),
            false => MockReply::RespondsWithHeaders(status, refusal, headers),
        }
    })
}

async fn send(client: &Client, product: &'static ProductMeta<'static>) -> Result<u32, Error> {
    let sent = client.raw(product, Method::Post, "/any/thing.action").send_with_meta().await;
    sent.map(|response| response.attempts())
}

/// Forms of a refusal: with and without the code in the body, and as plain text if the HTTP status is 403 as well.
fn refusals(status: u16, key: &str, text: &str) -> Vec<(u16, String)> {
    let envelope = format!(r#"{{"code":403,"{key}":"{text}"}}"#);
    let bare = [format!(r#"{{"{key}":"{text}"}}"#), text.to_owned(), envelope.clone()];
    bare.into_iter().map(|body| (403, body)).chain([(status, envelope)]).collect()
}

#[tokio::test]
async fn a_signature_refused_with_403_is_signed_again_with_the_right_time() {
    for (product, status, key) in PRODUCTS {
        for (status, body) in TEXTS.iter().flat_map(|text| refusals(status, key, text)) {
            let time = VirtualTime::default();
            time.set_clock_error(-600);
            let mock = time_checking_server(&time, status, body.clone(), true, |_| true);
            let client = builder(&time, &mock).build().unwrap();
            let attempts = send(&client, product).await.unwrap_or_else(|error| panic!("{}: {error}", product.name));
            assert_eq!(attempts, 2, "{} HTTP {status} {body}", product.name);
            assert_eq!(send(&client, product).await.unwrap(), 1, "the correction is kept");
        }
    }
}

#[tokio::test]
async fn the_error_names_a_wrong_secret_beside_the_clock() {
    for (product, status, key) in PRODUCTS {
        for (status, body) in refusals(status, key, "authentication failed") {
            // Also if the second response has no date.
            for second_is_dated in [true, false] {
                for (wrong_by, direction) in [(-600, "600 s behind"), (600, "600 s ahead of")] {
                    let time = VirtualTime::default();
                    time.set_clock_error(wrong_by);
                    let mock = time_checking_server(&time, status, body.clone(), false, move |attempt| {
                        attempt == 0 || second_is_dated
                    });
                    let client = builder(&time, &mock).build().unwrap();
                    // The later call begins with the corrected time.
                    for attempts in [2, 1] {
                        let error = send(&client, product).await.unwrap_err();
                        let line = error.to_string();
                        assert_eq!(error.attempts().len(), attempts, "{line}");
                        assert!(error.is_clock() && !error.is_retryable(), "{line}");
                        assert_eq!(error.outcome(), Outcome::Refused, "{line}");
                        assert!(line.contains(&format!("this machine's clock is {direction} the server's")), "{line}");
                        assert!(line.contains("AppKey or AppSecret is wrong"), "{line}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn with_a_right_clock_the_error_names_the_secret() {
    for (product, status, key) in PRODUCTS {
        let time = VirtualTime::default();
        time.set_clock_error(2);
        let body = format!(r#"{{"code":403,"{key}":"checksum"}}"#);
        let mock = time_checking_server(&time, status, body, false, |_| true);
        let error = send(&builder(&time, &mock).build().unwrap(), product).await.unwrap_err();
        assert_eq!(error.attempts().len(), 1, "{error}");
        assert!(error.to_string().contains("the clock differs by 2 s, so AppKey or AppSecret is wrong"), "{error}");
    }
}

#[tokio::test]
async fn other_403_errors_are_unchanged() {
    for (product, status, key) in PRODUCTS {
        for (status, body) in refusals(status, key, "not open to you") {
            let time = VirtualTime::default();
            time.set_clock_error(-600);
            let mock = time_checking_server(&time, status, body, false, |_| true);
            let error = send(&builder(&time, &mock).build().unwrap(), product).await.unwrap_err();
            assert!(!error.is_clock() && !error.is_wrong_region(), "{error}");
            assert!(!error.to_string().contains("AppSecret"), "{error}");
            assert_eq!((error.attempts().len(), error.outcome()), (1, Outcome::Refused), "{error}");
        }
    }
}

#[tokio::test]
async fn a_region_error_names_the_setting() {
    let time = VirtualTime::default();
    for (product, status, key) in PRODUCTS.iter().filter(|(product, ..)| product.name != "rtc_ai") {
        for (status, body) in refusals(*status, key, "forbidden in current region") {
            let mock = MockTransport::new(&time, [MockReply::RespondsWithHeaders(status, leak(body), Vec::new())]);
            let error = send(&builder(&time, &mock).build().unwrap(), product).await.unwrap_err();
            let line = error.to_string();
            assert!(error.is_wrong_region() && !error.is_clock() && !error.is_retryable(), "{line}");
            assert_eq!((error.attempts().len(), error.outcome()), (1, Outcome::Refused), "{line}");
            assert!(error.message().is_none_or(|_| line.contains("forbidden in current region")), "{line}");
            assert!(line.contains("does not belong to the region `mainland`"), "{line}");
            assert!(line.contains("set the region of the app with ClientBuilder::region"), "{line}");
            // Setting the region is not enough if no host of that region is known.
            assert_eq!(line.contains("ClientBuilder::product_hosts"), product.hosts.len() < 2, "{line}");
        }
    }
    let body = r#"{"code":403,"desc":"forbidden in current region"}"#;
    let mock = MockTransport::new(&time, [MockReply::Responds(200, body)]);
    let overseas = builder(&time, &mock).region(Region::Overseas).build().unwrap();
    let error = send(&overseas, &im::PRODUCT).await.unwrap_err();
    assert!(error.to_string().contains("does not belong to the region `overseas`"), "{error}");
}

#[tokio::test]
async fn the_sandbox_shows_what_a_client_of_the_wrong_region_gets() {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec).unwrap().region("overseas").start().await.unwrap();
    let client = Client::builder(Credentials::new("app-key", "app-secret")).host(sandbox.url()).build().unwrap();
    let errors = [
        im::user::Block::new("alice").send(&client).await.unwrap_err(),
        im_v2::account::Get::new("alice").send(&client).await.unwrap_err(),
        rtc::room::GetByCid::new(1).send(&client).await.unwrap_err(),
    ];
    for error in errors {
        let line = error.to_string();
        assert!(error.is(403) && error.is_wrong_region() && error.kind() == ErrorKind::Api, "{line}");
        assert_eq!((error.attempts().len(), error.outcome()), (1, Outcome::Refused), "{line}");
        assert!(line.contains("the app belongs to another region than the host that was asked"), "{line}");
        assert!(line.contains("ClientBuilder::region"), "{line}");
    }
    // Text messages have hosts in one region only.
    let known = sandbox.received().len();
    let sent = client.raw(&sms::PRODUCT, Method::Post, "/sms/querystatus.action").param("sendid", 1).send().await;
    assert!(!sent.is_err_and(|error| error.is_wrong_region()));
    assert_eq!(sandbox.received().len(), known + 1);
    sandbox.shutdown().await;
}

/// A real server whose clock is ahead and that rejects every signature.
fn rejects_every_signature(ahead: u64) -> Behavior {
    std::sync::Arc::new(move |connection| {
        if connection.read().is_none() {
            return false;
        }
        let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(now() + ahead);
        let date = format!("date: {}\r\n", httpdate::fmt_http_date(date));
        connection.write(response("403 Forbidden", &date, r#"{"code":403,"errmsg":"authentication failed"}"#))
    })
}

#[tokio::test]
async fn a_slow_clock_and_a_wrong_secret_over_a_real_connection() {
    let address = start(&EffectLog::default(), rejects_every_signature(600));
    let client =
        Client::builder(Credentials::new("app-key", "other")).host(format!("http://{address}")).build().unwrap();
    let error = rtc::room::GetByCid::new(1).send(&client).await.unwrap_err();
    let line = error.to_string();
    assert_eq!(error.attempts().len(), 2, "{line}");
    let seconds = line.split("this machine's clock is ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert!((598..=602).contains(&seconds.parse::<u32>().unwrap()), "{line}");
    assert!(line.contains("s behind the server's; with that corrected the signature was refused as well"), "{line}");
    assert!(line.contains("so AppKey or AppSecret is wrong"), "{line}");
}
