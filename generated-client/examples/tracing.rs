//! Shows the spans of calls and attempts, with a subscriber that prints them.
//! `examples/prometheus` in the repository exports the metrics of the same calls.
//!
//! `cargo run -p yunxin --example tracing` (against a sandbox in the same process)

use std::error::Error;
use std::io;

use tracing::Instrument as _;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use yunxin::{Client, Credentials, Endpoint, im};
use yunxin_sandbox::Sandbox;

/// Each call is a span `yunxin.call`, each attempt a span `yunxin.attempt` in it. Their fields follow the conventions
/// of OpenTelemetry for HTTP clients; none has a body, a checksum or a token.
fn subscriber(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> impl tracing::Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .with_writer(writer)
        .with_max_level(tracing::Level::INFO)
        // A line when a span ends, with its fields and how long it took.
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .finish()
}

/// Calls inside a span of the service are children of it.
async fn register(client: &Client, user: &str) -> yunxin::Result<()> {
    let span = tracing::info_span!("register", user);
    im::user::Create::new(user).token("t0k3n").send(client).instrument(span).await.map(drop)
}

/// Makes a call that succeeds and one that is refused.
async fn make_calls(sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    let client = Client::builder(Credentials::new("app-key", "app-secret")).host(sandbox.url()).build()?;
    register(&client, "alice").await?;
    let stranger = Client::builder(Credentials::new("stranger", "secret")).host(sandbox.url()).build()?;
    match register(&stranger, "alice").await {
        Err(error) if error.is(im::ErrorCode::BadParameter) => Ok(()),
        other => Err(format!("a stranger got {other:?}").into()),
    }
}

/// Writes the spans of the calls to this writer.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn trace(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> Result<(), Box<dyn Error>> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.start().await?;
    // For this thread. A service uses `tracing::subscriber::set_global_default`.
    let guard = tracing::subscriber::set_default(subscriber(writer));
    let result = make_calls(&sandbox).await;
    drop(guard);
    sandbox.shutdown().await;
    result
}

fn main() -> Result<(), Box<dyn Error>> {
    trace(io::stdout)
}
