//! Tests which requests go through a proxy: docs/reliability.md, "Connections".

#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

mod child_process;
mod test_product;
mod transports;
mod wire_server;

use std::sync::Arc;

use yunxin::{Client, ClientBuilder, Credentials, Endpoint, ErrorKind, Outcome, RetryPolicy};

use test_product::Create;
use transports::{Named, shared, with_proxy};
use wire_server::{Behavior, WireServer, json, response};

fn builder(transport: &Named) -> ClientBuilder {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .retry(RetryPolicy::none())
        .transport(Arc::clone(&transport.1))
}

/// A proxy that refuses all connections.
async fn refusing_proxy() -> WireServer {
    WireServer::start(Behavior::RespondAndClose(response("403 Forbidden", "", "no"))).await
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

/// Chooses the port of the proxy in the child's environment. Nothing listens there until the child does.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn hosts_on_this_machine_and_plain_http_use_no_proxy_of_the_environment() {
    let dead = format!("http://user:hunter2@127.0.0.1:{}", free_port());
    let variables: Vec<_> = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .map(|name| (name, dead.as_str()))
        .into();
    let name = "hosts_on_this_machine_and_plain_http_use_no_proxy_of_the_environment";
    child_process::with_environment(name, &variables, || {
        for transport in shared() {
            run(async {
                let server = WireServer::start(json(r#"{"code":200,"info":{"accid":"alice"}}"#)).await;
                let port = server.address.port();
                for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
                    let client = builder(transport).host(format!("http://{host}:{port}")).build().unwrap();
                    Create::new("alice").send(&client).await.unwrap();
                }
                // Another machine, without TLS: sent directly, so the failure does not come from the proxy.
                let client =
                    builder(transport).host("http://no-such-host.invalid").allow_plain_http(true).build().unwrap();
                let error = Create::new("alice").send(&client).await.unwrap_err();
                assert!(!error.to_string().contains("proxy"), "{error}");
            });
        }
    });
}

#[test]
fn encrypted_hosts_use_the_proxy_of_the_environment_and_errors_name_it() {
    let proxy = format!("http://user:hunter2@localhost:{}", free_port());
    let variables = [("HTTPS_PROXY", proxy.as_str()), ("NO_PROXY", "direct.invalid")];
    let name = "encrypted_hosts_use_the_proxy_of_the_environment_and_errors_name_it";
    child_process::with_environment(name, &variables, || {
        for (transport, off) in shared().iter().zip(with_proxy(None)) {
            run(async {
                let shown = std::env::var("HTTPS_PROXY").unwrap().replace("user:hunter2@", "");
                let client = builder(transport).host("https://no-such-host.invalid").build().unwrap();
                let error = Create::new("alice").send(&client).await.unwrap_err();
                assert!(
                    error.to_string().contains(&format!("through the proxy {shown} from the environment")),
                    "{error}"
                );
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
                assert_eq!(error.outcome(), Outcome::NotSent);
                let direct = builder(transport).host("https://direct.invalid").build().unwrap();
                let switched_off = builder(&off).host("https://no-such-host.invalid").build().unwrap();
                for client in [direct, switched_off] {
                    let error = Create::new("alice").send(&client).await.unwrap_err();
                    assert!(!error.to_string().contains("proxy"), "{error}");
                }
            });
        }
    });
}

#[test]
fn a_star_in_no_proxy_means_every_host() {
    let proxy = format!("http://localhost:{}", free_port());
    let variables = [("ALL_PROXY", proxy.as_str()), ("NO_PROXY", "*")];
    child_process::with_environment("a_star_in_no_proxy_means_every_host", &variables, || {
        for transport in shared() {
            run(async {
                let client = builder(transport).host("https://no-such-host.invalid").build().unwrap();
                let error = Create::new("alice").send(&client).await.unwrap_err();
                assert!(!error.to_string().contains("proxy"), "{error}");
            });
        }
    });
}

#[test]
fn a_proxy_of_another_protocol_is_an_error_that_says_so() {
    let variables = [("ALL_PROXY", "socks5://user:hunter2@localhost:1080")];
    child_process::with_environment("a_proxy_of_another_protocol_is_an_error_that_says_so", &variables, || {
        for transport in shared() {
            run(async {
                let client = builder(transport).host("https://no-such-host.invalid").build().unwrap();
                let error = Create::new("alice").send(&client).await.unwrap_err();
                let cause = std::error::Error::source(&error).unwrap().to_string();
                assert!(
                    cause.contains("the proxy socks5://localhost:1080 from the environment is not an HTTP proxy"),
                    "{cause}"
                );
                assert_eq!(error.outcome(), Outcome::NotSent);
            });
        }
    });
}

#[tokio::test]
async fn a_proxy_that_was_set_carries_what_it_is_told_to() {
    // The proxy responds itself, as a proxy may.
    let proxy = WireServer::start(Behavior::Respond(response("502 Bad Gateway", "", "proxy's page"))).await;
    let url = format!("http://user:hunter2@{}", proxy.address);
    for transport in &with_proxy(Some(&url)) {
        let client = builder(transport).host("http://127.0.0.1:9").build().unwrap();
        let error = Create::new("alice").send(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Http, Some(502)));
        assert!(error.to_string().contains(&format!("through the proxy http://{}", proxy.address)), "{error}");
        let heard = proxy.requests().pop().unwrap();
        assert!(heard.starts_with("POST http://127.0.0.1:9/base/user/create.action HTTP/1.1\r\n"), "{heard}");
        assert!(heard.contains("proxy-authorization: Basic dXNlcjpodW50ZXIy\r\n"), "{heard}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn an_encrypted_host_is_reached_through_a_tunnel() {
    let proxy = refusing_proxy().await;
    for transport in &with_proxy(Some(&format!("http://user:hunter2@{}", proxy.address))) {
        let client = builder(transport).host("https://api.invalid").build().unwrap();
        let error = Create::new("alice").send(&client).await.unwrap_err();
        let heard = proxy.requests().pop().unwrap();
        assert!(heard.starts_with("CONNECT api.invalid:443 HTTP/1.1\r\n"), "{heard}");
        assert!(!heard.to_lowercase().contains("appkey") && !heard.to_lowercase().contains("checksum"), "{heard}");
        assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
        assert!(error.to_string().contains(&format!("through the proxy http://{}", proxy.address)), "{error}");
    }
}

#[test]
fn what_is_no_proxy_is_refused_when_the_client_is_built() {
    for url in ["", "proxy", "socks5://user:hunter2@a", "ftp://user:hunter2@a"] {
        match Client::builder(Credentials::new("demo-app-key", "demo-app-secret")).proxy(url).build() {
            // A bare name is a valid host.
            Ok(_) => assert_eq!(url, "proxy"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Config);
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
            }
        }
    }
}
