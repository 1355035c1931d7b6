//! What keys of one mapping have to do with each other.

use schemars::Schema;
use serde_json::{Value, json};

use crate::primitives::Scalar;

/// An envelope, or a bare status.
pub(crate) fn rejection() -> Value {
    json!([
        { "required": ["error"] },
        { "required": ["http"], "properties": { "text": false, "key": false } },
    ])
}

/// A named type, or fields.
pub(crate) fn returns() -> Value {
    json!([{ "required": ["type"] }, { "required": ["fields"] }])
}

/// An object, or an enum.
pub(crate) fn ty() -> Value {
    json!([
        { "required": ["fields"], "properties": { "enum": false, "values": false } },
        { "required": ["enum", "values"], "properties": { "fields": false } },
    ])
}

/// Values are of the kind that `enum` says.
pub(crate) fn values() -> Value {
    let rule = |word: &str, kind: &str| {
        when(
            "enum",
            json!({ "const": word }),
            json!({ "values": { "additionalProperties": {
                "type": [kind, "object"],
                "properties": { "value": { "type": kind } },
            } } }),
        )
    };
    json!([rule("i32", "integer"), rule("string", "string")])
}

/// A GET has no body.
pub(crate) fn endpoint() -> Value {
    json!([when("method", json!({ "const": "GET" }), json!({ "encoding": { "const": "query" } })), completeness()])
}

/// What is partial says what is missing.
fn completeness() -> Value {
    let partial = json!({ "required": ["completeness"], "properties": { "completeness": { "const": "partial" } } });
    json!({ "if": partial, "then": { "required": ["missing"] }, "else": { "properties": { "missing": false } } })
}

/// An event is known by its type or by what it has.
pub(crate) fn event() -> Value {
    json!([{ "anyOf": [{ "required": ["type"] }, { "required": ["has_keys"] }] }, completeness()])
}

/// Hosts without TLS only for calls that prove nothing; only a base path that is there can be left out.
pub(crate) fn product() -> Value {
    let tls = json!({ "additionalProperties": { "items": { "pattern": "^https://" } } });
    let unsigned = json!({ "required": ["signing"], "properties": { "signing": { "const": "none" } } });
    let no_base = json!({ "not": { "required": ["base_path"] } });
    let kept = json!({ "properties": { "base_path_optional": { "const": false } } });
    json!([{ "if": unsigned, "else": { "properties": { "hosts": tls } } }, { "if": no_base, "then": kept }])
}

/// One way to the next page.
pub(crate) fn pages() -> Value {
    json!([{ "required": ["token"] }, { "required": ["last"] }, { "required": ["offset"] }, { "required": ["page"] }])
}

/// Limits and wire forms that a type cannot have, as far as its text tells.
pub(crate) fn field() -> Value {
    let plain_list = json!({ "anyOf": [
        { "type": "array", "items": { "type": "string", "pattern": "^[^\\[{]*$" } },
        { "type": "string", "pattern": "^\\s*\\[[^\\[{]*$" },
    ] });
    let text_list = json!({ "anyOf": [
        { "type": "array", "items": { "type": "string", "enum": ["string", "id"] } },
        { "type": "string", "pattern": "^\\s*\\[\\s*(string|id)\\s*\\]\\??\\s*$" },
    ] });
    let collection =
        json!({ "anyOf": [{ "type": ["array", "object"] }, { "type": "string", "pattern": "^\\s*[\\[{]" }] });
    let not_plain = json!({ "not": built_in(|_| true) });
    let number = built_in(Scalar::is_number);
    let choices = |kind: &str| json!({ "one_of": { "items": { "type": kind } } });
    json!([
        when("type", built_in(Scalar::is_text), choices("string")),
        when("type", number.clone(), choices("integer")),
        with("wire", json!({ "const": "bit" }), built_in(|scalar| scalar == Scalar::Bool)),
        with("wire", json!({ "const": "text" }), number.clone()),
        with("wire", json!({ "enum": ["comma", "repeat"] }), plain_list),
        with("wire", json!({ "enum": ["json", "json_text"] }), not_plain),
        with("wire", json!({ "const": "java_list" }), text_list),
        single_quotes(),
        with("range", json!(true), number),
        with("pattern", json!(true), built_in(Scalar::is_text)),
        with("max_items", json!(true), collection),
        with("max_len", json!(true), json!({ "not": built_in(|scalar| !has_length(scalar)) })),
        with(
            "max_bytes",
            json!(true),
            json!({ "not": built_in(|scalar| !has_length(scalar) && scalar != Scalar::File) })
        ),
        { "not": { "required": ["required", "default"], "properties": { "required": { "const": true } } } },
        with("secret", json!({ "const": true }), json!({ "not": built_in(|scalar| !scalar.is_text()) })),
    ])
}

/// Only JSON text may have other quotes.
fn single_quotes() -> Value {
    json!({
        "if": { "required": ["single_quotes"], "properties": { "single_quotes": { "const": true } } },
        "then": { "required": ["wire"], "properties": { "wire": { "const": "json" } } },
    })
}

/// Text, or what is sent as text.
fn has_length(scalar: Scalar) -> bool {
    scalar.is_text() || matches!(scalar, Scalar::Base64 | Scalar::Json)
}

/// Built-in types of a kind, with and without `?`. By a pattern, since editors list the values of an `enum`.
fn built_in(is: impl Fn(Scalar) -> bool) -> Value {
    let names: Vec<_> = Scalar::ALL.iter().filter(|(_, scalar)| is(*scalar)).map(|(name, _)| *name).collect();
    json!({ "type": "string", "pattern": format!("^({})\\??$", names.join("|")) })
}

/// A key asks for a certain type.
fn with(key: &str, is: Value, ty: Value) -> Value {
    when(key, is, json!({ "type": ty }))
}

fn when(key: &str, is: Value, then: Value) -> Value {
    json!({
        "if": { "required": [key], "properties": { key: is } },
        "then": { "properties": then },
    })
}

/// An endpoint without an example can be read, but not used: the parser goes on to find more.
pub(crate) fn asks_for_example(schema: &mut Schema) {
    require(schema, "example");
}

/// What has no text for the docs can be read, but not used.
pub(crate) fn asks_for_doc(schema: &mut Schema) {
    require(schema, "doc");
}

fn require(schema: &mut Schema, key: &str) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push(json!(key));
    } else {
        schema.insert("required".to_owned(), json!([key]));
    }
}
