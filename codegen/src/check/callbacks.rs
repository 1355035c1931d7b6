//! Checks `callbacks.yaml`.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::value::Side;
use super::{Scope, endpoint, links, names, product, repeats, secrets, types, value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{CallbacksFile, Document, Event, unquoted};
use crate::model::Value;
use crate::naming;
use crate::primitives::Expects;
use crate::yaml::YamlPath;

/// Checks a callbacks file.
pub(super) fn check(scope: Scope<'_>, folder: &str, file: &CallbacksFile, diagnostics: &mut Diagnostics) {
    let root = scope.root();
    let head = &file.head;
    if head.callbacks != folder {
        diagnostics.push(
            Diagnostic::new(
                Code::FileName,
                root.at("callbacks").value(),
                format!("the folder `{folder}` has callbacks of `{}`", head.callbacks),
            )
            .help(format!("write `callbacks: {folder}`, or move the file")),
        );
    }
    links::text(&head.title, &root.at("title"), diagnostics);
    links::optional_texts([("doc_zh", head.doc_zh.as_deref())], &root, diagnostics);
    if !head.docs.is_empty() {
        links::link(&head.docs, &root.at("docs"), diagnostics);
    }
    if file.events.is_empty() && !file.file.incomplete {
        diagnostics.push(
            Diagnostic::new(Code::EmptyType, root.at("events").key(), "there are no events")
                .help("add one, or remove the file"),
        );
    }
    wire_names(&head.has_keys, &root.at("has_keys"), diagnostics);
    expects(head.expects, &root.at("expects"), diagnostics);
    if let Some(response) = &head.response {
        expects(response.expects, &root.at("response").at("expects"), diagnostics);
    }
    names::callbacks(scope, file.events.keys().map(String::as_str), diagnostics);
    for (name, event) in &file.events {
        check_event(scope, file, event, &root.at("events").at(&**name), diagnostics);
    }
    types::check(scope, &used(scope, file), diagnostics);
}

/// Returns the names of the types that the events use, directly or through other types.
pub(super) fn used<'a>(scope: Scope<'a>, file: &'a CallbacksFile) -> BTreeSet<&'a str> {
    let fields = file.events.values().flat_map(|event| event.fields.values());
    types::reached(scope, fields.map(|field| field.ty.expr.leaf()).collect())
}

/// Checks one event.
fn check_event(scope: Scope<'_>, file: &CallbacksFile, event: &Event, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let head = &event.head;
    links::text(&head.title, &at.at("title"), diagnostics);
    if let Some(docs) = &head.docs {
        links::link(docs, &at.at("docs"), diagnostics);
    }
    links::optional_texts(
        [("doc_zh", head.doc_zh.as_deref()), ("doc", head.doc.as_deref()), ("missing", head.missing.as_deref())],
        at,
        diagnostics,
    );
    links::titles_zh(&head.title_zh, &at.at("title_zh"), diagnostics);
    endpoint::completeness(head.completeness, head.missing.as_deref(), at, diagnostics);
    wire_names(&head.has_keys, &at.at("has_keys"), diagnostics);
    repeats::list(&head.types, &at.at("type"), "list every value once; text and number count as the same", diagnostics);
    if head.types.is_empty() && head.has_keys.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::MissingKey, at.clone().key(), "nothing tells that it is this event").help(format!(
                "write `type:`, the value of `{}`; where there is none, `has_keys:` and keys that only it has",
                file.head.type_key
            )),
        );
    }
    if head.expects_response && file.head.response.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::NoResponse,
                at.at("expects_response").key(),
                "the file does not say what the response to this callback looks like",
            )
            .help("describe the keys of the response under `response:` at the top of the file"),
        );
    }
    // A partial event may be recognised only by its type.
    if !event.fields.is_empty() {
        types::object(scope, &event.fields, &at.at("fields"), diagnostics);
    }
    match &head.example {
        None => diagnostics.push(
            Diagnostic::new(Code::NoExample, at.clone().key(), "the event has no example")
                .help("add `example:` with the whole body: it becomes test and what the sandbox fires"),
        ),
        Some(example) => {
            body(scope, file, event, example, at, diagnostics);
            secrets::event(scope, event, example, &at.at("example"), diagnostics);
        }
    }
}

/// Checks that the limits for responses are possible.
fn expects(expects: Option<Expects>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let Some(expects) = expects else { return };
    product::span(expects.timeout, &at.at("timeout"), diagnostics);
    if expects.max_bytes == Some(0) {
        diagnostics.push(
            Diagnostic::new(
                Code::ImpossibleLimit,
                at.at("max_bytes").value(),
                "`max_bytes: 0` leaves no room for a response",
            )
            .help("write the real limit, or leave it out"),
        );
    }
}

/// Checks that names can be keys of a JSON object.
fn wire_names(names: &[String], at: &YamlPath, diagnostics: &mut Diagnostics) {
    repeats::list(names, at, "list every key once", diagnostics);
    for (number, name) in names.iter().enumerate() {
        if !naming::is_wire_name(name) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, at.at(number).value(), format!("`{name}` is not a name on the wire"))
                    .help("names consist of letters, digits and `_`, `-`, `.`"),
            );
        }
    }
}

/// Checks the example of an event: its fields, its type and its required keys.
fn body(
    scope: Scope<'_>,
    file: &CallbacksFile,
    event: &Event,
    example: &IndexMap<String, Value>,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    let here = at.at("example");
    let type_key = &file.head.type_key;
    for (key, given) in example {
        let place = here.at(&**key);
        match event.fields.iter().find(|(name, field)| *name == key || field.accept.contains(key)) {
            Some((_, field)) => value::field(scope, field, given, Side::Reply, &place, diagnostics),
            None if key == type_key => {}
            None => {
                let entries = example.iter().map(|(name, given)| (name.as_str(), given));
                if let Some(help) = unquoted::help(key, entries, event.fields.keys().map(String::as_str)) {
                    let message = format!("the event has no field `{key}`");
                    diagnostics.push(Diagnostic::new(Code::ExampleUnknown, place.key(), message).help(help));
                }
            }
        }
    }
    let given = example.get(type_key).map(type_text);
    if let (Some(first), false) = (event.head.types.first(), given.is_some_and(|given| has_type(event, &given))) {
        diagnostics.push(
            Diagnostic::new(Code::ExampleMissing, here.clone().key(), "the example is not of the event's type")
                .second(at.at("type").value(), "this")
                .help(format!("write `{type_key}: {first}` into it")),
        );
    }
    let fields = event.fields.iter().filter(|(_, field)| !field.ty.optional && !field.recovered);
    let required = fields.map(|(name, field)| (name, field.accept.as_slice()));
    let has_keys = file.head.has_keys.iter().chain(&event.head.has_keys).map(|name| (name, &[][..]));
    for (name, others) in required.chain(has_keys) {
        let is_present = |name: &String| example.get(name).is_some_and(|value| !value.is_null());
        if !is_present(name) && !others.iter().any(is_present) {
            diagnostics.push(
                Diagnostic::new(Code::ExampleMissing, here.clone().key(), format!("the example lacks `{name}`"))
                    .help("add it; a field that may be missing has a type that ends in `?`"),
            );
        }
    }
}

/// Returns whether a value of the type key is one of the event's types.
fn has_type(event: &Event, given: &str) -> bool {
    event.head.types.iter().any(|value| value.to_string() == given)
}

/// Returns a value of the type key as text, for comparison.
fn type_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// What identifies an event: whether it expects a response, the key of the type, the type, other keys that it has.
type EventIdentity<'a> = (bool, &'a str, Option<String>, BTreeSet<&'a str>);

/// Reports events that cannot be distinguished. Events of all products may be sent to the same URL.
pub(super) fn ambiguous(document: &Document, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<EventIdentity<'_>, YamlPath> = BTreeMap::new();
    for file in document.products.iter().filter_map(|product| product.callbacks.as_ref()) {
        for (name, event) in &file.events {
            let at = YamlPath::root(&file.file.path).at("events").at(&**name);
            let has_keys: BTreeSet<_> =
                file.head.has_keys.iter().chain(&event.head.has_keys).map(String::as_str).collect();
            let types: Vec<_> = match event.head.types.as_slice() {
                [] => vec![None],
                types => types.iter().map(|value| Some(value.to_string())).collect(),
            };
            for value in types {
                let identity = (event.head.expects_response, file.head.type_key.as_str(), value, has_keys.clone());
                if let Some(first) = known.get(&identity) {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::AmbiguousEvent,
                            at.clone().key(),
                            "two events have the same type and nothing else tells them apart",
                        )
                        .second(first.clone().key(), "the first one")
                        .help("write `has_keys:` with keys that only one of them has"),
                    );
                } else {
                    known.insert(identity, at.clone());
                }
            }
        }
    }
}
