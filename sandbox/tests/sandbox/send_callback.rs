//! Tests sending of callbacks over real sockets, with the library and with the program (`fire`).

use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use yunxin_sandbox::send_callback::{CallbackRequest, Events, SendCallbackError, Verification};

use crate::fixture::{KEY, SECRET};

/// Starts a server that responds to one request with these bytes. Returns its URL and the received request.
async fn serve_once(answer: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut all = String::new();
        let mut buffer = [0; 4096];
        // Reads to the end of the body, whose length is known after the empty line.
        loop {
            let length = stream.read(&mut buffer).await.unwrap();
            all.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
            let Some((head, body)) = all.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if length.parse::<usize>().unwrap() == body.len() {
                break;
            }
        }
        stream.write_all(answer).await.unwrap();
        all
    });
    (url, received)
}

const OK_RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nx-seen: yes\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{\"code\":200}";

/// Both digests were computed outside of this crate: `printf '{"a":"汉"}' | md5sum`, and sha1sum of secret, that, and
/// the time.
#[tokio::test]
async fn the_sent_bytes_match_the_prepared_request() {
    let (url, received) = serve_once(OK_RESPONSE).await;
    let at = UNIX_EPOCH + Duration::from_micros(1_700_000_000_123_999);
    let request = CallbackRequest::with_body("{\"a\": \"1\"}").set("a", "汉").signed(KEY, SECRET).at(at);
    let prepared = request.prepare(&format!("{url}/cb?x=1#y")).unwrap();
    let head: String = prepared.headers().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let expected = format!("{}\r\n{head}\r\n{}", prepared.request_line(), str::from_utf8(prepared.body()).unwrap());
    let response = prepared.send().await.unwrap();
    assert_eq!(received.await.unwrap(), expected);
    assert_eq!((response.status, &response.body[..]), (200, &b"{\"code\":200}"[..]));
    assert!(response.elapsed > Duration::ZERO && response.elapsed < Duration::from_secs(30), "{response:?}");
    assert_eq!(response.headers[0], ("x-seen".to_owned(), "yes".to_owned()));
    let host = url.strip_prefix("http://").unwrap();
    assert_eq!(
        expected,
        format!(
            "POST /cb?x=1 HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json;charset=utf-8\r\ncontent-length: 11\r\n\
             appkey: test-app-key\r\ncurtime: 1700000000123\r\nmd5: 5a289c918d86e5d029354b29fe50db18\r\nchecksum: 8e807dfbd4f789d77fbde06cf821c2d085df4a2c\r\n\r\n{{\"a\":\"汉\"}}"
        )
    );
    assert!(!format!("{request:?}").contains(SECRET));
}

#[tokio::test]
async fn responses_of_any_kind_are_returned() {
    for (answer, status, body) in [
        (&b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"[..], 503, ""),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        (b"HTTP/1.1 401 No\r\ntransfer-encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", 401, "no"),
    ] {
        let (url, _received) = serve_once(answer).await;
        let response = CallbackRequest::with_body("").send(&url).await.unwrap();
        assert_eq!((response.status, &response.body[..]), (status, body.as_bytes()));
    }
    for answer in [&b""[..], b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort"] {
        let (url, _received) = serve_once(answer).await;
        let problem = CallbackRequest::with_body("").send(&url).await.unwrap_err();
        assert!(matches!(problem, SendCallbackError::NoResponse { .. }), "{problem}");
    }
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let problem = CallbackRequest::with_body("").timeout(Duration::from_millis(50)).send(&url).await.unwrap_err();
    assert!(problem.to_string().contains("nothing within 0.05 s"), "{problem}");
}

#[test]
fn unreachable_targets_are_errors() {
    for (url, words) in [
        ("https://example.com/", "plain HTTP"),
        ("127.0.0.1:8089", "begin with http://"),
        ("/cb", "begin with http://"),
        ("http://", "no URL"),
        ("http://a b/", "no URL"),
        ("http://127.0.0.1:99999/", "ports go up to 65535"),
        ("http://127.0.0.1:0/", "at the port 0"),
        ("http://user:hunter2@127.0.0.1/", "sends no user name and password"),
    ] {
        let problem = CallbackRequest::with_body("{}").prepare(url).unwrap_err().to_string();
        assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
    }
    for url in ["HTTP://LOCALHOST:8089/cb", "http://[::ffff:127.0.0.1]:8089/cb", "http://[::1]:8089/cb"] {
        assert_eq!(CallbackRequest::with_body("{}").prepare(url).unwrap().request_line(), "POST /cb HTTP/1.1", "{url}");
    }
    for app_key in ["k\ney", "é", " ", "", "a b"] {
        let problem = CallbackRequest::with_body("{}").signed(app_key, SECRET).prepare("http://localhost").unwrap_err();
        assert!(matches!(problem, SendCallbackError::AppKey), "{app_key:?}: {problem}");
    }
    let problem = CallbackRequest::with_body("{}").set("a.b", "1").prepare("http://localhost").unwrap_err().to_string();
    assert_eq!(problem, "cannot set `a.b`: there is no `a` to set anything in");
}

#[test]
fn events_of_the_specs_are_known_by_id() {
    let events = Events::shipped().unwrap();
    let ended = events.get("call.ended").unwrap();
    assert_eq!((&*ended.type_key, &*ended.types.concat(), ended.answered), ("eventType", "10", false));
    assert_eq!(events.get("vod.uploaded").unwrap().verification, Verification::Sign);
    assert!(events.iter().any(|event| event.answered));
    for (id, hint) in [("call.end", "call.ended"), ("ended", "call.ended"), ("Call.Ended", "call.ended")] {
        let problem = events.get(id).unwrap_err().to_string();
        assert_eq!(problem, format!("there is no event `{id}`; did you mean `{hint}`?"));
    }
    assert_eq!(events.get("xyz").unwrap_err().to_string(), "there is no event `xyz`");
}

fn fire_command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yunxin-sandbox"));
    command.arg("fire").args(arguments).stdin(Stdio::null());
    for variable in ["YUNXIN_APP_KEY", "YUNXIN_APP_SECRET", "YUNXIN_SIGN_KEY"] {
        command.env_remove(variable);
    }
    command
}

/// Exit code, stdout and stderr.
fn output_of(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Runs the command while the server of this runtime responds.
async fn run(mut command: Command) -> (Option<i32>, String, String) {
    output_of(&tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap())
}

#[tokio::test]
async fn the_program_shows_both_sides_and_no_secret() {
    let (url, received) = serve_once(OK_RESPONSE).await;
    let mut command = fire_command(&["call.ended", "--to", &format!("{url}/cb"), "--set", "callback.durationSec=62"]);
    command.args(["--set", "extra:=\"5\"", "--app-key", KEY, "--app-secret", SECRET]);
    let (code, out, err) = run(command).await;
    assert_eq!((code, &*err), (Some(0), ""), "{out}");
    let received = received.await.unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert!(body.contains(r#"\"durationSec\":62,"#) && body.ends_with(r#","extra":"5"}"#), "{body}");
    let sent: String = head.lines().map(|line| format!("> {line}\n")).collect();
    let (shown, summary) = out.rsplit_once("\n\n").unwrap();
    assert_eq!(
        shown,
        format!(
            "{sent}>\n> {body}\n\n< HTTP/1.1 200\n< x-seen: yes\n< content-type: application/json\n< content-length: 12\n<\n< {{\"code\":200}}"
        )
    );
    let millis = summary.strip_prefix("status 200, 12 bytes, ").unwrap().strip_suffix(" ms\n").unwrap();
    assert!(millis.parse::<u64>().is_ok(), "{summary}");
    assert!(!out.contains(SECRET));
}

#[tokio::test]
async fn the_program_fails_unless_the_answer_is_200() {
    let (url, _received) = serve_once(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let (code, out, err) = run(fire_command(&["vod.uploaded", "--to", &url, "--sign-key", "k3y"])).await;
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("\n> sign: ") && out.contains("\n< HTTP/1.1 204\n\nstatus 204, 0 bytes, "), "{out}");
    assert_eq!(
        err,
        "error: the platform counts this as a failure: its status is 204, and only 200 says that the callback was received\n"
    );
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (code, _, err) =
        run(fire_command(&["vod.uploaded", "--to", &format!("http://{free}"), "--sign-key", "k3y"])).await;
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("no answer from http://"), "{err}");
}

/// Starts a server that responds with this body after a pause. Returns its URL.
async fn serve_response(pause: Duration, kind: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.windows(4).any(|four| four == b"\r\n\r\n") {
            assert!(stream.read_buf(&mut seen).await.unwrap() > 0);
        }
        tokio::time::sleep(pause).await;
        let head = format!("HTTP/1.1 200 OK\r\n{kind}content-length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.unwrap();
        // Closing with unread data would reset the connection.
        let _ = stream.read_to_end(&mut seen).await;
    });
    url
}

const JSON: &str = "content-type: application/json\r\n";
const FAILURE: &str = "error: the platform counts this as a failure: ";

/// Exit code and stderr after sending this event to a server with this response.
async fn outcome(event: &str, pause: Duration, kind: &'static str, body: &str) -> (Option<i32>, String) {
    let url = serve_response(pause, kind, body.to_owned()).await;
    let (code, out, err) = run(fire_command(&[event, "--to", &url, "--app-key", KEY, "--app-secret", SECRET])).await;
    assert!(out.contains(&format!("\nstatus 200, {} bytes, ", body.len())), "{out}");
    (code, err)
}

#[tokio::test]
async fn the_program_reports_responses_that_the_platform_rejects() {
    let none = Duration::ZERO;
    let not_json = "its body is not JSON: answer {\"code\":200}, which all products take\n";
    let no_body = "it has no body: answer {\"code\":200}, which all products take\n";
    // Room events require a JSON response; the documents of message copies do not say so.
    let fine = (Some(0), String::new());
    assert_eq!(outcome("rtc.room_started", none, JSON, "{\"code\":200}").await, fine);
    assert_eq!(outcome("rtc.room_started", none, "", "ok").await, (Some(1), format!("{FAILURE}{not_json}")));
    assert_eq!(outcome("rtc.room_started", none, "", "").await, (Some(1), format!("{FAILURE}{no_body}")));
    assert_eq!(outcome("im.message_sent", none, "", "ok").await, (Some(0), format!("warning: {not_json}")));
    assert_eq!(outcome("call.ended", none, "", "").await, (Some(0), format!("warning: {no_body}")));
    // A third-party callback.
    assert_eq!(outcome("im.send_requested", none, JSON, "{\"errCode\":0}").await, fine);
    let long = format!("{{\"errCode\":0,\"callbackExt\":\"{}\"}}", "x".repeat(500));
    let (code, err) = outcome("im.send_requested", none, JSON, &long).await;
    let bytes = long.len();
    assert_eq!((code, err), (Some(1), format!("{FAILURE}its body has {bytes} bytes, and 512 are allowed\n")));
    assert_eq!(
        outcome("im.send_requested", none, JSON, "{\"code\":200}").await,
        (Some(0), "warning: it has no verdict: `errCode` says whether the action goes on\n".to_owned())
    );
    let (code, err) = outcome("im.send_requested", none, "", "no").await;
    assert_eq!(code, Some(1));
    assert_eq!(err, format!("{FAILURE}its body is not JSON: answer what allows or refuses the action\n"));
    // Too late for a third-party callback, but not for an event.
    let late = Duration::from_millis(2_100);
    let (code, err) = outcome("im.send_requested", late, JSON, "{\"errCode\":0}").await;
    assert_eq!(code, Some(1));
    assert!(
        err.starts_with(&format!("{FAILURE}it took 2")) && err.ends_with(" ms, and the platform waits 2 s\n"),
        "{err}"
    );
    assert_eq!(outcome("im.message_sent", late, JSON, "{\"code\":200}").await, fine);
}

/// Responses are shown without control characters, which a terminal would execute.
#[tokio::test]
async fn control_characters_of_responses_are_escaped() {
    let kind = "content-type: application/json\r\nx-odd: \u{9b}2J\u{202e}\r\n";
    let url = serve_response(Duration::ZERO, kind, "{\"a\":\"\u{1b}]0;t\u{7}\u{202e}汉\"}\r".to_owned()).await;
    let (code, out, err) =
        run(fire_command(&["call.ended", "--to", &url, "--app-key", KEY, "--app-secret", SECRET])).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("\n< x-odd: \\u{9b}2J\\u{202e}\n"), "{out}");
    assert!(out.contains("\n< {\"a\":\"\\u{1b}]0;t\\u{7}\\u{202e}汉\"}\\r\n"), "{out}");
    assert!(err.contains("its body is not JSON"), "{err}");
    for text in [&out, &err] {
        assert!(
            !text.chars().any(|letter| (letter.is_control() && letter != '\n') || letter == '\u{202e}'),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn a_body_comes_from_stdin() {
    let (url, received) = serve_once(OK_RESPONSE).await;
    let mut command = fire_command(&["--body", "-", "--to", &url, "--app-key", KEY, "--app-secret", SECRET]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"{ }").unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(received.await.unwrap().ends_with("\r\n\r\n{ }"));
}

#[test]
fn wrong_arguments_end_it_with_2_and_a_hint() {
    let to = ["--to", "http://127.0.0.1:1"];
    for (arguments, hint) in [
        (&["call.end", "--app-key", "k", "--app-secret", "s"][..], "did you mean `call.ended`?"),
        (&["call.end"], "fire --list"),
        (&["call.ended"], "call.ended is signed: give --app-key and --app-secret"),
        (&["live.recorded"], "live.recorded is signed: give --sign-key"),
        (&["vod.uploaded", "--sign-key", "k", "--set", "nothing"], "PATH=VALUE"),
        (&["vod.uploaded", "--sign-key", "k", "--set", "vid:=x"], "not JSON"),
        (&["vod.uploaded", "--sign-key", "k", "--set", "vid.x=1"], "cannot set `vid.x`"),
        (&["vod.uploaded", "--sign-key", "k", "--body", "/no/such/file"], "cannot read /no/such/file"),
        (&[], "<EVENT>"),
    ] {
        let (code, _, err) = output_of(&fire_command(arguments).args(to).output().unwrap());
        assert_eq!(code, Some(2), "{arguments:?}: {err}");
        assert!(err.contains(hint), "{arguments:?}: {err}");
    }
    let (code, _, err) = output_of(&fire_command(&["call.ended"]).output().unwrap());
    assert!(code == Some(2) && err.contains("--to <URL>"), "{err}");
    let (code, _, err) = output_of(&fire_command(&["--list", "--spec", "/no/such/folder"]).output().unwrap());
    assert_eq!(code, Some(100), "{err}");
}

#[test]
fn the_list_has_every_event() {
    let (code, out, err) = output_of(&fire_command(&["--list"]).output().unwrap());
    assert_eq!((code, &*err), (Some(0), ""));
    let events = Events::shipped().unwrap();
    assert_eq!(out.lines().count(), events.iter().count());
    for (line, event) in out.lines().zip(events) {
        assert!(line.starts_with(&event.id) && line.contains(&event.title), "{line}");
        assert!(event.types.iter().all(|kind| line.contains(kind.as_str())), "{line}");
        assert_eq!(line.ends_with(" (waits for an answer)"), event.answered, "{line}");
    }
}
