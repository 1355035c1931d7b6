//! Tests every endpoint of the shipped specs: its example is accepted, and damaged versions of it are refused in the
//! way of the product.

use serde_json::Value;
use yunxin_codegen::model::{
    Api, Body, Endpoint, EnumRepr, Field, Limits, Place, Product, RejectionReply, Scalar, Signing, Type, TypeKind, Wire,
};
use yunxin_codegen::{Sources, compile};
use yunxin_sandbox::{RefusalKind, Sandbox, Verdict};

use crate::encode::{Request, Types, encode, example};
use crate::fixture::{KEY, SECRET, TestSandbox};
use crate::wire::{Call, Reply, seconds, sha1};

const SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");

pub(crate) fn shipped_api() -> Api {
    let sources = Sources::read(SPEC.as_ref(), "spec").unwrap();
    compile(&sources).unwrap_or_else(|found| panic!("{}", found.render(&sources, false))).api
}

/// An endpoint with its product and types, which are needed to call it.
struct Case<'a> {
    product: &'a Product,
    types: &'a Types,
    endpoint: &'a Endpoint,
}

impl Case<'_> {
    fn call(&self, request: &Request) -> Call {
        encode(&self.product.base_path, self.endpoint, self.types, request)
    }

    /// The signed example request.
    fn signed(&self) -> Call {
        self.call(&example(self.endpoint)).signed(KEY, SECRET)
    }

    fn with(&self, name: &str, value: impl Into<Value>) -> Call {
        let mut request = example(self.endpoint);
        // Only one parameter of an exclusive group may be present.
        for group in self.endpoint.groups.exactly_one.iter().filter(|group| group.iter().any(|member| member == name)) {
            request.retain(|given, _| !group.contains(given));
        }
        request.insert(name.to_owned(), value.into());
        self.call(&request).signed(KEY, SECRET)
    }

    fn without(&self, name: &str) -> Call {
        let mut request = example(self.endpoint);
        request.shift_remove(name);
        self.call(&request).signed(KEY, SECRET)
    }

    fn params(&self, fits: impl Fn(&Field) -> bool) -> impl Iterator<Item = &Field> {
        self.endpoint.params.iter().filter(move |param| fits(param))
    }

    /// A valid value of a type, if the type alone decides which values are valid.
    fn sample(&self, ty: &Type) -> Option<Value> {
        Some(match ty {
            Type::Scalar(Scalar::Bool) => true.into(),
            Type::Scalar(scalar) if scalar.is_number() => 1.into(),
            Type::Scalar(_) => "a".into(),
            Type::List(inner) => vec![self.sample(inner)?].into(),
            Type::Map(_) => serde_json::json!({}),
            Type::Enum(name) => match &self.types[name].kind {
                TypeKind::Enum(_, values) => values.first()?.name.clone().into(),
                TypeKind::Object(_) => return None,
            },
            Type::Object(_) => return None,
        })
    }

    fn has_any_text(&self, name: &str) -> bool {
        matches!(self.types[name].kind, TypeKind::Enum(EnumRepr::String, _))
    }

    fn assert_accepted(&self, reply: &Reply) {
        let id = &self.endpoint.id;
        assert_eq!(
            (reply.status, reply.body.as_str()),
            (200, self.endpoint.example.reply.as_deref().unwrap_or_default()),
            "{id}"
        );
        assert!(reply.get("Date").is_some(), "{id}");
        let content_type = self.endpoint.example.reply.is_some().then_some("application/json;charset=utf-8");
        assert_eq!(reply.get("Content-Type"), content_type, "{id}");
    }

    fn assert_refused(&self, reply: &Reply, refusal: &RejectionReply, name: &str, how: &str) {
        let id = &self.endpoint.id;
        assert_eq!(reply.status, refusal.http, "{id} {how}: {reply:?}");
        assert!(reply.get("Date").is_some(), "{id}");
        match &refusal.envelope {
            None => assert!(!reply.body.contains('{'), "{id} {how}: {reply:?}"),
            Some(envelope) => {
                let body = reply.json();
                assert_eq!(body[&self.product.reply.code_key], envelope.code, "{id} {how}: {reply:?}");
                assert_eq!(body[&envelope.key], envelope.text.replace("{name}", name), "{id} {how}: {reply:?}");
            }
        }
    }
}

fn cases(api: &Api) -> Vec<Case<'_>> {
    let resources =
        api.products.iter().flat_map(|product| product.resources.iter().map(move |resource| (product, resource)));
    resources
        .flat_map(|(product, resource)| {
            resource.endpoints.iter().map(move |endpoint| Case { product, types: &resource.types, endpoint })
        })
        .collect()
}

async fn test_sandbox(lenient: bool) -> TestSandbox {
    TestSandbox::start(Sandbox::from_spec_dir(SPEC).unwrap().lenient(lenient)).await
}

#[tokio::test]
async fn every_example_is_accepted_and_answered_with_its_reply() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    let cases = cases(&api);
    assert_eq!(sandbox.server.endpoints(), cases.len());
    for case in &cases {
        case.assert_accepted(&sandbox.send(&case.signed()).await);
        let last = sandbox.server.received().pop().unwrap();
        assert_eq!(last.endpoint.as_deref(), Some(case.endpoint.id.as_str()));
        assert_eq!(last.verdict, Verdict::Accepted { warnings: Vec::new() }, "{}", case.endpoint.id);
    }
}

#[tokio::test]
async fn the_base_path_may_be_missing_only_where_some_hosts_have_none() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    let (mut accepted, mut refused) = (0, 0);
    for case in cases(&api) {
        let call = encode("", case.endpoint, case.types, &example(case.endpoint)).signed(KEY, SECRET);
        let reply = sandbox.send(&call).await;
        if case.product.base_path.is_empty() || case.product.base_path_optional {
            case.assert_accepted(&reply);
            accepted += usize::from(case.product.base_path_optional);
            continue;
        }
        case.assert_refused(&reply, case.product.rejections.get("path").unwrap(), "", "without its base path");
        let Verdict::Refused { reason, .. } = sandbox.server.received().pop().unwrap().verdict else { panic!() };
        let whole = format!("`{}{}` ({})", case.product.base_path, case.endpoint.path.text, case.endpoint.id);
        assert!(reason.contains(&whole), "{reason}");
        refused += 1;
    }
    assert!(accepted > 100 && refused > 200, "{accepted} and {refused}");
}

#[tokio::test]
async fn every_endpoint_refuses_a_missing_signing_header() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api).iter().filter(|case| case.endpoint.signing == Signing::Checksum) {
        for header in ["AppKey", "Nonce", "CurTime", "CheckSum"] {
            let reply = sandbox.send(&case.signed().without(header)).await;
            case.assert_refused(&reply, case.product.rejections.get("header").unwrap(), "", header);
        }
    }
}

#[tokio::test]
async fn every_endpoint_refuses_a_wrong_signature() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api).iter().filter(|case| case.endpoint.signing == Signing::Checksum) {
        let refusals = &case.product.rejections;
        let plain = case.call(&example(case.endpoint));
        let good = sha1(&format!("{SECRET}nonce{}", seconds()));
        let long = "n".repeat(129);
        let (stale, early) = ((seconds() - 310).to_string(), (seconds() + 310).to_string());
        for (call, refusal, how) in [
            (plain.clone().header("AppKey", "other"), refusals.get("app_key").unwrap(), "unknown AppKey"),
            (plain.clone().header("Nonce", &long), refusals.get("nonce").unwrap(), "long Nonce"),
            (plain.clone().header("CurTime", &stale), refusals.get("clock").unwrap(), "stale CurTime"),
            (plain.clone().header("CurTime", &early), refusals.get("clock").unwrap(), "early CurTime"),
            (plain.clone().header("CurTime", "soon"), refusals.get("clock").unwrap(), "CurTime that is no number"),
            (plain.clone().header("CheckSum", &good), refusals.get("checksum").unwrap(), "CheckSum of another Nonce"),
            (
                plain.clone().header("CheckSum", &plain.clone().signed(KEY, SECRET).get("CheckSum").to_uppercase()),
                refusals.get("checksum").unwrap(),
                "CheckSum in upper case",
            ),
        ] {
            let reply = sandbox.send(&call.signed(KEY, SECRET)).await;
            case.assert_refused(&reply, refusal, "", how);
        }
        let longest = plain.header("Nonce", &"n".repeat(128)).signed(KEY, SECRET);
        case.assert_accepted(&sandbox.send(&longest).await);
    }
}

#[tokio::test]
async fn every_endpoint_with_a_body_refuses_a_wrong_content_type() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api) {
        let call = case.signed();
        if case.endpoint.body() == Body::None {
            // Like the official Java SDK on every call except GET.
            let odd = call.header("Content-Type", "application/json;charset=UTF-8");
            case.assert_accepted(&sandbox.send(&odd).await);
            continue;
        }
        let wrong =
            if case.endpoint.body() == Body::Json { "application/x-www-form-urlencoded" } else { "application/json" };
        let gbk = call.get("Content-Type").replace("utf-8", "gbk");
        for wrong in [wrong, "text/plain", &gbk].into_iter().filter(|wrong| *wrong != call.get("Content-Type")) {
            let reply = sandbox.send(&call.clone().header("Content-Type", wrong)).await;
            case.assert_refused(&reply, case.product.rejections.get("content_type").unwrap(), "", wrong);
        }
        // An empty form needs no Content-Type.
        if !call.body.is_empty() {
            let reply = sandbox.send(&call.clone().without("Content-Type")).await;
            case.assert_refused(&reply, case.product.rejections.get("content_type").unwrap(), "", "no Content-Type");
        }
    }
}

#[tokio::test]
async fn every_endpoint_refuses_other_methods_and_other_paths() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api) {
        let mut call = case.signed();
        call.method = "OPTIONS".to_owned();
        let reply = sandbox.send(&call).await;
        case.assert_refused(&reply, case.product.rejections.get("method").unwrap(), "", "OPTIONS");
        assert!(reply.get("Allow").unwrap().contains(case.endpoint.method.as_str()));

        let mut call = case.signed();
        call.target = call.target.replacen('?', "/no/such/path?", 1);
        if !call.target.contains('?') {
            call.target.push_str("/no/such/path");
        }
        let reply = sandbox.send(&call).await;
        case.assert_refused(&reply, case.product.rejections.get("path").unwrap(), "", "longer path");
    }
}

#[tokio::test]
async fn every_required_parameter_is_required() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api) {
        for param in case.params(|param| param.required && !param.places.contains(&Place::Path)) {
            let reply = sandbox.send(&case.without(&param.wire_name)).await;
            let refusals = &case.product.rejections;
            let refusal = refusals.get("missing_parameter").unwrap();
            case.assert_refused(&reply, refusal, &param.wire_name, "missing");
        }
    }
}

#[tokio::test]
async fn unknown_parameters_are_refused_or_give_a_warning_in_lenient_mode() {
    let api = shipped_api();
    let mut strict = test_sandbox(false).await;
    let mut lenient = test_sandbox(true).await;
    for case in cases(&api) {
        let reply = strict.send(&case.with("noSuchParameter", "1")).await;
        case.assert_refused(&reply, case.product.rejections.get("parameter").unwrap(), "noSuchParameter", "unknown");
        case.assert_accepted(&lenient.send(&case.with("noSuchParameter", "1")).await);
        let Some(Verdict::Accepted { warnings }) = lenient.server.received().pop().map(|last| last.verdict) else {
            panic!("refused")
        };
        assert!(warnings.len() == 1 && warnings[0].contains("noSuchParameter"), "{warnings:?}");
    }
}

/// Values at a limit and just over it.
fn at_and_over(param: &Field) -> Vec<(Value, Value)> {
    let Limits { max_len, max_bytes, max_items, range } = param.limits;
    let mut found = Vec::new();
    // Texts with a pattern cannot be generated here.
    let is_text = matches!(param.ty, Type::Scalar(Scalar::String | Scalar::Id)) && param.pattern.is_none();
    if let Some(limit) = max_len.or(max_bytes).filter(|_| is_text) {
        let letter = if max_len.is_some() { "汉" } else { "x" };
        found.push((letter.repeat(limit as usize).into(), letter.repeat(limit as usize + 1).into()));
    }
    if let Some(limit) = max_items
        && let Type::List(inner) = &param.ty
    {
        let item: Value = match &**inner {
            Type::Scalar(scalar) if scalar.is_number() => 7.into(),
            Type::Scalar(_) => "seven".into(),
            _ => return found,
        };
        found.push((vec![item.clone(); limit as usize].into(), vec![item; limit as usize + 1].into()));
    }
    if let Some(range) = range {
        found.extend(range.min.map(|min| (min.into(), (min - 1).into())));
        found.extend(range.max.map(|max| (max.into(), (max + 1).into())));
    }
    if let Some(limit) = max_len.filter(|_| param.ty == Type::Scalar(Scalar::Json)) {
        let json = |length: u32| Value::from("x".repeat(length as usize - 2));
        found.push((json(limit), json(limit + 1)));
    }
    found
}

#[tokio::test]
async fn every_limit_accepts_its_last_value_and_refuses_the_next() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    let mut tried = 0;
    for case in cases(&api) {
        for param in case.params(|_| true) {
            for (at, over) in at_and_over(param) {
                let name = &param.wire_name;
                let reply = sandbox.send(&case.with(name, at)).await;
                assert_eq!(
                    reply.body,
                    case.endpoint.example.reply.as_deref().unwrap_or_default(),
                    "{} {name}: {:?}",
                    case.endpoint.id,
                    sandbox.server.received().pop()
                );
                let reply = sandbox.send(&case.with(name, over)).await;
                case.assert_refused(&reply, case.product.rejections.get("parameter").unwrap(), name, "over its limit");
                tried += 1;
            }
        }
    }
    assert!(tried > 50, "only {tried} limits were tried");
}

#[tokio::test]
async fn every_parameter_of_a_type_refuses_other_types() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api) {
        for param in case.params(|_| true) {
            let wrong: Value = match &param.ty {
                Type::Scalar(Scalar::String | Scalar::Id) if param.places == [Place::Json] => 7.into(),
                // No HTTP library accepts such a header value.
                Type::Scalar(Scalar::Id) if param.places == [Place::Header] => continue,
                Type::Scalar(Scalar::Id) => "a\u{7}b".into(),
                Type::List(inner)
                    if param.wire.is_none()
                        && param.places == [Place::Query]
                        && **inner == Type::Scalar(Scalar::Id) =>
                {
                    "a\u{7}b".into()
                }
                // Any text is valid for these types.
                Type::Scalar(Scalar::String | Scalar::File) => continue,
                Type::Enum(name) if case.has_any_text(name) => continue,
                Type::List(_) if param.wire != Some(Wire::Json) && !param.places.contains(&Place::Json) => continue,
                Type::Scalar(Scalar::Json) if param.places != [Place::Form] || case.endpoint.body() != Body::Form => {
                    continue;
                }
                Type::Scalar(Scalar::Json) => {
                    let mut call = case.with(&param.wire_name, "MARK");
                    call.body = String::from_utf8(call.body).unwrap().replace("%22MARK%22", "%7Bbroken").into_bytes();
                    let reply = sandbox.send(&call).await;
                    case.assert_refused(
                        &reply,
                        case.product.rejections.get("parameter").unwrap(),
                        &param.wire_name,
                        "broken JSON",
                    );
                    continue;
                }
                _ => "!".into(),
            };
            let reply = sandbox.send(&case.with(&param.wire_name, wrong)).await;
            case.assert_refused(
                &reply,
                case.product.rejections.get("parameter").unwrap(),
                &param.wire_name,
                "ill-typed",
            );
        }
    }
}

#[tokio::test]
async fn every_alternative_spelling_is_accepted() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api) {
        // In a path a parameter has no name.
        for param in case.params(|param| !param.accept.is_empty() && !param.places.contains(&Place::Path)) {
            for other in &param.accept {
                let mut request = example(case.endpoint);
                let given = request.shift_remove(&param.wire_name);
                let Some(value) = given.or_else(|| case.sample(&param.ty)) else { continue };
                request.insert(other.clone(), value.clone());
                case.assert_accepted(&sandbox.send(&case.call(&request).signed(KEY, SECRET)).await);

                request.insert(param.wire_name.clone(), value);
                let reply = sandbox.send(&case.call(&request).signed(KEY, SECRET)).await;
                case.assert_refused(
                    &reply,
                    case.product.rejections.get("parameter").unwrap(),
                    &param.wire_name,
                    "under both spellings",
                );
            }
        }
    }
}

#[tokio::test]
async fn every_form_key_may_occur_only_once() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    for case in cases(&api).iter().filter(|case| case.endpoint.body() == Body::Form && !case.signed().body.is_empty()) {
        let mut call = case.signed();
        let first = String::from_utf8(call.body.clone()).unwrap().split('&').next().unwrap().to_owned();
        call.body.extend(format!("&{first}").bytes());
        let reply = sandbox.send(&call).await;
        let name = first.split('=').next().unwrap().replace("%5F", "_");
        case.assert_refused(&reply, case.product.rejections.get("parameter").unwrap(), &name, "twice");
        assert_eq!(sandbox.server.received().pop().unwrap().verdict.refusal(), Some(RefusalKind::Parameter));
    }
}

#[tokio::test]
async fn only_products_that_say_so_recognise_a_repeat() {
    let api = shipped_api();
    let mut sandbox = test_sandbox(false).await;
    let mut replayed = 0;
    for case in cases(&api) {
        let call = case.signed().header(&case.product.request_id_header, "one-id");
        case.assert_accepted(&sandbox.send(&call).await);
        let again =
            sandbox.send(&call.clone().header("Nonce", "another").without("CheckSum").signed(KEY, SECRET)).await;
        if let (Some(_), Some(reply)) = (case.product.dedup, &case.endpoint.example.reply) {
            replayed += 1;
            let mut expected: Value = serde_json::from_str(reply).unwrap();
            expected["duplicate"] = true.into();
            assert_eq!(again.json(), expected, "{}", case.endpoint.id);
        } else {
            case.assert_accepted(&again);
        }
    }
    assert!(replayed > 0);
}

#[test]
fn json_text_in_forms_is_part_of_what_is_shipped() {
    // If this fails, the tests above no longer cover JSON inside a form.
    let api = shipped_api();
    assert!(cases(&api).iter().any(|case| case.params(|param| param.wire == Some(Wire::Json)).next().is_some()));
}

#[tokio::test]
async fn rules_from_the_official_pages_are_checked() {
    let mut sandbox = TestSandbox::start(Sandbox::builder(shipped_api())).await;
    let create = |fields: &str| Call::form("/nimserver/user/create.action", fields);
    sandbox.assert_accepted(create("accid=li_4%40x.y-z&gender=2")).await;
    for (bad, words) in [
        ("accid=%E6%9D%8E%20%E5%9B%9B", "a text of the form [0-9A-Za-z_@.-]+"),
        ("accid=A+b%3Ac", "a text of the form [0-9A-Za-z_@.-]+"),
        ("accid=alice&gender=9", "expected one of the only values taken here, 0, 1, 2"),
    ] {
        sandbox.assert_refused(create(bad), words).await;
    }
    sandbox.assert_warning(create("accid=Alice"), "the server keeps it as `alice`").await;
    let history = |begin: u64, end: u64| {
        let fields = format!("from=alice&to=bob&begintime={begin}&endtime={end}&limit=1");
        Call::form("/nimserver/history/querySessionMsg.action", &fields)
    };
    sandbox.assert_accepted(history(1, 2)).await;
    for (begin, end) in [(2, 1), (2, 2)] {
        let reply = sandbox.assert_refused(history(begin, end), "`begintime` is not less than `endtime`").await;
        assert_eq!(reply.json(), serde_json::json!({"code": 414, "desc": "bad time"}));
    }
}
