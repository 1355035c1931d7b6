//! Configures, starts and stops a sandbox.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use std::{fmt, io};

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use yunxin_codegen::model::Api;
use yunxin_codegen::value::display;
use yunxin_codegen::yaml::ReadError;
use yunxin_codegen::{Sources, compile};

use crate::clock::Clock;
use crate::dedup::Dedup;
use crate::log::{Received, RequestLog};
use crate::routes::{Ambiguous, Routes};
use crate::server;
use crate::service::{Report, Service};
use crate::signature::Credentials;

/// Folder of the specs in the repository that this crate was built in.
pub const SHIPPED_SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");

/// Default number of requests that are kept for `received`.
const LOG_CAPACITY: usize = 10_000;

/// Settings of a sandbox.
#[must_use = "nothing listens before `start`"]
pub struct Builder {
    api: Api,
    listen: SocketAddr,
    credentials: Credentials,
    region: Option<String>,
    lenient: bool,
    clock: Clock,
    log_capacity: usize,
    ledger: Option<PathBuf>,
    report: Report,
}

impl Builder {
    /// Sets the app key that calls must be signed with. Default: `app-key`.
    pub fn app_key(mut self, app_key: impl Into<String>) -> Self {
        self.credentials.app_key = app_key.into();
        self
    }

    /// Sets the secret that calls must be signed with. Default: `app-secret`. It appears in no output.
    pub fn app_secret(mut self, app_secret: impl Into<String>) -> Self {
        self.credentials.app_secret = SecretString::from(app_secret.into());
        self
    }

    /// Sets the region that the app belongs to, such as `overseas`. Default: calls for every region are accepted. A
    /// call to a host of another region is refused like the product does, if that is known. The host is read from the
    /// `Host` header. A host that is not in the specs, such as an address of this machine, counts as a host of the
    /// product's first region, which is the default of clients. So with `overseas` a client whose region is not set
    /// gets the same error as from the real service.
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.region = Some(name.into());
        self
    }

    /// Accepts, with a warning, deviations that the real service probably accepts: unknown parameters, booleans and
    /// empty values in PHP's notation, JSON text with single quotes.
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.lenient = lenient;
        self
    }

    /// Sets the address to listen on, which must be a loopback address. Default: a free port of `127.0.0.1`.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Shifts the server's clock by a number of seconds, forward or back.
    pub fn clock_offset(self, seconds: i64) -> Self {
        let clock = Clock::shifted(seconds);
        Self { clock, ..self }
    }

    /// Sets the clock of the server: for CurTime, the `Date` header and the window for repeated requests.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Sets how many of the newest requests [`Sandbox::received`] returns at most. Default: 10000. None with 0.
    pub fn log_capacity(mut self, requests: usize) -> Self {
        self.log_capacity = requests;
        self
    }

    /// Logs accepted calls in this file, one JSON object with `endpoint` and `request_id` per line. Sandboxes with the
    /// same file recognise each other's repeated requests, as the hosts of a region probably do, and so does a
    /// restarted sandbox. Each call waits for the file, so this is for tests and not for benchmarks.
    pub fn ledger(mut self, file: impl Into<PathBuf>) -> Self {
        self.ledger = Some(file.into());
        self
    }

    /// Sets the function that receives the report: one line for each error and each warning.
    pub fn report(mut self, line: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.report.line = Arc::new(line);
        self
    }

    /// Reports accepted calls as well.
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.report.verbose = verbose;
        self
    }

    /// Starts to listen. Must be called inside a tokio runtime, which then drives the server.
    ///
    /// # Errors
    /// If the address is not a loopback address or not free, if the app key or the secret is not usable, if two
    /// endpoints match the same requests, if no product has hosts in the region, or if the ledger cannot be opened.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        // An IPv4 address may be written as an IPv6 address.
        if !self.listen.ip().to_canonical().is_loopback() {
            return Err(StartError::NotLoopback(self.listen));
        }
        self.credentials.check_usable().map_err(StartError::Credentials)?;
        if let Some(region) = &self.region {
            check_region(&self.api, region)?;
        }
        let routes = Routes::new(self.api).map_err(StartError::Ambiguous)?;
        for note in routes.notes() {
            (self.report.line)(&format!("warning {note}"));
        }
        let dedup = match &self.ledger {
            Some(file) => Dedup::with_ledger(file).map_err(|cause| StartError::Ledger { file: file.clone(), cause })?,
            None => Dedup::default(),
        };
        let bind_error = |cause| StartError::Listen { address: self.listen, cause };
        let listener = TcpListener::bind(self.listen).await.map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let service = Arc::new(Service {
            routes,
            credentials: self.credentials,
            region: self.region,
            clock: self.clock,
            lenient: self.lenient,
            dedup,
            request_log: RequestLog::new(self.log_capacity),
            report: self.report,
        });
        let (stop, stopped) = oneshot::channel::<()>();
        // A dropped sender stops the server as well.
        let until = async move { drop(stopped.await) };
        let server = tokio::spawn(server::serve(listener, Arc::clone(&service), until));
        Ok(Sandbox { address, service, stop: Some(stop), server })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("credentials", &self.credentials)
            .field("region", &self.region)
            .field("lenient", &self.lenient)
            .field("log_capacity", &self.log_capacity)
            .field("ledger", &self.ledger)
            .finish_non_exhaustive()
    }
}

/// A running sandbox. Dropping it stops the server at once.
pub struct Sandbox {
    address: SocketAddr,
    service: Arc<Service>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Creates a builder for a compiled API.
    pub fn builder(api: Api) -> Builder {
        Builder {
            api,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            credentials: Credentials { app_key: "app-key".to_owned(), app_secret: SecretString::from("app-secret") },
            region: None,
            lenient: false,
            clock: Clock::default(),
            log_capacity: LOG_CAPACITY,
            ledger: None,
            report: Report { line: Arc::new(|_| {}), verbose: false },
        }
    }

    /// Creates a builder for the specs in a folder.
    ///
    /// # Errors
    /// If the folder cannot be read or its specs have mistakes.
    pub fn from_spec_dir(folder: impl AsRef<Path>) -> Result<Builder, SpecError> {
        compile_specs(folder.as_ref()).map(Self::builder)
    }

    /// Returns the address on which it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of the sandbox, without a path.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of endpoints.
    #[must_use]
    pub fn endpoints(&self) -> usize {
        self.service.routes.endpoints()
    }

    /// Returns the requests received so far, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.service.request_log.entries()
    }

    /// Clears the list of received requests.
    pub fn forget_received(&self) {
        self.service.request_log.clear();
    }

    /// Stops listening, waits for pending requests (three seconds at most) and closes all connections.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        // It fails only if the server has ended already.
        let _ = (&mut self.server).await;
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url())
            .field("endpoints", &self.endpoints())
            .finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Rejects a region without hosts.
fn check_region(api: &Api, region: &str) -> Result<(), StartError> {
    let known: BTreeSet<&String> = api.products.iter().flat_map(|product| product.hosts.keys()).collect();
    if known.iter().any(|known| *known == region) {
        return Ok(());
    }
    let known = known.into_iter().cloned().collect();
    Err(StartError::UnknownRegion { region: region.to_owned(), known })
}

/// Reads and compiles the specs in a folder.
pub(crate) fn compile_specs(folder: &Path) -> Result<Api, SpecError> {
    let shown = folder.to_string_lossy().replace('\\', "/");
    let sources = Sources::read(folder, shown.trim_end_matches('/')).map_err(SpecError::Unreadable)?;
    match compile(&sources) {
        Ok(compiled) => Ok(compiled.api),
        Err(diagnostics) => Err(SpecError::Broken {
            plain: diagnostics.render(&sources, false),
            coloured: diagnostics.render(&sources, true),
        }),
    }
}

/// Errors of reading a spec folder.
#[derive(Debug)]
#[non_exhaustive]
pub enum SpecError {
    /// A file or folder cannot be read.
    Unreadable(ReadError),
    /// The specs have mistakes.
    Broken {
        /// All mistakes, rendered.
        plain: String,
        /// All mistakes, rendered with colours for a terminal.
        coloured: String,
    },
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => problem.fmt(f),
            Self::Broken { plain, .. } => f.write_str(plain),
        }
    }
}

impl std::error::Error for SpecError {}

/// Errors of starting a sandbox.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not on loopback. The sandbox must not be reachable from a network.
    NotLoopback(SocketAddr),
    /// The app key or the secret is not usable; the text has the reason.
    Credentials(&'static str),
    /// The address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The cause.
        cause: io::Error,
    },
    /// The ledger cannot be opened.
    Ledger {
        /// The file.
        file: PathBuf,
        /// The cause.
        cause: io::Error,
    },
    /// No product has hosts in the region.
    UnknownRegion {
        /// The region.
        region: String,
        /// The regions that products have hosts in.
        known: Vec<String>,
    },
    /// Two endpoints match the same requests.
    Ambiguous(Vec<Ambiguous>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(f, "{address} is not on loopback; listen on 127.0.0.1 or [::1]"),
            Self::Credentials(problem) => f.write_str(problem),
            Self::Listen { address, cause } => write!(f, "cannot listen on {address}: {cause}"),
            Self::Ledger { file, cause } => write!(f, "cannot open the ledger {}: {cause}", file.display()),
            Self::UnknownRegion { region, known } => {
                let known = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
                write!(f, "no product has hosts in the region `{}`; known are {known}", display::name(region))
            }
            Self::Ambiguous(clashes) => {
                let lines: Vec<String> = clashes.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { cause, .. } | Self::Ledger { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
