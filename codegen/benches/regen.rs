//! Time from YAML to Rust for made-up specs of three sizes, each in a process of its own, because `regen` runs cold.
//!
//! Fails if it is slower than the goal, or not linear. `cargo bench -p yunxin-codegen --bench regen`

use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use yunxin_codegen::emit::rust;
use yunxin_codegen::{Sources, compile};

const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// Goal: endpoints per second.
const PROMISED: f64 = 1_000.0;

/// How much slower an endpoint of the largest spec may be than one of the middle size, because of noise and cache
/// misses.
const TOLERANCE: f64 = 1.5;

/// Number of runs per size; the fastest counts.
const RUNS: usize = 3;

/// Number of endpoints per file.
const LAYOUTS: [(&str, usize); 2] = [("25 a file", 25), ("one file", usize::MAX)];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().collect();
    if let [_, flag, endpoints, per_file] = arguments.as_slice()
        && flag == "--once"
    {
        println!("{}", once(endpoints.parse().unwrap_or(1), per_file.parse().unwrap_or(1)));
        return ExitCode::SUCCESS;
    }
    let mut good = true;
    println!("{:<10} {:>9} {:>9} {:>9} {:>9} {:>12}", "layout", "endpoints", "compile", "emit", "total", "endpoints/s");
    for (layout, per_file) in LAYOUTS {
        let speeds = SIZES.map(|endpoints| {
            let [compiled, emitted] = measured(endpoints, per_file);
            let speed = endpoints as f64 / (compiled + emitted).as_secs_f64();
            let total = compiled + emitted;
            println!("{layout:<10} {endpoints:>9} {compiled:>9.1?} {emitted:>9.1?} {total:>9.1?} {speed:>12.0}");
            speed
        });
        let [_, middle, large] = speeds;
        good &= report(large >= PROMISED, layout, "is slower than promised");
        good &= report(large * TOLERANCE >= middle, layout, "is not linear");
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(good: bool, layout: &str, complaint: &str) -> bool {
    if !good {
        println!("FAILED: {layout} {complaint}");
    }
    good
}

/// The fastest of several cold runs: time to read and check, and time to generate Rust.
fn measured(endpoints: usize, per_file: usize) -> [Duration; 2] {
    let run = |_| {
        let program = std::env::current_exe().unwrap_or_default();
        let output = Command::new(program).args(["--once", &endpoints.to_string(), &per_file.to_string()]).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let mut micros = text.split_whitespace().map(|number| number.parse().unwrap_or(u64::MAX / 4));
        [(); 2].map(|()| Duration::from_micros(micros.next().unwrap_or(u64::MAX / 4)))
    };
    (0..RUNS).map(run).min_by_key(|times| times.iter().sum::<Duration>()).unwrap_or_default()
}

fn once(endpoints: usize, per_file: usize) -> String {
    let texts = texts(endpoints, per_file);
    let start = Instant::now();
    let sources = Sources::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let compiled = match compile(&sources) {
        Ok(compiled) => compiled,
        Err(found) => return found.render(&sources, false),
    };
    let read = start.elapsed();
    let files = rust::modules(&compiled.api, rust::Options::CLIENT);
    let calls = rust::example_calls(&compiled.api);
    let written = start.elapsed() - read;
    assert!(files.len() + calls.len() > 3, "nothing was written");
    format!("{} {}", read.as_micros(), written.as_micros())
}

const PRODUCT: &str = "product: bench
title: Synthetic
docs: https://doc.yunxin.163.com/bench
hosts: { mainland: [https://api.example.com] }
request_id: { header: RequestId, dedup: 60s }
defaults: { method: POST, encoding: form, retry: never }
reply: { success: { http: 200, code: [200] }, message: [desc] }
errors:
  403: { name: forbidden, meaning: It is not allowed. }
  414: { name: bad_parameter, meaning: A parameter is wrong. }
  416: { name: over_quota, kind: throttled, meaning: Called too often. }
rejections:
  header: { error: bad_parameter }
  app_key: { error: bad_parameter }
  nonce: { error: bad_parameter }
  clock: { error: bad_parameter }
  checksum: { error: bad_parameter }
  content_type: { error: bad_parameter }
  parameter: { error: bad_parameter }
  path: { http: 404 }
  method: { http: 405 }
";

/// A product whose endpoints are as large as real ones: six parameters, a type, an enum and an example each.
fn texts(endpoints: usize, per_file: usize) -> Vec<(String, String)> {
    let numbers: Vec<_> = (0..endpoints).collect();
    let mut texts = vec![("bench/product.yaml".to_owned(), PRODUCT.to_owned())];
    for (file, numbers) in numbers.chunks(per_file.min(endpoints)).enumerate() {
        texts.push((format!("bench/resource_{file}.yaml"), resource(file, numbers)));
    }
    texts
}

fn resource(file: usize, numbers: &[usize]) -> String {
    let mut text = format!("resource: resource_{file}\ntitle: Resource {file}\n\nendpoints:\n");
    for number in numbers {
        let _ = write!(
            text,
            "  call_{number}:
    title: Does what number {number} does
    title_zh: 注册 IM 账号
    docs: https://doc.yunxin.163.com/messaging/server-apis/{number}
    doc: |
      The server stores the account id in lower case: keep the one of the reply. An account that exists already is answered with
      `bad_parameter` and the text `already register`.
    path: /bench/call{number}.action
    retry: deduplicated
    rate: 100/s
    params:
      accid: {{ type: id, required: true, max_len: 32, doc: Account id that is unique in the app. }}
      token: {{ type: string, secret: true, max_len: 128, doc: Login token; the server makes one when left out. }}
      name: {{ type: string, max_len: 64, doc: Nickname in push notifications. }}
      tags: {{ type: [string], wire: json, max_items: 10, doc: Labels of the account. }}
      kind: {{ type: Kind{number}, doc: Kind of account. }}
      ttl: {{ type: duration_s, range: [1, 86400], doc: Life of the account. }}
    returns: {{ at: info, type: Account{number} }}
    errors: [forbidden, bad_parameter, over_quota]
    example:
      request: {{ accid: alice, token: t0k3n, name: Alice, tags: [a, b], kind: usual, ttl: 60 }}
      reply: {{ code: 200, info: {{ accid: alice, name: Alice, token: t0k3n, created: 1700000000 }} }}

"
        );
    }
    text.push_str("types:\n");
    for number in numbers {
        let _ = write!(
            text,
            "  Account{number}:
    doc: A registered account.
    fields:
      accid: {{ type: id, doc: Account id. }}
      token: {{ type: string, secret: true, doc: Login token. }}
      name: {{ type: \"string?\", doc: Nickname. }}
      created: {{ type: timestamp_s, doc: Time of registration. }}
  Kind{number}:
    doc: Kind of an account.
    enum: i32
    values: {{ usual: 0, guest: 1, robot: 2 }}
"
        );
    }
    text
}
