//! The client, and everything that happens during a call.

pub(crate) mod attempt;
pub(crate) mod background;
#[cfg(feature = "blocking")]
pub(crate) mod blocking;
mod builder;
pub(crate) mod call;
#[cfg(feature = "metrics")]
mod call_metrics;
pub(crate) mod circuit_breaker;
mod clock_offset;
pub(crate) mod concurrency_limit;
#[cfg(feature = "lbs")]
pub(crate) mod directory;
pub(crate) mod endpoint;
mod execute;
mod host_selector;
pub(crate) mod hosts;
pub(crate) mod items;
pub(crate) mod limiter;
pub(crate) mod options;
pub(crate) mod page_stream;
pub(crate) mod pages;
mod prepared;
mod probe;
pub(crate) mod raw;
pub(crate) mod region;
pub(crate) mod reply;
pub(crate) mod response;
pub(crate) mod retry;
pub(crate) mod send_future;
pub(crate) mod sign;
pub(crate) mod sleep;
mod spans;
mod warm_up;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

pub use builder::ClientBuilder;
pub use sign::Signature;
pub use sleep::{SleepFuture, Sleeper, TokioSleeper};

use background::Task;
use clock_offset::ClockOffset;
use hosts::HostRegistry;
use limiter::Limiter;
use region::Region;
use retry::budget::RetryBudget;
use retry::policy::RetryPolicy;

pub use crate::base::clock::{Clock, SystemClock};
use crate::base::credentials::Credentials;
pub use crate::base::random::{Random, SystemRandom};
use crate::error::Result;
use crate::transport::Transport;

/// The client that sends requests. It is cheap to clone, and clones share connections, limits and host health.
///
/// ```
/// use yunxin::{Client, Credentials, Region};
///
/// let client = Client::builder(Credentials::new("app-key", "app-secret"))
///     .region(Region::Overseas)
///     .build()?;
/// # Ok::<(), yunxin::Error>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Core>);

/// What all clones share.
struct Core {
    credentials: Credentials,
    app_key: HeaderValue,
    user_agent: HeaderValue,
    region: Region,
    hosts: HostRegistry,
    check_limits: bool,
    allow_plain_http: bool,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    deadline: Duration,
    policy: RetryPolicy,
    budget: RetryBudget,
    limiter: Option<Limiter>,
    tasks: Vec<Task>,
    clock_offset: ClockOffset,
    correct_clock: bool,
    transport: Arc<dyn Transport>,
    clock: Box<dyn Clock>,
    random: Box<dyn Random>,
    sleeper: Box<dyn Sleeper>,
}

impl Client {
    /// A client for these credentials, with the defaults: mainland hosts, 3 s to connect, 5 s for an attempt, 3
    /// attempts in 20 s, limits checked.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a credential is empty or not allowed in a header.
    pub fn new(credentials: Credentials) -> Result<Self> {
        Self::builder(credentials).build()
    }

    /// Sets up a client.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(credentials)
    }

    /// What is added to this machine's clock before signing, in milliseconds: 0 unless a server refused the time of a
    /// signature and its `Date` header showed that this machine's clock is wrong.
    #[must_use]
    pub fn clock_offset_millis(&self) -> i64 {
        self.0.clock_offset.millis()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("credentials", &self.0.credentials)
            .field("region", &self.0.region)
            .field("hosts", &self.0.hosts)
            .field("check_limits", &self.0.check_limits)
            .field("attempt_timeout", &self.0.attempt_timeout)
            .field("deadline", &self.0.deadline)
            .field("policy", &self.0.policy)
            .finish_non_exhaustive()
    }
}
