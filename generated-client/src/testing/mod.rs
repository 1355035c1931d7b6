//! Unit tests without a network: typed mocks, and cassettes of recorded replies.
//!
//! [`Mock`] answers the calls of a client. A test says which endpoints are called and what comes back; a call that it
//! did not say panics, and so does an expected call that did not happen:
//!
//! ```
//! # #[cfg(feature = "im")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> yunxin::Result<()> {
//! use yunxin::testing::Mock;
//! use yunxin::{Client, Endpoint, im};
//!
//! /// The code under test.
//! async fn register(client: &Client, id: &str) -> yunxin::Result<String> {
//!     match im::user::Create::new(id).name("new").send(client).await {
//!         Ok(account) => Ok(account.accid),
//!         Err(error) if error.is(im::ErrorCode::BadParameter) => Ok(id.to_owned()),
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! let mock = Mock::new();
//! mock.on::<im::user::Create>()
//!     .with_param("accid", "Alice")
//!     .reply_with(|account| account.accid = "alice".to_owned())
//!     .code(im::ErrorCode::BadParameter);
//!
//! let client = mock.client();
//! assert_eq!(register(&client, "Alice").await?, "alice");
//! assert_eq!(register(&client, "Alice").await?, "Alice");
//! assert_eq!(mock.received::<im::user::Create>().len(), 2);
//! # Ok(()) }
//! # #[cfg(not(feature = "im"))]
//! # fn main() {}
//! ```
//!
//! - [`On`] is what a test says about the calls of one endpoint: which parameters, which answers in which order.
//! - [`Answer`] is one answer: a reply, a code, or a failure before or after the request was sent.
//! - [`Received`] is a request that came, with its parameters.
//! - [`Recorder`] and [`Player`] keep real replies in a file, without secrets, and play them back.
//!
//! The client between the code under test and the mock is the real one: it checks limits, signs, repeats attempts,
//! classifies errors and decodes. A mock therefore sees *attempts*: a call that the client repeats comes twice, with
//! the same request id. Pauses between attempts take no time with [`Mock::client`].

mod answer;
mod cassette;
mod expectation;
mod mock;
mod multipart;
mod params;
mod path_template;
mod received;
mod test_client;
mod typed_request;

pub use answer::Answer;
pub use cassette::player::Player;
pub use cassette::recorder::Recorder;
pub use expectation::On;
pub use mock::{Mock, MockTransport};
pub use received::Received;
