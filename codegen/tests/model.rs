//! Tests the model that is made from checked specs: defaults, order, usage.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use yunxin_codegen::Sources;
use yunxin_codegen::model::{
    Api, Body, Encoding, Endpoint, Method, Place, Product, Resource, RetryKind, Returns, Type,
};

fn fixtures() -> Api {
    support::compiled(&Sources::read(&support::path("fixtures"), "fixtures").unwrap()).api
}

fn resource(name: &str) -> Resource {
    let all = fixtures().products.into_iter().flat_map(|product| product.resources);
    all.into_iter().find(|resource| resource.name == name).unwrap()
}

fn endpoint(resource_name: &str, name: &str) -> Endpoint {
    resource(resource_name).endpoints.into_iter().find(|endpoint| endpoint.name == name).unwrap()
}

/// A resource with endpoints written as `name: {...}`, in a product with these defaults.
fn compiled(defaults: &str, endpoints: &[&str]) -> Vec<Endpoint> {
    let product = support::text(&support::path("bad/product.yaml"))
        .replace("defaults: { method: POST, encoding: form }", &format!("defaults: {{ {defaults} }}"));
    let mut text = "resource: thing\ntitle: Things\nendpoints:\n".to_owned();
    for (number, endpoint) in endpoints.iter().enumerate() {
        text.push_str(&format!(
            "  e{number}: {{ title: T, docs: 'https://doc.example.com', path: '/e{number}/{{id}}', {endpoint}, returns: nothing, \
             params: {{ id: {{ type: id, doc: I. }}, x: {{ type: string, doc: X. }} }}, \
             example: {{ request: {{ id: a }}, reply: {{ code: 200 }} }} }}\n"
        ));
    }
    let sources = Sources::from_texts([("demo/product.yaml", product.as_str()), ("demo/thing.yaml", text.as_str())]);
    let mut api = support::compiled(&sources).api;
    api.products.remove(0).resources.remove(0).endpoints
}

fn wire_names(endpoint: &Endpoint) -> Vec<&str> {
    endpoint.params.iter().map(|param| param.wire_name.as_str()).collect()
}

#[test]
fn omitted_keys_have_the_documented_defaults() {
    let facts = |endpoint: &Endpoint| {
        (endpoint.method, endpoint.encoding, endpoint.retry, endpoint.params[1].places.clone(), endpoint.body())
    };
    let never = RetryKind::Never;
    let plain = compiled("", &["doc: a", "method: GET", "method: DELETE", "encoding: multipart", "encoding: query"]);
    assert_eq!(
        plain.iter().map(facts).collect::<Vec<_>>(),
        [
            (Method::Post, Encoding::Json, never, vec![Place::Json], Body::Json),
            (Method::Get, Encoding::Query, never, vec![Place::Query], Body::None),
            (Method::Delete, Encoding::Query, never, vec![Place::Query], Body::None),
            (Method::Post, Encoding::Multipart, never, vec![Place::Form], Body::Multipart),
            (Method::Post, Encoding::Query, never, vec![Place::Query], Body::None),
        ]
    );
    let set = compiled(
        "method: PUT, encoding: form, retry: safe",
        &["doc: a", "method: GET", "encoding: json, retry: never"],
    );
    assert_eq!(
        set.iter().map(facts).collect::<Vec<_>>(),
        [
            (Method::Put, Encoding::Form, RetryKind::Safe, vec![Place::Form], Body::Form),
            (Method::Get, Encoding::Query, RetryKind::Safe, vec![Place::Query], Body::None),
            (Method::Put, Encoding::Json, never, vec![Place::Json], Body::Json),
        ]
    );
}

#[test]
fn a_path_parameter_needs_no_place() {
    let [endpoint] = compiled("", &["doc: a"]).try_into().unwrap();
    assert_eq!(endpoint.params[0].places, [Place::Path]);
    assert!(endpoint.params[0].required && !endpoint.params[1].required);
}

#[test]
fn path_parameters_come_first_in_the_order_of_the_path() {
    let kick = endpoint("path", "kick");
    assert_eq!(wire_names(&kick), ["room", "uid", "reason"]);
    let required: Vec<_> = kick.params.iter().map(|param| param.required).collect();
    assert_eq!(required, [true, false, true], "the optional last segment is not required");
    assert_eq!(wire_names(&endpoint("path", "rename")), ["room", "uid", "name"]);
    assert_eq!(wire_names(&endpoint("places", "mix")), ["id", "page", "kinds", "X-Mode", "name"]);
}

#[test]
fn a_body_is_sent_only_where_there_is_one() {
    for (resource, name, body) in [
        ("places", "mix", Body::Json),
        ("places", "mix_form", Body::Form),
        ("places", "remove", Body::Json),
        ("query", "search", Body::None),
        ("query", "remove", Body::None),
        ("json_body", "touch", Body::Json),
        ("form", "ping", Body::Form),
        ("multipart", "upload", Body::Multipart),
    ] {
        assert_eq!(endpoint(resource, name).body(), body, "{resource}.{name}");
    }
}

#[test]
fn types_know_on_which_side_they_are_used() {
    let sides = |resource: &Resource| {
        resource.types.iter().map(|(name, def)| (name.clone(), def.in_request, def.in_reply)).collect::<Vec<_>>()
    };
    let all = |names: &[(&str, bool, bool)]| {
        names.iter().map(|(name, sent, read)| ((*name).to_owned(), *sent, *read)).collect::<Vec<_>>()
    };
    assert_eq!(sides(&resource("objects")), all(&[("Tree", true, true), ("Label", true, true), ("Stamp", true, true)]));
    assert_eq!(sides(&resource("enums")), all(&[("Gender", true, true), ("Os", true, true), ("Kinds", false, true)]));
    assert_eq!(sides(&resource("json_in_form")), all(&[("SendOptions", true, false)]));
    assert_eq!(
        sides(&resource("payloads")),
        all(&[("Info", false, true), ("FlatFieldsReply", false, true), ("WrappedReply", false, true)])
    );
}

#[test]
fn returns_say_where_the_payload_is() {
    assert!(matches!(endpoint("payloads", "nothing").returns, Returns::Nothing));
    assert!(matches!(endpoint("payloads", "at_key").returns, Returns::At(key, Type::Object(_)) if key == "info"));
    assert!(matches!(endpoint("payloads", "flat").returns, Returns::Flat(Type::Object(name)) if name == "Info"));
    assert!(
        matches!(endpoint("payloads", "flat_fields").returns, Returns::Flat(Type::Object(name)) if name == "FlatFieldsReply")
    );
}

#[test]
fn fields_are_required_unless_their_type_says_otherwise() {
    let resource = resource("payloads");
    let yunxin_codegen::model::TypeKind::Object(fields) = &resource.types["Info"].kind else { panic!("no object") };
    let required: Vec<_> = fields.iter().map(|field| (field.wire_name.as_str(), field.required)).collect();
    assert_eq!(required, [("name", true), ("count", true), ("note", false)]);
}

#[test]
fn examples_keep_the_order_of_the_file() {
    assert_eq!(
        endpoint("payloads", "at_key").example.reply.as_deref(),
        Some(r#"{"code":200,"info":{"name":"a","count":1}}"#)
    );
    assert_eq!(endpoint("room", "delete").example.reply, None);
    let create = endpoint("room", "create");
    assert_eq!(create.example.reply.as_deref(), Some(r#"{"cid":9007199254740993,"requestId":"r1"}"#));
    assert_eq!((create.id.as_str(), create.errors.as_slice()), ("lenient.room.create", [400, 429, 409].as_slice()));
}

#[test]
fn rejections_take_their_status_and_key_from_the_tables() {
    let lenient = fixtures().products.into_iter().find(|product| product.name == "lenient").unwrap();
    let header = lenient.rejections.get("header").unwrap().envelope.as_ref().unwrap();
    assert_eq!(
        (lenient.rejections.get("header").unwrap().http, header.code, header.key.as_str()),
        (401, 401, "errmsg")
    );
    assert_eq!(
        (lenient.rejections.get("path").unwrap().http, lenient.rejections.get("path").unwrap().envelope.is_none()),
        (404, true)
    );
    let codes: Vec<_> = lenient.errors.iter().map(|error| (error.code, error.http)).collect();
    assert_eq!(codes.first(), Some(&(-1, 200)), "sorted by code, and 200 unless given");
    assert!(codes.contains(&(601, 200)) && codes.contains(&(429, 429)));
}

/// A product with defaults, one endpoint that follows them, and one that differs.
fn with_defaults() -> Product {
    let product = support::text(&support::path("bad/product.yaml"))
        .replace("encoding: form }", "encoding: form, rate: 100/s, errors: [bad_parameter] }");
    let endpoint = |name: &str, more: &str| {
        format!(
            "  {name}:\n    title: Do it\n    docs: https://doc.example.com/thing\n    path: /thing/{name}\n{more}    \
             returns: nothing\n    example: {{ reply: {{ code: 200 }} }}\n"
        )
    };
    let thing = format!(
        "resource: thing\ntitle: Things\nendpoints:\n{}{}{}",
        endpoint("follow", ""),
        endpoint("differ", "    rate: 5/min\n    errors: [forbidden]\n"),
        endpoint("unlimited", "    rate: none\n")
    );
    let files = [("demo/product.yaml", product.as_str()), ("demo/thing.yaml", thing.as_str())];
    support::compiled(&Sources::from_texts(files)).api.products.remove(0)
}

#[test]
fn the_default_errors_are_those_of_every_endpoint_and_kept_apart_from_its_own() {
    let product = with_defaults();
    let endpoints = &product.resources[0].endpoints;
    let own: Vec<_> = endpoints.iter().map(|endpoint| endpoint.errors.as_slice()).collect();
    let all: Vec<Vec<_>> =
        endpoints.iter().map(|endpoint| product.errors_of(endpoint).map(|error| error.code).collect()).collect();
    assert_eq!(product.default_errors, [414]);
    assert_eq!(own, [&[][..], &[403], &[]]);
    assert_eq!(all, [&[414][..], &[403, 414], &[414]]);
}

#[test]
fn the_default_rate_holds_unless_an_endpoint_has_its_own_or_none() {
    let product = with_defaults();
    let rates: Vec<_> = product.resources[0].endpoints.iter().map(|endpoint| endpoint.rate.as_deref()).collect();
    assert_eq!(product.default_rate.as_deref(), Some("100/s"));
    assert_eq!(rates, [Some("100/s"), Some("5/min"), None]);
}
