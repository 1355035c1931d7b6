//! Tests failover: docs/reliability.md, "Hosts". Three sandbox processes, a primary and two backups, are killed and
//! restarted while a client makes two hundred calls per second. They share a ledger file, so that effects in killed
//! processes are counted too.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is that of the test")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use yunxin::transport::{HttpTransport, HyperTransport, Transport};
use yunxin::{Client, Credentials, Endpoint, Outcome, Response, Result, im, sms};

const CALLS_PER_SECOND: u64 = 200;

/// A sandbox process that can be killed and restarted.
struct Host {
    port: u16,
    /// Folder with the specs and the ledger.
    folder: PathBuf,
    process: Option<Child>,
}

impl Host {
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it, and waits until it listens.
    fn start(&mut self) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_yunxin-sandbox"))
            .args(["--app-key", "key", "--app-secret", "secret", "--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--spec", &self.folder.join("spec").to_string_lossy()])
            .args(["--ledger", &self.folder.join("ledger").to_string_lossy()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut greeting = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        assert!(greeting.starts_with("listening on "), "{greeting}");
        self.process = Some(process);
    }

    /// Kills the process at once, whatever it is doing.
    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts three hosts. Their ports are below the range that the system assigns to connections, so that no connection
/// uses the port of a killed host.
fn start_three_hosts(folder: &Path) -> [Host; 3] {
    // Each test of this program has its own ports, and so has nearly every run of the program.
    static TESTS: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 10_000).unwrap() + 100 * TESTS.fetch_add(1, Ordering::Relaxed);
    let mut free = (20_000 + offset..32_000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    let mut hosts = [(); 3].map(|()| Host { port: free.next().unwrap(), folder: folder.to_path_buf(), process: None });
    hosts.iter_mut().for_each(Host::start);
    hosts
}

/// Pseudo-random numbers, the same in each run.
struct SeededRandom(u64);

impl SeededRandom {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn pause(&mut self, millis: std::ops::Range<u64>) {
        std::thread::sleep(Duration::from_millis(millis.start + self.below(millis.end - millis.start)));
    }
}

/// Kills one or two of the three hosts at a time and restarts them; at the end all run.
fn kill_and_restart(hosts: &mut [Host; 3], until: Instant) -> [u32; 3] {
    let (mut random, mut kills) = (SeededRandom(5), [0; 3]);
    let mut kill = |index: usize, hosts: &mut [Host; 3]| {
        kills[index] += 1;
        hosts[index].kill();
    };
    random.pause(200..400);
    let mut first = true;
    while Instant::now() < until {
        // The primary first and most often, because it gets the calls.
        let one = if first { 0 } else { [0, 0, 0, 1, 2][usize::try_from(random.below(5)).unwrap()] };
        first = false;
        let other = (one + 1) % 3;
        let both = random.below(3) == 0;
        kill(one, hosts);
        if both {
            random.pause(0..50);
            kill(other, hosts);
        }
        random.pause(100..600);
        hosts[one].start();
        if both {
            hosts[other].start();
        }
        random.pause(200..1_500);
    }
    kills
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Safe,
    Deduplicated,
    Never,
}

async fn call(client: &Client, kind: Kind) -> Result<Response<()>> {
    match kind {
        Kind::Safe => im::user::Block::new("alice").send_with_meta(client).await.map(Response::without_payload),
        Kind::Deduplicated => {
            im::user::Create::new("alice").send_with_meta(client).await.map(Response::without_payload)
        }
        Kind::Never => sms::code::Send::new("13800000000").send_with_meta(client).await.map(Response::without_payload),
    }
}

/// How often each request id took effect.
fn effects(ledger: &Path) -> BTreeMap<String, u32> {
    let mut effects = BTreeMap::new();
    for line in fs::read_to_string(ledger).unwrap().lines().filter(|line| !line.is_empty()) {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        *effects.entry(entry["request_id"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    effects
}

/// Calls at a steady rate while hosts are killed. With `probe` the primary is asked for its health, so that it is back
/// at once.
async fn hosts_are_killed(name: &str, seconds: u64, probe: bool, transport: impl Transport) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("survival-{name}"));
    let _ = fs::remove_dir_all(&folder);
    // Only the products that are called, so that the hosts start fast.
    for product in ["im", "sms"] {
        let (from, to) = (Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec")), folder.join("spec"));
        fs::create_dir_all(to.join(product)).unwrap();
        for file in fs::read_dir(from.join(product)).unwrap().map(|file| file.unwrap()) {
            fs::copy(file.path(), to.join(product).join(file.file_name())).unwrap();
        }
    }
    let mut hosts = start_three_hosts(&folder);
    let urls = hosts.each_ref().map(Host::url);
    let builder = Client::builder(Credentials::new("key", "secret"))
        .product_hosts(&im::PRODUCT, urls.clone())
        .product_hosts(&sms::PRODUCT, urls.clone())
        .transport(transport);
    let builder = if probe { builder.probe_hosts(Duration::from_millis(100)) } else { builder };
    let client = builder.build().unwrap();

    let end = Instant::now() + Duration::from_secs(seconds);
    let killer = std::thread::spawn(move || {
        let kills = kill_and_restart(&mut hosts, end);
        (hosts, kills)
    });
    let mut calls = JoinSet::new();
    let mut tick = tokio::time::interval(Duration::from_millis(1_000 / CALLS_PER_SECOND));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0..seconds * CALLS_PER_SECOND {
        tick.tick().await;
        let kind = [Kind::Safe, Kind::Deduplicated, Kind::Never][usize::try_from(number % 3).unwrap()];
        let client = client.clone();
        calls.spawn(async move { (kind, call(&client, kind).await) });
    }
    let results = calls.join_all().await;
    let (hosts, kills) = tokio::task::spawn_blocking(move || killer.join().unwrap()).await.unwrap();

    let effects = effects(&folder.join("ledger"));
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for (kind, result) in &results {
        let (id, outcome) = match result {
            Ok(response) => (response.request_id(), None),
            Err(error) => (error.request_id().unwrap(), Some(error.outcome())),
        };
        let times = effects.get(id).copied().unwrap_or(0);
        assert!(times <= 1, "{kind:?} {id} took effect {times} times");
        match result {
            Ok(response) => {
                assert_eq!(times, 1, "{kind:?} {id} succeeded without effect");
                let place = urls.iter().position(|url| url == response.host()).unwrap();
                *count.entry(format!("answered by host {place}")).or_default() += 1;
                *count.entry(format!("{} attempts", response.attempts())).or_default() += 1;
                *count.entry("duplicates".to_owned()).or_default() += u32::from(response.is_duplicate());
            }
            Err(error) => {
                // A call may only fail if it may have taken effect and must not be repeated.
                assert_eq!((*kind, outcome), (Kind::Never, Some(Outcome::Unknown)), "could have been saved: {error}");
                *count.entry(format!("lost, took effect {times} times")).or_default() += 1;
            }
        }
    }
    println!("{} calls, kills of each host {kills:?}, {count:?}", results.len());
    assert!(kills.iter().sum::<u32>() > 0);
    assert!(count.keys().any(|key| key == "2 attempts"), "no call met a dead host: {count:?}");

    // All hosts run: the primary is used again after the next trial call or probe.
    let begin = Instant::now();
    while call(&client, Kind::Safe).await.unwrap().host() != urls[0] {
        let patience = Duration::from_secs(if probe { 5 } else { 61 });
        assert!(begin.elapsed() < patience, "the primary is not used again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("the primary is used again after {:.1?}", begin.elapsed());
    drop(hosts);
    let _ = fs::remove_dir_all(&folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_are_killed_lose_no_call_and_double_none() {
    hosts_are_killed("short", 3, true, HttpTransport::builder().build().unwrap()).await;
    hosts_are_killed("short-hyper", 3, true, HyperTransport::builder().build().unwrap()).await;
}

/// `cargo test -p yunxin-sandbox --test failover -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "20 seconds and more; a short version runs always"]
async fn hosts_that_are_killed_for_long_lose_no_call_and_double_none() {
    hosts_are_killed("long", 20, false, HttpTransport::builder().build().unwrap()).await;
    hosts_are_killed("long-hyper", 20, false, HyperTransport::builder().build().unwrap()).await;
}
