//! The trait of all requests.

use std::time::Duration;

use crate::base::secret::Secret;
use crate::client::Client;
use crate::client::call::Call;
use crate::client::options::CallOptions;
use crate::client::response::Response;
use crate::client::retry::policy::RetryPolicy;
use crate::client::send_future::SendFuture;
use crate::error::Result;
use crate::transport::HttpRequest;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::from_wire::FromWire;
use crate::wire::json::Json;

/// A request to one endpoint. Requests are plain values: build, store, clone and compare them without a client.
///
/// Implemented by generated code. All methods but [`encode`](Endpoint::encode) are provided.
pub trait Endpoint: Send + Sync {
    /// The payload of a successful reply.
    type Reply: FromWire + Default + Send + 'static;

    /// The description of the endpoint.
    const META: EndpointMeta<'static>;

    /// Writes the parameters.
    fn encode(&self, out: &mut Encoder<'_>);

    /// Sends the request and gives the payload of the reply.
    ///
    /// The request is encoded and checked at once; the rest happens when the future is polled, and stops when it is
    /// dropped. The future borrows nothing, so it can be spawned.
    ///
    /// # Errors
    /// See the table at [`Error`](crate::Error).
    fn send(&self, client: &Client) -> SendFuture<Self::Reply> {
        client.start(const { &Self::META }, &|out| self.encode(out), None)
    }

    /// Sends the request and gives the payload and what is known about the call: request id, host, raw body.
    ///
    /// # Errors
    /// As [`send`](Endpoint::send).
    fn send_with_meta(&self, client: &Client) -> SendFuture<Response<Self::Reply>> {
        client.start_with_meta(const { &Self::META }, &|out| self.encode(out), None)
    }

    /// As [`send`](Endpoint::send), and waits for the reply. Needs no async runtime.
    ///
    /// # Errors
    /// As [`send`](Endpoint::send).
    ///
    /// ```no_run
    /// # #[cfg(feature = "im")]
    /// # fn example() -> yunxin::Result<()> {
    /// use yunxin::{Client, Credentials, Endpoint, im};
    ///
    /// let client = Client::new(Credentials::from_env()?)?;
    /// let account = im::user::Create::new("alice").send_blocking(&client)?;
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "blocking")]
    fn send_blocking(&self, client: &Client) -> Result<Self::Reply> {
        crate::client::blocking::wait(self.send(client))
    }

    /// As [`send_with_meta`](Endpoint::send_with_meta), and waits for the reply. Needs no async runtime.
    ///
    /// # Errors
    /// As [`send`](Endpoint::send).
    #[cfg(feature = "blocking")]
    fn send_with_meta_blocking(&self, client: &Client) -> Result<Response<Self::Reply>> {
        crate::client::blocking::wait(self.send_with_meta(client))
    }

    /// The signed request as a value: what [`send`](Endpoint::send) would send now to the first host. Nothing is sent.
    ///
    /// # Errors
    /// If a parameter is wrong, or the product has no host in the client's region.
    fn prepare(&self, client: &Client) -> Result<HttpRequest> {
        client.prepare(const { &Self::META }, &|out| self.encode(out), None)
    }

    /// Sets options of this call. The methods below are short for one option each.
    fn with_options(self, options: CallOptions) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_options(options)
    }

    /// Sets how long one attempt of this call may take: [`CallOptions::timeout`].
    fn with_timeout(self, timeout: Duration) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_timeout(timeout)
    }

    /// Sets how long this call may take with all its attempts and pauses: [`CallOptions::deadline`].
    ///
    /// ```no_run
    /// # #[cfg(feature = "im")]
    /// # async fn example(client: &yunxin::Client) -> yunxin::Result<()> {
    /// use std::time::Duration;
    /// use yunxin::{Endpoint, RetryPolicy, im};
    ///
    /// let account = im::user::Create::new("alice")
    ///     .with_deadline(Duration::from_secs(2))
    ///     .with_timeout(Duration::from_millis(700))
    ///     .with_retry(RetryPolicy::new().attempts(2))
    ///     .send(client)
    ///     .await?;
    /// # Ok(()) }
    /// ```
    fn with_deadline(self, deadline: Duration) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_deadline(deadline)
    }

    /// Sets how often this call is attempted: [`CallOptions::retry`].
    fn with_retry(self, policy: RetryPolicy) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_retry(policy)
    }

    /// Sets the request id of this call: [`CallOptions::request_id`].
    fn with_request_id(self, request_id: impl Into<String>) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_request_id(request_id)
    }

    /// Sets the one host that this call goes to: [`CallOptions::host`].
    fn with_host(self, url: impl Into<String>) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_host(url)
    }

    /// Adds a header to this call: [`CallOptions::header`].
    fn with_header(self, name: impl Into<String>, value: impl Into<Secret>) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_header(name, value)
    }

    /// Adds a parameter that this version does not know: [`CallOptions::param`].
    fn with_param(self, name: impl Into<String>, value: impl Into<Json>) -> Call<Self>
    where
        Self: Sized,
    {
        Call::new(self).with_param(name, value)
    }
}
