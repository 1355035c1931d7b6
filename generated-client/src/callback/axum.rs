//! [`Callback`] as an extractor for axum 0.8. Only this module has types of that framework in its API.
//!
//! The verifier comes from the state: [`Verifier`] for [`Callback<E>`], [`SignVerifier`] for
//! [`Callback<E, VerifiedSign>`](VerifiedSign). It is the state itself, or a part of it by `FromRef`. The body is read
//! up to [its limit](Verifier::body_limit). `E` is decoded only after the body is verified.
//!
//! ```
//! use axum::{Router, routing::post};
//! use yunxin::callback::{Acknowledged, Callback, Verifier};
//! use yunxin::events::Event;
//!
//! async fn receive(callback: Callback<Event>) -> Acknowledged {
//!     println!("{} of {}", callback.event.name(), callback.verified.app_key());
//!     Acknowledged
//! }
//!
//! let verifier = Verifier::new("app-key", ["app-secret"]);
//! let app: Router = Router::new().route("/callback", post(receive)).with_state(verifier);
//! ```
//!
//! A callback that is not accepted is answered with a [`Rejection`]. [`Acknowledged`] is the response to an event,
//! [`CallbackResponse`] the response to a third-party callback.

use std::error::Error as StdError;
use std::fmt;

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::callback::{
    Acknowledged, Callback, CallbackBody, CallbackResponse, SignVerifier, Verified, VerifiedSign, Verifier, VerifyError,
};

/// Why a request is rejected. As a response it is one line of text with the reason.
///
/// | status | reason |
/// |---|---|
/// | 400 | a required header is missing, repeated or invalid; or the body ended early |
/// | 401 | the signature is wrong, too old or from the future, or the app is unknown |
/// | 409 | the callback was received before; the platform may repeat it if the first one fails |
/// | 413 | the body is larger than the verifier's limit |
/// | 500 | the verifier has no secret |
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The verifier rejected it.
    Refused(VerifyError),
    /// The body is larger than the verifier's limit.
    TooLarge,
    /// The body ended early, or could not be read.
    Unreadable,
}

impl Rejection {
    /// Returns the HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Refused(error) => match error {
                VerifyError::MissingHeader { .. }
                | VerifyError::RepeatedHeader { .. }
                | VerifyError::BadCurTime
                | VerifyError::NoFields
                | VerifyError::RepeatedField
                | VerifyError::AmbiguousFields => StatusCode::BAD_REQUEST,
                VerifyError::UnknownAppKey { .. }
                | VerifyError::BadMd5
                | VerifyError::BadCheckSum
                | VerifyError::BadSign
                | VerifyError::Stale { .. }
                | VerifyError::FromTheFuture { .. } => StatusCode::UNAUTHORIZED,
                VerifyError::Replayed => StatusCode::CONFLICT,
                VerifyError::NoSecret => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "the callback is refused: {error}"),
            Self::TooLarge => f.write_str("the body is too large for a callback"),
            Self::Unreadable => f.write_str("the body cannot be read"),
        }
    }
}

impl StdError for Rejection {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Refused(error) => Some(error),
            Self::TooLarge | Self::Unreadable => None,
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        (self.status(), format!("{self}\n")).into_response()
    }
}

/// Status 200, with the body as JSON.
impl IntoResponse for CallbackResponse {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, self.content_type())], self.body()).into_response()
    }
}

/// Status 200, with the body as JSON.
impl IntoResponse for Acknowledged {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, self.content_type())], self.body()).into_response()
    }
}

impl From<VerifyError> for Rejection {
    fn from(error: VerifyError) -> Self {
        Self::Refused(error)
    }
}

impl<E, S> FromRequest<S> for Callback<E, Verified>
where
    E: CallbackBody,
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = Verifier::from_ref(state);
        // If the headers are already wrong, the body is not read.
        let claims = verifier.claims(request.headers())?;
        let raw = read(request.into_body(), verifier.max_body_bytes()).await?;
        let verified = verifier.check(&claims, &raw)?;
        Ok(Self::read(raw, verified))
    }
}

impl<E, S> FromRequest<S> for Callback<E, VerifiedSign>
where
    E: CallbackBody,
    SignVerifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = SignVerifier::from_ref(state);
        let sign = SignVerifier::sign_header(request.headers())?;
        let raw = read(request.into_body(), verifier.max_body_bytes()).await?;
        let verified = verifier.check(&sign, &raw)?;
        Ok(Self::read(raw, verified))
    }
}

/// Reads a body of at most `limit` bytes. If its declared length is larger, it is not read at all.
async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Rejection> {
    if usize::try_from(declared_length(&body)).is_ok_and(|length| length <= limit) {
        match Limited::new(body, limit).collect().await {
            Ok(body) => return Ok(body.to_bytes().into()),
            Err(error) if !is_too_large(&*error) => return Err(Rejection::Unreadable),
            Err(_) => {}
        }
    }
    Err(Rejection::TooLarge)
}

/// Returns the declared length of a body in bytes; 0 if it is unknown.
fn declared_length(body: &impl BodyExt) -> u64 {
    body.size_hint().lower()
}

/// Returns whether the body exceeds the limit of the verifier or one that another layer of the service set.
fn is_too_large(error: &(dyn StdError + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}
