//! A strict local server that speaks every endpoint of the specs, and says why a call is wrong.
//!
//! The server knows no endpoint: what it accepts and answers is read from the spec folder through [`yunxin_codegen`] at start-up. All
//! products share one listener on loopback, at their real paths, with and without the product's base path, so that a client in any
//! language talks to it by changing only the host.
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
//! The other way round, [`fire`] posts what the platform posts to an app: signed callbacks.
//!
//! # What is checked, in this order
//!
//! 1. path and method
//! 2. the signing headers: all there, known AppKey, Nonce not too long, CurTime within five minutes, CheckSum
//! 3. Content-Type, where there is a body or where a header is sent for a body that the endpoint takes
//! 4. parameters: unknown, in the wrong place, twice, missing, ill-typed, over a limit; at every depth of objects
//!
//! The first fault is answered with the status, envelope and code that the product gives for it, and reported in one line.
//!
//! # Where the real service is known to be more patient, or nobody knows
//!
//! - Form parameters of a POST are also taken from the query string: a published sample for the phone line sends them there, and
//!   servers of this kind merge the two.
//! - A parameter that is repeated in a place the spec does not name (an SDK repeats the room name of the query in the body) is fine as
//!   long as both say the same; a warning tells of it. Alone in a wrong place it is refused.
//! - `null` counts as absent, with a warning: one official SDK sends it for parameters that were not set.
//! - A value of an enum that is not listed gives a warning, because enums are open.
//! - An endpoint without a body accepts an empty one, and `{}`, under any Content-Type.
//! - A repeated request id is answered from the store only after the repeat has passed all checks.

mod clock;
mod content;
mod dedup;
pub mod fire;
mod json;
mod ledger;
mod listed;
mod log;
mod measure;
mod media_type;
mod parameters;
mod percent;
mod refuse;
mod reply;
mod routes;
mod rules;
mod sandbox;
mod server;
mod service;
mod shown;
mod signature;
mod value;

pub use log::{Received, Verdict};
pub use refuse::RefusalKind;
pub use routes::Ambiguous;
pub use sandbox::{Builder, SHIPPED_SPEC, Sandbox, SpecError, StartError};
