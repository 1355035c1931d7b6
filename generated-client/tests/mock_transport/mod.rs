//! A transport that answers as a script says, and a time that only passes when the script or a pause lets it.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "test code: a failure here is the failure of the test")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use yunxin::client::{Clock, SleepFuture, Sleeper};
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind, TransportFuture};
use yunxin::{Client, ClientBuilder, Credentials};

/// What comes back for a request.
#[derive(Clone, Debug)]
pub enum Answer {
    Fails(TransportErrorKind),
    Says(u16, &'static str),
    /// With headers. `date` may stand for one: seconds ahead of this machine's clock.
    With(u16, &'static str, Vec<(&'static str, String)>),
    /// Nothing, ever.
    Hangs,
}

/// Time that passes only when it is told to.
#[derive(Clone, Debug, Default)]
pub struct Time(Arc<Mutex<Moments>>);

#[derive(Debug, Default)]
struct Moments {
    passed: Duration,
    /// What the wall clock shows beside that, in seconds.
    wall_error: i64,
    pauses: Vec<Duration>,
}

/// When the virtual time begins.
pub const BEGIN: u64 = 1_700_000_000;

impl Time {
    pub fn pass(&self, span: Duration) {
        self.0.lock().unwrap().passed += span;
    }

    pub fn passed(&self) -> Duration {
        self.0.lock().unwrap().passed
    }

    /// Sets this machine's clock so many seconds ahead of the truth.
    pub fn set_wrong_by(&self, seconds: i64) {
        self.0.lock().unwrap().wall_error = seconds;
    }

    /// The truth.
    pub fn truth(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(BEGIN) + self.passed()
    }

    /// All pauses so far.
    pub fn pauses(&self) -> Vec<Duration> {
        self.0.lock().unwrap().pauses.clone()
    }
}

impl Clock for Time {
    fn now(&self) -> SystemTime {
        let error = self.0.lock().unwrap().wall_error;
        let span = Duration::from_secs(error.unsigned_abs());
        if error < 0 { self.truth() - span } else { self.truth() + span }
    }

    fn monotonic(&self) -> Duration {
        self.passed()
    }
}

impl Sleeper for Time {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        let time = self.clone();
        Box::pin(async move {
            // The time passes when the pause is waited for, not when it is made.
            let mut moments = time.0.lock().unwrap();
            moments.passed += pause;
            moments.pauses.push(pause);
        })
    }
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub struct Heard {
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
pub struct Script(Arc<Inner>);

struct Inner {
    time: Time,
    took: Duration,
    answers: Mutex<VecDeque<Answer>>,
    heard: Mutex<Vec<Heard>>,
    /// Decides instead of the answers.
    answer_for: Option<AnswerFor>,
}

type AnswerFor = Box<dyn Fn(&Heard) -> Answer + Send + Sync>;

impl Script {
    /// The answers in order; the last one is given from then on.
    pub fn new(time: &Time, answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::taking(time, Duration::from_millis(10), answers)
    }

    /// The same, with each attempt taking so long.
    pub fn taking(time: &Time, took: Duration, answers: impl IntoIterator<Item = Answer>) -> Self {
        Self(Arc::new(Inner {
            time: time.clone(),
            took,
            answers: Mutex::new(answers.into_iter().collect()),
            heard: Mutex::default(),
            answer_for: None,
        }))
    }

    /// Answers as a function of the request says.
    pub fn answering(time: &Time, answer_for: impl Fn(&Heard) -> Answer + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            time: time.clone(),
            took: Duration::from_millis(10),
            answers: Mutex::default(),
            heard: Mutex::default(),
            answer_for: Some(Box::new(answer_for)),
        }))
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.0.heard.lock().unwrap().clone()
    }

    pub fn hosts(&self) -> Vec<String> {
        self.heard().into_iter().map(|heard| heard.host).collect()
    }
}

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            let header = |name: &str| request.headers.get(name).unwrap_or_default().to_owned();
            let id = ["requestid", "x-custom-traceid"].map(header).concat();
            let host = request.url.split('/').nth(2).unwrap().to_owned();
            let heard = Heard {
                host,
                request_id: id,
                nonce: header("nonce"),
                cur_time: header("curtime").parse().unwrap_or_default(),
                check_sum: header("checksum"),
                body: request.body.to_vec(),
                timeout: request.timeout,
                at: inner.time.passed(),
                request: request.clone(),
            };
            inner.heard.lock().unwrap().push(heard.clone());
            let answer = match &inner.answer_for {
                Some(answer_for) => answer_for(&heard),
                None => {
                    let mut answers = inner.answers.lock().unwrap();
                    let first = answers.pop_front().unwrap();
                    if answers.is_empty() {
                        answers.push_back(first.clone());
                    }
                    first
                }
            };
            if let Answer::Hangs = answer {
                std::future::pending::<()>().await;
            }
            inner.time.pass(inner.took.min(request.timeout));
            if inner.took >= request.timeout {
                return Err(TransportError::new(TransportErrorKind::Timeout));
            }
            let (status, body, headers) = match answer {
                Answer::Fails(kind) => return Err(TransportError::new(kind)),
                Answer::Says(status, body) => (status, body, Vec::new()),
                Answer::With(status, body, headers) => (status, body, headers),
                Answer::Hangs => unreachable!(),
            };
            let mut response = HttpResponse::new(status, body);
            for (name, value) in headers {
                assert!(response.headers.set(name, &value));
            }
            Ok(response)
        })
    }
}

/// A client of the script, on virtual time.
pub fn builder(time: &Time, script: &Script) -> ClientBuilder {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .transport(script.clone())
        .clock(time.clone())
        .sleeper(time.clone())
}

pub fn client(time: &Time, script: &Script) -> Client {
    builder(time, script).build().unwrap()
}
