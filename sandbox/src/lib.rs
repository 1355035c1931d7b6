//! A strict local server that serves every endpoint of the specs, and reports why a call is wrong.
//!
//! No endpoint is hard-coded: the accepted calls and the replies are read from the spec folder with [`yunxin_codegen`]
//! at start-up. All products share one listener on loopback, at their real paths, so that a client in any language can
//! use it by changing only the host. A path without the base path of its product is refused, except where the spec says
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
//! [`send_callback`] does the opposite: it sends signed callbacks to an app, like the platform.
//!
//! # What is checked, in this order
//!
//! 1. path and method
//! 2. the signing headers: all present, known AppKey, Nonce not too long, CurTime within five minutes, CheckSum
//! 3. the region of the app, if [`Builder::region`] sets one
//! 4. Content-Type, if there is a body, or if the header is sent and the endpoint has a body
//! 5. parameters: unknown, in the wrong place, twice, missing, ill-typed, over a limit; at every depth of objects
//!
//! The first error is answered with the status, envelope and code that the product defines for it. All errors are
//! reported, in this order and one line each. What cannot be read because of an error (such as a body of the wrong
//! type) is not checked.
//!
//! The error for an unknown path has a suggestion if possible: the path with its base path, the product that has it
//! without the base path of another product, or a similar path.
//!
//! # Where the real service is known or likely to accept more
//!
//! - Form parameters of a POST are also read from the query string: a published sample for the phone line sends them
//!   there, and servers of this kind merge the two.
//! - A parameter that is repeated in a place that the spec does not list (an SDK repeats the room name of the query in
//!   the body) is accepted with a warning if both have the same value. A parameter that is only in a wrong place is
//!   refused.
//! - Integers of 64 bits may be in quotes in JSON: official examples have ids in this form.
//! - JSON text with single quotes is accepted with a warning where the spec has `single_quotes`.
//! - A number that begins with an unescaped `+` in a form causes a warning: it is decoded to a space.
//! - `null` counts as absent, with a warning: one official SDK sends it for parameters that were not set.
//! - A value of an enum that is not listed causes a warning, because enums are open.
//! - An endpoint without a body accepts an empty one, and `{}`, under any Content-Type.
//! - With [`lenient`](Builder::lenient), some variations that a real server may accept cause only a warning: unknown
//!   parameters; `1` and `0` for booleans, or `true` and `false` for bits; JSON text with single quotes; empty optional
//!   parameters, which count as absent unless empty is a valid value. Without it the error text says that `lenient`
//!   accepts them.
//! - A repeated request id gets the stored reply only if the repeat passes all checks.

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
