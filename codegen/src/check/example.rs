//! Checks the example of an endpoint against its parameters and reply.

use indexmap::IndexMap;

use super::value::Side;
use super::{Scope, value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{Endpoint, Example, Field, Returns, TypeDef, unquoted};
use crate::model::{Value, defaults, path_template};
use crate::primitives::{Scalar, SuccessCode};
use crate::yaml::YamlPath;

/// Checks that an endpoint has an example, and the example.
pub(super) fn check(scope: Scope<'_>, name: &str, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let at = scope.endpoint_at(name);
    match &endpoint.head.example {
        None => diagnostics.push(Diagnostic::new(Code::NoExample, at.key(), format!("`{name}` has no example")).help(
            "add `example: { request: {...}, reply: {...} }`: it becomes documentation, test and the sandbox's reply",
        )),
        Some(example) => {
            request(scope, endpoint, example, &at, diagnostics);
            // Without a valid product it is not known what a successful reply contains.
            if !scope.product_recovered {
                reply(scope, endpoint, &example.reply, &at.at("example").at("reply"), diagnostics);
            }
        }
    }
}

/// Checks the request of an example.
fn request(scope: Scope<'_>, endpoint: &Endpoint, example: &Example, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let here = at.at("example").at("request");
    for (key, given) in &example.request {
        match endpoint.params.get(key) {
            Some(param) => value::field(scope, param, given, Side::Request, &here.at(&**key), diagnostics),
            None => {
                let entries = example.request.iter().map(|(name, given)| (name.as_str(), given));
                if let Some(help) = unquoted::help(key, entries, endpoint.params.keys().map(String::as_str)) {
                    let message = format!("the endpoint has no parameter `{key}`");
                    diagnostics.push(Diagnostic::new(Code::ExampleUnknown, here.at(&**key).key(), message).help(help));
                }
            }
        }
    }
    let path = path_template::parse(&endpoint.head.path).ok();
    let encoding = defaults::encoding(scope.product, endpoint);
    for (name, param) in endpoint.params.iter().filter(|(_, param)| !param.recovered) {
        let places = defaults::places(name, param, path.as_ref(), encoding);
        if defaults::required(name, param, &places, path.as_ref()) && !example.request.contains_key(name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ExampleMissing,
                    here.clone().key(),
                    format!("the example lacks the required parameter `{name}`"),
                )
                .second(at.at("params").at(&**name).key(), "required")
                .help("add it to `example.request`"),
            );
        }
    }
}

/// Checks the reply of an example: its envelope and its payload.
fn reply(scope: Scope<'_>, endpoint: &Endpoint, reply: &Value, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let rule = &scope.product.reply;
    let may_be_absent = rule.success.code.contains(&SuccessCode::Absent);
    if reply.as_str() == Some("empty") {
        if !may_be_absent {
            diagnostics.push(
                Diagnostic::new(
                    Code::ExampleReply,
                    at.clone().value(),
                    "replies of this product always have a code, so none is empty",
                )
                .help("write the body: `reply: { code: ... }`"),
            );
        }
        return;
    }
    let Some(body) = reply.as_mapping() else {
        diagnostics.push(
            Diagnostic::new(Code::ExampleReply, at.clone().value(), "a reply is a whole JSON object")
                .help("write `{ code: ..., ... }`, or `empty` for a reply without a body"),
        );
        return;
    };
    let code_key = rule.code.as_deref().unwrap_or("code");
    let is_success = match body.get(code_key) {
        None => may_be_absent,
        Some(code) => code.as_i64().is_some_and(|code| rule.success.code.contains(&SuccessCode::Value(code))),
    };
    if !is_success {
        let allowed: Vec<_> = rule
            .success
            .code
            .iter()
            .map(|code| match code {
                SuccessCode::Value(value) => value.to_string(),
                SuccessCode::Absent => "absent".to_owned(),
            })
            .collect();
        diagnostics.push(
            Diagnostic::new(
                Code::ExampleReply,
                at.at(code_key).value(),
                format!("a success of this product has the `{code_key}` {}", allowed.join(" or ")),
            )
            .help("the example reply is that of a call that went well"),
        );
    }
    payload(scope, endpoint, body, at, diagnostics);
}

/// Checks the payload in the reply of an example.
fn payload(
    scope: Scope<'_>,
    endpoint: &Endpoint,
    body: &serde_yaml::Mapping,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    match &endpoint.returns {
        Returns::Nothing => {}
        Returns::Type { at: key, ty } if key == "." => {
            if !scope.is_valid(&ty.expr) || Scalar::named(ty.expr.leaf()) == Some(Scalar::Json) {
                return;
            }
            // A payload type that is not an object is reported at `returns`.
            let Some(TypeDef::Object { fields, .. }) = scope.find(ty.expr.leaf()) else { return };
            flat(scope, fields, body, at, diagnostics);
        }
        Returns::Fields { at: key, fields } if key == "." => flat(scope, fields, body, at, diagnostics),
        Returns::Type { at: key, ty } => {
            if let Some(given) = present(body, key, at, diagnostics)
                && scope.is_valid(&ty.expr)
            {
                value::check_type(scope, &ty.expr, given, Side::Reply, &at.at(&**key), diagnostics);
            }
        }
        Returns::Fields { at: key, fields } => {
            if let Some(entries) = present(body, key, at, diagnostics).and_then(Value::as_mapping) {
                flat(scope, fields, entries, &at.at(&**key), diagnostics);
            }
        }
    }
}

/// Returns the value of the payload's key; reports an error if it is missing.
fn present<'a>(
    body: &'a serde_yaml::Mapping,
    key: &str,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Value> {
    let given = body.get(key);
    if given.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::ExampleReply,
                at.clone().key(),
                format!("the payload is said to be under `{key}`, but the example reply has no such key"),
            )
            .help("fix `returns.at` or the example"),
        );
    }
    given
}

/// Checks the fields of an object, except those of the envelope.
fn flat(
    scope: Scope<'_>,
    fields: &IndexMap<String, Field>,
    body: &serde_yaml::Mapping,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    let rule = &scope.product.reply;
    for (key, given) in body {
        let key = key.as_str().unwrap_or_default();
        let is_envelope = key == rule.code.as_deref().unwrap_or("code")
            || rule.message.iter().chain(&rule.request_id).any(|known| known == key);
        match fields.iter().find(|(name, field)| *name == key || field.accept.iter().any(|other| other == key)) {
            Some((_, field)) => value::field(scope, field, given, Side::Reply, &at.at(key), diagnostics),
            None if is_envelope => {}
            None => {
                if let Some(help) = unquoted::help(key, unquoted::named(body), fields.keys().map(String::as_str)) {
                    let message = format!("the reply type has no field `{key}`");
                    diagnostics.push(Diagnostic::new(Code::ExampleUnknown, at.at(key).key(), message).help(help));
                }
            }
        }
    }
}
