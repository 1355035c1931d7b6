//! Descriptions of products and endpoints: the facts that the client needs for a call.
//!
//! They borrow their data. Generated descriptions are `'static`; those made at run time borrow from the types of
//! [`owned_meta`](super::owned_meta).

use std::fmt;
use std::time::Duration;

use crate::wire::codes::CodeInfo;

/// Description of a product of the vendor: its hosts, the rules for its replies, its error codes.
#[derive(Clone, Copy, Debug)]
pub struct ProductMeta<'a> {
    /// Short name, also the name of its module: `im`.
    pub name: &'a str,
    /// Name for readers of documentation and messages.
    pub title: &'a str,
    /// Hosts of each region, in order of preference.
    pub hosts: &'a [Hosts<'a>],
    /// Path between the host and the path of each endpoint; empty or `/like-this`.
    pub base_path: &'a str,
    /// Path (under the host, without the base path) that returns status 200 while a host is healthy. `None`: there is
    /// no such path.
    pub health: Option<&'a str>,
    /// How requests are signed, unless an endpoint overrides it.
    pub signing: Signing,
    /// Encoding of request bodies, unless an endpoint overrides it.
    pub body: Body,
    /// How requests are identified.
    pub request_id: RequestIdRule<'a>,
    /// How replies are classified.
    pub reply: ReplyRule<'a>,
    /// The known codes of this product's replies.
    pub errors: &'a [CodeInfo<'a>],
}

impl<'a> ProductMeta<'a> {
    /// Returns the description of a code; `None` if the code is not known.
    #[must_use]
    pub fn code(&self, code: i64) -> Option<&'a CodeInfo<'a>> {
        self.errors.iter().find(|info| info.code == code)
    }

    /// Returns the hosts in one region, in order of preference; `None` if the product has none there.
    #[must_use]
    pub fn hosts_in(&self, region: &str) -> Option<&'a [&'a str]> {
        let hosts = self.hosts.iter().find(|hosts| hosts.region == region)?;
        (!hosts.urls.is_empty()).then_some(hosts.urls)
    }
}

/// The hosts of one region.
#[derive(Clone, Copy, Debug)]
pub struct Hosts<'a> {
    /// Name of the region: `mainland`, `overseas`.
    pub region: &'a str,
    /// Base URLs without a trailing slash, in order of preference.
    pub urls: &'a [&'a str],
}

/// How requests are identified.
#[derive(Clone, Copy, Debug)]
pub struct RequestIdRule<'a> {
    /// Header that carries the request id.
    pub header: &'a str,
    /// How long the server recognises a repeated request by its id; `None` if it never does.
    pub dedup: Option<Duration>,
}

/// How replies are classified.
#[derive(Clone, Copy, Debug)]
pub struct ReplyRule<'a> {
    /// HTTP statuses of a success.
    pub http: HttpSuccess,
    /// Key of the code in the body.
    pub code_key: &'a str,
    /// Codes that mean success.
    pub codes: &'a [i64],
    /// Whether a reply without a code (or without a body) is a success if its HTTP status is one.
    pub code_may_be_absent: bool,
    /// Keys that may hold the server's error message, in order of preference.
    pub message_keys: &'a [&'a str],
    /// Keys that may hold the id that the server gave the request.
    pub request_id_keys: &'a [&'a str],
}

/// HTTP statuses of a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpSuccess {
    /// Exactly this status.
    Status(u16),
    /// Any of 200 to 299.
    Any2xx,
}

impl HttpSuccess {
    /// Returns whether a reply with this status may be a success.
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
    /// Returns the method as it is written in the request line.
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

/// The position of the payload in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Payload<'a> {
    /// The reply has no payload.
    Nothing,
    /// The value of this key.
    At(&'a str),
    /// The whole reply: the payload's keys are on the same level as the code.
    Flat,
}

/// Whether a call may be repeated when it is not known if it took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Never: repeating the call would apply it twice.
    Never,
    /// Always: repeating the call changes nothing more.
    Safe,
    /// While the server recognises the request id.
    Deduplicated,
}

/// How requests are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signing {
    /// With the headers `AppKey`, `Nonce`, `CurTime` and `CheckSum`.
    CheckSum,
    /// With the header `AppKey`; parameters may hold more.
    AppKey,
    /// Without headers; parameters may hold a signature.
    None,
}

/// Description of an endpoint, from its spec.
///
/// ```
/// # #[cfg(feature = "im")] {
/// use yunxin::{Endpoint, Method, im};
///
/// assert_eq!(im::user::Create::META.id, "im.user.create");
/// assert_eq!(im::user::Create::META.method, Method::Post);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EndpointMeta<'a> {
    /// Its name in the spec: `im.user.create`.
    pub id: &'a str,
    /// The product that it belongs to.
    pub product: &'a ProductMeta<'a>,
    /// HTTP method.
    pub method: Method,
    /// Path template under the product's base path: `/rooms/{cid}`; `{/uid}` at the end is an optional last segment.
    pub path: &'a str,
    /// Encoding of the body.
    pub body: Body,
    /// Where the payload is in the reply.
    pub payload: Payload<'a>,
    /// Whether a call may be repeated.
    pub retry: Retry,
    /// How long one attempt may take; `None`: as long as the client's setting allows.
    pub timeout: Option<Duration>,
    /// The official limit on the number of calls; `None` if there is none.
    pub rate: Option<Rate<'a>>,
    /// How requests are signed.
    pub signing: Signing,
    /// Whether the path template has placeholders.
    pub(crate) has_placeholders: bool,
}

impl<'a> EndpointMeta<'a> {
    /// Describes an endpoint without body and payload, whose calls are never repeated and are signed with a checksum.
    #[must_use]
    pub const fn new(product: &'a ProductMeta<'a>, id: &'a str, method: Method, path: &'a str) -> Self {
        Self {
            id,
            product,
            method,
            path,
            body: Body::None,
            payload: Payload::Nothing,
            retry: Retry::Never,
            timeout: None,
            rate: None,
            signing: Signing::CheckSum,
            has_placeholders: has_placeholders(path.as_bytes()),
        }
    }

    /// Sets the encoding of the body.
    #[must_use]
    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets where the payload is in the reply.
    #[must_use]
    pub const fn payload(mut self, payload: Payload<'a>) -> Self {
        self.payload = payload;
        self
    }

    /// Sets whether a call may be repeated.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets how long one attempt may take.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how often it may be called.
    #[must_use]
    pub const fn rate(mut self, calls: u32, per: Per) -> Self {
        self.rate = Some(Rate::new(calls, per, None));
        self
    }

    /// Sets how often all endpoints of the product with the same `group` may be called together.
    #[must_use]
    pub const fn shared_rate(mut self, calls: u32, per: Per, group: &'a str) -> Self {
        self.rate = Some(Rate::new(calls, per, Some(group)));
        self
    }

    /// Sets how requests are signed.
    #[must_use]
    pub const fn signing(mut self, signing: Signing) -> Self {
        self.signing = signing;
        self
    }
}

const fn has_placeholders(mut path: &[u8]) -> bool {
    while let [first, rest @ ..] = path {
        if *first == b'{' {
            return true;
        }
        path = rest;
    }
    false
}

/// The time span of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// One second.
    Second,
    /// One minute.
    Minute,
    /// One hour.
    Hour,
    /// One day.
    Day,
    /// This many seconds.
    Seconds(u64),
}

impl Per {
    const fn duration(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 60 * 60,
            Self::Day => 24 * 60 * 60,
            Self::Seconds(seconds) => seconds,
        })
    }
}

/// A maximum number of calls per time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate<'a> {
    /// The maximum number of calls.
    pub calls: u32,
    /// The time span.
    pub per: Duration,
    /// Name of the group of endpoints of the product that share the limit. `None`: only this endpoint counts.
    pub shared: Option<&'a str>,
}

impl<'a> Rate<'a> {
    pub(crate) const fn new(calls: u32, per: Per, shared: Option<&'a str>) -> Self {
        Self { calls, per: per.duration(), shared }
    }
}

/// Returns a product for unit tests that depend only on how long it recognises a repeated request.
#[cfg(test)]
pub(crate) const fn product_with_dedup(dedup: Option<Duration>) -> ProductMeta<'static> {
    ProductMeta {
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
        errors: &[],
    }
}
