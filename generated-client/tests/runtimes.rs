//! Tests one client in several async runtimes, and in runtimes that end: docs/reliability.md, "Connections".

#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure here is the failure of the test")]

mod fault_server;
mod test_product;
mod transports;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use yunxin::{Client, Credentials, Endpoint};

use fault_server::{Behavior, Connection, EffectLog, response, start};
use test_product::Create;
use transports::Named;

fn client(transport: &Named, behavior: Behavior) -> Client {
    let address = start(&EffectLog::default(), behavior);
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .host(format!("http://{address}"))
        .transport(Arc::clone(&transport.1))
        .build()
        .unwrap()
}

fn healthy() -> Behavior {
    Arc::new(Connection::serve)
}

/// Responds with the account in the request, so that a reply shows which call it belongs to.
fn echo() -> Behavior {
    Arc::new(|connection| {
        let Some(request) = connection.read() else { return false };
        let body = format!(r#"{{"code":200,"info":{{"accid":"{}"}}}}"#, request.instruction);
        connection.write(response("200 OK", "", &body))
    })
}

fn single_threaded() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

async fn call(client: &Client) {
    Create::new("alice").send(client).await.unwrap();
}

#[test]
fn a_blocking_call_inside_the_runtime_that_awaited_one() {
    for transport in transports::shared() {
        let client = client(transport, healthy());
        let begin = Instant::now();
        for _ in 0..3 {
            single_threaded().block_on(async {
                call(&client).await;
                Create::new("alice").send_blocking(&client).unwrap();
                call(&client).await;
            });
        }
        assert!(begin.elapsed() < Duration::from_secs(3), "{}: {:?}", transport.0, begin.elapsed());
    }
}

#[test]
fn runtimes_that_are_idle_or_gone_hold_nothing_up() {
    for transport in transports::shared() {
        let client = client(transport, healthy());
        let idle = single_threaded();
        idle.block_on(call(&client));
        // Its connections are open, but nothing drives them.
        let begin = Instant::now();
        single_threaded().block_on(call(&client));
        single_threaded().block_on(call(&client));
        let stopped = Runtime::new().unwrap();
        stopped.block_on(call(&client));
        stopped.shutdown_background();
        single_threaded().block_on(call(&client));
        idle.block_on(call(&client));
        assert!(begin.elapsed() < Duration::from_secs(3), "{}: {:?}", transport.0, begin.elapsed());
    }
}

/// Calls from threads that make a runtime, call a few times, and drop it.
fn calls_from_short_runtimes(calls: usize) {
    const THREADS: usize = 8;
    for transport in transports::shared() {
        let client = client(transport, healthy());
        let succeeded = AtomicUsize::new(0);
        thread::scope(|scope| {
            for number in 0..THREADS {
                let (client, succeeded) = (&client, &succeeded);
                scope.spawn(move || {
                    let mut left = calls / THREADS;
                    while left > 0 {
                        let runtime = match (number + left) % 2 {
                            0 => single_threaded(),
                            _ => Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(),
                        };
                        let some = left.min(3);
                        runtime.block_on(async {
                            for _ in 0..some {
                                call(client).await;
                            }
                        });
                        succeeded.fetch_add(some, Ordering::Relaxed);
                        left -= some;
                    }
                });
            }
        });
        assert_eq!(succeeded.into_inner(), calls, "{}", transport.0);
    }
}

#[test]
fn threads_may_make_and_drop_runtimes() {
    calls_from_short_runtimes(1_600);
}

/// `cargo test -p yunxin --all-features --test runtimes -- --ignored`
#[test]
#[ignore = "takes a minute"]
fn threads_may_make_and_drop_runtimes_30_000_times() {
    calls_from_short_runtimes(30_000);
}

#[test]
fn a_runtime_that_ends_takes_no_call_of_another_along() {
    for transport in transports::shared() {
        let client = client(transport, echo());
        let stays = Runtime::new().unwrap();
        let calls = |number: usize| {
            let client = client.clone();
            async move {
                for round in 0..20 {
                    let name = format!("{number}-{round}");
                    let call = Create::new("alice").with_header("x-instruction", name.as_str());
                    assert_eq!(call.send(&client).await.unwrap().accid, name);
                }
            }
        };
        let kept: Vec<_> = (0..8).map(|number| stays.spawn(calls(number))).collect();
        for number in 100..110 {
            let ends = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            for offset in 0..4 {
                // The runtime is dropped during the call or before it.
                drop(ends.spawn(calls(number * 10 + offset)));
            }
            ends.block_on(call_once(&client, "in between"));
            ends.shutdown_background();
        }
        let begin = Instant::now();
        stays.block_on(async {
            for task in kept {
                tokio::time::timeout(Duration::from_secs(15), task).await.expect("a call hangs").unwrap();
            }
        });
        assert!(begin.elapsed() < Duration::from_secs(10), "{}", transport.0);
    }
}

async fn call_once(client: &Client, name: &str) {
    let call = Create::new("alice").with_header("x-instruction", name);
    assert_eq!(call.send(client).await.unwrap().accid, name);
}
