//! The tables of spec/README.md, from the schema.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ABOUT, keys, schema};
use crate::document::{
    Callbacks, Common, Defaults, EndpointHead, EnumValueEntry, ErrorCode, EventHead, Example, Field, Product,
    Rejection, Rejections, ReplyRule, RequestId, Resource, ReturnsEntry, SharedTypes, Success, TypeEntry,
};
use crate::primitives::json_schema::types as scalar_types;
use crate::primitives::{Apart, CallbackResponse, Expects, Groups, Pages, Scalar};

/// The mappings of the language: heading, name in the schema, keys in order.
fn mappings() -> [(&'static str, &'static [&'static str]); 24] {
    [
        ("Product", keys::of::<Product>()),
        ("RequestId", keys::of::<RequestId>()),
        ("Defaults", keys::of::<Defaults>()),
        ("ReplyRule", keys::of::<ReplyRule>()),
        ("Success", keys::of::<Success>()),
        ("ErrorCode", keys::of::<ErrorCode>()),
        ("Rejections", keys::of::<Rejections>()),
        ("Rejection", keys::of::<Rejection>()),
        ("Common", keys::of::<Common>()),
        ("Resource", keys::of::<Resource>()),
        ("SharedTypes", keys::of::<SharedTypes>()),
        ("Endpoint", keys::of::<EndpointHead>()),
        // What a field of a type has, a parameter has as well.
        ("Parameter", keys::of::<Field>()),
        ("Groups", keys::of::<Groups>()),
        ("Apart", keys::of::<Apart>()),
        ("Pages", keys::of::<Pages>()),
        ("Returns", keys::of::<ReturnsEntry>()),
        ("Example", keys::of::<Example>()),
        ("Callbacks", keys::of::<Callbacks>()),
        ("Event", keys::of::<EventHead>()),
        ("CallbackResponse", keys::of::<CallbackResponse>()),
        ("Expects", keys::of::<Expects>()),
        ("Type", keys::of::<TypeEntry>()),
        ("EnumValue", keys::of::<EnumValueEntry>()),
    ]
}

/// The reference in Markdown.
pub fn reference() -> String {
    let schema = schema(&BTreeSet::new());
    let definitions = Definitions { all: schema.get("definitions").unwrap_or(&Value::Null) };
    let mut out = String::new();
    for (name, keys) in mappings() {
        let definition = definitions.get(name);
        out.push_str(&format!("### {name}\n\n{}{}\n\n", about(definition), also(name)));
        out.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
        for key in keys {
            out.push_str(&row(&definitions, definition, key));
        }
        out.push('\n');
    }
    out.push_str(&words(&definitions));
    out.push_str(&built_in());
    out
}

/// An addition to the text of a table.
fn also(name: &str) -> &'static str {
    match name {
        "Parameter" => " A field of a type has the same keys, except `required` and `in`.",
        _ => "",
    }
}

struct Definitions<'s> {
    all: &'s Value,
}

impl<'s> Definitions<'s> {
    fn get(&self, name: &str) -> &'s Value {
        self.all.get(name).unwrap_or(&Value::Null)
    }
}

fn row(definitions: &Definitions<'_>, definition: &Value, key: &str) -> String {
    let property = definition.get("properties").and_then(|properties| properties.get(key)).unwrap_or(&Value::Null);
    let required = items(definition, "required").iter().any(|required| required == key);
    let default = match property.get("default") {
        _ if required => "required".to_owned(),
        Some(Value::String(text)) => format!("`{text}`"),
        Some(other) => format!("`{other}`"),
        None => String::new(),
    };
    format!("| `{key}` | {} | {default} | {} |\n", shape(definitions, property), description(property))
}

/// The text, on one line: a table has no others.
fn description(schema: &Value) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

/// The description of a definition.
fn about(definition: &Value) -> &str {
    definition.get(ABOUT).and_then(Value::as_str).unwrap_or_default()
}

fn items<'v>(schema: &'v Value, key: &str) -> &'v [Value] {
    schema.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The allowed values, in a few words.
fn shape(definitions: &Definitions<'_>, schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return referred(definitions, reference.rsplit('/').next().unwrap_or_default());
    }
    if schema.get("enum").is_some() {
        return or(items(schema, "enum").iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect());
    }
    if let Some(about) = schema.get(ABOUT).and_then(Value::as_str) {
        return about.to_owned();
    }
    if let (None, [only]) = (schema.get("type"), items(schema, "allOf")) {
        return shape(definitions, only);
    }
    let choices = items(schema, "anyOf");
    if !choices.is_empty() {
        return or(choices.iter().map(|choice| shape(definitions, choice)).collect());
    }
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(kind)) => vec![kind.as_str()],
        _ => Vec::new(),
    };
    or(kinds.into_iter().map(|kind| of_kind(definitions, schema, kind)).collect())
}

fn of_kind(definitions: &Definitions<'_>, schema: &Value, kind: &str) -> String {
    let inner = |key: &str| shape(definitions, schema.get(key).unwrap_or(&Value::Null));
    match kind {
        "array" => format!("list of {}", inner("items")),
        "object" => match schema.get("propertyNames") {
            None if schema.get("patternProperties").is_some() => {
                let values =
                    schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(|all| all.values());
                format!("by code: {}", or(values.map(|value| shape(definitions, value)).collect()))
            }
            Some(names) => format!("by {}: {}", shape(definitions, names), inner("additionalProperties")),
            None => "mapping".to_owned(),
        },
        "integer" => "number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        _ => "text".to_owned(),
    }
}

fn referred(definitions: &Definitions<'_>, name: &str) -> String {
    let definition = definitions.get(name);
    match definition.get("properties") {
        // Both are in one table.
        Some(_) if name == "Field" => "[Parameter](#parameter) without `required` and `in`".to_owned(),
        Some(_) => format!("[{name}](#{})", name.to_lowercase()),
        None => shape(definitions, definition),
    }
}

fn or(mut choices: Vec<String>) -> String {
    choices.dedup();
    match choices.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} or {last}", first.join(", ")),
        None => "anything".to_owned(),
    }
}

/// Tables of the words of enums, with their meanings.
fn words(definitions: &Definitions<'_>) -> String {
    let mut out = "### Words\n\n| key | word | meaning |\n|---|---|---|\n".to_owned();
    for (key, name) in [
        ("encoding", "Encoding"),
        ("retry", "RetryKind"),
        ("kind", "CodeKind"),
        ("in", "Place"),
        ("wire", "Wire"),
        ("enum", "EnumRepr"),
    ] {
        let definition = definitions.get(name);
        for (word, text) in items(definition, "enum").iter().zip(items(definition, "enumDescriptions")) {
            let (word, text) = (word.as_str().unwrap_or_default(), text.as_str().unwrap_or_default());
            out.push_str(&format!("| `{key}` | `{word}` | {text} |\n"));
        }
    }
    out.push('\n');
    out
}

fn built_in() -> String {
    let mut out = "### Built-in types\n\n| type | Rust | meaning |\n|---|---|---|\n".to_owned();
    for (name, scalar) in Scalar::ALL {
        out.push_str(&format!(
            "| `{name}` | `{}` | {} |\n",
            scalar_types::rust(*scalar),
            scalar_types::meaning(*scalar)
        ));
    }
    out
}
