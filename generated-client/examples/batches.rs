//! Many calls with bounded concurrency, within the official rate limits. Each failure is kept with its job.
//!
//! `cargo run -p yunxin --example batches` (against a sandbox in the same process)

use std::error::Error;
use std::time::Duration;

use tokio::task::JoinSet;
use yunxin::{Client, Credentials, Endpoint, RateLimits, im};
use yunxin_sandbox::Sandbox;

/// Calls that are under way at a time.
const CONCURRENCY: usize = 16;

/// What became of a batch.
#[derive(Debug, Default)]
struct Report {
    created: Vec<String>,
    failed: Vec<(String, yunxin::Error)>,
}

/// Creates an account for each id. A client is cheap to clone, and its clones share connections and rate limits.
async fn create_all(client: &Client, ids: impl IntoIterator<Item = String>) -> Result<Report, Box<dyn Error>> {
    let mut ids = ids.into_iter();
    let mut running = JoinSet::new();
    let mut report = Report::default();
    loop {
        while running.len() < CONCURRENCY
            && let Some(id) = ids.next()
        {
            // The future of a call borrows nothing, so it can be spawned.
            let call = im::user::Create::new(id.as_str()).with_deadline(Duration::from_secs(30)).send(client);
            running.spawn(async move { (id, call.await) });
        }
        match running.join_next().await {
            None => return Ok(report),
            Some(ended) => match ended? {
                (_, Ok(account)) => report.created.push(account.accid),
                (id, Err(error)) => report.failed.push((id, error)),
            },
        }
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.start().await?;
    let client = Client::builder(Credentials::new("app-key", "app-secret"))
        .host(sandbox.url())
        // Calls wait for their turn instead of being blocked by the server.
        .limit_rates(RateLimits::official())
        // No host gets more attempts at a time, whoever makes them.
        .max_in_flight_per_host(CONCURRENCY)
        .build()?;

    let ids = (0..50).map(|number| format!("user-{number}")).chain(["not/an/id".to_owned()]);
    let report = create_all(&client, ids).await?;
    println!("{} accounts created", report.created.len());
    for (id, error) in &report.failed {
        println!("{id}: {error}");
    }

    sandbox.shutdown().await;
    if (report.created.len(), report.failed.len()) == (50, 1) { Ok(()) } else { Err("50 of 51 are good".into()) }
}
