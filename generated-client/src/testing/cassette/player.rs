//! Plays recorded replies.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use crate::client::{Client, ClientBuilder};
use crate::testing::cassette::redact::Redactor;
use crate::testing::cassette::tape::{Exchange, RecordedRequest, Tape};
use crate::testing::test_client;
use crate::testing::test_client::{VirtualTime, fail};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};

/// Answers calls with what a [`Recorder`](crate::testing::Recorder) has recorded.
///
/// A request gets the response of the first recorded request with the same method, path and parameters that was not
/// used yet; host, headers and secrets make no difference. A request that was not recorded panics where the call is
/// awaited, and dropping the player panics if a recorded response was not used.
///
/// ```no_run
/// # #[cfg(feature = "im")]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use yunxin::testing::Player;
/// use yunxin::{Endpoint, im};
///
/// let player = Player::open("tests/cassettes/profile.json")?;
/// let profiles = im::user::GetProfiles::new(["alice"]).send(&player.client()).await?;
/// assert_eq!(profiles.len(), 1);
/// # Ok(()) }
/// ```
///
/// # Panics
/// When it is dropped, unless the thread panics already: see [`verify`](Player::verify).
#[derive(Debug)]
pub struct Player {
    time: VirtualTime,
    shared: Arc<Shared>,
    ignored: Vec<String>,
}

#[derive(Debug)]
struct Shared {
    redacted: Vec<String>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// With whether it was played.
    exchanges: Vec<(Exchange, bool)>,
    unexpected: Vec<String>,
}

/// The transport of a player.
#[derive(Clone, Debug)]
struct PlayerTransport {
    shared: Arc<Shared>,
    ignored: Vec<String>,
}

impl Player {
    /// Reads a cassette.
    ///
    /// # Errors
    /// If the file cannot be read or is not a cassette.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let tape = Tape::read(path.as_ref())?;
        let exchanges = tape.exchanges.into_iter().map(|exchange| (exchange, false)).collect();
        let state = Mutex::new(State { exchanges, unexpected: Vec::new() });
        let shared = Arc::new(Shared { redacted: tape.redacted, state });
        Ok(Self { time: VirtualTime::new(), shared, ignored: Vec::new() })
    }

    /// Does not compare the parameter with this name: one that is different in every run, such as a time. It holds for
    /// clients that are made afterwards.
    #[must_use]
    pub fn ignore_param(mut self, name: impl Into<String>) -> Self {
        self.ignored.push(name.into());
        self
    }

    /// A client that gets the recorded replies, with test credentials. Its pauses take no time.
    #[must_use]
    pub fn client(&self) -> Client {
        test_client::build(self.client_builder())
    }

    /// The builder of [`client`](Player::client), for more settings.
    pub fn client_builder(&self) -> ClientBuilder {
        test_client::builder(self.transport(), &self.time)
    }

    /// The transport, for a client with credentials, clock and sleeper of its own.
    #[must_use]
    pub fn transport(&self) -> impl Transport + Clone + use<> {
        PlayerTransport { shared: Arc::clone(&self.shared), ignored: self.ignored.clone() }
    }

    /// Fails the test if a request came that was not recorded, or if a recorded response was not used. Dropping the
    /// player does the same.
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

impl Drop for Player {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.verify();
        }
    }
}

impl Transport for PlayerTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            let mut redactor = Redactor::new(&self.shared.redacted).for_request(&request);
            let request = RecordedRequest::new(&request, &mut redactor);
            // The lock is released before the panic.
            let played = self.shared.state().play(&request, &self.ignored);
            match played {
                Ok(response) => Ok(response),
                Err(text) => fail(&text),
            }
        })
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The response to a request, or the text of the panic.
    fn play(&mut self, request: &RecordedRequest, ignored: &[String]) -> Result<HttpResponse, String> {
        let wanted = without(request, ignored);
        let mut unused = self.exchanges.iter_mut().filter(|(_, played)| !played);
        if let Some((exchange, played)) = unused.find(|(exchange, _)| without(&exchange.request, ignored) == wanted) {
            *played = true;
            return Ok(exchange.response.play());
        }
        let mut text = format!("a call that was not recorded: {}\nrecorded calls:", show(request));
        for (exchange, played) in &self.exchanges {
            let note = if *played { " (used)" } else { "" };
            let _ = write!(text, "\n  {}{note}", show(&exchange.request));
        }
        self.unexpected.push(text.clone());
        Err(text)
    }

    fn problem(&self) -> Option<String> {
        if !self.unexpected.is_empty() {
            return Some(self.unexpected.join("\n"));
        }
        let unused: Vec<_> = self.exchanges.iter().filter(|(_, played)| !played).collect();
        if unused.is_empty() {
            return None;
        }
        let mut text = String::from("recorded responses that were not used:");
        for (exchange, _) in unused {
            let _ = write!(text, "\n  {}", show(&exchange.request));
        }
        Some(text)
    }
}

fn without(request: &RecordedRequest, ignored: &[String]) -> RecordedRequest {
    let mut request = request.clone();
    request.params.retain(|param| !ignored.contains(&param.name));
    request
}

fn show(request: &RecordedRequest) -> String {
    let params: Vec<_> = request.params.iter().map(|param| param.show()).collect();
    let params = if params.is_empty() { "no parameters".to_owned() } else { params.join(", ") };
    format!("{} {} with {params}", request.method, request.path)
}
