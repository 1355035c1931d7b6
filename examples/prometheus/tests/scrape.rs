//! The metrics that Prometheus gets from the example.

#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn scrape(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    reply
}

#[test]
fn calls_attempts_times_hosts_and_clock_are_served() {
    let program = Command::new(env!("CARGO_BIN_EXE_prometheus"))
        .arg("127.0.0.1:0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut program = Running(program);
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap();
    let begin = Instant::now();
    let text = loop {
        let text = scrape(address);
        if text.contains("yunxin_calls_total{") {
            break text;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "no call is counted: {text}");
        std::thread::sleep(Duration::from_millis(50));
    };
    for expected in [
        "# HELP yunxin_calls_total Calls, by what became of them.",
        "# TYPE yunxin_calls_total counter",
        r#"yunxin_calls_total{endpoint="im.user.create",outcome="ok"} "#,
        "# TYPE yunxin_attempts_total counter",
        r#"yunxin_attempts_total{endpoint="im.user.create",host="127.0.0.1:"#,
        "# TYPE yunxin_call_duration_seconds histogram",
        r#"yunxin_call_duration_seconds_bucket{endpoint="im.user.create",le="20"} "#,
        r#"yunxin_call_duration_seconds_count{endpoint="im.user.create"} "#,
        "# TYPE yunxin_attempt_duration_seconds histogram",
        "# TYPE yunxin_host_in gauge",
        r#"yunxin_host_in{host="127.0.0.1:"#,
        "# TYPE yunxin_clock_offset_seconds gauge",
        "\nyunxin_clock_offset_seconds 0\n",
    ] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    for secret in ["app-secret", "checksum", "alice"] {
        assert!(!text.contains(secret), "{text}");
    }
}
