//! Verifies and decodes callbacks: requests that the platform posts to a service.
//!
//! Copies of messages, room events, ends of phone calls, receipts and third-party callbacks are signed with the app
//! secret. A [`Verifier`] checks them. It takes headers as pairs and the body as bytes, so it works with every HTTP
//! framework; the feature `axum` adds an extractor.
//!
//! ```
//! use std::time::SystemTime;
//! use yunxin::callback::{VerifyError, Verifier, sign_for_test};
//!
//! let verifier = Verifier::new("app-key", ["app-secret"]);
//!
//! // The request of the platform; in a service it comes from the web server.
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
//! Three common mistakes of hand-written code are not possible here:
//! - The body is signed byte by byte. Pass on the raw body, never the output of a JSON library.
//! - `CurTime` is in milliseconds, unlike in requests.
//! - A signature is valid forever unless its age is checked.
//!
//! # With a framework
//! Headers are any iterator of names and values. With the header map of the crate `http` (hyper, axum, warp, reqwest)
//! pass `request.headers()`, with actix `request.headers().iter()`. Pass all occurrences of a header: a header that
//! occurs twice is an error.
//!
//! ```
//! # use yunxin::callback::{VerifyError, Verified, Verifier};
//! fn handle(verifier: &Verifier, request: &http::Request<Vec<u8>>) -> Result<Verified, VerifyError> {
//!     verifier.verify(request.headers(), request.body())
//! }
//! ```
//!
//! # Responses
//! Respond to every event, known to this version or not, with [`Acknowledged`]: status 200 and `{"code":200}`. Respond
//! to a third-party callback with a [`CallbackResponse`], within two seconds. Both have status, content type and body.
//! If the work takes long, respond first and work later.
//!
//! Respond to a [`VerifyError`] with status 400 or 401. Its text has the reason, and never the expected value.
//!
//! # Live streams and video on demand
//! They have another kind of signature, with a separate key: see [`SignVerifier`].

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
