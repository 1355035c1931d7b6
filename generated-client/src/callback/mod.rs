//! What the platform posts to a service: whether it really comes from there.
//!
//! Copies of messages, room events, ends of phone calls, receipts and third-party callbacks are signed with the app secret. A
//! [`Verifier`] checks them. It takes headers as pairs and the body as bytes, so it works with every HTTP framework; the feature
//! `axum` adds an extractor.
//!
//! ```
//! use std::time::SystemTime;
//! use yunxin::callback::{VerifyError, Verifier, sign_for_test};
//!
//! let verifier = Verifier::new("app-key", ["app-secret"]);
//!
//! // What the platform would send; in a service these come from the web server.
//! let body = br#"{"eventType":"1"}"#;
//! let headers = sign_for_test("app-key", "app-secret", SystemTime::now(), body);
//!
//! let verified = verifier.verify(headers, body)?;
//! assert_eq!(verified.app_key(), "app-key");
//!
//! let headers = sign_for_test("app-key", "app-secret", SystemTime::now(), body);
//! assert_eq!(verifier.verify(headers, b"{}").unwrap_err(), VerifyError::BadMd5);
//! # Ok::<(), VerifyError>(())
//! ```
//!
//! Three things go wrong most often where this is written by hand, and cannot here:
//! - the body is signed as it was sent, byte by byte: hand over what came, never what a JSON library made of it;
//! - `CurTime` is in milliseconds, unlike that of requests;
//! - a signature is good for ever unless its age is looked at.
//!
//! # With a framework
//! Any iterator of name and value will do. A header map of the crate `http`, which hyper, axum, warp and reqwest share, goes in as
//! `request.headers()`; that of actix as `request.headers().iter()`. Keep all occurrences of a header: one that comes twice is refused.
//!
//! ```
//! # use yunxin::callback::{VerifyError, Verified, Verifier};
//! fn handle(verifier: &Verifier, request: &http::Request<Vec<u8>>) -> Result<Verified, VerifyError> {
//!     verifier.verify(request.headers(), request.body())
//! }
//! ```
//!
//! # What to answer
//! What was received, known to this version or not, is answered by [`Acknowledged`]: status 200 and `{"code":200}`. A third-party callback
//! is answered by an [`CallbackResponse`], within two seconds. Both have status, content type and body. CallbackResponse first and work later, if that takes
//! long.
//!
//! Answer a [`VerifyError`] with status 400 or 401. It says what was wrong, and never what would have been right.
//!
//! # Live streams and video on demand
//! They sign otherwise, with a key of their own: see [`SignVerifier`].

mod acknowledged;
#[cfg(feature = "axum")]
pub mod axum;
mod body;
mod error;
pub(crate) mod events;
mod replay;
pub(crate) mod response;
mod sign_verifier;
mod signed_headers;
mod test_signature;
mod verified;
mod verifier;

pub use acknowledged::Acknowledged;
pub use body::{Callback, CallbackBody};
pub use error::VerifyError;
pub use replay::{InMemoryReplayCache, ReplayCache};
pub use response::CallbackResponse;
pub use sign_verifier::{SignVerifier, VerifiedSign, sign_fields_for_test, sign_raw_for_test};
pub use test_signature::sign_for_test;
pub use verified::Verified;
pub use verifier::Verifier;
