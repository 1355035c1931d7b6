//! Sets up a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::base::clock::{Clock, SystemClock};
use crate::base::config_error::ConfigError;
use crate::base::credentials::{Credentials, flaw_of_app_key, flaw_of_secret};
use crate::base::random::{Random, SystemRandom};
use crate::base::secret::Secret;
use crate::client::background::{BackgroundJob, Task};
use crate::client::clock_offset::ClockOffset;
use crate::client::hosts::HostRegistry;
use crate::client::limiter::{Limiter, RateLimits};
use crate::client::region::Region;
use crate::client::retry::budget::RetryBudget;
use crate::client::retry::policy::RetryPolicy;
use crate::client::sleep::{Sleeper, TokioSleeper};
use crate::client::{Client, Core};
use crate::error::{Error, Result};
use crate::transport::host::Host;
use crate::transport::{HttpTransport, Transport, TransportBuilder};
use crate::wire::endpoint_meta::ProductMeta;

/// Sets up a [`Client`]. Nothing is checked and nothing connects before [`build`](ClientBuilder::build).
#[must_use = "a builder does nothing until build()"]
pub struct ClientBuilder {
    credentials: Credentials,
    region: Region,
    host: Option<String>,
    product_hosts: Vec<(String, Vec<String>)>,
    allow_plain_http: bool,
    connect_timeout: Duration,
    http: TransportBuilder<HttpTransport>,
    attempt_timeout: Duration,
    deadline: Duration,
    policy: RetryPolicy,
    budget: u32,
    limits: Option<RateLimits>,
    in_flight: usize,
    jobs: Vec<BackgroundJob>,
    correct_clock: bool,
    check_limits: bool,
    user_agent: String,
    transport: Option<Arc<dyn Transport>>,
    clock: Box<dyn Clock>,
    random: Box<dyn Random>,
    sleeper: Box<dyn Sleeper>,
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            region: Region::default(),
            host: None,
            product_hosts: Vec::new(),
            allow_plain_http: false,
            connect_timeout: Duration::from_secs(3),
            http: HttpTransport::builder(),
            attempt_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(20),
            policy: RetryPolicy::new(),
            budget: 500,
            limits: None,
            in_flight: 10_000,
            jobs: Vec::new(),
            correct_clock: true,
            check_limits: true,
            user_agent: concat!("yunxin-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            transport: None,
            clock: Box::new(SystemClock),
            random: Box::new(SystemRandom::default()),
            sleeper: Box::new(TokioSleeper),
        }
    }

    /// The region of the app's data; mainland if not set.
    pub fn region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// One host for all products, such as the sandbox: `http://127.0.0.1:8088`. A path in it is put before the path of
    /// each call. It has a scheme and a name or an address, optionally a port and a path, and nothing else. Names are
    /// converted to lower case and to Punycode.
    pub fn host(mut self, url: impl Into<String>) -> Self {
        self.host = Some(url.into());
        self
    }

    /// Hosts for one product, in order of preference: `product_hosts(&yunxin::im::PRODUCT,
    /// ["https://im.example.com"])`. They take precedence over [`host`](ClientBuilder::host) and the hosts of the spec.
    pub fn product_hosts(
        mut self,
        product: &ProductMeta<'_>,
        urls: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let urls = urls.into_iter().map(Into::into).collect();
        self.product_hosts.push((product.name.to_owned(), urls));
        self
    }

    /// Allows plain HTTP to hosts other than this machine. Anyone on the network can then read what is sent.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// How long connecting may take, TLS included; 3 s if not set. Has no effect on a custom
    /// [transport](ClientBuilder::transport).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sends all requests through this proxy: `http://user:password@proxy.example:3128`. This includes requests to this
    /// machine and those over plain HTTP, which the proxy can read.
    ///
    /// Unless this or [`no_proxy`](ClientBuilder::no_proxy) is set, requests to encrypted hosts go through the proxy
    /// that `HTTPS_PROXY` or `ALL_PROXY` names, except for hosts in `NO_PROXY`; requests to this machine and over plain
    /// HTTP use no proxy. Has no effect on a custom [transport](ClientBuilder::transport).
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.http = self.http.proxy(url);
        self
    }

    /// Uses no proxy, even if the environment names one.
    pub fn no_proxy(mut self) -> Self {
        self.http = self.http.no_proxy();
        self
    }

    /// How long a connection is kept while no request uses it; 5 s if not set. It should be less than what servers and
    /// load balancers allow, since they close idle connections without notice. Has no effect on a custom
    /// [transport](ClientBuilder::transport).
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.idle_timeout(timeout);
        self
    }

    /// How many idle connections are kept per host; 256 if not set. More are closed when they become idle. Has no
    /// effect on a custom [transport](ClientBuilder::transport).
    pub fn idle_connections(mut self, most: usize) -> Self {
        self.http = self.http.idle_connections(most);
        self
    }

    /// Uses this TLS configuration, for example one that trusts a private certificate authority or has a client
    /// certificate. If not set, TLS uses ring and the certificates that the operating system trusts. Has no effect on a
    /// custom [transport](ClientBuilder::transport).
    pub fn tls(mut self, config: rustls::ClientConfig) -> Self {
        self.http = self.http.tls(config);
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the reply; 5 s if not set. Endpoints that are
    /// known to take longer have their own, and [`with_timeout`](crate::Endpoint::with_timeout) sets it for one call.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take with all its attempts and pauses; 20 s if not set, and never less than one attempt of
    /// it may take. [`with_deadline`](crate::Endpoint::with_deadline) sets it for one call.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How often calls are attempted, and with which pauses. [`with_retry`](crate::Endpoint::with_retry) sets it for
    /// one call.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The capacity of the retry budget, which this client and its clones share; 500 if not set. A retry after a
    /// failure costs 14, one after a refusal for a quota 5, and the first move to another host after a failed
    /// connection nothing. A call that succeeds after retries returns what it took, and one that succeeds at once
    /// returns 1. While the budget is empty, calls end with their first error: if everything fails, retries only add to
    /// the load.
    pub fn retry_budget(mut self, capacity: u32) -> Self {
        self.budget = capacity;
        self
    }

    /// Keeps calls below the official limits; off if not set. A call waits for its slot within its deadline, and fails
    /// with [`ErrorKind::RateLimited`](crate::ErrorKind::RateLimited) at once if the slot is later.
    pub fn limit_rates(mut self, limits: RateLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// How many attempts may be in flight to one host at a time; 10 000 if not set. So a slow host cannot use up memory
    /// and connections for the others. Hosts that are named only by [`with_host`](crate::Endpoint::with_host) share one
    /// limit.
    ///
    /// An attempt waits for a permit as long as it may take itself, and within the deadline of its call. If it gets
    /// none, nothing was sent: the call goes to the next host, or ends with
    /// [`ErrorKind::TooManyCalls`](crate::ErrorKind::TooManyCalls).
    pub fn max_in_flight_per_host(mut self, most: usize) -> Self {
        self.in_flight = most;
        self
    }

    /// Requests the health page of hosts with an open circuit in this interval, so that they are used again as soon as
    /// they answer. Off if not set; then nothing runs in the background. The task starts with the first call, sends
    /// nothing while all circuits are closed, and ends with the client. A failed probe changes nothing.
    pub fn probe_hosts(mut self, every: Duration) -> Self {
        self.jobs.push(BackgroundJob::Probe(every));
        self
    }

    /// Adds a background job.
    #[cfg(feature = "lbs")]
    pub(crate) fn background_job(mut self, job: BackgroundJob) -> Self {
        self.jobs.push(job);
        self
    }

    /// Whether a wrong clock is corrected; true if not set. When a server refuses a signature, its `Date` header shows
    /// the difference; from one minute on the call is signed with the server's time and sent again.
    pub fn correct_clock(mut self, correct: bool) -> Self {
        self.correct_clock = correct;
        self
    }

    /// Whether limits of parameters are checked before sending; true if not set. Control characters in ids, paths and
    /// headers are rejected in either case.
    pub fn check_limits(mut self, check: bool) -> Self {
        self.check_limits = check;
        self
    }

    /// The `User-Agent` header, in printable ASCII; `yunxin-rust/<version>` if not set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sends through a custom transport: another HTTP library, a recorder, a mock.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Uses another clock for signing and for measuring.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Uses another random source for nonces, request ids and pauses.
    pub fn random(mut self, random: impl Random) -> Self {
        self.random = Box::new(random);
        self
    }

    /// Uses another sleeper for pauses between attempts.
    pub fn sleeper(mut self, sleeper: impl Sleeper) -> Self {
        self.sleeper = Box::new(sleeper);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a credential is empty or [cannot be one](Credentials::new), a
    /// host is not a URL or not encrypted, a timeout or the number of calls per host is zero, the proxy is not the URL
    /// of an HTTP proxy, or a value is not allowed in a header.
    pub fn build(self) -> Result<Client> {
        for (name, timeout) in [
            ("connect_timeout", self.connect_timeout),
            ("attempt_timeout", self.attempt_timeout),
            ("deadline", self.deadline),
        ] {
            if timeout.is_zero() {
                return Err(Error::config(format!("{name} is zero, which cannot work")));
            }
        }
        if self.jobs.iter().any(|job| matches!(job, BackgroundJob::Probe(every) if every.is_zero())) {
            return Err(Error::config("the interval of probe_hosts is zero, so that it would do nothing else"));
        }
        if self.in_flight == 0 {
            return Err(Error::config("max_in_flight_per_host is zero, which lets no call through"));
        }
        if let Some(flaw) = flaw_of_secret(&self.credentials.app_secret) {
            return Err(Error::config(format!("the app secret {flaw}")));
        }
        if let Some(flaw) = flaw_of_app_key(&self.credentials.app_key) {
            return Err(Error::config(format!("the app key {flaw}")));
        }
        let app_key = header("the app key", &self.credentials.app_key)?;
        let user_agent = header("the user agent", &self.user_agent)?;
        let hosts = self.hosts()?;
        #[cfg(feature = "metrics")]
        crate::client::call_metrics::describe();
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(self.http.connect_timeout(self.connect_timeout).build()?),
        };
        Ok(Client(Arc::new(Core {
            credentials: self.credentials,
            app_key,
            user_agent,
            region: self.region,
            hosts,
            check_limits: self.check_limits,
            allow_plain_http: self.allow_plain_http,
            connect_timeout: self.connect_timeout,
            attempt_timeout: self.attempt_timeout,
            deadline: self.deadline,
            policy: self.policy,
            budget: RetryBudget::new(self.budget),
            limiter: self.limits.map(Limiter::new),
            tasks: self.jobs.into_iter().map(Task::new).collect(),
            clock_offset: ClockOffset::default(),
            correct_clock: self.correct_clock,
            transport,
            clock: self.clock,
            random: self.random,
            sleeper: self.sleeper,
        })))
    }

    fn hosts(&self) -> Result<HostRegistry> {
        let mut book = HostRegistry::new(self.in_flight);
        if let Some(url) = &self.host {
            book.set_override_host(Host::given(url, self.allow_plain_http)?);
        }
        for (name, urls) in &self.product_hosts {
            let hosts: Vec<_> =
                urls.iter().map(|url| Host::given(url, self.allow_plain_http)).collect::<Result<_, ConfigError>>()?;
            if hosts.is_empty() {
                return Err(Error::config(format!("product_hosts() names no host for `{name}`")));
            }
            book.set_product(name.clone(), hosts);
        }
        Ok(book)
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("region", &self.region)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("deadline", &self.deadline)
            .field("policy", &self.policy)
            .field("check_limits", &self.check_limits)
            .finish_non_exhaustive()
    }
}

fn header(what: &str, text: &str) -> Result<HeaderValue> {
    let refuse = || format!("{what} cannot stand in a header: printable ASCII only, and no blanks around it");
    // Surrounding blanks would be removed on the way, and servers disagree about non-ASCII bytes.
    if text.trim() != text || !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(Error::config(refuse()));
    }
    HeaderValue::from_str(text).map_err(|error| Error::config(refuse()).caused_by(error))
}
