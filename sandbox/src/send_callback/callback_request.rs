//! A callback request, before it is signed and sent.

use std::fmt;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;
use serde_json::Value;

use super::edit::NewValue;
use super::events::Events;
use super::send::{HttpResponse, PreparedRequest};
use super::signing::Signing;
use super::{SendCallbackError, edit};

/// Default timeout. Far longer than the two seconds that the platform waits, so that a handler can be debugged.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A callback request. Nothing is checked before [`prepare`](Self::prepare) or [`send`](Self::send).
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct CallbackRequest {
    body: Vec<u8>,
    edits: Vec<(String, NewValue)>,
    signing: Signing,
    at: Option<SystemTime>,
    timeout: Duration,
}

impl CallbackRequest {
    /// Creates a request with the example of an event of the [shipped](Events::shipped) specs, such as `call.ended`.
    /// For the specs in another folder use [`Events::get`].
    ///
    /// # Errors
    /// [`SendCallbackError::UnknownEvent`], or [`SendCallbackError::Specs`] if the specs cannot be read.
    pub fn of(event: &str) -> Result<Self, SendCallbackError> {
        Ok(Events::shipped().map_err(SendCallbackError::Specs)?.get(event)?.request())
    }

    /// Creates a request with any body.
    pub fn with_body(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), edits: Vec::new(), signing: Signing::None, at: None, timeout: TIMEOUT }
    }

    /// Sets a field of the body. `path` consists of keys and list indexes, separated by dots; it may continue inside of
    /// a string with JSON: `callback.legs.0.endpoint`. All segments but the last must exist.
    ///
    /// If the present value is text, or text with JSON, `value` becomes text. Otherwise it is JSON if it can be parsed,
    /// and text if not. [`set_json`](Self::set_json) changes the type of a value.
    pub fn set(mut self, path: impl Into<String>, value: impl Into<String>) -> Self {
        self.edits.push((path.into(), NewValue::Text(value.into())));
        self
    }

    /// Sets a field of the body, as [`set`](Self::set) does, to a JSON value, regardless of the type of the present
    /// value.
    pub fn set_json(mut self, path: impl Into<String>, value: impl Into<Value>) -> Self {
        self.edits.push((path.into(), NewValue::Json(value.into())));
        self
    }

    /// Signs with an app secret: for events of [`Verification::Checksum`](super::Verification::Checksum).
    pub fn signed(mut self, app_key: impl Into<String>, app_secret: impl Into<String>) -> Self {
        self.signing = Signing::CheckSum { app_key: app_key.into(), app_secret: SecretString::from(app_secret.into()) };
        self
    }

    /// Signs with a sign key: for events of [`Verification::Sign`](super::Verification::Sign), which are those of live
    /// streams and of video on demand.
    pub fn signed_with_key(mut self, sign_key: impl Into<String>) -> Self {
        self.signing = Signing::Sign { sign_key: SecretString::from(sign_key.into()) };
        self
    }

    /// Signs with this time, in milliseconds, instead of the current time: to test that a handler rejects old
    /// callbacks.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.at = Some(time);
        self
    }

    /// Sets the timeout for the whole response. Default: 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Signs the request for this URL, and returns it, to be inspected or sent.
    ///
    /// # Errors
    /// If a field cannot be set, the app key is not allowed in a header, or the URL is not a plain HTTP URL.
    pub fn prepare(&self, url: &str) -> Result<PreparedRequest, SendCallbackError> {
        let mut body = self.body.clone();
        for (path, given) in &self.edits {
            body = edit::set(&body, path, given)
                .map_err(|reason| SendCallbackError::Field { path: path.clone(), reason })?
                .into_bytes();
        }
        let headers = self.signing.headers(&body, self.at.unwrap_or_else(SystemTime::now));
        PreparedRequest::new(url, headers, body, self.timeout)
    }

    /// Sends it, and waits for the response. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// The errors of [`prepare`](Self::prepare), and [`SendCallbackError::NoResponse`]. A response with any status is
    /// not an error.
    pub async fn send(&self, url: &str) -> Result<HttpResponse, SendCallbackError> {
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
