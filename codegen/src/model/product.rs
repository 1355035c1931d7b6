//! A product: what its endpoints have in common.

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;

use super::{Callbacks, CodeKind, Encoding, Endpoint, HttpSuccess, Resource, SharedTypes, Signing};

/// A product: what its endpoints have in common.
#[derive(Clone, Debug)]
pub struct Product {
    /// Folder, cargo feature and Rust module.
    pub name: String,
    /// Spec file.
    pub file: String,
    /// One line.
    pub title: String,
    /// More lines.
    pub doc: Option<String>,
    /// Official page.
    pub docs: String,
    /// Host URLs by region, in order of preference.
    pub hosts: IndexMap<String, Vec<String>>,
    /// Path between host and endpoint path; may be empty.
    pub base_path: String,
    /// Whether some hosts serve the same paths without it.
    pub base_path_optional: bool,
    /// Path that answers 200 on a host that is up.
    pub health: Option<String>,
    /// How calls are authenticated, unless an endpoint says otherwise.
    pub signing: Signing,
    /// Where parameters are sent, unless an endpoint says otherwise.
    pub encoding: Encoding,
    /// Header that carries the request id of a call.
    pub request_id_header: String,
    /// How long the server recognises a repeated request id.
    pub dedup: Option<Duration>,
    /// How replies are read.
    pub reply: ReplyRule,
    /// Known codes, by value.
    pub errors: Vec<ErrorCode>,
    /// Codes of `errors` that every endpoint may answer with.
    pub default_errors: Vec<i64>,
    /// Official limit of the endpoints that have none of their own.
    pub default_rate: Option<String>,
    /// How the server rejects a call before it reaches the endpoint.
    pub rejections: Rejections,
    /// Resources by name, sorted.
    pub resources: Vec<Resource>,
    /// Types that several resources use.
    pub shared: Option<SharedTypes>,
    /// Events that it posts to the app's server.
    pub callbacks: Option<Callbacks>,
}

impl Product {
    /// All errors that an endpoint may answer with, the defaults included, in the order of the table.
    pub fn errors_of(&self, endpoint: &Endpoint) -> impl Iterator<Item = &ErrorCode> {
        self.errors
            .iter()
            .filter(|error| self.default_errors.contains(&error.code) || endpoint.errors.contains(&error.code))
    }
}

/// How replies of a product are read.
#[derive(Clone, Debug)]
pub struct ReplyRule {
    /// HTTP status of a success.
    pub http: HttpSuccess,
    /// Key of the code.
    pub code_key: String,
    /// Codes of a success.
    pub codes: Vec<i64>,
    /// Whether a success may lack the code.
    pub code_may_be_absent: bool,
    /// Keys that may hold the error text, in order.
    pub message_keys: Vec<String>,
    /// Keys that may hold the server's request id.
    pub request_id_keys: Vec<String>,
}

/// An entry of the error table.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    pub code: i64,
    /// Snake case.
    pub name: String,
    /// `name` as a Rust enum variant.
    pub variant: String,
    pub meaning: String,
    pub kind: CodeKind,
    /// HTTP status it arrives with.
    pub http: u16,
    /// Words in the error text that mean a wrong clock or secret.
    pub clock_words: Vec<String>,
    /// Words in the error text that mean that the app belongs to another region.
    pub region_words: Vec<String>,
}

/// What a product replies to calls it rejects, by the key in product.yaml: `header`, `app_key`, `parameter`.
#[derive(Clone, Debug, Default)]
pub struct Rejections(BTreeMap<&'static str, RejectionReply>);

impl Rejections {
    /// The reply under this key; `order` and `missing_parameter` are as `parameter` unless the product has its own.
    /// `None` if it is not known what the product replies.
    pub fn get(&self, key: &str) -> Option<&RejectionReply> {
        let general = match key {
            "order" | "missing_parameter" => "parameter",
            other => other,
        };
        self.0.get(key).or_else(|| self.0.get(general))
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }
}

impl FromIterator<(&'static str, RejectionReply)> for Rejections {
    fn from_iter<T: IntoIterator<Item = (&'static str, RejectionReply)>>(replies: T) -> Self {
        Self(replies.into_iter().collect())
    }
}

/// What a product replies to one kind of rejected call.
#[derive(Clone, Debug)]
pub struct RejectionReply {
    /// HTTP status.
    pub http: u16,
    /// The JSON body with code and text; `None`: only the HTTP status.
    pub envelope: Option<RejectionEnvelope>,
}

/// The JSON body of a rejection.
#[derive(Clone, Debug)]
pub struct RejectionEnvelope {
    pub code: i64,
    /// Key of the text.
    pub key: String,
    /// `{name}` is replaced by the name of the parameter.
    pub text: String,
}
