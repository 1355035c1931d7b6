//! The response to a callback that needs no decision.

use crate::callback::response::{JSON, OK};

/// The response to a callback that was received and needs no decision: HTTP status 200 and the JSON `{"code":200}`.
///
/// All products accept it, and so does the console when it checks a URL. Rooms and calls require the JSON, not only the
/// status. Without this response the platform may send the callback again. With the feature `axum` it implements
/// `IntoResponse`; with any other framework:
///
/// ```
/// use yunxin::callback::Acknowledged;
///
/// let response = http::Response::builder()
///     .status(Acknowledged.status())
///     .header("Content-Type", Acknowledged.content_type())
///     .body(Acknowledged.body())?;
/// assert_eq!(response.body(), &r#"{"code":200}"#);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "the platform waits for it"]
pub struct Acknowledged;

impl Acknowledged {
    /// Returns the HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        OK
    }

    /// Returns the value of the header `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        JSON
    }

    /// Returns the body.
    #[must_use]
    pub const fn body(self) -> &'static str {
        r#"{"code":200}"#
    }
}
