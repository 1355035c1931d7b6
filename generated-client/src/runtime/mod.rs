//! What generated code stands on.
//!
//! An endpoint is three facts: a [`EndpointMeta`](endpoint_meta::EndpointMeta), what it writes into an [`Encoder`](encoder::Encoder), and what it reads from
//! a [`Reader`](reader::Reader). Everything that acts on those facts lives here or in the client, once, and not generic over
//! endpoints. The module is public because code generated into other crates stands on it as well; calling the API needs none of it.

pub mod base64_text;
#[cfg(feature = "callback")]
pub mod callback_response;
pub mod codes;
#[doc(hidden)]
pub mod collect;
pub mod decode;
pub mod encoder;
pub mod endpoint;
pub mod endpoint_meta;
#[cfg(feature = "callback")]
pub mod events;
pub mod file;
pub mod integer;
pub mod java_list;
pub mod json;
pub mod json_writer;
mod keys;
mod lexer;
pub mod limit;
mod multipart;
pub mod nullable;
pub mod open_enum;
pub mod pages;
pub mod parameter_rules;
pub mod pattern;
pub mod prelude;
pub mod reader;
pub(crate) mod reply;
pub(crate) mod saturating;
pub mod secret;
pub mod text;
pub mod time;
#[doc(hidden)]
pub mod values;
pub mod wire;

/// The serde that `open_enum!` implements, wherever it is called.
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde as serde_of_runtime;
