//! A mock transport with given replies, and a virtual time that only advances with a pause or a request.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "test code: a failure here is the failure of the test")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use yunxin::client::{Clock, SleepFuture, Sleeper};
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture};
use yunxin::{Client, ClientBuilder, Credentials};

/// The reply to a request.
#[derive(Clone, Debug)]
pub enum MockReply {
    Fails(TransportErrorKind),
    Responds(u16, &'static str),
    /// A response with headers.
    RespondsWithHeaders(u16, &'static str, Vec<(&'static str, String)>),
    /// Never responds.
    Hangs,
}

/// Clock and sleeper whose time only advances when a test or a pause advances it.
#[derive(Clone, Debug, Default)]
pub struct VirtualTime(Arc<Mutex<TimeState>>);

#[derive(Debug, Default)]
struct TimeState {
    elapsed: Duration,
    /// Error of the wall clock, in seconds.
    wall_error: i64,
    pauses: Vec<Duration>,
}

/// Start of the virtual time, in seconds since 1970.
pub const BEGIN: u64 = 1_700_000_000;

impl VirtualTime {
    pub fn advance(&self, span: Duration) {
        self.0.lock().unwrap().elapsed += span;
    }

    pub fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    /// Sets the wall clock this number of seconds ahead of the true time.
    pub fn set_clock_error(&self, seconds: i64) {
        self.0.lock().unwrap().wall_error = seconds;
    }

    /// The time without the error of the wall clock.
    pub fn true_time(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(BEGIN) + self.elapsed()
    }

    /// All pauses so far.
    pub fn pauses(&self) -> Vec<Duration> {
        self.0.lock().unwrap().pauses.clone()
    }
}

impl Clock for VirtualTime {
    fn now(&self) -> SystemTime {
        let error = self.0.lock().unwrap().wall_error;
        let span = Duration::from_secs(error.unsigned_abs());
        if error < 0 { self.true_time() - span } else { self.true_time() + span }
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }
}

impl Sleeper for VirtualTime {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        let time = self.clone();
        Box::pin(async move {
            // The time advances when the pause is awaited, not when it is created.
            let mut state = time.0.lock().unwrap();
            state.elapsed += pause;
            state.pauses.push(pause);
        })
    }
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub host: String,
    pub request_id: String,
    pub nonce: String,
    pub cur_time: u64,
    pub check_sum: String,
    pub body: Vec<u8>,
    pub timeout: Duration,
    pub at: Duration,
    pub request: HttpRequest,
}

#[derive(Clone)]
pub struct MockTransport(Arc<Inner>);

struct Inner {
    time: VirtualTime,
    latency: Duration,
    replies: Mutex<VecDeque<MockReply>>,
    received: Mutex<Vec<ReceivedRequest>>,
    /// Computes the replies; replaces `replies`.
    handler: Option<Handler>,
}

type Handler = Box<dyn Fn(&ReceivedRequest) -> MockReply + Send + Sync>;

impl MockTransport {
    /// Returns the replies in order; the last one is repeated.
    pub fn new(time: &VirtualTime, replies: impl IntoIterator<Item = MockReply>) -> Self {
        Self::with_latency(time, Duration::from_millis(10), replies)
    }

    /// The same, with this latency of each attempt.
    pub fn with_latency(time: &VirtualTime, latency: Duration, replies: impl IntoIterator<Item = MockReply>) -> Self {
        Self(Arc::new(Inner {
            time: time.clone(),
            latency,
            replies: Mutex::new(replies.into_iter().collect()),
            received: Mutex::default(),
            handler: None,
        }))
    }

    /// Computes the reply from the request.
    pub fn with_handler(
        time: &VirtualTime,
        handler: impl Fn(&ReceivedRequest) -> MockReply + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            time: time.clone(),
            latency: Duration::from_millis(10),
            replies: Mutex::default(),
            received: Mutex::default(),
            handler: Some(Box::new(handler)),
        }))
    }

    pub fn received(&self) -> Vec<ReceivedRequest> {
        self.0.received.lock().unwrap().clone()
    }

    pub fn hosts(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.host).collect()
    }
}

impl Transport for MockTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let header = |name: &str| request.headers.get(name).unwrap_or_default().to_owned();
            let id = ["requestid", "x-custom-traceid"].map(header).concat();
            let host = request.url.split('/').nth(2).unwrap().to_owned();
            let received = ReceivedRequest {
                host,
                request_id: id,
                nonce: header("nonce"),
                cur_time: header("curtime").parse().unwrap_or_default(),
                check_sum: header("checksum"),
                body: request.body.to_vec(),
                timeout: request.timeout,
                at: inner.time.elapsed(),
                request: request.clone(),
            };
            inner.received.lock().unwrap().push(received.clone());
            let reply = match &inner.handler {
                Some(handler) => handler(&received),
                None => {
                    let mut replies = inner.replies.lock().unwrap();
                    let first = replies.pop_front().unwrap();
                    if replies.is_empty() {
                        replies.push_back(first.clone());
                    }
                    first
                }
            };
            if let MockReply::Hangs = reply {
                std::future::pending::<()>().await;
            }
            inner.time.advance(inner.latency.min(request.timeout));
            if inner.latency >= request.timeout {
                return Err(TransportError::new(TransportErrorKind::Timeout));
            }
            let (status, body, headers) = match reply {
                MockReply::Fails(kind) => return Err(TransportError::new(kind)),
                MockReply::Responds(status, body) => (status, body, Vec::new()),
                MockReply::RespondsWithHeaders(status, body, headers) => (status, body, headers),
                MockReply::Hangs => unreachable!(),
            };
            let mut response = HttpResponse::new(status, body);
            for (name, value) in headers {
                assert!(response.headers.set(name, &value));
            }
            Ok(response)
        })
    }
}

/// A client with the mock transport and virtual time.
pub fn builder(time: &VirtualTime, mock: &MockTransport) -> ClientBuilder {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .transport(mock.clone())
        .clock(time.clone())
        .sleeper(time.clone())
}

pub fn client(time: &VirtualTime, mock: &MockTransport) -> Client {
    builder(time, mock).build().unwrap()
}
