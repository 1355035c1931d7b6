//! Tests a reply that is cut off after each of its bytes, in three ways: the connection is closed, reset, or stalls.
//! After every byte: a call that may be repeated succeeds on the backup and takes effect once; any other is sent once
//! and returns an error.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod fault_server;
mod test_product;
mod transports;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use yunxin::client::{SleepFuture, Sleeper};
use yunxin::transport::Transport;
use yunxin::{Client, Credentials, Endpoint, Outcome, Response};

use fault_server::{Connection, EffectLog, response, start};
use test_product::{Create, GetUserInfos, PRODUCT, SendMessage};

/// Returns at once, so that pauses take no time.
struct NoPause;

impl Sleeper for NoPause {
    fn sleep(&self, _pause: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Safe,
    Deduplicated,
    Never,
}

/// How the end of the body is marked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Framing {
    Length,
    Chunks,
    Close,
}

impl Framing {
    /// The response with `connection: close`, so that no other call reuses the connection.
    fn frame(self, body: &str) -> String {
        match self {
            Self::Length => response("200 OK", "connection: close\r\n", body),
            Self::Chunks => {
                let (one, two) = body.split_at(body.len() / 2);
                let chunks = [one, two, ""].map(|part| format!("{:x}\r\n{part}\r\n", part.len())).concat();
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{chunks}")
            }
            Self::Close => format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Close,
    Reset,
    Stall,
}

const KINDS: [Kind; 3] = [Kind::Safe, Kind::Deduplicated, Kind::Never];
const FRAMINGS: [Framing; 3] = [Framing::Length, Framing::Chunks, Framing::Close];
const FAULTS: [Fault; 3] = [Fault::Close, Fault::Reset, Fault::Stall];

/// A fault, the kind of reply that has it, and its position.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: Kind,
    framing: Framing,
    fault: Fault,
    cut: usize,
}

impl Case {
    /// The header value that tells the server which fault to make.
    fn instruction(self) -> String {
        let framing = FRAMINGS.iter().position(|framing| *framing == self.framing).unwrap();
        let fault = FAULTS.iter().position(|fault| *fault == self.fault).unwrap();
        format!("{framing} {fault} {}", self.cut)
    }
}

/// The server that makes the fault in the request's header.
fn serve_with_fault(visit: &mut Connection) -> bool {
    let Some(request) = visit.peek() else { return false };
    let instruction: Vec<usize> = request.instruction.split(' ').map(|number| number.parse().unwrap()).collect();
    let fault = FAULTS[instruction[1]];
    if fault != Fault::Reset {
        // Closing with unread data resets the connection.
        visit.read();
    }
    let reply = FRAMINGS[instruction[0]].frame(&visit.apply(&request));
    visit.write(reply.get(..instruction[2]).unwrap());
    if fault == Fault::Stall {
        // Until the client gives up.
        visit.read_first_byte();
    }
    false
}

/// The healthy server.
fn serve(visit: &mut Connection) -> bool {
    if let Some(request) = visit.read() {
        visit.write(Framing::Length.frame(&visit.apply(&request)));
    }
    false
}

async fn check(case: Case, whole: usize, hosts: [SocketAddr; 2], ledger: EffectLog, transport: Arc<dyn Transport>) {
    let urls = hosts.map(|address| format!("http://{address}"));
    let client = Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, urls.clone())
        .attempt_timeout(Duration::from_millis(if case.fault == Fault::Stall { 600 } else { 5_000 }))
        .transport(transport)
        .sleeper(NoPause)
        .build()
        .unwrap();
    let instruction = case.instruction();
    let result = match case.kind {
        Kind::Safe => {
            let call = GetUserInfos { accids: Vec::new() }.with_header("x-instruction", instruction);
            call.send_with_meta(&client).await.map(Response::without_payload)
        }
        Kind::Deduplicated => {
            let call = Create::new("alice").with_header("x-instruction", instruction);
            call.send_with_meta(&client).await.map(Response::without_payload)
        }
        Kind::Never => {
            let call = SendMessage::full().with_header("x-instruction", instruction);
            call.send_with_meta(&client).await.map(Response::without_payload)
        }
    };
    // Without a length only the end of the connection ends the reply.
    let is_whole = case.cut == whole && !(case.framing == Framing::Close && case.fault == Fault::Stall);
    let id = match &result {
        Ok(response) => response.request_id(),
        Err(error) => error.request_id().unwrap(),
    };
    assert_eq!(ledger.effects(id), 1, "{case:?}: {result:?}");
    match result {
        Ok(response) if is_whole => assert_eq!((response.attempts(), response.is_duplicate()), (1, false), "{case:?}"),
        Ok(response) => {
            assert_ne!(case.kind, Kind::Never, "{case:?}");
            assert_eq!((response.attempts(), response.host()), (2, urls[1].as_str()), "{case:?}");
            assert_eq!(response.is_duplicate(), case.kind == Kind::Deduplicated, "{case:?}");
        }
        Err(error) => {
            assert!(case.kind == Kind::Never && !is_whole, "{case:?}: {error}");
            assert_eq!(error.attempts().len(), 1, "{case:?}");
            assert!(!error.is_retryable(), "{case:?}");
            assert_eq!(error.outcome(), Outcome::Unknown, "{case:?}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_cut_after_any_byte_is_handled() {
    for (name, transport) in transports::shared() {
        every_cut(name, transport).await;
    }
}

async fn every_cut(name: &str, transport: &Arc<dyn Transport>) {
    let ledger = EffectLog::default();
    let hosts = [start(&ledger, Arc::new(serve_with_fault)), start(&ledger, Arc::new(serve))];
    let gate = Arc::new(Semaphore::new(80));
    let body = fault_server::success_body(false);
    let mut calls = JoinSet::new();
    let mut cases = 0;
    for framing in FRAMINGS {
        let whole = framing.frame(&body).len();
        for fault in FAULTS {
            // After a reset behind the last byte, the reply may arrive or not.
            for cut in 0..whole + usize::from(fault != Fault::Reset) {
                for kind in KINDS {
                    let case = Case { kind, framing, fault, cut };
                    let (ledger, transport, gate) = (ledger.clone(), Arc::clone(transport), Arc::clone(&gate));
                    calls.spawn(async move {
                        let _permit = gate.acquire_owned().await.unwrap();
                        check(case, whole, hosts, ledger, transport).await;
                    });
                    cases += 1;
                }
            }
        }
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    assert!(ledger.applied_more_than_once().is_empty());
    println!("{name}: {cases} cases");
    assert!(cases > 3_000);
}
