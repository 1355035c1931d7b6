//! Calls of endpoints that have no generated type.

use std::fmt;
use std::sync::Arc;

use crate::client::Client;
use crate::client::call::Call;
use crate::client::response::Response;
use crate::client::send_future::SendFuture;
use crate::error::Result;
use crate::transport::HttpRequest;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::{Body, EndpointMeta, Method};
use crate::wire::file::File;
use crate::wire::json::Json;
use crate::wire::owned_meta::{OwnedEndpointMeta, ProductSource};

/// A call of an endpoint that has no generated type; made by [`Client::raw`] and [`Client::raw_endpoint`].
///
/// It is signed, retried and reported like any other call of its product. The payload is JSON.
pub type RawCall = Call<RawRequest>;

/// A request to an endpoint that has no generated type.
#[derive(Clone)]
pub struct RawRequest {
    client: Client,
    endpoint: Arc<OwnedEndpointMeta>,
    params: Vec<(String, Json)>,
    query: Vec<(String, Json)>,
    files: Vec<(String, File)>,
}

impl Client {
    /// A call of an endpoint that no spec knows yet: the product, the method, and the path below the product's base
    /// path, where `{name}` is replaced by the parameter of that name.
    ///
    /// Parameters go where those of the product's other endpoints go: into the form or the JSON body, and of a GET or
    /// DELETE into the query. The payload is the whole reply. The call is never repeated, since it is not known whether
    /// that is safe.
    ///
    /// ```no_run
    /// # #[cfg(feature = "im")]
    /// # async fn example(client: yunxin::Client) -> yunxin::Result<()> {
    /// use yunxin::{Method, im};
    ///
    /// let call = client.raw(&im::PRODUCT, Method::Post, "/user/brandNew.action");
    /// let reply = call.param("accid", "alice").send().await?;
    /// println!("{}", reply.value()["info"]);
    /// # Ok(()) }
    /// ```
    pub fn raw(&self, product: impl Into<ProductSource>, method: Method, path: impl Into<String>) -> RawCall {
        let (product, path) = (product.into(), path.into());
        let id = format!("{} {method} {path}", product.name());
        self.raw_endpoint(OwnedEndpointMeta::new(product, id, method, path))
    }

    /// A call of an endpoint whose description is made at run time, for example by a program that reads specs.
    ///
    /// ```no_run
    /// # async fn example(client: yunxin::Client) -> yunxin::Result<()> {
    /// use yunxin::Method;
    /// use yunxin::meta::{OwnedEndpointMeta, OwnedHosts, OwnedProductMeta, Payload, Retry};
    ///
    /// let mut desk = OwnedProductMeta::new("desk");
    /// desk.hosts.push(OwnedHosts::new("mainland", ["https://desk.example.com"]));
    /// let find = OwnedEndpointMeta::new(desk, "desk.case.find", Method::Get, "/cases/{id}")
    ///     .payload(Payload::At("case"))
    ///     .retry(Retry::Safe);
    /// let case = client.raw_endpoint(find).param("id", 7).send().await?;
    /// # Ok(()) }
    /// ```
    pub fn raw_endpoint(&self, endpoint: impl Into<Arc<OwnedEndpointMeta>>) -> RawCall {
        Call::new(RawRequest {
            client: self.clone(),
            endpoint: endpoint.into(),
            params: Vec::new(),
            query: Vec::new(),
            files: Vec::new(),
        })
    }
}

impl RawCall {
    /// Adds a parameter: to the path if the path names it, else to the body, or to the query of a call without a body.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.request.params.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.request.query.push((name.into(), value.into()));
        self
    }

    /// Adds a file. The parameters and files are then sent as a multipart body.
    pub fn file(mut self, name: impl Into<String>, file: File) -> Self {
        self.request.files.push((name.into(), file));
        self.with_body(Body::Multipart)
    }

    /// Sends the parameters as a form.
    pub fn as_form(self) -> Self {
        self.with_body(Body::Form)
    }

    /// Sends the parameters as a JSON object.
    pub fn as_json(self) -> Self {
        self.with_body(Body::Json)
    }

    fn with_body(mut self, body: Body) -> Self {
        self.request.endpoint = Arc::new(Arc::unwrap_or_clone(self.request.endpoint).body(body));
        self
    }

    /// Sends the call and gives the payload.
    ///
    /// # Errors
    /// As [`Endpoint::send`](crate::Endpoint::send).
    pub fn send(&self) -> SendFuture<Json> {
        self.send_with_meta().map(Response::into_payload)
    }

    /// Sends the call and gives the payload and what is known about the call.
    ///
    /// # Errors
    /// As [`Endpoint::send`](crate::Endpoint::send).
    pub fn send_with_meta(&self) -> SendFuture<Response<Json>> {
        let RawRequest { client, endpoint, .. } = &self.request;
        let encode =
            |meta: &EndpointMeta<'_>| client.encode(meta, &|out| self.request.encode(out), Some(&self.options));
        let prepared = match endpoint.with_meta(encode) {
            Ok(prepared) => prepared,
            Err(error) => return SendFuture::failed(error),
        };
        let (client, endpoint) = (client.clone(), Arc::clone(endpoint));
        SendFuture::new(prepared.deadline, async move {
            let product = endpoint.product();
            let lists = product.lists();
            let slices = product.slices(&lists);
            let product = product.meta(&lists, &slices);
            let mut payload = Json::default();
            let meta = client.execute_traced(&endpoint.meta(&product), &prepared, &mut payload).await?;
            Ok(Response::new(payload, meta))
        })
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
        let RawRequest { client, endpoint, .. } = &self.request;
        endpoint.with_meta(|meta| client.prepare(meta, &|out| self.request.encode(out), Some(&self.options)))
    }
}

impl RawRequest {
    fn encode(&self, out: &mut Encoder<'_>) {
        let placeholders = placeholders(self.endpoint.path());
        for placeholder in &placeholders {
            if let Some((name, value)) = self.params.iter().find(|(name, _)| name == placeholder) {
                out.path(name, value, &[]);
            }
        }
        for (name, value) in self.params.iter().filter(|(name, _)| !placeholders.contains(&name.as_str())) {
            out.extra(name, value);
        }
        for (name, value) in &self.query {
            out.query(name, value, &[]);
        }
        for (name, file) in &self.files {
            out.part(name, file, &[]);
        }
    }
}

/// The names in a path template, in order.
fn placeholders(path: &str) -> Vec<&str> {
    let opened = path.split('{').skip(1);
    opened.filter_map(|rest| rest.split('}').next()).map(|name| name.trim_start_matches('/')).collect()
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It is not known which values are secret.
        let names: Vec<_> = self.params.iter().chain(&self.query).map(|(name, _)| name).collect();
        f.debug_struct("RawRequest")
            .field("endpoint", &self.endpoint.id())
            .field("params", &names)
            .finish_non_exhaustive()
    }
}
