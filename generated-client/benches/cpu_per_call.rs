//! CPU time of a call: typed and written by hand, on reqwest and on hyper. The server is a process of its own, so that
//! only the client's half is counted. Prints a table: `cargo bench -p yunxin --features hyper --bench cpu_per_call`.
//! With
//! `-- typed on hyper` it measures only the calls of that name, for a profiler.

#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the bench")]

#[path = "../tests/by_hand/mod.rs"]
mod by_hand;
#[path = "../tests/test_product/mod.rs"]
mod test_product;

use std::io::{BufRead, BufReader};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::LocalSet;
use yunxin::transport::HyperTransport;
use yunxin::{Client, Credentials, Endpoint};

use test_product::SendMessage;

/// Set for the process that is the server.
const SERVE: &str = "YUNXIN_BENCH_SERVES";

/// Each round measures every variant once, so that a change of the machine's speed meets all of them.
const ROUNDS: usize = 25;

const CALLS: usize = 1_920;

type Call = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

struct Variant {
    name: &'static str,
    call: Call,
}

fn main() {
    if std::env::var_os(SERVE).is_some() {
        return serve();
    }
    let (mut server, url) = start_server();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let wanted = words.join(" ");
    let variants: Vec<_> = variants(&url).into_iter().filter(|variant| variant.name.contains(&wanted)).collect();
    println!("CPU time of the client per call: medians of {ROUNDS} rounds of {CALLS} calls\n");
    println!("| call | 1 in flight, µs | ratio | 64 in flight, µs | ratio |");
    println!("|---|--:|--:|--:|--:|");
    let [alone, crowd] = [1, 64].map(|in_flight| cost(&runtime, &variants, in_flight));
    for ((variant, alone), crowd) in variants.iter().zip(alone).zip(crowd) {
        let ((alone, ratio), (crowd, crowd_ratio)) = (alone, crowd);
        println!("| {} | {alone:.1} | {ratio:.2} | {crowd:.1} | {crowd_ratio:.2} |", variant.name);
    }
    let _ = server.kill();
    let _ = server.wait();
}

/// Answers every request, from one thread: waking threads for connections would be counted to the client that sends.
#[tokio::main(flavor = "current_thread")]
async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let response = by_hand::response();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let response = response.clone();
        tokio::spawn(async move {
            let mut request = Vec::new();
            while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
                if request.ends_with(by_hand::LAST_FIELD) {
                    request.clear();
                    if stream.write_all(response.as_bytes()).await.is_err() {
                        return;
                    }
                }
            }
        });
    }
}

fn start_server() -> (Child, String) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .env(SERVE, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = BufReader::new(process.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    (process, url)
}

fn variants(url: &str) -> Vec<Variant> {
    fn variant<F: Future<Output = ()> + 'static>(name: &'static str, call: impl Fn() -> F + 'static) -> Variant {
        Variant { name, call: Rc::new(move || Box::pin(call())) }
    }
    let builder = || Client::builder(Credentials::new(by_hand::APP_KEY, by_hand::APP_SECRET)).host(url);
    let typed = |name, client: Client| {
        variant(name, move || {
            let client = client.clone();
            async move { assert!(!SendMessage::full().send(&client).await.unwrap().antispam) }
        })
    };
    let on_reqwest = builder().build().unwrap();
    let on_hyper = builder().transport(HyperTransport::new(Duration::from_secs(3)).unwrap()).build().unwrap();
    let (reqwest, reqwest_url): (_, Rc<str>) = (by_hand::client(), url.into());
    let (hyper, hyper_url) = (by_hand::hyper::client(), Rc::clone(&reqwest_url));
    vec![
        variant("by hand on reqwest", move || {
            let (client, url) = (reqwest.clone(), Rc::clone(&reqwest_url));
            async move { assert!(!by_hand::send_message(&client, &url).await.antispam) }
        }),
        typed("typed on reqwest", on_reqwest),
        variant("by hand on hyper-util", move || {
            let (client, url) = (hyper.clone(), Rc::clone(&hyper_url));
            async move { assert!(!by_hand::hyper::send_message(&client, &url).await.antispam) }
        }),
        typed("typed on hyper", on_hyper),
    ]
}

/// The CPU time of a call of each variant in µs, and its ratio to that of the first variant.
fn cost(runtime: &Runtime, variants: &[Variant], in_flight: usize) -> Vec<(f64, f64)> {
    let mut times = vec![Vec::new(); variants.len()];
    let mut ratios = times.clone();
    for round in 0..=ROUNDS {
        let of_round: Vec<_> = variants.iter().map(|variant| measure(runtime, &variant.call, in_flight)).collect();
        // The first round opens connections and fills caches.
        if round > 0 {
            for ((time, times), ratios) in of_round.iter().zip(&mut times).zip(&mut ratios) {
                times.push(*time);
                // Within a round, so that a slow round changes no ratio.
                ratios.push(time / of_round.first().unwrap());
            }
        }
    }
    times.into_iter().map(median).zip(ratios.into_iter().map(median)).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    *values.get(values.len() / 2).unwrap()
}

fn measure(runtime: &Runtime, call: &Call, in_flight: usize) -> f64 {
    let begin = cpu_time();
    let tasks = LocalSet::new();
    for _ in 0..in_flight {
        let call = Rc::clone(call);
        tasks.spawn_local(async move {
            for _ in 0..CALLS / in_flight {
                call().await;
            }
        });
    }
    runtime.block_on(tasks);
    let micros = (cpu_time() - begin).as_secs_f64() * 1e6;
    micros / f64::from(u32::try_from(CALLS).unwrap())
}

/// What this process has used, in all its threads.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}
