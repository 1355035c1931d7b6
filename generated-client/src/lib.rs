//! Client for the NetEase Yunxin (CommsEase) server APIs: messaging, communities, audio and video rooms, phone line, text messages,
//! live streams, video on demand, meetings.
//!
//! A request is a value: build it, keep it, compare it; one method sends it.
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
//! - [`Client`] signs and sends; clones share connections. [`ClientBuilder`] sets region, hosts, time-outs, transport.
//! - [`Endpoint`] is what every request is: [`send`](Endpoint::send), [`send_with_meta`](Endpoint::send_with_meta),
//!   [`prepare`](Endpoint::prepare), and settings for one call such as [`with_timeout`](Endpoint::with_timeout). Lists are
//!   [`Paged`], and [`Client::raw`] calls what no spec knows.
//! - [`Error`] is the one error: the server's [code](Error::code), the [parameter](Error::parameter) that was refused, and
//!   [what became of the call](Error::outcome).
//!
//! Calls need a tokio runtime (but see the feature `blocking`).
//!
//! # When an attempt fails
//! A call is attempted up to three times, on the next host where that helps, with random pauses, within 20 seconds; see
//! [`RetryPolicy`]. Sending a message twice is worse than an error, so an attempt is repeated only if it provably did nothing, if
//! repeating is harmless by the spec, or if the server will recognise the request id. What became of a call that failed in the end
//! says [`Error::outcome`], and what was tried [`Error::attempts`].
//!
//! # Features
//! One for each product (see the modules; `im`, `rtc` and `call` are on unless switched off), so that a service compiles what it calls. `serde` adds
//! `Serialize` and `Deserialize` to requests, replies and their types, for storing and forwarding them. `blocking` adds
//! `send_blocking` for programs without an async runtime. `metrics` counts calls through the facade of that name.
//! `callback` verifies what the platform posts to a service, `axum` adds an extractor for that framework. `token` makes and checks the
//! tokens with which users log in and join rooms.

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
/// Descriptions of products and endpoints: those of generated code, and those that a program makes at run time.
pub mod meta {
    pub use crate::wire::codes::{CodeInfo, CodeKind};
    pub use crate::wire::endpoint_meta::{
        Body, EndpointMeta, Hosts, HttpSuccess, Method, Payload, Per, ProductMeta, Rate, ReplyRule, RequestIdRule,
        Retry, Signing,
    };
    pub use crate::wire::owned_meta::{
        OwnedCodeInfo, OwnedEndpointMeta, OwnedHosts, OwnedProductMeta, OwnedReplyRule, ProductSource,
    };
}
#[cfg(feature = "token")]
pub mod token;
pub mod transport;
mod wire;

pub use base::config_error::ConfigError;
pub use base::credentials::Credentials;
pub use base::secret::Secret;
#[cfg(feature = "blocking")]
pub use client::blocking::{Iter as BlockingItems, Pages as BlockingPages};
pub use client::call::Call;
pub use client::endpoint::Endpoint;
pub use client::items::ItemStream;
pub use client::limiter::RateLimits;
pub use client::options::CallOptions;
pub use client::page_stream::PageStream;
pub use client::pages::Paged;
pub use client::raw::{RawCall, RawRequest};
pub use client::region::Region;
pub use client::response::Response;
pub use client::retry::policy::{OnRateLimit, RetryPolicy};
pub use client::send_future::SendFuture;
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
#[cfg_attr(feature = "token", doc = include_str!("../../docs/tokens.md"))]
#[cfg_attr(feature = "macros", doc = include_str!("../../docs/private-endpoints.md"))]
struct Documents;
