//! Tests the program `yunxin-sandbox`: arguments, output, exit codes.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use crate::fixture::{KEY, SECRET, TEXTS};
use crate::wire::{Call, Connection};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yunxin-sandbox"));
    command.args(["--app-key", KEY, "--app-secret", SECRET]).args(arguments).stdin(Stdio::null());
    command
}

fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = program(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// A folder below the target folder, empty at first.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn prints_its_address_reports_refusals_and_stops_on_ctrl_c() {
    let spec = folder("fixture-spec");
    for (path, text) in TEXTS {
        fs::create_dir_all(spec.join(path).parent().unwrap()).unwrap();
        fs::write(spec.join(path), text).unwrap();
    }
    let child = program(&["--listen", "127.0.0.1:0", "--verbose", "--spec", spec.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let mut greeting = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
    let (url, rest) = greeting.strip_prefix("listening on http://").unwrap().split_once(", ").unwrap();
    assert!(rest.contains(" endpoints"), "{greeting}");

    let mut connection = Connection::open(url.parse().unwrap()).await;
    let call = Call::new("POST", "/order/touch.action");
    assert_eq!(connection.send(&call).await.status, 200);
    assert_eq!(connection.send(&call.header("CheckSum", "x").signed(KEY, SECRET)).await.status, 200);

    let interrupted = Command::new("kill").args(["-INT", &running.0.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    let mut report = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut report).unwrap();
    let lines: Vec<&str> = report.lines().collect();
    assert!(
        lines.len() == 5 && lines[0].contains("the header AppKey is missing") && lines[4].contains("sha1(\"***\""),
        "{report}"
    );
    assert!(!format!("{greeting}{report}").contains(SECRET));
}

#[test]
fn addresses_beyond_loopback_are_refused() {
    for address in ["0.0.0.0:8088", "[::]:8088", "example.com:80", "8088"] {
        let (code, report) = failed(&["--listen", address]);
        assert_eq!(code, Some(2), "{report}");
        assert!(report.contains("127.0.0.1"), "{report}");
    }
}

#[test]
fn empty_credentials_are_refused() {
    for (key, secret, words) in [
        ("", "s", "the app key is empty"),
        (" ", "s", "the app key is empty"),
        ("é", "s", "the app key has characters that no header may have"),
        ("a b", "s", "the app key has characters that no header may have"),
        ("k", "", "the app secret is empty"),
        ("k", " ", "the app secret is empty"),
        ("k", "s\n", "the app secret begins or ends with a blank or a line break"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yunxin-sandbox"));
        let output =
            command.args(["--listen", "127.0.0.1:0", "--app-key", key, "--app-secret", secret]).output().unwrap();
        let report = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{key:?} {secret:?}: {report}");
        assert!(report.contains(words), "{key:?} {secret:?}: {report}");
    }
}

#[test]
fn loopback_may_be_written_in_other_ways() {
    for (address, shown) in
        [("localhost:0", "http://127.0.0.1:"), ("[::ffff:127.0.0.1]:0", "http://[::ffff:127.0.0.1]:")]
    {
        let child = program(&["--listen", address]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut running = Running(child);
        let mut greeting = String::new();
        BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        assert!(greeting.starts_with(&format!("listening on {shown}")), "{address}: {greeting}");
    }
}

#[test]
fn invalid_specs_are_shown_with_exit_code_100() {
    let spec = folder("broken-spec");
    fs::create_dir(spec.join("rest")).unwrap();
    fs::write(spec.join("rest/product.yaml"), include_str!("fixture/rest_product.yaml")).unwrap();
    fs::write(
        spec.join("rest/thing.yaml"),
        include_str!("fixture/rest_thing.yaml").replace("type: Part,", "type: Prt,"),
    )
    .unwrap();
    let (code, report) = failed(&["--listen", "127.0.0.1:0", "--spec", spec.to_str().unwrap()]);
    assert_eq!(code, Some(100), "{report}");
    assert!(report.contains("unknown type `Prt`") && report.contains("rest/thing.yaml:"), "{report}");
    assert!(!report.contains('\u{1b}'), "colours without a terminal: {report}");
}

#[test]
fn folders_without_specs_give_exit_code_100() {
    let empty = folder("empty-spec");
    for (spec, words) in [(empty.to_str().unwrap(), "no endpoints"), ("/no/such/folder", "cannot read")] {
        let (code, report) = failed(&["--listen", "127.0.0.1:0", "--spec", spec]);
        assert_eq!(code, Some(100), "{report}");
        assert!(report.contains(words), "{report}");
    }
}

#[tokio::test]
async fn the_region_of_the_app_can_be_set() {
    let child = program(&["--listen", "127.0.0.1:0", "--region", "overseas"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    let mut greeting = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
    let (url, _) = greeting.strip_prefix("listening on http://").unwrap().split_once(", ").unwrap();
    let mut connection = Connection::open(url.parse().unwrap()).await;
    let call = Call::form("/nimserver/user/block.action", "accid=alice").signed(KEY, SECRET);
    let reply = connection.send(&call).await;
    assert_eq!(reply.json(), serde_json::json!({ "code": 403, "desc": "forbidden in current region" }));
    let reply = connection.send(&call.header("Host", "api-sg.yunxinapi.com")).await;
    assert_eq!(reply.json()["code"], 200, "{reply:?}");
}

#[test]
fn a_region_without_hosts_gives_exit_code_2() {
    let (code, report) = failed(&["--listen", "127.0.0.1:0", "--region", "the moon"]);
    assert_eq!(code, Some(2), "{report}");
    assert!(
        report.contains("no product has hosts in the region `the moon`; known are `mainland`, `overseas`"),
        "{report}"
    );
}

#[test]
fn an_address_in_use_gives_exit_code_1() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, report) = failed(&["--listen", &listener.local_addr().unwrap().to_string()]);
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("cannot listen on"), "{report}");
}
