//! Sends callbacks like the platform, to test a handler without the platform.
//!
//! A [`CallbackRequest`] is the example of an event from the specs, or a custom body. It is signed like the platform
//! signs it and sent to a URL. The command `yunxin-sandbox fire` does the same. No code is shared with the client's
//! verifier, so that each tests the other.
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
//! use yunxin_sandbox::send_callback::{Events, CallbackRequest};
//!
//! let response = CallbackRequest::of("call.ended")?
//!     // `callback` is a string with JSON; a path may continue inside of it.
//!     .set("callback.durationSec", "62")
//!     .signed("my-key", "my-secret")
//!     .send(&url)
//!     .await?;
//! assert_eq!(response.status, 200);
//! // Does the platform accept the response?
//! assert!(response.problems(Events::shipped()?.get("call.ended")?).is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! Only plain HTTP/1.1 is supported: use the URL of the handler itself, not of a TLS proxy in front of it.

mod callback_request;
mod edit;
mod error;
mod events;
mod response_problems;
mod send;
mod signing;

pub use callback_request::CallbackRequest;
pub use error::SendCallbackError;
pub use events::{Event, Events};
pub use response_problems::ResponseProblem;
pub use send::{HttpResponse, PreparedRequest};
pub use yunxin_codegen::model::{Expects, Verification};
