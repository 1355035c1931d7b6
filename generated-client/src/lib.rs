#![doc = include_str!("lib.md")]
#![warn(missing_docs)]

pub mod client;
mod error;
#[rustfmt::skip]
mod generated;
pub mod runtime;
pub mod transport;

pub use client::call::{Call, Meta, Response, Sending};
pub use client::credentials::Credentials;
pub use client::region::Region;
pub use client::{Client, ClientBuilder};
pub use error::{Code, Error, ErrorKind, Outcome, Result};
#[allow(unused_imports)]
pub use generated::*;
pub use runtime::base64_text::Base64;
pub use runtime::endpoint::Endpoint;
pub use runtime::file::File;
pub use runtime::json::Json;
pub use runtime::secret::Secret;
pub use runtime::spec::CodeKind;
pub use runtime::time::{Hours, Millis, Seconds, UnixMillis, UnixSeconds};
pub use serde_json::json;
