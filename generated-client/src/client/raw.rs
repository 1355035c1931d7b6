//! Calls of endpoints that no spec knows yet.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::base::secret::Secret;
use crate::client::Client;
use crate::client::call::{Response, SendFuture};
use crate::client::options::CallOptions;
use crate::error::Result;
use crate::transport::HttpRequest;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::{Body, EndpointMeta, Method, Payload, Product};
use crate::wire::json::Json;

/// A call of an endpoint that this version does not know; made by [`Client::raw`].
///
/// It is signed, judged and reported like any other call of its product. The reply is the whole body, as JSON.
#[must_use = "a call does nothing until it is sent"]
pub struct RawCall {
    client: Client,
    product: &'static Product,
    method: Method,
    path: &'static str,
    body: Body,
    params: Vec<(String, Json)>,
    query: Vec<(String, Json)>,
    options: CallOptions,
}

impl Client {
    /// A call of an endpoint that no spec knows yet: the product, the method, and the path below the product's base path, where
    /// `{name}` stands for the parameter of that name.
    ///
    /// Parameters go where those of the product's other endpoints go: into the form or the JSON body, and of a GET or DELETE into the
    /// query. The call is never repeated, since nobody knows what that does.
    ///
    /// ```no_run
    /// # #[cfg(feature = "im")]
    /// # async fn example(client: yunxin::Client) -> yunxin::Result<()> {
    /// use yunxin::{Method, im};
    ///
    /// let reply = client.raw(&im::PRODUCT, Method::Post, "/user/brandNew.action").param("accid", "alice").send().await?;
    /// println!("{}", reply.value()["info"]);
    /// # Ok(()) }
    /// ```
    pub fn raw(&self, product: &'static Product, method: Method, path: &'static str) -> RawCall {
        let body = if matches!(method, Method::Get | Method::Delete) { Body::None } else { product.body };
        RawCall {
            client: self.clone(),
            product,
            method,
            path,
            body,
            params: Vec::new(),
            query: Vec::new(),
            options: CallOptions::default(),
        }
    }
}

impl RawCall {
    /// Adds a parameter: to the path, if that names it, else to the body, or to the query of a call without one.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sends parameters as a form.
    pub fn as_form(mut self) -> Self {
        self.body = Body::Form;
        self
    }

    /// Sends parameters as a JSON object.
    pub fn as_json(mut self) -> Self {
        self.body = Body::Json;
        self
    }

    /// As [`Endpoint::with_timeout`](crate::Endpoint::with_timeout).
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// As [`Endpoint::with_request_id`](crate::Endpoint::with_request_id).
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.options.request_id = Some(request_id.into());
        self
    }

    /// As [`Endpoint::with_host`](crate::Endpoint::with_host).
    pub fn with_host(mut self, url: impl Into<String>) -> Self {
        self.options.host = Some(url.into());
        self
    }

    /// As [`Endpoint::with_header`](crate::Endpoint::with_header).
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.options.headers.push((name.into(), value.into()));
        self
    }

    /// Sends the call and gives the whole body of a successful reply.
    ///
    /// # Errors
    /// As [`Endpoint::send`](crate::Endpoint::send).
    pub fn send(&self) -> SendFuture<Json> {
        self.client.start(self.spec(), &|out| self.encode(out), Some(&self.options))
    }

    /// The same, with what is known about the call.
    ///
    /// # Errors
    /// As [`Endpoint::send`](crate::Endpoint::send).
    pub fn send_with_meta(&self) -> SendFuture<Response<Json>> {
        self.client.start_with_meta(self.spec(), &|out| self.encode(out), Some(&self.options))
    }

    /// As [`send`](RawCall::send), and waits for the reply. Needs no async runtime.
    ///
    /// # Errors
    /// As [`Endpoint::send`](crate::Endpoint::send).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(&self) -> Result<Json> {
        crate::client::blocking::wait(self.send())
    }

    /// As [`Endpoint::prepare`](crate::Endpoint::prepare).
    ///
    /// # Errors
    /// As [`Endpoint::prepare`](crate::Endpoint::prepare).
    pub fn prepare(&self) -> Result<HttpRequest> {
        self.client.prepare(self.spec(), &|out| self.encode(out), Some(&self.options))
    }

    fn encode(&self, out: &mut Encoder<'_>) {
        let slots = slots(self.path);
        for slot in &slots {
            if let Some((name, value)) = self.params.iter().find(|(name, _)| name == slot) {
                out.path(name, value, &[]);
            }
        }
        for (name, value) in self.params.iter().filter(|(name, _)| !slots.contains(&name.as_str())) {
            out.extra(name, value);
        }
        for (name, value) in &self.query {
            out.query(name, value, &[]);
        }
    }

    /// The description of this endpoint. Specs live as long as the program, so each is made once and kept; paths are literals, so
    /// there are few.
    fn spec(&self) -> &'static EndpointMeta {
        static KEPT: Mutex<Vec<&'static EndpointMeta>> = Mutex::new(Vec::new());
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|spec| {
            std::ptr::eq(spec.product, self.product)
                && spec.method == self.method
                && spec.path == self.path
                && spec.body == self.body
        });
        if let Some(known) = known {
            return known;
        }
        let id = Box::leak(format!("{} {} {}", self.product.name, self.method, self.path).into_boxed_str());
        // `Retry::Never`, since nobody knows what a repeat would do.
        let spec = EndpointMeta::new(self.product, id, self.method, self.path)
            .body(self.body)
            .payload(Payload::Flat)
            .signing(self.product.signing);
        let spec: &'static EndpointMeta = Box::leak(Box::new(spec));
        kept.push(spec);
        spec
    }
}

/// The names in a path template, in order.
fn slots(path: &str) -> Vec<&str> {
    let opened = path.split('{').skip(1);
    opened.filter_map(|rest| rest.split('}').next()).map(|slot| slot.trim_start_matches('/')).collect()
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nobody told which values are secret.
        let names: Vec<_> = self.params.iter().chain(&self.query).map(|(name, _)| name).collect();
        f.debug_struct("RawCall")
            .field("product", &self.product.name)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("params", &names)
            .finish_non_exhaustive()
    }
}
