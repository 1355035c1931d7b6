//! Responses of calls that succeeded.

use std::fmt;

use bytes::Bytes;

use crate::error::Attempt;
use crate::transport::host::Host;
use crate::wire::request_id::RequestId;

/// The payload of a reply, and what is known about the call: made by
/// [`Endpoint::send_with_meta`](crate::Endpoint::send_with_meta).
///
/// ```
/// # async fn example<E: yunxin::Endpoint>(request: E, client: yunxin::Client) -> yunxin::Result<E::Reply> {
/// let response = request.send_with_meta(&client).await?;
/// println!("{} answered request {}", response.host(), response.request_id());
/// Ok(response.into_payload())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Response<T> {
    payload: T,
    meta: ResponseMeta,
}

/// What is known about a call that succeeded.
#[derive(Clone)]
pub(super) struct ResponseMeta {
    pub(super) request_id: RequestId,
    pub(super) server_request_id: Option<String>,
    pub(super) host: Host,
    pub(super) earlier: Vec<Attempt>,
    pub(super) http_status: u16,
    pub(super) body: Bytes,
    pub(super) duplicate: bool,
}

impl ResponseMeta {
    /// How many attempts it took.
    pub(super) fn attempts(&self) -> u32 {
        u32::try_from(self.earlier.len()).unwrap_or(u32::MAX).saturating_add(1)
    }
}

impl<T> Response<T> {
    pub(super) fn new(payload: T, meta: ResponseMeta) -> Self {
        Self { payload, meta }
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &T {
        &self.payload
    }

    /// Takes the payload out.
    #[must_use]
    pub fn into_payload(self) -> T {
        self.payload
    }

    /// The same response without its payload.
    #[must_use]
    pub fn without_payload(self) -> Response<()> {
        Response { payload: (), meta: self.meta }
    }

    /// The request id of the call.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.meta.request_id.as_str()
    }

    /// The id that the server gave the call in its reply, if the product does that.
    #[must_use]
    pub fn server_request_id(&self) -> Option<&str> {
        self.meta.server_request_id.as_deref()
    }

    /// Base URL of the host that answered.
    #[must_use]
    pub fn host(&self) -> &str {
        self.meta.host.as_str()
    }

    /// How many attempts it took.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.meta.attempts()
    }

    /// The attempts that failed before the one that succeeded.
    #[must_use]
    pub fn failed_attempts(&self) -> &[Attempt] {
        &self.meta.earlier
    }

    /// The HTTP status.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.meta.http_status
    }

    /// The body of the reply as it was received.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.meta.body
    }

    /// Whether the server recognised the request id and repeated an earlier reply instead of acting again: that of an
    /// attempt of this call whose reply was lost, or, if you chose the id, of an earlier call.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.meta.duplicate
    }
}

impl fmt::Debug for ResponseMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseMeta")
            .field("request_id", &self.request_id.as_str())
            .field("server_request_id", &self.server_request_id)
            .field("host", &self.host.as_str())
            .field("attempts", &self.attempts())
            .field("http_status", &self.http_status)
            // The body may hold tokens, so only its size is shown.
            .field("body_bytes", &self.body.len())
            .field("duplicate", &self.duplicate)
            .finish()
    }
}
