//! Checks secrets in examples. Examples are shown in the docs, so a text that is secret in one field must not occur in
//! another.

use indexmap::IndexMap;

use super::Scope;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{Endpoint, Event, Field, Returns, TypeDef};
use crate::model::Value;
use crate::primitives::TypeExpr;
use crate::yaml::YamlPath;

/// Minimum length of a secret that is searched in other texts, in bytes. Shorter ones occur by chance.
const MIN_SEARCHED_LEN: usize = 4;

/// A text of an example, and whether its field is secret.
struct Text<'a> {
    text: &'a str,
    secret: bool,
    at: YamlPath,
}

/// Checks the example of an endpoint.
pub(super) fn check(scope: Scope<'_>, endpoint: &Endpoint, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let Some(example) = &endpoint.head.example else { return };
    let here = at.at("example");
    let mut texts = Vec::new();
    for (name, given) in &example.request {
        if let Some(param) = endpoint.params.get(name) {
            field(scope, param, given, &here.at("request").at(&**name), &mut texts);
        }
    }
    payload(scope, &endpoint.returns, &example.reply, &here.at("reply"), &mut texts);
    report(&texts, diagnostics);
}

/// Checks the example of an event.
pub(super) fn event(
    scope: Scope<'_>,
    event: &Event,
    example: &IndexMap<String, Value>,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    let mut texts = Vec::new();
    for (name, given) in example {
        if let Some(entry) = event.fields.get(name) {
            field(scope, entry, given, &at.at(&**name), &mut texts);
        }
    }
    report(&texts, diagnostics);
}

/// Reports texts that contain the secret of another field.
fn report(texts: &[Text<'_>], diagnostics: &mut Diagnostics) {
    for shown in texts.iter().filter(|text| !text.secret) {
        let leak = texts
            .iter()
            .find(|other| other.secret && other.text.len() >= MIN_SEARCHED_LEN && shown.text.contains(other.text));
        if let Some(secret) = leak {
            diagnostics.push(
                Diagnostic::new(
                    Code::ExampleSecret,
                    shown.at.clone().value(),
                    "this shows a text that is secret elsewhere in the example",
                )
                .second(secret.at.clone().value(), "secret here")
                .help("mark this field `secret: true` as well, or write another text"),
            );
        }
    }
}

/// Collects the texts in the reply of an example.
fn payload<'a>(scope: Scope<'_>, returns: &Returns, reply: &'a Value, at: &YamlPath, texts: &mut Vec<Text<'a>>) {
    let place = |key: &str| match key {
        "." => Some((reply, at.clone())),
        key => reply.get(key).map(|inner| (inner, at.at(key))),
    };
    match returns {
        Returns::Nothing => {}
        Returns::Type { at: key, ty } => {
            if let Some((inner, at)) = place(key) {
                typed(scope, &ty.expr, false, inner, &at, texts);
            }
        }
        Returns::Fields { at: key, fields } => {
            if let Some((inner, at)) = place(key) {
                object(scope, fields, inner, &at, texts);
            }
        }
    }
}

/// Collects the texts in the value of a field.
fn field<'a>(scope: Scope<'_>, field: &Field, value: &'a Value, at: &YamlPath, texts: &mut Vec<Text<'a>>) {
    typed(scope, &field.ty.expr, field.secret, value, at, texts);
}

/// Collects the texts in an object.
fn object<'a>(
    scope: Scope<'_>,
    fields: &IndexMap<String, Field>,
    value: &'a Value,
    at: &YamlPath,
    texts: &mut Vec<Text<'a>>,
) {
    for (name, entry) in fields {
        if let Some(inner) = value.get(name.as_str()) {
            field(scope, entry, inner, &at.at(&**name), texts);
        }
    }
}

/// Collects the texts in a value of a type.
fn typed<'a>(
    scope: Scope<'_>,
    expr: &TypeExpr,
    secret: bool,
    value: &'a Value,
    at: &YamlPath,
    texts: &mut Vec<Text<'a>>,
) {
    match (expr, value) {
        (TypeExpr::List(inner), Value::Sequence(items)) => {
            for (number, item) in items.iter().enumerate() {
                typed(scope, inner, secret, item, &at.at(number), texts);
            }
        }
        (TypeExpr::Map(inner), Value::Mapping(entries)) => {
            for (key, item) in entries {
                typed(scope, inner, secret, item, &at.at(key.as_str().unwrap_or_default()), texts);
            }
        }
        (TypeExpr::Name(name), Value::Mapping(_)) => {
            if let Some(TypeDef::Object { fields, .. }) = scope.find(name) {
                object(scope, fields, value, at, texts);
            }
        }
        (_, Value::String(text)) => texts.push(Text { text, secret, at: at.clone() }),
        _ => {}
    }
}
