//! A callback before it is sent.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use secrecy::SecretString;
use serde_json::Value;

use super::{
    FireError,
    edit::{self, Given},
    events::Events,
    send::{CallbackReply, PreparedRequest},
    signing::Signing,
};

/// Far longer than the two seconds that the platform waits: somebody may look at the handler in a debugger.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A callback that is about to be sent. Nothing is checked before it is aimed or sent.
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct CallbackRequest {
    body: Vec<u8>,
    edits: Vec<(String, Given)>,
    signing: Signing,
    at: Option<SystemTime>,
    timeout: Duration,
}

impl CallbackRequest {
    /// The example of an event of the [shipped](Events::shipped) specs, such as `call.ended`. Those of another folder come from
    /// [`Events::get`].
    ///
    /// # Errors
    /// [`FireError::UnknownEvent`], or [`FireError::Specs`] when the specs cannot be read.
    pub fn of(event: &str) -> Result<Self, FireError> {
        Ok(Events::shipped().map_err(FireError::Specs)?.get(event)?.request())
    }

    /// A body of one's own: any bytes.
    pub fn with_body(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), edits: Vec::new(), signing: Signing::None, at: None, timeout: TIMEOUT }
    }

    /// Sets a field of the body. `path` has dots between keys and positions of lists, and leads through JSON in text:
    /// `callback.legs.0.endpoint`. All but the last step must be there.
    ///
    /// Where the body has text now, or has JSON in text, `value` becomes text. Anywhere else it is JSON if it can be read as such, and
    /// otherwise text. [`set_json`](Self::set_json) changes the kind of a value.
    pub fn set(mut self, path: impl Into<String>, value: impl Into<String>) -> Self {
        self.edits.push((path.into(), Given::Text(value.into())));
        self
    }

    /// Sets a field of the body, as [`set`](Self::set) does, to a JSON value, whatever the body has there now.
    pub fn set_json(mut self, path: impl Into<String>, value: impl Into<Value>) -> Self {
        self.edits.push((path.into(), Given::Json(value.into())));
        self
    }

    /// Signs with an app secret: for events of [`Verification::Checksum`](super::Verification::Checksum).
    pub fn signed(mut self, app_key: impl Into<String>, app_secret: impl Into<String>) -> Self {
        self.signing = Signing::CheckSum { app_key: app_key.into(), app_secret: SecretString::from(app_secret.into()) };
        self
    }

    /// Signs with a sign key: for events of [`Verification::Sign`](super::Verification::Sign), which are those of live streams and of
    /// video on demand.
    pub fn signed_with_key(mut self, sign_key: impl Into<String>) -> Self {
        self.signing = Signing::Sign { sign_key: SecretString::from(sign_key.into()) };
        self
    }

    /// Signs as of this time, to the millisecond, and not as of now: to see that a handler refuses what is too old.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.at = Some(time);
        self
    }

    /// How long to wait for the whole answer; 30 s unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What [`send`](Self::send) would send to this URL, to be looked at before.
    ///
    /// # Errors
    /// When a field cannot be set, the app key cannot stand in a header, or the URL is none of plain HTTP.
    pub fn prepare(&self, url: &str) -> Result<PreparedRequest, FireError> {
        let mut body = self.body.clone();
        for (path, given) in &self.edits {
            body = edit::set(&body, path, given)
                .map_err(|reason| FireError::Field { path: path.clone(), reason })?
                .into_bytes();
        }
        let headers = self.signing.headers(&body, self.at.unwrap_or_else(SystemTime::now));
        PreparedRequest::new(url, headers, body, self.timeout)
    }

    /// Posts it, and waits for the answer. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// What [`prepare`](Self::prepare) says, and [`FireError::NoAnswer`]. An answer of any status is no error.
    pub async fn send(&self, url: &str) -> Result<CallbackReply, FireError> {
        self.prepare(url)?.send().await
    }
}

impl fmt::Debug for CallbackRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackRequest")
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("edits", &self.edits)
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}
