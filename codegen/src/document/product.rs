//! What `product.yaml` says.

use indexmap::IndexMap;
use serde::Deserialize;

#[cfg(feature = "schema")]
use {
    crate::document::json_schema::maps,
    crate::primitives::json_schema::{rules, shapes, text},
    schemars::JsonSchema,
};

use crate::primitives::{CodeKind, Encoding, HttpSuccess, Method, RetryKind, Signing, Span, SuccessCode};

/// `product.yaml`: one product of the API.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("allOf" = rules::product())))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name of the folder, of the cargo feature and of the Rust module.
    #[cfg_attr(feature = "schema", schemars(with = "text::ModuleName"))]
    pub product: String,
    /// What the product is, on one line.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub title: String,
    /// Longer text for the module page.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::AnyText"))]
    pub doc: Option<String>,
    /// `doc` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub doc_zh: Option<String>,
    /// Official page of the product.
    #[cfg_attr(feature = "schema", schemars(with = "text::Link"))]
    pub docs: String,
    /// Hosts by region, in order of preference, https only unless `signing: none`. Calls never move from one region to
    /// another.
    #[cfg_attr(feature = "schema", schemars(with = "maps::Hosts"))]
    pub hosts: IndexMap<String, Vec<String>>,
    /// Path between host and endpoint path. Left out when there is none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::PlainPath"))]
    pub base_path: Option<String>,
    /// `true`: some hosts of the vendor serve the same paths without the base path, and the sandbox takes both.
    #[serde(default)]
    pub base_path_optional: bool,
    /// Path that answers 200 on a host that is up.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::PlainPath"))]
    pub health: Option<String>,
    /// How calls are authenticated, unless an endpoint says otherwise.
    #[serde(default)]
    pub signing: Signing,
    /// How calls are identified.
    pub request_id: RequestId,
    /// What holds for endpoints that do not say otherwise.
    #[serde(default)]
    pub defaults: Defaults,
    /// How replies look, and which of them are successes.
    pub reply: ReplyRule,
    /// Error codes: `CODE: { name: ..., meaning: ... }`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "maps::ErrorTable"))]
    pub errors: IndexMap<i64, ErrorCode>,
    /// How the server rejects a call before it reaches the endpoint. The sandbox does the same.
    pub rejections: Rejections,
}

/// `common.yaml`, above the folders of the products: what holds for every product.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// What the file is for, on one line.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub common: String,
    /// Codes that any endpoint of any product may answer with. A product that lists one of them itself keeps its own
    /// entry.
    #[cfg_attr(feature = "schema", schemars(with = "maps::ErrorTable"))]
    pub errors: IndexMap<i64, ErrorCode>,
}

/// How a call is named.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestId {
    /// Header that carries the request id of a call.
    #[cfg_attr(feature = "schema", schemars(with = "text::HeaderName"))]
    pub header: String,
    /// How long the server recognises a repeated id, such as `60s`. Left out when it does not.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub dedup: Option<Span>,
}

/// What holds for endpoints that do not say otherwise.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// HTTP method.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Method", extend("default" = "POST")))]
    pub method: Option<Method>,
    /// Where parameters go that do not say `in`. A GET or DELETE that says nothing has `query`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Encoding", extend("default" = "json")))]
    pub encoding: Option<Encoding>,
    /// Whether repeating is harmless.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "RetryKind", extend("default" = "never")))]
    pub retry: Option<RetryKind>,
    /// Official limit of the endpoints that have no `rate` of their own. An endpoint without a limit says `rate: none`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Rate"))]
    pub rate: Option<String>,
    /// Names of errors in the product's table that every endpoint may answer with. Endpoints list only what they have
    /// in addition.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::ErrorNames"))]
    pub errors: Vec<String>,
}

/// How replies look.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplyRule {
    /// Which replies are successes.
    pub success: Success,
    /// Key of the code.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName", extend("default" = "code")))]
    pub code: Option<String>,
    /// Keys that may hold the error text, in order.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<text::WireName>"))]
    pub message: Vec<String>,
    /// Keys that may hold the server's request id.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<text::WireName>"))]
    pub request_id: Vec<String>,
}

/// Which replies are successes: both must hold.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Success {
    /// HTTP status of a success: a number, or `2xx` for all from 200 to 299.
    pub http: HttpSuccess,
    /// Accepted codes, with `absent` where the key may be missing.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub code: Vec<SuccessCode>,
}

/// What a code of the product means.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    /// Name of the error, in snake case and unique. Endpoints list it, and it becomes a variant of `ErrorCode`.
    #[cfg_attr(feature = "schema", schemars(with = "text::VariantName"))]
    pub name: String,
    /// One sentence for the docs.
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub meaning: String,
    /// `meaning` in Chinese. Reserved: nothing shows it yet.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub meaning_zh: Option<String>,
    /// What it means for the call.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "permanent")))]
    pub kind: CodeKind,
    /// HTTP status it arrives with.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u16", range(min = 100, max = 599), extend("default" = 200)))]
    pub http: Option<u16>,
    /// Words that, found in the error text, mean that the clock or the secret is wrong.
    #[serde(default)]
    pub clock: Vec<String>,
    /// Words that, found in the error text, mean that the app belongs to another region than the host.
    #[serde(default)]
    pub region: Vec<String>,
    /// Any endpoint may reply with it, so no endpoint lists it.
    #[serde(default)]
    pub general: bool,
}

/// One rejection for each reason.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rejections {
    /// AppKey, Nonce, CurTime or CheckSum is missing.
    pub header: Rejection,
    /// The AppKey is unknown.
    pub app_key: Rejection,
    /// The Nonce is too long.
    pub nonce: Rejection,
    /// CurTime is not a time near now.
    pub clock: Rejection,
    /// The CheckSum is wrong.
    pub checksum: Rejection,
    /// The app belongs to another region. Left out where it is not known what the server says.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Rejection"))]
    pub region: Option<Rejection>,
    /// The content type is wrong.
    pub content_type: Rejection,
    /// A parameter is missing, ill-typed, too long or unknown.
    pub parameter: Rejection,
    /// A required parameter is missing, where the server has a text of its own for that; as `parameter` unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Rejection"))]
    pub missing_parameter: Option<Rejection>,
    /// Two parameters are not in their order, or too far from each other. As `parameter` says unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Rejection"))]
    pub order: Option<Rejection>,
    /// There is no such endpoint.
    pub path: Rejection,
    /// The endpoint exists under another method.
    pub method: Rejection,
}

impl Rejections {
    /// Each with its key in the file.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &Rejection)> {
        let always = [
            ("header", &self.header),
            ("app_key", &self.app_key),
            ("nonce", &self.nonce),
            ("clock", &self.clock),
            ("checksum", &self.checksum),
            ("content_type", &self.content_type),
            ("parameter", &self.parameter),
            ("path", &self.path),
            ("method", &self.method),
        ];
        let optional =
            [("region", &self.region), ("missing_parameter", &self.missing_parameter), ("order", &self.order)];
        always.into_iter().chain(optional.into_iter().filter_map(|(key, rejection)| Some((key, rejection.as_ref()?))))
    }
}

/// Either `{ error: NAME, text: ... }`, an envelope, or `{ http: STATUS }`, which has none.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("anyOf" = rules::rejection())))]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// Error of the table whose code the envelope has.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::ErrorName"))]
    pub error: Option<String>,
    /// Error text; `{name}` is replaced by the name of the parameter.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::Text"))]
    pub text: Option<String>,
    /// Key of the text, the first of `reply.message` unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "text::WireName"))]
    pub key: Option<String>,
    /// HTTP status, 200 for an envelope unless given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "u16", range(min = 100, max = 599)))]
    pub http: Option<u16>,
}
