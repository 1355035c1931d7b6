//! A request that a mock received.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::base::random::SystemRandom;
use crate::client::endpoint::Endpoint;
use crate::testing::params::{Params, Place, Value};
use crate::testing::path_template::{match_path, path_and_query};
use crate::testing::typed_request;
use crate::transport::{HttpRequest, Method};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::json::Json;

/// Headers that the client sets, which are no parameters.
const OWN_HEADERS: [&str; 7] = ["AppKey", "CheckSum", "Content-Type", "CurTime", "Host", "Nonce", "User-Agent"];

/// A request that a [`Mock`](crate::testing::Mock) received: one attempt of a call, with its parameters.
///
/// ```
/// # #[cfg(feature = "im")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> yunxin::Result<()> {
/// # use yunxin::testing::Mock;
/// # use yunxin::{Endpoint, im};
/// let mock = Mock::new();
/// mock.on::<im::user::Create>().reply_with(|account| account.accid = "alice".to_owned());
/// im::user::Create::new("alice").name("Alice").gender(im::user::Gender::Female).send(&mock.client()).await?;
///
/// let [create] = &mock.received::<im::user::Create>()[..] else { panic!("one call") };
/// assert_eq!(create.text("name").as_deref(), Some("Alice"));
/// assert_eq!(create.json("gender"), Some(2.into()));
/// assert_eq!(create.text("email"), None);
/// # Ok(()) }
/// # #[cfg(not(feature = "im"))]
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct Received {
    path: String,
    /// Of query and body.
    params: Params,
    /// With the placeholders of the path; empty if the endpoint is not known.
    named: Params,
    request: HttpRequest,
}

impl Received {
    pub(super) fn new(request: HttpRequest) -> Self {
        let (path, query) = path_and_query(&request.url);
        let params = Params::read(query, request.headers.get("content-type"), &request.body);
        Self { path: path.to_owned(), named: params.clone(), params, request }
    }

    /// Adds the placeholders of the path.
    pub(super) fn name_placeholders(&mut self, meta: &EndpointMeta<'_>) {
        self.named = self.params.clone();
        for (name, value) in match_path(meta, &self.path).unwrap_or_default() {
            self.named.push(name, Place::Path, Value::Text(value));
        }
    }

    /// The parameters of query and body.
    pub(super) fn params(&self) -> &Params {
        &self.params
    }

    /// HTTP method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.request.method
    }

    /// The path of the URL, as it was sent.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value of a parameter as text, wherever it is: in the path, the query, the body, or a header. A value of a
    /// JSON body that is no text is JSON text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.named.get(name) {
            Some(value) => Some(value.text()),
            None => self.request.headers.get(name).map(Cow::Borrowed),
        }
    }

    /// The value of a parameter as JSON. A text in a form or a query that holds JSON is parsed.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<Json> {
        match self.named.get(name) {
            Some(value) => Some(value.json()),
            None => self.request.headers.get(name).map(Json::from),
        }
    }

    /// All values of a parameter that is sent once for each item of a list.
    pub fn texts<'r>(&'r self, name: &'r str) -> impl Iterator<Item = Cow<'r, str>> {
        self.named.iter().filter(move |param| param.name == name).map(|param| param.value.text())
    }

    /// The content of a file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        match self.named.get(name)? {
            Value::File { content, .. } => Some(content),
            _ => None,
        }
    }

    /// The names of the parameters that were sent in path, query and body.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|param| &*param.name)
    }

    /// The request with its type. Requests have no getters, since the code under test made them: compare the whole, or
    /// a part of it with [`text`](Received::text) and [`json`](Received::json).
    ///
    /// # Errors
    /// If it is not a request to this endpoint, or cannot be read as one.
    ///
    /// ```
    /// # #[cfg(feature = "im")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use yunxin::testing::Mock;
    /// # use yunxin::{Endpoint, im};
    /// let mock = Mock::new();
    /// mock.on::<im::user::Create>().reply_with(|account| account.accid = "alice".to_owned());
    /// let request = im::user::Create::new("alice").gender(im::user::Gender::Female);
    /// request.send(&mock.client()).await?;
    ///
    /// assert_eq!(mock.received::<im::user::Create>()[0].to_request::<im::user::Create>()?, request);
    /// # Ok(()) }
    /// # #[cfg(not(feature = "im"))]
    /// # fn main() {}
    /// ```
    pub fn to_request<E: Endpoint + DeserializeOwned>(&self) -> Result<E, serde_json::Error> {
        typed_request::read(self)
    }

    /// The values of a parameter in the first place that has it; that of a header if no place has.
    pub(super) fn values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = Cow<'r, Value>> {
        let place = self.named.iter().find(|param| param.name == name).map(|param| param.place);
        let params = self.named.iter().filter(move |param| param.name == name && Some(param.place) == place);
        let params = params.map(|param| Cow::Borrowed(&param.value));
        let header = match self.named.get(name) {
            None if !OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) => self.request.headers.get(name),
            _ => None,
        };
        params.chain(header.map(|text| Cow::Owned(Value::Text(text.to_owned()))))
    }

    /// Whether it is this request, with the same value for each parameter and no others.
    #[must_use]
    pub fn is<E: Endpoint>(&self, request: &E) -> bool {
        Expected::encode(request).is_ok_and(|expected| expected.is(self))
    }

    /// The request as HTTP.
    #[must_use]
    pub fn http(&self) -> &HttpRequest {
        &self.request
    }

    pub(super) fn has(&self, name: &str, expected: &Json) -> bool {
        match self.named.get(name) {
            Some(value) => value.is(expected),
            None => self.request.headers.get(name).is_some_and(|text| Value::Text(text.to_owned()).is(expected)),
        }
    }
}

/// Shows the parameters, which may hold tokens.
impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} with {}", self.method(), self.path, self.named)
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({self})")
    }
}

/// The request of an expected call, encoded.
#[derive(Debug)]
pub(super) struct Expected {
    method: Method,
    path: String,
    params: Params,
    headers: Vec<(String, String)>,
}

impl Expected {
    /// Encodes a request. Its limits are not checked; the client does that when the request is sent.
    ///
    /// # Errors
    /// If it cannot be encoded.
    pub(super) fn encode<E: Endpoint>(request: &E) -> Result<Self, String> {
        let (meta, random) = (const { &E::META }, SystemRandom::default());
        let mut encoder = Encoder::new(meta, &random, false);
        request.encode(&mut encoder);
        let encoded = encoder.finish().map_err(|error| error.to_string())?;
        let url = encoded.head.url(meta, "");
        let content_type = encoded.head.content_type.as_deref().and_then(|text| str::from_utf8(text).ok());
        let (path, query) = path_and_query(&url);
        let headers = encoded.head.headers.iter();
        Ok(Self {
            method: meta.method,
            path: path.to_owned(),
            params: Params::read(query, content_type, &Bytes::copy_from_slice(encoded.body())),
            headers: headers.map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect(),
        })
    }

    pub(super) fn is(&self, received: &Received) -> bool {
        self.method == received.method()
            && self.path == received.path
            && self.params == received.params
            && self.headers.iter().all(|(name, value)| received.request.headers.get(name) == Some(value))
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exactly {} {} with {}", self.method, self.path, self.params)?;
        for (name, value) in &self.headers {
            write!(f, ", header {name}={value:?}")?;
        }
        Ok(())
    }
}
