//! A call in the caller's hands: with its own settings, under way, and answered.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::base::secret::Secret;
use crate::client::Client;
use crate::client::endpoint::Endpoint;
use crate::client::items::ItemStream;
use crate::client::options::CallOptions;
use crate::client::pages::Paged;
use crate::client::retry::policy::RetryPolicy;
use crate::error::{Attempt, Error, Result};
use crate::transport::HttpRequest;
use crate::transport::host::Host;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::from_wire::FromWire;
use crate::wire::json::Json;
use crate::wire::request_id::RequestId;

/// A request with settings for this one call. Made by [`Endpoint::with_timeout`] and its like.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Call<E> {
    endpoint: E,
    options: CallOptions,
}

impl<E: Endpoint> Call<E> {
    pub(crate) fn new(endpoint: E) -> Self {
        Self { endpoint, options: CallOptions::default() }
    }

    /// As [`Endpoint::with_timeout`].
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// As [`Endpoint::with_request_id`].
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.options.request_id = Some(request_id.into());
        self
    }

    /// As [`Endpoint::with_deadline`].
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// As [`Endpoint::with_retry`].
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// As [`Endpoint::with_host`].
    pub fn with_host(mut self, url: impl Into<String>) -> Self {
        self.options.host = Some(url.into());
        self
    }

    /// As [`Endpoint::with_header`].
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// As [`Endpoint::with_param`].
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.options.params.push((name.into(), value.into()));
        self
    }

    /// As [`Endpoint::send`].
    ///
    /// # Errors
    /// As [`Endpoint::send`].
    pub fn send(&self, client: &Client) -> SendFuture<E::Reply> {
        client.start(const { &E::META }, &|out| self.endpoint.encode(out), Some(&self.options))
    }

    /// As [`Endpoint::send_with_meta`].
    ///
    /// # Errors
    /// As [`Endpoint::send`].
    pub fn send_with_meta(&self, client: &Client) -> SendFuture<Response<E::Reply>> {
        client.start_with_meta(const { &E::META }, &|out| self.endpoint.encode(out), Some(&self.options))
    }

    /// As [`Endpoint::send_blocking`].
    ///
    /// # Errors
    /// As [`Endpoint::send`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(&self, client: &Client) -> Result<E::Reply> {
        crate::client::blocking::wait(self.send(client))
    }

    /// As [`Endpoint::send_with_meta_blocking`].
    ///
    /// # Errors
    /// As [`Endpoint::send`].
    #[cfg(feature = "blocking")]
    pub fn send_with_meta_blocking(&self, client: &Client) -> Result<Response<E::Reply>> {
        crate::client::blocking::wait(self.send_with_meta(client))
    }

    /// As [`Endpoint::prepare`].
    ///
    /// # Errors
    /// As [`Endpoint::prepare`].
    pub fn prepare(&self, client: &Client) -> Result<HttpRequest> {
        client.prepare(const { &E::META }, &|out| self.endpoint.encode(out), Some(&self.options))
    }
}

impl<E: Paged> Call<E> {
    /// As [`Paged::items`]. A request id is that of one call, so each page gets its own.
    pub fn items(mut self, client: &Client) -> ItemStream<E> {
        self.options.request_id = None;
        ItemStream::new(client.clone(), self)
    }

    /// As [`Paged::items_blocking`].
    #[cfg(feature = "blocking")]
    pub fn items_blocking(self, client: &Client) -> crate::client::blocking::Iter<E> {
        crate::client::blocking::Iter::new(self.items(client))
    }

    pub(super) fn next_page(&mut self, reply: E::Reply) -> (Vec<E::Item>, bool) {
        self.endpoint.next_page(reply)
    }
}

/// A call under way. Await it; dropping it stops the call.
#[must_use = "a call does nothing until it is awaited"]
pub struct SendFuture<T> {
    call: Pin<Box<dyn Future<Output = Result<T>> + Send>>,
    /// How long the call may take with all its attempts. None: it failed before anything was sent.
    #[cfg(feature = "blocking")]
    pub(super) deadline: Option<Duration>,
}

impl<T: Send + 'static> SendFuture<T> {
    pub(super) fn new(deadline: Duration, call: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        #[cfg(not(feature = "blocking"))]
        let _ = deadline;
        Self {
            call: Box::pin(call),
            #[cfg(feature = "blocking")]
            deadline: Some(deadline),
        }
    }

    pub(super) fn failed(error: Error) -> Self {
        Self {
            call: Box::pin(std::future::ready(Err(error))),
            #[cfg(feature = "blocking")]
            deadline: None,
        }
    }

    pub(super) fn map<U>(self, act: impl FnOnce(T) -> U + Send + 'static) -> SendFuture<U> {
        SendFuture {
            call: Box::pin(async move { self.call.await.map(act) }),
            #[cfg(feature = "blocking")]
            deadline: self.deadline,
        }
    }
}

impl<T> Future for SendFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.call.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for SendFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendFuture")
    }
}

/// The payload of a reply, and what is known about the call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The payload.
    pub payload: T,
    /// What is known about the call.
    pub meta: ResponseMeta,
}

impl<T> Response<T> {
    /// Takes the payload out.
    #[must_use]
    pub fn into_payload(self) -> T {
        self.payload
    }

    /// Forgets the payload.
    #[must_use]
    pub fn without_payload(self) -> Response<()> {
        Response { payload: (), meta: self.meta }
    }
}

impl<T> Deref for Response<T> {
    type Target = ResponseMeta;

    fn deref(&self) -> &ResponseMeta {
        &self.meta
    }
}

/// What is known about a call that succeeded.
#[derive(Clone)]
pub struct ResponseMeta {
    pub(super) request_id: RequestId,
    pub(super) server_request_id: Option<String>,
    pub(super) host: Host,
    pub(super) earlier: Vec<Attempt>,
    pub(super) http_status: u16,
    pub(super) body: Bytes,
    pub(super) duplicate: bool,
}

impl ResponseMeta {
    /// The id the call went out with.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.request_id.as_str()
    }

    /// The id the server gave the call in its reply, where the product does that.
    #[must_use]
    pub fn server_request_id(&self) -> Option<&str> {
        self.server_request_id.as_deref()
    }

    /// Base URL of the host that answered.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// How many attempts it took.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.earlier.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The attempts that failed before the one that succeeded.
    #[must_use]
    pub fn failed_attempts(&self) -> &[Attempt] {
        &self.earlier
    }

    /// The HTTP status.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.http_status
    }

    /// The body of the reply as it came.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether the server recognised the request id and repeated an earlier reply instead of acting again: that of an attempt of this
    /// call whose reply was lost, or, where you chose the id, of an earlier call.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.duplicate
    }
}

impl fmt::Debug for ResponseMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseMeta")
            .field("request_id", &self.request_id())
            .field("server_request_id", &self.server_request_id())
            .field("host", &self.host())
            .field("attempts", &self.attempts())
            .field("http_status", &self.http_status)
            // The body may hold tokens, so only its size is shown.
            .field("body_bytes", &self.body.len())
            .field("duplicate", &self.duplicate)
            .finish()
    }
}

type Encode<'a> = dyn Fn(&mut Encoder<'_>) + 'a;

/// The thin generic shell: all it adds to a call is the type of the payload.
impl Client {
    pub(crate) fn start<R: FromWire + Default + Send + 'static>(
        &self,
        meta: &'static EndpointMeta<'static>,
        encode: &Encode<'_>,
        options: Option<&CallOptions>,
    ) -> SendFuture<R> {
        let prepared = match self.encode(meta, encode, options) {
            Ok(prepared) => prepared,
            Err(error) => return SendFuture::failed(error),
        };
        let client = self.clone();
        SendFuture::new(prepared.deadline, async move {
            let mut payload = R::default();
            client.execute_traced(meta, &prepared, &mut payload).await?;
            Ok(payload)
        })
    }

    pub(crate) fn start_with_meta<R: FromWire + Default + Send + 'static>(
        &self,
        meta: &'static EndpointMeta<'static>,
        encode: &Encode<'_>,
        options: Option<&CallOptions>,
    ) -> SendFuture<Response<R>> {
        let prepared = match self.encode(meta, encode, options) {
            Ok(prepared) => prepared,
            Err(error) => return SendFuture::failed(error),
        };
        let client = self.clone();
        SendFuture::new(prepared.deadline, async move {
            let mut payload = R::default();
            let meta = client.execute_traced(meta, &prepared, &mut payload).await?;
            Ok(Response { payload, meta })
        })
    }
}
