//! Client for the NetEase Yunxin (CommsEase) server APIs: messaging, communities, audio and video rooms, phone calls,
//! text messages, live streams, video on demand, meetings.
//!
//! A request is a plain value with one method that sends it:
//!
//! ```no_run
//! # #[cfg(feature = "im")]
//! # async fn example() -> yunxin::Result<()> {
//! use yunxin::{Client, Credentials, Endpoint, im};
//!
//! let client = Client::new(Credentials::from_env()?)?;
//! let account = im::user::Create::new("alice").name("Alice").send(&client).await?;
//! println!("{}", account.accid);
//! # Ok(()) }
//! ```
//!
//! - [`Client`] signs and sends; clones share connections. [`ClientBuilder`] sets region, hosts, timeouts, transport.
//! - [`Endpoint`] is implemented by every request: [`send`](Endpoint::send),
//!   [`send_with_meta`](Endpoint::send_with_meta), [`prepare`](Endpoint::prepare), and settings for one call such as
//!   [`with_timeout`](Endpoint::with_timeout). Lists implement [`Paged`]. [`Client::raw`] calls an endpoint that has no
//!   type here.
//! - [`Error`] is the error of every call: [kind](Error::kind), [code of the server](Error::code), [refused
//!   parameter](Error::parameter), and [whether the call took effect](Error::outcome).
//!
//! Calls need a tokio runtime, unless the feature `blocking` is used.
//!
//! # Retries
//! A call makes up to three attempts within 20 seconds, with random pauses, on the next host where that helps; see
//! [`RetryPolicy`]. An attempt is repeated only if it certainly did nothing, if repeating is harmless according to the
//! spec, or if the server recognizes the request id. [`Error::outcome`] says whether a failed call took effect, and
//! [`Error::attempts`] lists its attempts.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `im`, `rtc`, `call` (default), and one for each other product module below | the endpoints of the product |
//! | `blocking` | `send_blocking`, for programs without an async runtime |
//! | `hyper` | `transport::HyperTransport`, which needs less CPU time per call |
//! | `serde` | `Serialize` and `Deserialize` on requests, replies and their types |
//! | `metrics` | counts and durations of calls, through the crate `metrics` |
//! | `callback` | verifies and reads what the platform posts to a service |
//! | `axum` | an extractor of callbacks for axum |
//! | `token` | makes and checks the tokens that users log in and join rooms with |
//! | `testing` | mocks and cassettes for unit tests of a service |
//! | `macros` | `spec!`, which compiles endpoint specs of a service's own |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_docs)]
#![deny(clippy::print_stdout, clippy::print_stderr)]

#[doc(hidden)]
pub mod __private;
mod base;
#[cfg(feature = "callback")]
pub mod callback;
pub mod client;
#[cfg(feature = "lbs")]
mod directory;
mod error;
// Unit tests are about the runtime; without this each of their builds would compile hundreds of endpoints once more.
#[cfg(not(test))]
mod generated;
/// The one product that the client itself calls.
#[cfg(test)]
mod generated {
    #[cfg(feature = "lbs")]
    pub mod lbs;
}
pub mod meta;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "token")]
pub mod token;
pub mod transport;
mod wire;

pub use base::config_error::ConfigError;
pub use base::credentials::Credentials;
pub use base::secret::Secret;
#[cfg(feature = "blocking")]
#[doc(inline)]
pub use client::blocking::{Iter as BlockingItems, Pages as BlockingPages};
#[doc(inline)]
pub use client::call::Call;
#[doc(inline)]
pub use client::endpoint::Endpoint;
#[doc(inline)]
pub use client::items::ItemStream;
#[doc(inline)]
pub use client::limiter::RateLimits;
#[doc(inline)]
pub use client::options::CallOptions;
#[doc(inline)]
pub use client::page_stream::PageStream;
#[doc(inline)]
pub use client::pages::Paged;
#[doc(inline)]
pub use client::raw::{RawCall, RawRequest};
#[doc(inline)]
pub use client::region::Region;
#[doc(inline)]
pub use client::response::Response;
#[doc(inline)]
pub use client::retry::policy::{OnRateLimit, RetryPolicy};
#[doc(inline)]
pub use client::send_future::SendFuture;
#[doc(inline)]
pub use client::{Client, ClientBuilder};
pub use error::{Attempt, AttemptClass, Code, Error, ErrorKind, Outcome, Result};
#[allow(unused_imports, unreachable_pub, reason = "without a product there is nothing to export")]
pub use generated::*;
pub use serde_json::json;
pub use wire::base64_text::Base64;
pub use wire::codes::{ApiCode, CodeKind};
pub use wire::encode_error::EncodeError;
pub use wire::endpoint_meta::Method;
pub use wire::file::File;
pub use wire::json::Json;
pub use wire::nullable::Nullable;
pub use wire::time::{Hours, Millis, Seconds, UnixMillis, UnixSeconds};
#[cfg(feature = "macros")]
pub use yunxin_macros::spec;

/// The examples of README.md and docs/ are compiled with the doctests.
#[cfg(all(doctest, feature = "im", feature = "im_v2", feature = "rtc", feature = "call"))]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../docs/reliability.md")]
#[cfg_attr(all(feature = "callback", feature = "axum"), doc = include_str!("../../docs/callbacks.md"))]
#[cfg_attr(feature = "testing", doc = include_str!("../../docs/testing.md"))]
#[cfg_attr(feature = "token", doc = include_str!("../../docs/tokens.md"))]
#[cfg_attr(feature = "macros", doc = include_str!("../../docs/private-endpoints.md"))]
struct Documents;
