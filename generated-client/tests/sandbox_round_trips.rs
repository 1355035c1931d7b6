//! Tests every shipped endpoint against the sandbox over TCP: its example succeeds, and every kind of damage is refused
//! in the way of the product.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is the failure of a test"
)]

mod generated;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use yunxin::transport::{HttpRequest, HttpTransport, Method, Transport, TransportFuture};
use yunxin::{Client, Error, ErrorKind};
use yunxin_codegen::model::{Api, Body, Endpoint, Place, Product, RejectionReply, Rejections, Segment, Signing};
use yunxin_codegen::{Sources, compile};
use yunxin_sandbox::Sandbox;

use support::{APP_KEY, APP_SECRET, builder, examples, only};

fn api() -> Api {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    compile(&Sources::read(&spec, "spec").unwrap()).unwrap().api
}

async fn sandbox(api: &Api) -> Sandbox {
    Sandbox::builder(api.clone()).app_key(APP_KEY).app_secret(APP_SECRET).start().await.unwrap()
}

fn find<'a>(api: &'a Api, id: &str) -> (&'a Product, &'a Endpoint) {
    api.products
        .iter()
        .flat_map(|product| {
            product
                .resources
                .iter()
                .flat_map(move |resource| resource.endpoints.iter().map(move |endpoint| (product, endpoint)))
        })
        .find(|(_, endpoint)| endpoint.id == id)
        .unwrap_or_else(|| panic!("{id} is not in the specs"))
}

#[test]
fn every_code_of_a_product_is_known_with_all_that_its_spec_says() {
    let api = api();
    let mut looked_at = BTreeSet::new();
    for example in examples() {
        let spec = example.meta();
        let (product, _) = find(&api, spec.id);
        if !looked_at.insert(product.name.as_str()) {
            continue;
        }
        assert_eq!(spec.product.errors.len(), product.errors.len(), "{}", product.name);
        for error in &product.errors {
            let known = spec.product.code(error.code).unwrap();
            assert_eq!((known.name, known.http), (error.name.as_str(), error.http));
            assert_eq!(known.meaning, error.meaning.split_whitespace().collect::<Vec<_>>().join(" "));
            assert_eq!(format!("{:?}", known.kind), format!("{:?}", error.kind));
            assert_eq!(known.clock_words, error.clock_words);
            assert_eq!(known.region_words, error.region_words);
        }
    }
    assert_eq!(looked_at.len(), if only().is_some() { 1 } else { api.products.len() });
}

#[tokio::test]
async fn every_example_is_accepted_and_its_reply_is_read() {
    let api = api();
    let sandbox = sandbox(&api).await;
    let client = builder().host(sandbox.url()).build().unwrap();
    let mut resources: BTreeMap<String, String> = BTreeMap::new();
    for example in examples() {
        let id = example.meta().id;
        let payload = example.send(&client).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        let (resource, _) = id.rsplit_once('.').unwrap();
        let _ = writeln!(resources.entry(resource.to_owned()).or_default(), "### {id}\n{payload}\n");
    }
    for received in sandbox.received() {
        assert_eq!(
            received.verdict,
            yunxin_sandbox::Verdict::Accepted { warnings: vec![] },
            "{} {}",
            received.method,
            received.path
        );
    }
    for (resource, payloads) in resources {
        insta::assert_snapshot!(resource, payloads);
    }
    sandbox.shutdown().await;
}

#[test]
fn there_is_a_call_for_every_endpoint_of_the_specs() {
    let api = api();
    let called: Vec<_> = examples().iter().map(|example| example.meta().id).collect();
    // Products whose feature is off are not compiled.
    let is_on = |product: &&Product| called.iter().any(|id| id.split('.').next() == Some(&product.name));
    let specified: Vec<_> = api
        .products
        .iter()
        .filter(is_on)
        .flat_map(|product| &product.resources)
        .filter(|resource| {
            only().is_none_or(|only| !only.contains('.') || only.ends_with(&format!(".{}", resource.name)))
        })
        .flat_map(|resource| &resource.endpoints)
        .map(|endpoint| endpoint.id.as_str())
        .collect();
    assert_eq!(called, specified);
}

/// A kind of damage to a request between client and server.
#[derive(Clone, Copy, Debug)]
enum Damage {
    WithoutAppKey,
    WithoutNonce,
    WithoutCurTime,
    WithoutCheckSum,
    StrangeAppKey,
    LongNonce,
    StaleCurTime,
    OtherCheckSum,
    UpperCaseCheckSum,
    OtherContentType,
    UnknownParameter,
    OtherMethod(Method),
    OtherPath,
}

const MOST_DAMAGE: [Damage; 12] = [
    Damage::WithoutAppKey,
    Damage::WithoutNonce,
    Damage::WithoutCurTime,
    Damage::WithoutCheckSum,
    Damage::StrangeAppKey,
    Damage::LongNonce,
    Damage::StaleCurTime,
    Damage::OtherCheckSum,
    Damage::UpperCaseCheckSum,
    Damage::OtherContentType,
    Damage::UnknownParameter,
    Damage::OtherPath,
];

impl Damage {
    fn refusal(self, rejections: &Rejections) -> &RejectionReply {
        let key = match self {
            Self::WithoutAppKey | Self::WithoutNonce | Self::WithoutCurTime | Self::WithoutCheckSum => "header",
            Self::StrangeAppKey => "app_key",
            Self::LongNonce => "nonce",
            Self::StaleCurTime => "clock",
            Self::OtherCheckSum | Self::UpperCaseCheckSum => "checksum",
            Self::OtherContentType => "content_type",
            Self::UnknownParameter => "parameter",
            Self::OtherMethod(_) => "method",
            Self::OtherPath => "path",
        };
        rejections.get(key).unwrap()
    }

    fn applies_to(self, endpoint: &Endpoint) -> bool {
        match self {
            Self::OtherContentType => endpoint.body() != Body::None,
            // A multipart body cannot be extended by appending to it.
            Self::UnknownParameter => endpoint.body() != Body::Multipart,
            Self::OtherPath | Self::OtherMethod(_) => true,
            Self::WithoutAppKey | Self::StrangeAppKey => endpoint.signing != Signing::None,
            _ => endpoint.signing == Signing::Checksum,
        }
    }

    fn inflict(self, request: &mut HttpRequest) {
        let headers = &mut request.headers;
        let mut drop_header = |name: &str| assert!(headers.remove(name), "the request has no {name}");
        match self {
            Self::WithoutAppKey => drop_header("AppKey"),
            Self::WithoutNonce => drop_header("Nonce"),
            Self::WithoutCurTime => drop_header("CurTime"),
            Self::WithoutCheckSum => drop_header("CheckSum"),
            Self::StrangeAppKey => assert!(headers.set("AppKey", "somebody-else")),
            Self::LongNonce => assert!(headers.set("Nonce", &"n".repeat(129))),
            Self::StaleCurTime => assert!(headers.set("CurTime", "1443592222")),
            Self::OtherCheckSum => assert!(headers.set("CheckSum", &"0".repeat(40))),
            Self::UpperCaseCheckSum => {
                // One digest in 150,000 has no letter to change the case of; then any other digest is used.
                let upper = headers.get("CheckSum").unwrap().to_uppercase();
                let spoilt = if upper.chars().all(|digit| digit.is_ascii_digit()) { "F".repeat(40) } else { upper };
                assert!(headers.set("CheckSum", &spoilt));
            }
            Self::OtherContentType => assert!(headers.set("Content-Type", "text/plain")),
            Self::UnknownParameter => add_parameter(request),
            Self::OtherMethod(method) => request.method = method,
            Self::OtherPath => request.url = request.url.split('?').next().unwrap().to_owned() + "/nowhere/at/all",
        }
    }
}

fn add_parameter(request: &mut HttpRequest) {
    let kind = request.headers.get("Content-Type").unwrap_or_default().to_owned();
    let body = String::from_utf8(request.body.to_vec()).unwrap();
    if kind.starts_with("application/json") {
        let separator = if body == "{}" { "" } else { "," };
        request.body = format!("{}{separator}\"zzz\":1}}", body.strip_suffix('}').unwrap()).into();
    } else if kind.is_empty() {
        let separator = if request.url.contains('?') { '&' } else { '?' };
        request.url.push_str(&format!("{separator}zzz=1"));
    } else {
        request.body = format!("{body}&zzz=1").into();
    }
}

const METHODS: [Method; 5] = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];

/// Whether the path of an endpoint also exists with another method.
fn exists(product: &Product, endpoint: &Endpoint, method: Method) -> bool {
    let others = product.resources.iter().flat_map(|resource| &resource.endpoints);
    others.filter(|other| other.method.as_str() == method.as_str()).any(|other| may_be_one(other, endpoint))
}

/// Whether some path matches both endpoints.
fn may_be_one(a: &Endpoint, b: &Endpoint) -> bool {
    let lengths = |endpoint: &Endpoint| {
        let segments = &endpoint.path.segments;
        let has_optional = matches!(segments.last(), Some(Segment::Optional(_)));
        segments.len() - usize::from(has_optional)..=segments.len()
    };
    let fits = |(a, b): (&Segment, &Segment)| match (a, b) {
        (Segment::Literal(a), Segment::Literal(b)) => a == b,
        _ => true,
    };
    lengths(a).any(|length| lengths(b).contains(&length)) && a.path.segments.iter().zip(&b.path.segments).all(fits)
}

struct Damaging(Arc<HttpTransport>, Damage);

impl Transport for Damaging {
    fn send(&self, mut request: HttpRequest) -> TransportFuture<'_> {
        self.1.inflict(&mut request);
        self.0.send(request)
    }
}

fn assert_refused(error: &Error, refusal: &RejectionReply, what: &str) {
    match &refusal.envelope {
        Some(envelope) => {
            assert_eq!(error.kind(), ErrorKind::Api, "{what}: {error}");
            assert_eq!(error.code().unwrap().value(), envelope.code, "{what}: {error}");
            let (before, after) = envelope.text.split_once("{name}").unwrap_or((&envelope.text, ""));
            let text = error.message().unwrap_or_default();
            assert!(text.starts_with(before) && text.ends_with(after), "{what}: {error}");
        }
        None => assert_eq!(error.kind(), ErrorKind::Http, "{what}: {error}"),
    }
    assert_eq!(error.http_status(), Some(refusal.http), "{what}: {error}");
}

#[tokio::test]
async fn damage_of_every_kind_is_refused_at_every_endpoint() {
    let api = api();
    let sandbox = sandbox(&api).await;
    let transport = Arc::new(HttpTransport::new(Duration::from_secs(3)).unwrap());
    for damage in MOST_DAMAGE.into_iter().chain(METHODS.map(Damage::OtherMethod)) {
        let client = builder().host(sandbox.url()).transport(Damaging(Arc::clone(&transport), damage)).build().unwrap();
        for example in examples() {
            let id = example.meta().id;
            let (product, endpoint) = find(&api, id);
            if !damage.applies_to(endpoint)
                || matches!(damage, Damage::OtherMethod(method) if exists(product, endpoint, method))
            {
                continue;
            }
            let error = example.send(&client).await.expect_err(&format!("{id} got through with {damage:?}"));
            assert_refused(&error, damage.refusal(&product.rejections), &format!("{id} with {damage:?}"));
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(APP_SECRET), "{id}: the error shows the secret");
        }
    }
    sandbox.shutdown().await;
}

/// Required parameters are arguments of `new`, so only a damaged body lacks them.
struct Emptied(Arc<HttpTransport>);

impl Transport for Emptied {
    fn send(&self, mut request: HttpRequest) -> TransportFuture<'_> {
        if !request.body.is_empty() {
            request.body =
                if request.headers.get("Content-Type").unwrap().contains("json") { "{}".into() } else { "".into() };
        }
        request.url = request.url.split('?').next().unwrap().to_owned();
        self.0.send(request)
    }
}

#[tokio::test]
async fn missing_parameters_are_refused_at_every_endpoint_that_requires_some() {
    let api = api();
    let sandbox = sandbox(&api).await;
    let client: Client = builder()
        .host(sandbox.url())
        .transport(Emptied(Arc::new(HttpTransport::new(Duration::from_secs(3)).unwrap())))
        .build()
        .unwrap();
    let mut refused = 0;
    for example in examples() {
        let id = example.meta().id;
        let (product, endpoint) = find(&api, id);
        let requires = endpoint.params.iter().any(|param| {
            param.required && !param.places.iter().all(|place| matches!(place, Place::Path | Place::Header))
        });
        if !requires || endpoint.body() == Body::Multipart {
            continue;
        }
        let error = example.send(&client).await.expect_err(&format!("{id} got through without its parameters"));
        assert_refused(&error, product.rejections.get("missing_parameter").unwrap(), id);
        refused += 1;
    }
    assert!(refused > 0 || only().is_some());
    sandbox.shutdown().await;
}

#[test]
fn examples_are_shown_without_secrets() {
    // The example tokens of the specs are secrets too, as far as Debug is concerned.
    for example in examples() {
        assert!(!example.debug_text().contains("t0k3n"), "{} shows its token", example.meta().id);
    }
}
