//! Tests the transports over real sockets, against a faulty server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod test_product;
mod transports;
mod wire_server;

use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use yunxin::transport::HttpTransport;
use yunxin::{Client, Credentials, Endpoint, Error, ErrorKind, Outcome, RetryPolicy};

use test_product::{Create, Delete, GetUserInfos};
use transports::{Named, shared};
use wire_server::{Behavior, WireServer, json, response};

fn client(transport: &Named, url: &str) -> Client {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .host(url)
        .transport(Arc::clone(&transport.1))
        .attempt_timeout(Duration::from_millis(300))
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

async fn fails(transport: &Named, act: Behavior) -> Error {
    let server = WireServer::start(act).await;
    let error = Create::new("alice").send(&client(transport, &server.url())).await;
    assert_eq!(server.requests().len(), 1, "{}: one attempt", transport.0);
    error.unwrap_err()
}

#[tokio::test]
async fn a_call_goes_there_and_back() {
    for transport in shared() {
        let server = WireServer::start(json(r#"{"code":200,"info":{"accid":"alice"}}"#)).await;
        let client = client(transport, &server.url());
        for _ in 0..2 {
            let account = Create::new("alice").name("A B").send(&client).await.unwrap();
            assert_eq!(account.accid, "alice");
        }
        let heard = server.requests();
        let (head, body) = heard[0].split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "accid=alice&name=A+B");
        let lines: Vec<_> = head.lines().collect();
        assert_eq!(lines[0], "POST /base/user/create.action HTTP/1.1");
        let value = |name: &str| {
            let prefix = format!("{name}: ");
            let found: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix(prefix.as_str())).collect();
            assert_eq!(found.len(), 1, "{name} in {head}");
            found[0].to_owned()
        };
        assert_eq!(value("appkey"), "demo-app-key");
        assert_eq!(value("nonce").len(), 32);
        assert_eq!(value("checksum").len(), 40);
        assert_eq!(value("requestid").len(), 32);
        assert!(value("curtime").parse::<u64>().unwrap() > 1_700_000_000);
        assert_eq!(value("content-type"), "application/x-www-form-urlencoded;charset=utf-8");
        assert_eq!(value("content-length"), body.len().to_string());
        assert_eq!(value("host"), server.address.to_string());
        assert_eq!(value("user-agent"), concat!("yunxin-rust/", env!("CARGO_PKG_VERSION")));
        let line = |name: &str, request: &str| request.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        for name in ["nonce: ", "checksum: ", "requestid: "] {
            assert_ne!(line(name, &heard[0]), line(name, &heard[1]), "{name} is new for each call");
        }
    }
}

#[tokio::test]
async fn a_delete_carries_nothing() {
    for transport in shared() {
        let server = WireServer::start(json("{}")).await;
        let delete = Delete { cname: "a|b".to_owned(), ids: vec![1, 2], tag: None };
        delete.send(&client(transport, &server.url())).await.unwrap();
        let heard = server.requests().remove(0);
        assert!(heard.starts_with("DELETE /v3/rooms?cname=a%7Cb&ids=1,2 HTTP/1.1\r\n"), "{heard}");
        assert!(!heard.contains("content-type") && !heard.contains("content-length"), "{heard}");
    }
}

#[tokio::test]
async fn a_silent_server_ends_in_a_timeout() {
    for transport in shared() {
        let begin = Instant::now();
        let error = fails(transport, Behavior::Stall(Duration::from_secs(30))).await;
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.is_timeout() && !error.is_connect());
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_timeout_of_one_call_beats_the_clients() {
    for transport in shared() {
        let server = WireServer::start(Behavior::Stall(Duration::from_secs(30))).await;
        let client = Client::builder(Credentials::new("k", "s"))
            .host(server.url())
            .transport(Arc::clone(&transport.1))
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        let begin = Instant::now();
        let call = Create::new("alice").with_timeout(Duration::from_millis(50));
        assert!(call.send(&client).await.unwrap_err().is_timeout());
        assert!(begin.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    for transport in shared() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", free.local_addr().unwrap());
        drop(free);
        let error = Create::new("alice").send(&client(transport, &url)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.is_connect() && !error.is_timeout() && error.is_retryable());
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.host(), Some(url.as_str()));
        let mut cause = error.source();
        let mut causes = Vec::new();
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        assert!(causes.last().unwrap().contains("refused"), "{causes:?}");
        assert!(!error.to_string().contains("refused"), "{error}");
    }
}

#[tokio::test]
async fn an_unknown_name_sent_nothing() {
    for transport in shared() {
        let client = Client::builder(Credentials::new("k", "s"))
            .host("https://no-such-host.invalid")
            .transport(Arc::clone(&transport.1))
            .build()
            .unwrap();
        let error = Create::new("alice").send(&client).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    }
}

#[tokio::test]
async fn a_broken_handshake_sent_nothing() {
    for transport in shared() {
        let server = WireServer::start(Behavior::Close).await;
        let url = server.url().replace("http:", "https:");
        let error = Create::new("alice").send(&client(transport, &url)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    }
}

#[tokio::test]
async fn a_cut_reply_is_not_a_reply() {
    for transport in shared() {
        let whole = String::from_utf8(response("200 OK", "", r#"{"code":200,"info":{}}"#)).unwrap();
        for cut in [0, 10, 30, whole.len() - 1] {
            let error = fails(transport, Behavior::RespondAndClose(whole.as_bytes()[..cut].to_vec())).await;
            assert_eq!(error.kind(), ErrorKind::Transport, "{cut}: {error:?}");
            assert_eq!(error.outcome(), Outcome::Unknown, "{cut}");
            assert!(!error.is_connect() && !error.is_timeout(), "{cut}");
            let body_began = cut == whole.len() - 1;
            assert_eq!(error.http_status(), body_began.then_some(200));
        }
    }
}

#[tokio::test]
async fn a_gateways_page_is_an_http_error() {
    for transport in shared() {
        let page = "<html><h1>502 Bad Gateway</h1></html>";
        let error =
            fails(transport, Behavior::Respond(response("502 Bad Gateway", "content-type: text/html\r\n", page))).await;
        assert_eq!(error.kind(), ErrorKind::Http);
        assert_eq!(error.http_status(), Some(502));
        assert_eq!(error.body(), Some(page.as_bytes()));
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
}

#[tokio::test]
async fn a_page_with_status_200_is_no_success() {
    for transport in shared() {
        let error = fails(
            transport,
            Behavior::Respond(response("200 OK", "content-type: text/html\r\n", "<html>login</html>")),
        )
        .await;
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.http_status(), Some(200));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for transport in shared() {
        let elsewhere = WireServer::start(json(r#"{"code":200,"info":{}}"#)).await;
        let location = format!("location: {}/x\r\n", elsewhere.url());
        let error = fails(transport, Behavior::Respond(response("302 Found", &location, ""))).await;
        assert_eq!(error.kind(), ErrorKind::Http);
        assert_eq!(error.http_status(), Some(302));
        assert!(elsewhere.requests().is_empty(), "the signed headers went along");
    }
}

#[tokio::test]
async fn an_endless_reply_ends_at_the_limit() {
    for transport in shared() {
        let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n{\"code\":200,\"uinfos\":\"".to_vec();
        bytes.resize(bytes.len() + 17 * 1024 * 1024, b'x');
        let server = WireServer::start(Behavior::RespondAndClose(bytes)).await;
        let call = GetUserInfos { accids: Vec::new() }.with_timeout(Duration::from_secs(20));
        let error = call.send(&client(transport, &server.url())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.to_string().contains("larger than allowed"), "{error}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_reply_in_pieces_is_put_together() {
    for transport in shared() {
        let name = "n".repeat(200_000);
        let body = format!(r#"{{"code":200,"info":{{"accid":"{name}"}}}}"#);
        let server = WireServer::start(json(&body)).await;
        let call = Create::new("alice").with_timeout(Duration::from_secs(20));
        let account = call.send(&client(transport, &server.url())).await.unwrap();
        assert_eq!(account.accid, name);
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    for transport in shared() {
        use std::task::{Context, Poll, Waker};
        let client = client(transport, "http://127.0.0.1:1");
        let mut sending = std::pin::pin!(Create::new("alice").send(&client));
        let Poll::Ready(Err(error)) = sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it waits for a runtime");
        };
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(error.source().unwrap().to_string().contains("no tokio runtime"));
    }
}

#[test]
fn the_transport_can_be_made_by_hand() {
    let transport = HttpTransport::new(Duration::from_secs(1)).unwrap();
    assert!(Client::builder(Credentials::new("k", "s")).transport(transport).build().is_ok());
}
