//! Callbacks as the platform sends them, so that a handler can be tried without the platform.
//!
//! A [`CallbackRequest`] is the example of an event from the specs, or a body of one's own. It is signed as the platform signs it and posted to a
//! URL. The program does the same with `yunxin-sandbox fire`. Nothing here comes from the client's verifier, so that the one checks
//! the other.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpListener};
//! # let listener = TcpListener::bind("127.0.0.1:0").await?;
//! # let url = format!("http://{}/callbacks", listener.local_addr()?);
//! # let handler = tokio::spawn(async move {
//! #     let (mut stream, _) = listener.accept().await?;
//! #     stream.read(&mut [0; 16_384]).await?;
//! #     let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n";
//! #     stream.write_all(format!("{head}{{\"code\":200}}").as_bytes()).await
//! # });
//! use yunxin_sandbox::fire::{Events, CallbackRequest};
//!
//! let answered = CallbackRequest::of("call.ended")?
//!     // `callback` is JSON in text; paths lead into it all the same.
//!     .set("callback.durationSec", "62")
//!     .signed("my-key", "my-secret")
//!     .send(&url)
//!     .await?;
//! assert_eq!(answered.status, 200);
//! // Would the platform take it?
//! assert!(answered.flaws(Events::shipped()?.get("call.ended")?).is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! It speaks plain HTTP/1.1: aim at the handler itself, not at the TLS in front of it.

mod callback_request;
mod edit;
mod error;
mod events;
mod judge;
mod send;
mod signing;

pub use callback_request::CallbackRequest;
pub use error::FireError;
pub use events::{Event, Events};
pub use judge::Flaw;
pub use send::{CallbackReply, PreparedRequest};
pub use yunxin_codegen::model::{Expects, Verification};
