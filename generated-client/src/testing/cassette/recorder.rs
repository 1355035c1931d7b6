//! Records replies.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use crate::testing::cassette::redact::Redactor;
use crate::testing::cassette::tape::{Exchange, RecordedRequest, RecordedResponse, Tape};
use crate::transport::{HttpRequest, Transport, TransportFuture};

/// A transport that sends through another one and records requests and responses, without their secrets. Clones share
/// the recording.
///
/// Not recorded are: the host, the headers of requests, the headers of responses except `Content-Type` and
/// `Retry-After`, and attempts without a response. The value of each parameter and each key in a reply is replaced by
/// `***` if its name has one of these words: token, secret, password, checksum, nonce, signature, credential,
/// authorization, app key, API key, access key (not those that say where a page begins). The AppKey and the secret
/// parameters of a request are also removed where else they are in it and in its reply. **Read the file before you
/// commit it**: what else is private, such as a phone number, stays, unless its name is added with
/// [`redact`](Recorder::redact).
///
/// ```no_run
/// # #[cfg(feature = "im")]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use yunxin::testing::Recorder;
/// use yunxin::transport::HttpTransport;
/// use yunxin::{Client, Credentials, Endpoint, im};
///
/// let recorder = Recorder::new(HttpTransport::new(Duration::from_secs(3))?).redact("mobile");
/// let client = Client::builder(Credentials::from_env()?).transport(recorder.clone()).build()?;
/// im::user::GetProfiles::new(["alice"]).send(&client).await?;
/// recorder.save("tests/cassettes/profile.json")?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<dyn Transport>,
    redacted: Vec<String>,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Recorder {
    /// Records what goes through this transport.
    #[must_use]
    pub fn new(transport: impl Transport) -> Self {
        Self { inner: Arc::new(transport), redacted: Vec::new(), exchanges: Arc::default() }
    }

    /// Also removes the values of parameters and of keys in replies with this name.
    #[must_use]
    pub fn redact(mut self, name: impl Into<String>) -> Self {
        self.redacted.push(name.into());
        self
    }

    /// Writes what was recorded so far, and creates the folder if it is missing. Nothing is written before.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Tape::new(self.redacted.clone(), exchanges).write(path.as_ref())
    }
}

impl Transport for Recorder {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let mut redactor = Redactor::new(&self.redacted).for_request(&request);
        let recorded = RecordedRequest::new(&request, &mut redactor);
        let sending = self.inner.send(request);
        Box::pin(async move {
            let response = sending.await?;
            let exchange = Exchange { request: recorded, response: RecordedResponse::new(&response, &redactor) };
            self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
            Ok(response)
        })
    }

    fn discard_idle(&self, host: &str) {
        self.inner.discard_idle(host);
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("redacted", &self.redacted).finish_non_exhaustive()
    }
}
