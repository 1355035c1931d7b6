//! The default command: serves the endpoints of the specs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use yunxin_sandbox::{SHIPPED_SPEC, Sandbox, StartError};

use crate::{INVALID_SPEC, failed, invalid_spec, print, print_error};

/// Arguments of the server, which runs without a subcommand.
#[derive(clap::Args)]
pub(crate) struct Serve {
    /// Address to listen on; only loopback is allowed.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8088", value_parser = loopback)]
    listen: SocketAddr,
    /// App key that calls must be signed with.
    // Optional only beside a subcommand.
    #[arg(long, value_name = "KEY", env = "YUNXIN_APP_KEY", required = true)]
    app_key: Option<String>,
    /// App secret that calls must be signed with.
    #[arg(long, value_name = "SECRET", env = "YUNXIN_APP_SECRET", hide_env_values = true, required = true)]
    app_secret: Option<String>,
    /// Region that the app belongs to, such as `overseas`: calls to a host of another region are refused, like the real
    /// service does.
    ///
    /// The host is read from the `Host` header. Hosts that are not in the specs, such as 127.0.0.1, count as hosts of
    /// `mainland`, the default region of clients. So with `--region overseas` a client whose region is not set gets the
    /// same error as from the real service. Without the option calls for every region are accepted.
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Accept, with a warning, deviations that the real service probably accepts: unknown parameters, booleans and
    /// empty parameters in PHP's notation, JSON with single quotes.
    #[arg(long)]
    lenient: bool,
    /// Report accepted calls too.
    #[arg(long)]
    verbose: bool,
    /// File of accepted requests, one per line. Sandboxes with the same file recognise each other's repeated requests.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Folder with the specs.
    #[arg(long, value_name = "DIR", default_value = SHIPPED_SPEC)]
    spec: PathBuf,
}

/// Parses an address to listen on, which must be a loopback address.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    // The name always means this address, so it is not resolved.
    let address = match text.rsplit_once(':') {
        Some((name, port)) if name.eq_ignore_ascii_case("localhost") => format!("127.0.0.1:{port}"),
        _ => text.to_owned(),
    };
    let address: SocketAddr =
        address.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:8088".to_owned())?;
    if address.ip().to_canonical().is_loopback() {
        Ok(address)
    } else {
        Err(StartError::NotLoopback(address).to_string())
    }
}

pub(crate) async fn run(arguments: Serve) -> ExitCode {
    let (Some(app_key), Some(app_secret)) = (arguments.app_key, arguments.app_secret) else {
        return failed("error: give --app-key and --app-secret", 2);
    };
    let builder = match Sandbox::from_spec_dir(&arguments.spec) {
        Ok(builder) => builder,
        Err(problem) => return invalid_spec(&problem),
    };
    let builder = match arguments.ledger {
        Some(file) => builder.ledger(file),
        None => builder,
    };
    let builder = match arguments.region {
        Some(region) => builder.region(region),
        None => builder,
    };
    let started = builder
        .listen(arguments.listen)
        .app_key(app_key)
        .app_secret(app_secret)
        .lenient(arguments.lenient)
        .verbose(arguments.verbose)
        .log_capacity(0)
        .report(print_error)
        .start()
        .await;
    let sandbox = match started {
        Ok(sandbox) if sandbox.endpoints() == 0 => {
            return failed(&format!("error: no endpoints in {}", arguments.spec.display()), INVALID_SPEC);
        }
        Ok(sandbox) => sandbox,
        Err(problem @ (StartError::Credentials(_) | StartError::UnknownRegion { .. })) => {
            return failed(&format!("error: {problem}"), 2);
        }
        Err(problem @ StartError::Ambiguous(_)) => return failed(&format!("error: {problem}"), INVALID_SPEC),
        Err(problem) => return failed(&format!("error: {problem}"), 1),
    };
    let interrupt = tokio::signal::ctrl_c();
    tokio::pin!(interrupt);
    let waited = tokio::select! {
        biased;
        // First, because the signal is handled only once this is polled, and Ctrl-C may follow the announcement at
        // once.
        waited = &mut interrupt => waited,
        () = async { announce(&sandbox) } => interrupt.await,
    };
    sandbox.shutdown().await;
    match waited {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => failed(&format!("error: cannot wait for Ctrl-C: {problem}"), 1),
    }
}

/// Prints the address, so that another program can wait until the sandbox is ready.
fn announce(sandbox: &Sandbox) {
    print(&format!("listening on {}, {} endpoints; Ctrl-C stops", sandbox.url(), sandbox.endpoints()));
}
