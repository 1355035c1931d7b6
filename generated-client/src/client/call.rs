//! A request with options for one call.

use std::time::Duration;

use crate::base::secret::Secret;
use crate::client::Client;
use crate::client::endpoint::Endpoint;
use crate::client::items::ItemStream;
use crate::client::options::CallOptions;
use crate::client::page_stream::PageStream;
use crate::client::pages::Paged;
use crate::client::response::Response;
use crate::client::retry::policy::RetryPolicy;
use crate::client::send_future::SendFuture;
use crate::error::Result;
use crate::transport::HttpRequest;
use crate::wire::json::Json;

/// A request with [options](CallOptions) for this one call. Made by [`Endpoint::with_options`], by its short forms such
/// as [`Endpoint::with_timeout`], and by [`Client::raw`].
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Call<T> {
    pub(super) request: T,
    pub(super) options: CallOptions,
}

impl<T> Call<T> {
    pub(crate) fn new(request: T) -> Self {
        Self { request, options: CallOptions::new() }
    }

    /// Adds options: those that are set replace the ones set before, and headers and parameters are added.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = self.options.and(options);
        self
    }

    /// Sets [`CallOptions::timeout`].
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.map_options(|options| options.timeout(timeout))
    }

    /// Sets [`CallOptions::deadline`].
    pub fn with_deadline(self, deadline: Duration) -> Self {
        self.map_options(|options| options.deadline(deadline))
    }

    /// Sets [`CallOptions::retry`].
    pub fn with_retry(self, policy: RetryPolicy) -> Self {
        self.map_options(|options| options.retry(policy))
    }

    /// Sets [`CallOptions::request_id`].
    pub fn with_request_id(self, request_id: impl Into<String>) -> Self {
        self.map_options(|options| options.request_id(request_id))
    }

    /// Sets [`CallOptions::host`].
    pub fn with_host(self, url: impl Into<String>) -> Self {
        self.map_options(|options| options.host(url))
    }

    /// Adds a [`CallOptions::header`].
    pub fn with_header(self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.map_options(|options| options.header(name, value))
    }

    /// Adds a [`CallOptions::param`].
    pub fn with_param(self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.map_options(|options| options.param(name, value))
    }

    fn map_options(mut self, set: impl FnOnce(CallOptions) -> CallOptions) -> Self {
        self.options = set(self.options);
        self
    }
}

impl<E: Endpoint> Call<E> {
    /// As [`Endpoint::send`].
    ///
    /// # Errors
    /// As [`Endpoint::send`].
    pub fn send(&self, client: &Client) -> SendFuture<E::Reply> {
        client.start(const { &E::META }, &|out| self.request.encode(out), Some(&self.options))
    }

    /// As [`Endpoint::send_with_meta`].
    ///
    /// # Errors
    /// As [`Endpoint::send`].
    pub fn send_with_meta(&self, client: &Client) -> SendFuture<Response<E::Reply>> {
        client.start_with_meta(const { &E::META }, &|out| self.request.encode(out), Some(&self.options))
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
        client.prepare(const { &E::META }, &|out| self.request.encode(out), Some(&self.options))
    }
}

impl<E: Paged> Call<E> {
    /// As [`Paged::items`]. A request id is that of one call, so each page gets a new one.
    pub fn items(self, client: &Client) -> ItemStream<E> {
        ItemStream::new(client.clone(), self)
    }

    /// As [`Paged::pages`]. A request id is that of one call, so each page gets a new one.
    pub fn pages(self, client: &Client) -> PageStream<E>
    where
        E::Reply: Clone,
    {
        PageStream::new(client.clone(), self)
    }

    /// As [`Paged::items_blocking`].
    #[cfg(feature = "blocking")]
    pub fn items_blocking(self, client: &Client) -> crate::client::blocking::Iter<E> {
        crate::client::blocking::Iter::new(self.items(client))
    }

    /// As [`Paged::pages_blocking`].
    #[cfg(feature = "blocking")]
    pub fn pages_blocking(self, client: &Client) -> crate::client::blocking::Pages<E>
    where
        E::Reply: Clone,
    {
        crate::client::blocking::Pages::new(self.pages(client))
    }
}
