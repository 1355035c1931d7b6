//! Tests every fault of a server with calls of each `retry`, async and blocking: docs/reliability.md, "Decision table".
//!
//! A cell such as `ok 2 PB 1` says how the call ended, the number of attempts, their hosts (the primary host P has the
//! fault, the backup B has not), and how often the call took effect.

#![cfg(feature = "blocking")]
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
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use yunxin::client::{SleepFuture, Sleeper};
use yunxin::{Client, Credentials, Endpoint, Outcome, Response, Result};

use fault_server::{Behavior, Connection, EffectLog, full_backlog, now, refusing_address, response, start};
use test_product::{Create, GetUserInfos, PRODUCT, SendMessage};
use transports::Named;

/// Returns at once, so that pauses take no time.
struct InstantSleeper;

impl Sleeper for InstantSleeper {
    fn sleep(&self, _pause: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

/// A fault of a server.
struct Fault {
    name: &'static str,
    primary: Host,
    /// The backup; healthy if `None`.
    backup: Option<Host>,
    /// True if a successful call is made first, so that the connection is reused.
    warm: bool,
}

/// What is at the address of a host.
enum Host {
    Server(Behavior),
    Address(fn() -> SocketAddr),
}

/// An address that drops connection attempts.
fn drops_connection_attempts() -> SocketAddr {
    static KEPT: Mutex<Vec<socket2::Socket>> = Mutex::new(Vec::new());
    let (address, sockets) = full_backlog();
    KEPT.lock().unwrap().extend(sockets);
    address
}

fn fault(name: &'static str, behavior: impl Fn(&mut Connection) -> bool + Send + Sync + 'static) -> Fault {
    Fault { name, primary: Host::Server(Arc::new(behavior)), backup: None, warm: false }
}

/// Reads the request, applies it, writes these bytes, and closes the connection.
fn apply_then_close(name: &'static str, response_for: fn(&str) -> String) -> Fault {
    fault(name, move |connection| {
        let Some(request) = connection.read() else { return false };
        let body = connection.apply(&request);
        connection.write(response_for(&body));
        false
    })
}

/// Reads the request and responds without applying it.
fn reject(name: &'static str, reply: fn() -> String) -> Fault {
    fault(name, move |connection| connection.read().is_some() && connection.write(reply()))
}

fn code(body: &str) -> String {
    response("200 OK", "content-type: application/json\r\n", body)
}

fn page(status: &str) -> String {
    response(status, "content-type: text/html\r\n", "<html>gateway</html>")
}

fn ok_response(body: &str) -> String {
    response("200 OK", "", body)
}

/// The response up to and including this text.
fn prefix_through(response: &str, text: &str) -> String {
    let end = response.find(text).unwrap() + text.len();
    response.get(..end).unwrap().to_owned()
}

/// A response without a length, so that only the end of the connection or of the JSON ends it.
fn close_delimited(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}")
}

/// Reads the request, applies it, and writes these bytes; the connection stays open.
fn apply_then_respond(name: &'static str, response_for: fn(&str) -> String) -> Fault {
    fault(name, move |connection| {
        let Some(request) = connection.read() else { return false };
        let body = connection.apply(&request);
        connection.write(response_for(&body))
    })
}

/// A JSON error of a gateway: it has the HTTP status and no code of the API.
fn gateway_json(status: &str) -> String {
    let code = status.split(' ').next().unwrap_or_default();
    response(
        status,
        "content-type: application/json\r\n",
        &format!(r#"{{"code":{code},"message":"upstream timed out"}}"#),
    )
}

/// A code under an HTTP status that is not success.
fn code_under(status: &str, code: i64) -> String {
    response(status, "content-type: application/json\r\n", &format!(r#"{{"code":{code},"desc":"words"}}"#))
}

/// Faulty responses that are sent after the request took effect.
fn responses_after_effect() -> Vec<Fault> {
    vec![
        apply_then_respond("acts and a gateway says 500 in JSON", |_| gateway_json("500 Internal Server Error")),
        apply_then_respond("acts and a gateway says 502 in JSON", |_| gateway_json("502 Bad Gateway")),
        apply_then_respond("acts and a gateway says 503 in JSON", |_| gateway_json("503 Service Unavailable")),
        apply_then_respond("acts and a gateway says 504 in JSON", |_| gateway_json("504 Gateway Timeout")),
        apply_then_respond("acts and a gateway says 408 in JSON", |_| gateway_json("408 Request Timeout")),
        apply_then_respond("acts and a page says 500", |_| page("500 Internal Server Error")),
        apply_then_respond("acts and a page says 504", |_| page("504 Gateway Timeout")),
        apply_then_respond("acts and a page says 520", |_| page("520 Unknown")),
        apply_then_respond("acts and sees other", |_| {
            response("303 See Other", "location: http://127.0.0.1:1/\r\n", "")
        }),
        apply_then_respond("acts and redirects", |_| response("302 Found", "location: http://127.0.0.1:1/\r\n", "")),
        apply_then_respond("acts and says 301 in JSON", |_| gateway_json("301 Moved Permanently")),
        apply_then_respond("acts and says not modified", |_| "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()),
        apply_then_respond("acts and switches protocols", |_| {
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n".to_owned()
        }),
        apply_then_respond("acts and answers code 408", |_| code(r#"{"code":408}"#)),
        apply_then_respond("acts and answers code 500", |_| code(r#"{"code":500}"#)),
        apply_then_respond("acts and answers code 503", |_| code(r#"{"code":503}"#)),
        apply_then_respond("acts and answers a code nobody knows", |_| code(r#"{"code":98765}"#)),
        apply_then_respond("acts and answers code 504, not listed", |_| code(r#"{"code":504}"#)),
        apply_then_respond("acts and answers a code nobody knows under 500", |_| {
            code_under("500 Internal Server Error", 98_765)
        }),
        apply_then_respond("acts and answers a code nobody knows under 503", |_| {
            code_under("503 Service Unavailable", 98_765)
        }),
        apply_then_respond("acts and answers a code nobody knows under 201", |_| code_under("201 Created", 98_765)),
        apply_then_respond("acts and answers code 414 under 502", |_| code_under("502 Bad Gateway", 414)),
        apply_then_respond("acts and answers code 414 under 303", |_| code_under("303 See Other", 414)),
        apply_then_respond("acts and answers success under 500", |body| {
            response("500 Internal Server Error", "", body)
        }),
        apply_then_respond("acts and answers success under 404", |body| response("404 Not Found", "", body)),
        apply_then_respond("acts and answers success under 429", |body| response("429 Too Many Requests", "", body)),
        reject("code nobody knows under 404", || code_under("404 Not Found", 98_765)),
        reject("code 414 under 400", || code_under("400 Bad Request", 414)),
    ]
}

/// A host whose clock is this number of seconds ahead.
fn with_clock_ahead(seconds: u64) -> Behavior {
    Arc::new(move |connection| {
        let Some(request) = connection.read() else { return false };
        let clock = now() + seconds;
        let date = std::time::UNIX_EPOCH + Duration::from_secs(clock);
        let body = match request.cur_time.abs_diff(clock) > 300 {
            true => r#"{"code":414,"desc":"CurTime is illegal"}"#.to_owned(),
            false => connection.apply(&request),
        };
        connection.write(response("200 OK", &format!("date: {}\r\n", httpdate::fmt_http_date(date)), &body))
    })
}

fn faults() -> Vec<Fault> {
    vec![
        fault("nothing", Connection::serve),
        Fault { name: "refuses the connection", primary: Host::Address(refusing_address), backup: None, warm: false },
        Fault {
            name: "both refuse the connection",
            primary: Host::Address(refusing_address),
            backup: Some(Host::Address(refusing_address)),
            warm: false,
        },
        Fault {
            name: "drops attempts to connect",
            primary: Host::Address(drops_connection_attempts),
            backup: None,
            warm: false,
        },
        fault("closes before reading", |_| false),
        fault("resets before reading all", |connection| {
            connection.read_first_byte();
            false
        }),
        fault("closes after reading", |connection| {
            connection.read();
            false
        }),
        apply_then_close("acts and closes", |_| String::new()),
        fault("stalls before reading", |connection| {
            connection.stall();
            false
        }),
        fault("acts and stalls", |connection| {
            if let Some(request) = connection.read() {
                connection.apply(&request);
            }
            connection.stall();
            false
        }),
        fault("acts and answers too slowly", |connection| {
            if let Some(request) = connection.read() {
                let body = connection.apply(&request);
                connection.write_slowly(ok_response(&body));
            }
            false
        }),
        apply_then_close("cut in the status line", |body| prefix_through(&ok_response(body), "HTTP/1.1 2")),
        apply_then_close("cut in a header", |body| prefix_through(&ok_response(body), "content-len")),
        apply_then_close("cut before the body", |body| prefix_through(&ok_response(body), "\r\n\r\n")),
        apply_then_close("cut in the body", |body| prefix_through(&ok_response(body), "\"code\":200,")),
        apply_then_close("cut in a body without length", |body| prefix_through(&close_delimited(body), "\"info\":{")),
        apply_then_close("cut in the code", |body| prefix_through(&close_delimited(body), "\"code\":20")),
        apply_then_close("body without length is empty", |_| close_delimited("")),
        apply_then_close("a chunk that is none", |_| {
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}".to_owned()
        }),
        apply_then_close("the last chunk is missing", |body| {
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n", body.len())
        }),
        apply_then_close("no HTTP", |_| "SSH-2.0-OpenSSH_9.9\r\n".to_owned()),
        apply_then_close("acts and answers what cannot be read", |_| {
            ok_response(r#"{"code":200,"info":7,"data":7,"uinfos":7}"#)
        }),
        apply_then_close("acts and answers a code that breaks off in a line break", |_| {
            ok_response("{\"code\":3\n200,\"info\":{}}")
        }),
        apply_then_close("acts and answers broken JSON with code 416", |_| ok_response(r#"{"code":416x}"#)),
        apply_then_close("acts and answers JSON with code 414 and more behind it", |_| {
            ok_response(r#"{"code":414} 200}"#)
        }),
        apply_then_close("acts and answers broken JSON with code 200", |body| {
            ok_response(&body.replacen(':', ": :", 2))
        }),
        apply_then_close("acts and a gateway says 502", |_| page("502 Bad Gateway")),
        reject("502 page", || page("502 Bad Gateway")),
        reject("503 page", || page("503 Service Unavailable")),
        reject("504 page", || page("504 Gateway Timeout")),
        reject("500 page", || page("500 Internal Server Error")),
        reject("404 page", || page("404 Not Found")),
        reject("200 page", || page("200 OK")),
        reject("redirect", || response("302 Found", "location: http://127.0.0.1:1/\r\n", "")),
        reject("429", || response("429 Too Many Requests", "retry-after: 1\r\n", "")),
        reject("code 408", || code(r#"{"code":408}"#)),
        reject("code 414", || code(r#"{"code":414,"desc":"accid"}"#)),
        reject("code 414 for the secret", || code(r#"{"code":414,"desc":"checksum"}"#)),
        reject("code 416", || code(r#"{"code":416}"#)),
        reject("code 431", || code(r#"{"code":431}"#)),
        reject("code 449", || code(r#"{"code":449}"#)),
        reject("code 500", || code(r#"{"code":500}"#)),
        reject("code 503", || code(r#"{"code":503}"#)),
        reject("code nobody knows", || code(r#"{"code":98765}"#)),
        Fault {
            name: "clock 10 min ahead",
            primary: Host::Server(with_clock_ahead(600)),
            backup: Some(Host::Server(with_clock_ahead(600))),
            warm: false,
        },
        Fault {
            warm: true,
            ..fault("idle connection closed when used again", |connection| {
                if connection.requests == 0 {
                    return connection.serve();
                }
                connection.read_first_byte();
                false
            })
        },
        Fault {
            warm: true,
            ..fault("idle connection closed before it is used again", |connection| {
                connection.serve() && connection.requests == 0
            })
        },
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Safe,
    Deduplicated,
    Never,
}

/// Makes one call and returns the cell of the table.
fn run(fault: &Fault, kind: Kind, blocking: bool, transport: &Named) -> String {
    let effect_log = EffectLog::default();
    let healthy = Host::Server(Arc::new(Connection::serve));
    let urls = [&fault.primary, fault.backup.as_ref().unwrap_or(&healthy)].map(|host| match host {
        Host::Server(behavior) => format!("http://{}", start(&effect_log, Arc::clone(behavior))),
        Host::Address(address) => format!("http://{}", address()),
    });
    let client = Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, urls.clone())
        .attempt_timeout(Duration::from_millis(400))
        .transport(Arc::clone(&transport.1))
        .sleeper(InstantSleeper)
        .build()
        .unwrap();
    let make = || match kind {
        Kind::Safe => send(GetUserInfos { accids: Vec::new() }, &client, blocking),
        Kind::Deduplicated => send(Create::new("alice").token("t0k3n"), &client, blocking),
        Kind::Never => send(SendMessage::full(), &client, blocking),
    };
    if fault.warm {
        make().unwrap();
        std::thread::sleep(Duration::from_millis(30));
    }
    let result = make();
    let letter = |host: &str| if host == urls[0] { "P" } else { "B" };
    let (end, attempts, hosts, id, outcome) = match &result {
        Ok(response) => {
            let mut hosts: String = response.failed_attempts().iter().map(|attempt| letter(attempt.host())).collect();
            hosts.push_str(letter(response.host()));
            let end = if response.is_duplicate() { "repeat" } else { "ok" };
            (end.to_owned(), response.attempts() as usize, hosts, response.request_id().to_owned(), None)
        }
        Err(error) => {
            let shown = format!("{error} {error:?} {:?}", error.attempts());
            assert!(!shown.contains("demo-app-secret") && !shown.contains("t0k3n"), "{shown}");
            assert!(effect_log.check_sums().iter().all(|sum| sum.len() == 40 && !shown.contains(sum)), "{shown}");
            assert!(!error.to_string().contains('\n'), "{error}");
            assert!(format!("{error:?}").starts_with(&error.to_string()), "{error:?}");
            let hosts = error.attempts().iter().map(|attempt| letter(attempt.host())).collect();
            let id = error.request_id().unwrap().to_owned();
            (format!("{:?}", error.outcome()), error.attempts().len(), hosts, id, Some(error.outcome()))
        }
    };
    // The server may still work on the request when the client has given up.
    std::thread::sleep(Duration::from_millis(5));
    let effects = effect_log.effects(&id);
    let place = format!("{} / {kind:?}", fault.name);
    assert!(effects <= 1, "{place}: took effect {effects} times");
    assert!(effect_log.applied_more_than_once().is_empty(), "{place}");
    match outcome {
        None | Some(Outcome::Applied) => assert_eq!(effects, 1, "{place}: {end} without effect"),
        Some(Outcome::NotSent | Outcome::Refused) => assert_eq!(effects, 0, "{place}: {end}, though it took effect"),
        Some(_) => {}
    }
    assert!(attempts <= 3, "{place}");
    assert_eq!(attempts, hosts.len(), "{place}");
    format!("{end} {attempts} {hosts} {effects}")
}

fn send<E: Endpoint>(request: E, client: &Client, blocking: bool) -> Result<Response<()>> {
    let response = if blocking {
        request.send_with_meta_blocking(client)
    } else {
        // One runtime for all calls: connections belong to it.
        static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
        let runtime = RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap());
        runtime.block_on(request.send_with_meta(client))
    };
    response.map(Response::without_payload)
}

/// The table of all faults over one transport.
fn table(faults: &[Fault], transport: &Named) -> String {
    let columns = [Kind::Safe, Kind::Deduplicated, Kind::Never];
    let row = |fault: &Fault| {
        let cells = columns.map(|kind| {
            let cells = [run(fault, kind, false, transport), run(fault, kind, true, transport)];
            assert_eq!(cells[0], cells[1], "{} / {kind:?}: async and blocking differ", fault.name);
            cells.join(" | ")
        });
        format!("{} | {}\n", fault.name, cells.join(" | "))
    };
    // Some rows wait for timeouts, so a few run in parallel; more would only wait for each other.
    let rows: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = faults
            .chunks(faults.len().div_ceil(4))
            .map(|part| scope.spawn(move || part.iter().map(row).collect::<String>()))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    let mut table =
        "fault | safe | safe, blocking | deduplicated | deduplicated, blocking | never | never, blocking\n".to_owned();
    table.extend(rows);
    table
}

#[test]
fn every_fault_meets_every_kind_of_call() {
    let faults: Vec<_> = faults().into_iter().chain(responses_after_effect()).collect();
    assert!(faults.len() > 20);
    for transport in transports::shared() {
        let table = table(&faults, transport);
        println!("{}\n{table}", transport.0);
        // The same table for each transport: the results must not depend on it.
        insta::assert_snapshot!("every_fault_meets_every_kind_of_call", table);
    }
}
