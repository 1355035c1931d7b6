//! `yunxin-sandbox`: the sandbox as a program.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use yunxin_sandbox::{Sandbox, SpecError, StartError};

/// Exit code for specs that cannot be used.
const BROKEN_SPEC: u8 = 100;

/// A strict local server that speaks every endpoint of the specs, and says on stderr why a call is wrong.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Address to listen on; only loopback is allowed.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8088", value_parser = loopback)]
    listen: SocketAddr,
    /// App key that calls must be signed with.
    #[arg(long, value_name = "KEY", env = "YUNXIN_APP_KEY")]
    app_key: String,
    /// App secret that calls must be signed with.
    #[arg(long, value_name = "SECRET", env = "YUNXIN_APP_SECRET", hide_env_values = true)]
    app_secret: String,
    /// Let unknown parameters pass with a warning, as the real service lets them pass in silence.
    #[arg(long)]
    lenient: bool,
    /// Report accepted calls too.
    #[arg(long)]
    verbose: bool,
    /// Folder with the specs.
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec"))]
    spec: PathBuf,
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:8088".to_owned())?;
    if address.ip().is_loopback() { Ok(address) } else { Err(StartError::NotLoopback(address).to_string()) }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let builder = match Sandbox::from_spec_dir(&arguments.spec) {
        Ok(builder) => builder,
        Err(SpecError::Broken { coloured, .. }) => return failed(&coloured, BROKEN_SPEC),
        Err(problem) => return failed(&format!("error: {problem}"), BROKEN_SPEC),
    };
    let started = builder
        .listen(arguments.listen)
        .app_key(arguments.app_key)
        .app_secret(arguments.app_secret)
        .lenient(arguments.lenient)
        .verbose(arguments.verbose)
        .log_capacity(0)
        .report(complain)
        .start()
        .await;
    let sandbox = match started {
        Ok(sandbox) if sandbox.endpoints() == 0 => {
            return failed(&format!("error: no endpoints in {}", arguments.spec.display()), BROKEN_SPEC);
        }
        Ok(sandbox) => sandbox,
        Err(problem @ StartError::Ambiguous(_)) => return failed(&format!("error: {problem}"), BROKEN_SPEC),
        Err(problem) => return failed(&format!("error: {problem}"), 1),
    };
    let interrupt = tokio::signal::ctrl_c();
    tokio::pin!(interrupt);
    let waited = tokio::select! {
        biased;
        // First, because only being polled makes Ctrl-C its own: whoever reads the greeting may press it at once.
        waited = &mut interrupt => waited,
        () = async { announce(&sandbox) } => interrupt.await,
    };
    sandbox.shutdown().await;
    match waited {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => failed(&format!("error: cannot wait for Ctrl-C: {problem}"), 1),
    }
}

fn failed(text: &str, code: u8) -> ExitCode {
    complain(text);
    ExitCode::from(code)
}

/// Nobody may be listening to a stream any more; that is no reason to stop.
fn complain(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

fn announce(sandbox: &Sandbox) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "listening on {}, {} endpoints; Ctrl-C stops", sandbox.url(), sandbox.endpoints())
        .and_then(|()| out.flush());
}
