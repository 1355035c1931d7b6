//! A strict local server that serves every endpoint of the specs, and reports why a call is wrong.
//!
//! The server knows no endpoint: what it accepts and answers is read from the spec folder through [`yunxin_codegen`] at
//! start-up. All products share one listener on loopback, at their real paths, so that a client in any language talks
//! to it by changing only the host. A path without the base path of its product is refused, except where the spec says
//! that some hosts have none.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use yunxin_sandbox::Sandbox;
//!
//! let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
//! let sandbox = Sandbox::from_spec_dir(spec)?.app_key("my-key").app_secret("my-secret").start().await?;
//! println!("{} serves {} endpoints", sandbox.url(), sandbox.endpoints());
//! // ... send requests ...
//! for received in sandbox.received() {
//!     println!("{} {}: {:?}", received.method, received.path, received.verdict);
//! }
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The other way round, [`send_callback`] posts what the platform posts to an app: signed callbacks.
//!
//! # What is checked, in this order
//!
//! 1. path and method
//! 2. the signing headers: all there, known AppKey, Nonce not too long, CurTime within five minutes, CheckSum
//! 3. the region of the app, if [`Builder::region`] says one
//! 4. Content-Type, where there is a body or where a header is sent for a body that the endpoint takes
//! 5. parameters: unknown, in the wrong place, twice, missing, ill-typed, over a limit; at every depth of objects
//!
//! The first error is answered with the status, envelope and code that the product defines for it. All errors are
//! reported, in this order and one line each. What cannot be read because of an error (such as a body of the wrong
//! type) is not checked.
//!
//! Unknown paths are refused with what is known of them: the path with its base path, the product that has it without
//! the base path of another, or one that is almost the same.
//!
//! # Where the real service is known or likely to accept more
//!
//! - Form parameters of a POST are also read from the query string: a published sample for the phone line sends them
//!   there, and servers of this kind merge the two.
//! - A parameter that is repeated in a place the spec does not name (an SDK repeats the room name of the query in the
//!   body) is fine as long as both have the same value; this gives a warning. Only in a wrong place it is refused.
//! - Integers of 64 bits may be in quotes in JSON: official examples have ids in this form.
//! - JSON text with single quotes is accepted with a warning where the spec has `single_quotes`.
//! - A number that begins with a bare `+` in a form gives a warning: it arrives as a blank.
//! - `null` counts as absent, with a warning: one official SDK sends it for parameters that were not set.
//! - A value of an enum that is not listed gives a warning, because enums are open.
//! - An endpoint without a body accepts an empty one, and `{}`, under any Content-Type.
//! - With [`lenient`](Builder::lenient), some forms pass with a warning that a real server may read: unknown
//!   parameters; `1` and `0` for truth values, or words for bits; JSON text with single quotes; optional parameters
//!   that are empty, which count as absent unless empty is a value of them. Without it the error text says that
//!   `lenient` accepts them.
//! - A repeated request id is answered from the store only after the repeat has passed all checks.

mod clock;
mod content;
mod dedup;
mod log;
mod media_type;
mod parameters;
mod path_hint;
mod percent;
mod region;
mod rejection;
mod response;
mod routes;
mod rules;
mod sandbox;
pub mod send_callback;
mod server;
mod service;
mod shared_dedup_store;
mod signature;
mod tolerance;
mod wording;

pub use log::{Received, Verdict};
pub use rejection::RefusalKind;
pub use routes::Ambiguous;
pub use sandbox::{Builder, SHIPPED_SPEC, Sandbox, SpecError, StartError};
