//! Tests the memory use of many concurrent calls to a slow server. The server is a separate process, so that its memory
//! is not counted.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

mod test_product;
mod transports;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use yunxin::{Client, Credentials, Endpoint};

use test_product::{GetUserInfos, PRODUCT};
use transports::{Named, shared};

/// Delay of each reply: longer than sending all calls takes.
const SLOW: Duration = Duration::from_secs(4);

/// Environment variable that is set for the server process.
const SERVE: &str = "YUNXIN_TEST_SERVER_PROCESS";

/// Runs the server if this program was started as the server process.
#[tokio::test]
async fn server() {
    if std::env::var_os(SERVE).is_none() {
        return;
    }
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(4_096).unwrap();
    println!("\nlistening on {}", listener.local_addr().unwrap());
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            // Small requests come in one piece.
            while stream.read(&mut [0; 2_048]).await.is_ok_and(|read| read > 0) {
                tokio::time::sleep(SLOW).await;
                let body = r#"{"code":200,"uinfos":[]}"#;
                let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                if stream.write_all(reply.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

struct Server(Child, String);

impl Server {
    fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "server", "--nocapture"])
            .env(SERVE, "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).unwrap();
        Self(process, address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A line of `/proc/self/status`, in KiB.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let found = status.lines().find_map(|known| known.strip_prefix(line)).unwrap();
    found.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

/// Makes this number of concurrent calls and returns their peak memory use, in KiB.
async fn peak_memory_of_calls(transport: &Named, calls: u32) -> u64 {
    let server = Server::start();
    let client = Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, [format!("http://{}", server.1)])
        .transport(Arc::clone(&transport.1))
        .attempt_timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    // Memory that is allocated once is not counted for the calls.
    GetUserInfos { accids: Vec::new() }.send(&client).await.unwrap();
    let before = memory("VmRSS");
    // Resets the peak memory.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let begin = Instant::now();
    let under_way: JoinSet<_> = (0..calls).map(|_| GetUserInfos { accids: Vec::new() }.send(&client)).collect();
    for result in under_way.join_all().await {
        result.unwrap();
    }
    let took = begin.elapsed();
    let most = memory("VmHWM");
    println!(
        "{}: {calls} calls at once took {took:.1?}; {before} KiB before, {most} KiB at most: {:.1} KiB for a call",
        transport.0,
        most.saturating_sub(before) as f64 / f64::from(calls)
    );
    assert!(took < 4 * SLOW, "they wait for each other");
    most.saturating_sub(before)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_at_once_take_little_memory() {
    for transport in shared() {
        let most = peak_memory_of_calls(transport, 1_000).await;
        assert!(most < 60_000, "{}: {most} KiB", transport.0);
    }
}

/// `cargo test -p yunxin --test concurrency_memory ten -- --ignored --nocapture`; needs `ulimit -n 11000`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "wants 10 000 files open"]
async fn ten_thousand_calls_at_once_take_little_memory() {
    for transport in shared() {
        let most = peak_memory_of_calls(transport, 10_000).await;
        assert!(most < 400_000, "{}: {most} KiB", transport.0);
    }
}
