//! The mock: expectations, and the transport that answers by them.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, thread};

use crate::client::endpoint::Endpoint;
use crate::client::{Client, ClientBuilder};
use crate::testing::expectation::{Expectation, On, Source};
use crate::testing::path_template::match_path;
use crate::testing::received::Received;
use crate::testing::test_client::{VirtualTime, fail};
use crate::testing::{expectation, test_client};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::wire::endpoint_meta::EndpointMeta;

/// Answers the calls of a client without a network, and fails the test if other calls come than were expected.
///
/// A call that no expectation answers panics where the call is awaited, with the endpoint, its parameters and what was
/// expected. If the panic ended a task or a blocking call, not the test, dropping the mock panics with the same text;
/// so it does if an expected call did not come.
///
/// Endpoints are told apart by method and path, so calls must go to hosts without a path of their own.
///
/// # Panics
/// When it is dropped, unless the thread panics already: see [`verify`](Mock::verify).
#[derive(Debug)]
pub struct Mock {
    shared: Arc<Shared>,
}

/// The transport of a [`Mock`], for a client with settings of its own.
#[derive(Clone, Debug)]
pub struct MockTransport {
    shared: Arc<Shared>,
}

/// What the mock and its transports share.
#[derive(Debug)]
pub(super) struct Shared {
    time: VirtualTime,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    expectations: Vec<Expectation>,
    received: Vec<Received>,
    /// Texts of the calls that were not expected.
    unexpected: Vec<String>,
}

impl Mock {
    /// A mock that expects no call.
    #[must_use]
    pub fn new() -> Self {
        Self { shared: Arc::new(Shared { time: VirtualTime::new(), state: Mutex::default() }) }
    }

    /// Begins an expectation about calls of an endpoint: [`On`] says how to go on. A call takes the answer of the first
    /// expectation that matches it and has one left.
    pub fn on<E: Endpoint>(&self) -> On<'_, E> {
        On::new(&self.shared)
    }

    /// A client that calls this mock, with test credentials. Its pauses take no time: a clock of its own advances
    /// by them.
    ///
    /// # Panics
    /// Never: the credentials are valid.
    #[must_use]
    pub fn client(&self) -> Client {
        test_client::build(self.client_builder())
    }

    /// The builder of [`client`](Mock::client), for more settings. Jobs in the background, such as
    /// [`probe_hosts`](ClientBuilder::probe_hosts), would never pause.
    pub fn client_builder(&self) -> ClientBuilder {
        test_client::builder(self.transport(), &self.shared.time)
    }

    /// The transport, for a client with credentials, clock and sleeper of its own.
    #[must_use]
    pub fn transport(&self) -> MockTransport {
        MockTransport { shared: Arc::clone(&self.shared) }
    }

    /// The requests to an endpoint so far, in order. A call that the client repeated is there once for each attempt.
    #[must_use]
    pub fn received<E: Endpoint>(&self) -> Vec<Received> {
        let meta = const { &E::META };
        let mut received = self.received_all();
        received.retain_mut(|one| {
            one.name_placeholders(meta);
            one.method() == meta.method && match_path(meta, one.path()).is_some()
        });
        received
    }

    /// All requests so far, in order.
    #[must_use]
    pub fn received_all(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// Fails the test unless exactly this request came, this often, counting attempts.
    ///
    /// # Panics
    /// If it came another number of times.
    #[track_caller]
    pub fn assert_received<E: Endpoint>(&self, request: &E, times: usize) {
        let received = self.received::<E>();
        let found = received.iter().filter(|received| received.is(request)).count();
        if found == times {
            return;
        }
        let mut text =
            format!("{} was received {}, not {times}, with these parameters", E::META.id, expectation::times(found));
        for received in received {
            let _ = write!(text, "\n  received: {received}");
        }
        fail(&text);
    }

    /// Fails the test if a call came that was not expected, or if an expected one did not come. Dropping the mock does
    /// the same.
    ///
    /// # Panics
    /// If so.
    #[track_caller]
    pub fn verify(&self) {
        if let Some(problem) = self.shared.state().problem() {
            fail(&problem);
        }
    }
}

impl Default for Mock {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.verify();
        }
    }
}

impl Transport for MockTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move { self.shared.answer(request) })
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, expectation: Expectation) -> usize {
        let mut state = self.state();
        state.expectations.push(expectation);
        state.expectations.len() - 1
    }

    pub(super) fn change(&self, index: usize, change: impl FnOnce(&mut Expectation)) {
        if let Some(expectation) = self.state().expectations.get_mut(index) {
            change(expectation);
        }
    }

    fn answer(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = request.timeout;
        let (source, received) = match self.state().find_answer(request) {
            Ok(found) => found,
            // The lock is released by now.
            Err(text) => fail(&text),
        };
        let content = match source {
            Source::Fixed(content) => content,
            Source::Function(answer) => answer(&received),
        };
        let result = content.result();
        if result.as_ref().is_err_and(|error| error.kind() == TransportErrorKind::Timeout) {
            self.time.advance(timeout);
        }
        result
    }
}

impl State {
    /// The answer to a request, or the text of the panic.
    fn find_answer(&mut self, request: HttpRequest) -> Result<(Source, Received), String> {
        let mut received = Received::new(request);
        let meta = self.endpoint_of(&received);
        if let Some(meta) = meta {
            received.name_placeholders(meta);
        }
        let attempt = 1 + self.earlier_attempts(meta, &received);
        self.received.push(received.clone());
        let of_endpoint = |expectation: &&mut Expectation| Some(expectation.meta.id) == meta.map(|meta| meta.id);
        let mut matching = self.expectations.iter_mut().filter(of_endpoint).filter(|one| one.matches(&received));
        match matching.find_map(Expectation::take) {
            Some(source) => Ok((source, received)),
            None => {
                let text = self.unexpected_text(meta, &received, attempt);
                self.unexpected.push(text.clone());
                Err(text)
            }
        }
    }

    /// The endpoint that a request is for, of those with an expectation: the one with the fewest placeholders.
    fn endpoint_of(&self, received: &Received) -> Option<&'static EndpointMeta<'static>> {
        let metas = self.expectations.iter().map(|expectation| expectation.meta);
        metas
            .filter(|meta| meta.method == received.method())
            .filter_map(|meta| Some((match_path(meta, received.path())?.len(), meta)))
            .min_by_key(|(placeholders, _)| *placeholders)
            .map(|(_, meta)| meta)
    }

    /// How many attempts of the same call came before, by its request id.
    fn earlier_attempts(&self, meta: Option<&EndpointMeta<'_>>, received: &Received) -> usize {
        let id = |one: &Received| one.http().headers.get(meta?.product.request_id.header).map(str::to_owned);
        let Some(own) = id(received) else { return 0 };
        self.received.iter().filter(|one| one.path() == received.path() && id(one).as_ref() == Some(&own)).count()
    }

    fn unexpected_text(&self, meta: Option<&EndpointMeta<'_>>, received: &Received, attempt: usize) -> String {
        let id = meta.map(|meta| format!("{}, ", meta.id)).unwrap_or_default();
        let mut text = format!("a call that the mock does not expect: {id}{received}\nexpected calls:");
        if self.expectations.is_empty() {
            text.push_str(" none");
        }
        for expectation in &self.expectations {
            let _ = write!(text, "\n  {expectation}");
        }
        if attempt > 1 {
            let _ = write!(
                text,
                "\nIt is attempt {attempt} of a call: the client repeats what may be repeated. Add an answer for it, or \
                 use `RetryPolicy::none()`."
            );
        }
        text
    }

    /// What is wrong so far.
    fn problem(&self) -> Option<String> {
        if !self.unexpected.is_empty() {
            return Some(self.unexpected.join("\n"));
        }
        let open: Vec<_> = self.expectations.iter().filter(|expectation| expectation.is_open()).collect();
        if open.is_empty() {
            return None;
        }
        let mut text = String::from("expected calls that did not come:");
        for expectation in open {
            let _ = write!(text, "\n  {expectation}");
        }
        for (index, received) in self.received.iter().enumerate() {
            let _ = write!(text, "\nreceived {}: {received}", index + 1);
        }
        Some(text)
    }
}

impl fmt::Display for Mock {
    /// The expectations, one in a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for expectation in &self.shared.state().expectations {
            writeln!(f, "{expectation}")?;
        }
        Ok(())
    }
}
