//! The facts about products and endpoints, as constants.

use std::fmt;
use std::time::Duration;

use super::codes::{CodeInfo, Codes};

/// One product of the vendor: where it listens, how its replies are judged, which codes it knows.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Short name, also the name of its module: `im`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Hosts of each region, in order of preference.
    pub hosts: &'static [Hosts],
    /// Path between the host and the path of each endpoint; empty or `/like-this`.
    pub base_path: &'static str,
    /// Path (under the host, without the base path) that answers 200 while a host is well.
    pub health: Option<&'static str>,
    /// How calls prove who sends them, unless an endpoint says otherwise.
    pub signing: Signing,
    /// Encoding of request bodies, unless an endpoint says otherwise.
    pub body: Body,
    /// How a call names itself to the server.
    pub request_id: RequestIdRule,
    /// How a reply is judged.
    pub reply: ReplyRule,
    /// The codes this product is known to answer.
    pub errors: Codes,
}

impl Product {
    /// What is known about a code.
    #[must_use]
    pub fn code(&self, code: i64) -> Option<CodeInfo> {
        self.errors.find(code)
    }

    /// The hosts in one region, in order of preference; `None` if the product has none there.
    #[must_use]
    pub fn hosts_in(&self, region: &str) -> Option<&'static [&'static str]> {
        let hosts = self.hosts.iter().find(|hosts| hosts.region == region)?;
        (!hosts.urls.is_empty()).then_some(hosts.urls)
    }
}

/// The hosts of one region.
#[derive(Clone, Copy, Debug)]
pub struct Hosts {
    /// Name of the region: `mainland`, `overseas`.
    pub region: &'static str,
    /// Base URLs without a trailing slash, in order of preference.
    pub urls: &'static [&'static str],
}

/// How a call names itself to the server.
#[derive(Clone, Copy, Debug)]
pub struct RequestIdRule {
    /// Header that carries the id.
    pub header: &'static str,
    /// For how long the server recognises a repeat by its id; `None` if it does not.
    pub dedup: Option<Duration>,
}

/// How a reply is judged.
#[derive(Clone, Copy, Debug)]
pub struct ReplyRule {
    /// HTTP statuses that a success may have.
    pub http: HttpSuccess,
    /// Key of the code in the body.
    pub code_key: &'static str,
    /// Codes that mean success.
    pub codes: &'static [i64],
    /// Whether a body without a code (or no body) is a success when the HTTP status is.
    pub code_may_be_absent: bool,
    /// Keys that may hold the server's explanation of a failure, best first.
    pub message_keys: &'static [&'static str],
    /// Keys that may hold the server's own id of the request.
    pub request_id_keys: &'static [&'static str],
}

/// HTTP statuses that a success may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpSuccess {
    /// Exactly this one.
    Status(u16),
    /// Any of 200 to 299.
    Any2xx,
}

impl HttpSuccess {
    /// Whether a reply with this status may be a success.
    #[must_use]
    pub const fn allows(self, status: u16) -> bool {
        match self {
            Self::Status(only) => status == only,
            Self::Any2xx => status >= 200 && status < 300,
        }
    }
}

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

impl Method {
    /// As it stands in the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Encoding of the request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// No body and no `Content-Type`.
    None,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// A JSON object.
    Json,
    /// `multipart/form-data`.
    Multipart,
}

/// Where the payload is in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// There is none.
    Nothing,
    /// Under this key.
    At(&'static str),
    /// Beside the code: the payload's keys are the envelope's.
    Flat,
}

/// Whether a call may be repeated when nobody knows if it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Never: repeating does it twice.
    Never,
    /// Always: repeating changes nothing.
    Safe,
    /// While the server recognises the request id.
    Deduplicated,
}

/// How calls prove who sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signing {
    /// By the headers `AppKey`, `Nonce`, `CurTime` and `CheckSum`.
    CheckSum,
    /// By the header `AppKey` alone, or by that and by parameters.
    AppKey,
    /// Not at all, or by parameters.
    None,
}

/// What is constant about an endpoint.
#[derive(Clone, Copy, Debug)]
pub struct EndpointMeta {
    /// Its name in the spec: `im.user.create`.
    pub id: &'static str,
    /// Path template under the product's base path: `/rooms/{cid}`; `{/uid}` at the end is a last segment that may be left out.
    pub path: &'static str,
    /// Whether the path template has slots; generated code knows, and looking at each call takes time.
    #[doc(hidden)]
    pub has_slots: bool,
    /// What it has in common with others.
    pub manner: &'static Manner,
}

impl EndpointMeta {
    /// An endpoint of this name and path.
    ///
    /// Generated code writes the fields, for a call for each of hundreds of endpoints is slower to compile.
    #[must_use]
    pub const fn new(id: &'static str, path: &'static str, manner: &'static Manner) -> Self {
        Self { id, path, has_slots: has_slots(path.as_bytes()), manner }
    }
}

const fn has_slots(mut path: &[u8]) -> bool {
    while let [first, rest @ ..] = path {
        if *first == b'{' {
            return true;
        }
        path = rest;
    }
    false
}

/// What endpoints have in common that are called in the same manner.
///
/// Said once for all of them, because saying it for each of hundreds costs the compiler.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Manner {
    /// The product they belong to.
    pub product: &'static Product,
    /// HTTP method.
    pub method: Method,
    /// Encoding of the body.
    pub body: Body,
    /// Where the payload is in the reply.
    pub payload: Payload,
    /// Whether a call may be repeated.
    pub retry: Retry,
    /// How long one attempt may take, where that is not the client's setting.
    pub timeout: Option<Duration>,
    /// The official limit on how often each of them may be called, or all that share it.
    pub rate: Option<Rate>,
    /// How calls prove who sends them.
    pub signing: Signing,
}

/// So many calls in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate {
    /// So many calls.
    pub calls: u32,
    /// In so much time.
    pub per: Duration,
    /// Endpoints of the product that have the same words here share the limit; otherwise it is the endpoint's own.
    pub shared: Option<&'static str>,
}

impl Manner {
    /// Endpoints whose time limit is the client's, of which no limit on calls is known, and whose calls are signed by a checksum.
    #[must_use]
    pub const fn new(product: &'static Product, method: Method, body: Body, payload: Payload, retry: Retry) -> Self {
        Self { product, method, body, payload, retry, timeout: None, rate: None, signing: Signing::CheckSum }
    }

    /// Sets how long one attempt may take.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how often each may be called in so many seconds.
    #[must_use]
    pub const fn rate(mut self, calls: u32, seconds: u64) -> Self {
        self.rate = Some(Rate { calls, per: Duration::from_secs(seconds), shared: None });
        self
    }

    /// Sets how often all endpoints of the product that have the same words here may be called together.
    #[must_use]
    pub const fn shared_rate(mut self, calls: u32, seconds: u64, words: &'static str) -> Self {
        self.rate = Some(Rate { calls, per: Duration::from_secs(seconds), shared: Some(words) });
        self
    }

    /// Sets how calls prove who sends them.
    #[must_use]
    pub const fn signing(mut self, signing: Signing) -> Self {
        self.signing = signing;
        self
    }
}

/// A product for unit tests, of which nothing matters but how long it recognises a repeat.
#[cfg(test)]
pub(crate) const fn product_that_remembers(dedup: Option<Duration>) -> Product {
    Product {
        name: "p",
        title: "",
        hosts: &[],
        base_path: "",
        health: None,
        signing: Signing::CheckSum,
        body: Body::Form,
        request_id: RequestIdRule { header: "RequestId", dedup },
        reply: ReplyRule {
            http: HttpSuccess::Status(200),
            code_key: "code",
            codes: &[200],
            code_may_be_absent: false,
            message_keys: &[],
            request_id_keys: &[],
        },
        errors: Codes::new(""),
    }
}
