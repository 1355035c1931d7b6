//! Client for the NetEase Yunxin (CommsEase) server APIs: instant messaging, real-time calls, phone lines.
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
//!   [`prepare`](Endpoint::prepare), and settings for one call such as [`with_timeout`](Endpoint::with_timeout).
//! - [`Error`] is the one error: the server's [code](Error::code), the [parameter](Error::parameter) that was refused, and
//!   [what became of the call](Error::outcome).
//!
//! Calls need a tokio runtime (but see the feature `blocking`). Each call is attempted once: sending a message twice is worse than an error.
//!
//! # Features
//! One for each product (`im`, `im_v2`, `rtc`, `call`; see the modules), so that a service compiles what it calls. `serde` adds
//! `Serialize` and `Deserialize` to requests, replies and their types, for storing and forwarding them. `blocking` adds
//! `send_blocking` for programs without an async runtime.

#![warn(missing_docs)]

pub mod client;
mod error;
// Unit tests are about the runtime; without this each of their builds would compile hundreds of endpoints once more.
#[cfg(not(test))]
#[rustfmt::skip]
mod generated;
pub mod runtime;
pub mod transport;

#[cfg(feature = "blocking")]
pub use client::blocking::Iter as BlockingItems;
pub use client::call::{Call, Meta, Response, Sending};
pub use client::credentials::Credentials;
pub use client::items::Items;
pub use client::raw::RawCall;
pub use client::region::Region;
pub use client::{Client, ClientBuilder};
pub use error::{Code, Error, ErrorKind, Outcome, Result};
#[cfg(not(test))]
#[allow(unused_imports, unreachable_pub, reason = "without a product there is nothing to export")]
pub use generated::*;
pub use runtime::base64_text::Base64;
pub use runtime::endpoint::Endpoint;
pub use runtime::file::File;
pub use runtime::json::Json;
pub use runtime::nullable::Nullable;
pub use runtime::pages::Paged;
pub use runtime::secret::Secret;
pub use runtime::spec::{CodeKind, Method};
pub use runtime::time::{Hours, Millis, Seconds, UnixMillis, UnixSeconds};
pub use serde_json::json;
#[cfg(feature = "macros")]
pub use yunxin_macros::spec;

/// The examples of the README are compiled with the doctests.
#[cfg(all(doctest, feature = "im", feature = "rtc", feature = "call"))]
#[doc = include_str!("../../README.md")]
struct Readme;
