//! Descriptions of products and endpoints that own their data: for endpoints that are known only at run time.

use std::sync::Arc;
use std::time::Duration;

use crate::wire::codes::{CodeInfo, CodeKind};
use crate::wire::endpoint_meta::{
    Body, EndpointMeta, Hosts, HttpSuccess, Method, Payload, Per, ProductMeta, Rate, ReplyRule, RequestIdRule, Retry,
    Signing,
};

/// A [`ProductMeta`] that owns its data.
///
/// ```
/// use yunxin::meta::{OwnedHosts, OwnedProductMeta};
///
/// let mut product = OwnedProductMeta::new(String::from("desk"));
/// product.hosts.push(OwnedHosts::new("mainland", ["https://desk.example.com"]));
/// product.base_path = "/v1".to_owned();
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OwnedProductMeta {
    /// Short name: `desk`.
    pub name: String,
    /// Name for readers of documentation and messages.
    pub title: String,
    /// Hosts of each region, in order of preference.
    pub hosts: Vec<OwnedHosts>,
    /// Path between the host and the path of each endpoint; empty or `/like-this`.
    pub base_path: String,
    /// Path (under the host, without the base path) that returns status 200 while a host is healthy. `None`: there is
    /// no such path.
    pub health: Option<String>,
    /// How requests are signed, unless an endpoint overrides it.
    pub signing: Signing,
    /// Encoding of request bodies, unless an endpoint overrides it.
    pub body: Body,
    /// Header that carries the request id.
    pub request_id_header: String,
    /// How long the server recognises a repeated request by its id; `None` if it never does.
    pub dedup: Option<Duration>,
    /// How replies are classified.
    pub reply: OwnedReplyRule,
    /// The known codes of this product's replies.
    pub errors: Vec<OwnedCodeInfo>,
}

/// The hosts of one region, see [`Hosts`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OwnedHosts {
    /// Name of the region: `mainland`, `overseas`.
    pub region: String,
    /// Base URLs without a trailing slash, in order of preference.
    pub urls: Vec<String>,
}

/// How replies are classified, see [`ReplyRule`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OwnedReplyRule {
    /// HTTP statuses of a success.
    pub http: HttpSuccess,
    /// Key of the code in the body.
    pub code_key: String,
    /// Codes that mean success.
    pub codes: Vec<i64>,
    /// Whether a reply without a code (or without a body) is a success if its HTTP status is one.
    pub code_may_be_absent: bool,
    /// Keys that may hold the server's error message, in order of preference.
    pub message_keys: Vec<String>,
    /// Keys that may hold the id that the server gave the request.
    pub request_id_keys: Vec<String>,
}

/// One code in the replies of a product, see [`CodeInfo`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OwnedCodeInfo {
    /// The number in the reply.
    pub code: i64,
    /// Name in snake case.
    pub name: String,
    /// Whether the call may be retried after this code.
    pub kind: CodeKind,
    /// HTTP status of replies with this code.
    pub http: u16,
    /// Its meaning, as one sentence.
    pub meaning: String,
    /// Words in the server's message that show that the clock or the signature was rejected.
    pub clock_words: Vec<String>,
    /// Words in the server's message that show that the app belongs to another region.
    pub region_words: Vec<String>,
}

impl OwnedProductMeta {
    /// Creates a product without hosts, with form bodies, checksum signatures and the header `RequestId`. A success is
    /// code 200 under the key `code`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            title: name.clone(),
            name,
            hosts: Vec::new(),
            base_path: String::new(),
            health: None,
            signing: Signing::CheckSum,
            body: Body::Form,
            request_id_header: "RequestId".to_owned(),
            dedup: None,
            reply: OwnedReplyRule::default(),
            errors: Vec::new(),
        }
    }

    fn lists(&self) -> Lists<'_> {
        Lists {
            urls: self.hosts.iter().map(|hosts| texts(&hosts.urls)).collect(),
            message_keys: texts(&self.reply.message_keys),
            request_id_keys: texts(&self.reply.request_id_keys),
            words: self.errors.iter().map(|info| (texts(&info.clock_words), texts(&info.region_words))).collect(),
        }
    }

    fn slices<'a>(&'a self, lists: &'a Lists<'a>) -> Slices<'a> {
        let hosts = self.hosts.iter().zip(&lists.urls);
        let errors = self.errors.iter().zip(&lists.words);
        Slices {
            hosts: hosts.map(|(hosts, urls)| Hosts { region: &hosts.region, urls }).collect(),
            errors: errors
                .map(|(info, (clock_words, region_words))| {
                    CodeInfo::new(info.code, &info.name, info.kind, &info.meaning)
                        .http(info.http)
                        .clock_words(clock_words)
                        .region_words(region_words)
                })
                .collect(),
        }
    }

    fn meta<'a>(&'a self, lists: &'a Lists<'a>, slices: &'a Slices<'a>) -> ProductMeta<'a> {
        ProductMeta {
            name: &self.name,
            title: &self.title,
            hosts: &slices.hosts,
            base_path: &self.base_path,
            health: self.health.as_deref(),
            signing: self.signing,
            body: self.body,
            request_id: RequestIdRule { header: &self.request_id_header, dedup: self.dedup },
            reply: ReplyRule {
                http: self.reply.http,
                code_key: &self.reply.code_key,
                codes: &self.reply.codes,
                code_may_be_absent: self.reply.code_may_be_absent,
                message_keys: &lists.message_keys,
                request_id_keys: &lists.request_id_keys,
            },
            errors: &slices.errors,
        }
    }
}

/// Borrows a list of texts.
fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

impl OwnedHosts {
    /// Creates the hosts of a region, in order of preference.
    #[must_use]
    pub fn new(region: impl Into<String>, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { region: region.into(), urls: urls.into_iter().map(Into::into).collect() }
    }
}

impl OwnedCodeInfo {
    /// Creates the description of a code with HTTP status 200, whose meaning does not depend on the server's message.
    #[must_use]
    pub fn new(code: i64, name: impl Into<String>, kind: CodeKind, meaning: impl Into<String>) -> Self {
        Self {
            code,
            name: name.into(),
            kind,
            http: 200,
            meaning: meaning.into(),
            clock_words: Vec::new(),
            region_words: Vec::new(),
        }
    }
}

/// A success is HTTP status 200 with 200 under the key `code`; the error message is under `desc`.
impl Default for OwnedReplyRule {
    fn default() -> Self {
        Self {
            http: HttpSuccess::Status(200),
            code_key: "code".to_owned(),
            codes: vec![200],
            code_may_be_absent: false,
            message_keys: vec!["desc".to_owned()],
            request_id_keys: Vec::new(),
        }
    }
}

/// The product of an endpoint that is known only at run time: a generated product, or one that is known only at run
/// time too.
#[derive(Clone, Debug)]
pub struct ProductSource(Source);

#[derive(Clone, Debug)]
enum Source {
    Static(&'static ProductMeta<'static>),
    Owned(Arc<OwnedProductMeta>),
}

impl From<&'static ProductMeta<'static>> for ProductSource {
    fn from(product: &'static ProductMeta<'static>) -> Self {
        Self(Source::Static(product))
    }
}

impl From<Arc<OwnedProductMeta>> for ProductSource {
    fn from(product: Arc<OwnedProductMeta>) -> Self {
        Self(Source::Owned(product))
    }
}

impl From<OwnedProductMeta> for ProductSource {
    fn from(product: OwnedProductMeta) -> Self {
        Self(Source::Owned(Arc::new(product)))
    }
}

impl ProductSource {
    pub(crate) fn name(&self) -> &str {
        match &self.0 {
            Source::Static(product) => product.name,
            Source::Owned(product) => &product.name,
        }
    }

    pub(crate) fn body(&self) -> Body {
        match &self.0 {
            Source::Static(product) => product.body,
            Source::Owned(product) => product.body,
        }
    }

    fn signing(&self) -> Signing {
        match &self.0 {
            Source::Static(product) => product.signing,
            Source::Owned(product) => product.signing,
        }
    }

    /// First of three steps to borrow the description: returns lists of `&str`, because a slice of `String` is not a
    /// slice of `&str`.
    pub(crate) fn lists(&self) -> Lists<'_> {
        match &self.0 {
            Source::Static(_) => Lists::default(),
            Source::Owned(product) => product.lists(),
        }
    }

    /// Second step: returns the structs that refer to these lists.
    pub(crate) fn slices<'a>(&'a self, lists: &'a Lists<'a>) -> Slices<'a> {
        match &self.0 {
            Source::Static(_) => Slices::default(),
            Source::Owned(product) => product.slices(lists),
        }
    }

    /// Third step: returns the description, which refers to both.
    pub(crate) fn meta<'a>(&'a self, lists: &'a Lists<'a>, slices: &'a Slices<'a>) -> ProductMeta<'a> {
        match &self.0 {
            Source::Static(product) => **product,
            Source::Owned(product) => product.meta(lists, slices),
        }
    }
}

/// Lists of `&str` that a borrowed description refers to.
#[derive(Debug, Default)]
pub(crate) struct Lists<'a> {
    /// The URLs of each region.
    urls: Vec<Vec<&'a str>>,
    message_keys: Vec<&'a str>,
    request_id_keys: Vec<&'a str>,
    /// The clock words and region words of each code.
    words: Vec<(Vec<&'a str>, Vec<&'a str>)>,
}

/// Hosts and codes that a borrowed description refers to.
#[derive(Debug, Default)]
pub(crate) struct Slices<'a> {
    hosts: Vec<Hosts<'a>>,
    errors: Vec<CodeInfo<'a>>,
}

/// An [`EndpointMeta`] that owns its data.
///
/// ```
/// use yunxin::Method;
/// use yunxin::meta::{Body, OwnedEndpointMeta, OwnedProductMeta, Retry};
///
/// let product = OwnedProductMeta::new("desk");
/// let endpoint = OwnedEndpointMeta::new(product, "desk.case.open", Method::Post, "/cases")
///     .body(Body::Json)
///     .retry(Retry::Safe);
/// ```
#[derive(Clone, Debug)]
pub struct OwnedEndpointMeta {
    id: String,
    product: ProductSource,
    method: Method,
    path: String,
    body: Body,
    payload: OwnedPayload,
    retry: Retry,
    timeout: Option<Duration>,
    rate: Option<(u32, Per, Option<String>)>,
    signing: Signing,
}

#[derive(Clone, Debug)]
enum OwnedPayload {
    Nothing,
    At(String),
    Flat,
}

impl OwnedEndpointMeta {
    /// Describes an endpoint with the body encoding and signature of its product (a GET or DELETE has no body), whose
    /// payload is the whole reply and whose calls are never repeated.
    #[must_use]
    pub fn new(
        product: impl Into<ProductSource>,
        id: impl Into<String>,
        method: Method,
        path: impl Into<String>,
    ) -> Self {
        let product = product.into();
        Self {
            id: id.into(),
            method,
            path: path.into(),
            body: if matches!(method, Method::Get | Method::Delete) { Body::None } else { product.body() },
            payload: OwnedPayload::Flat,
            retry: Retry::Never,
            timeout: None,
            rate: None,
            signing: product.signing(),
            product,
        }
    }

    /// Sets the encoding of the body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets where the payload is in the reply.
    #[must_use]
    pub fn payload(mut self, payload: Payload<'_>) -> Self {
        self.payload = match payload {
            Payload::Nothing => OwnedPayload::Nothing,
            Payload::At(key) => OwnedPayload::At(key.to_owned()),
            Payload::Flat => OwnedPayload::Flat,
        };
        self
    }

    /// Sets whether a call may be repeated.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets how long one attempt may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how often it may be called.
    #[must_use]
    pub fn rate(mut self, calls: u32, per: Per) -> Self {
        self.rate = Some((calls, per, None));
        self
    }

    /// Sets how often all endpoints of the product with the same `group` may be called together.
    #[must_use]
    pub fn shared_rate(mut self, calls: u32, per: Per, group: impl Into<String>) -> Self {
        self.rate = Some((calls, per, Some(group.into())));
        self
    }

    /// Sets how requests are signed.
    #[must_use]
    pub fn signing(mut self, signing: Signing) -> Self {
        self.signing = signing;
        self
    }

    pub(crate) fn product(&self) -> &ProductSource {
        &self.product
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns the description of the endpoint, which refers to this description of its product.
    pub(crate) fn meta<'a>(&'a self, product: &'a ProductMeta<'a>) -> EndpointMeta<'a> {
        let mut meta = EndpointMeta::new(product, &self.id, self.method, &self.path)
            .body(self.body)
            .payload(match &self.payload {
                OwnedPayload::Nothing => Payload::Nothing,
                OwnedPayload::At(key) => Payload::At(key),
                OwnedPayload::Flat => Payload::Flat,
            })
            .retry(self.retry)
            .signing(self.signing);
        meta.timeout = self.timeout;
        meta.rate = self.rate.as_ref().map(|(calls, per, shared)| Rate::new(*calls, *per, shared.as_deref()));
        meta
    }

    /// Calls a function with the borrowed description, and returns its result.
    pub fn with_meta<T>(&self, act: impl FnOnce(&EndpointMeta<'_>) -> T) -> T {
        let lists = self.product.lists();
        let slices = self.product.slices(&lists);
        let product = self.product.meta(&lists, &slices);
        act(&self.meta(&product))
    }
}
