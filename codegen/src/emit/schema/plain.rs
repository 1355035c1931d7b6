//! Removes what schemars says about Rust instead of the spec language.

use schemars::Schema;
use schemars::transform::transform_subschemas;
use serde_json::Value;

/// Optional keys are left out, not null; number formats of Rust mean nothing to an editor.
pub(super) fn transform(schema: &mut Schema) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut().filter_map(Value::as_object_mut) {
            property.retain(|key, value| key != "default" || says_something(value));
        }
    }
    let is_number = schema.get("type").is_some_and(|kind| kind == "integer");
    if is_number {
        schema.remove("format");
    }
    words(schema);
    transform_subschemas(&mut transform, schema);
}

/// Words with a text each. Editors show the text of a choice instead of that of the key, but they show those of words
/// beside it.
fn words(schema: &mut Schema) {
    let Some(Value::Array(choices)) = schema.get("oneOf") else { return };
    let of = |key: &str| choices.iter().map(|choice| choice.get(key).cloned()).collect::<Option<Vec<_>>>();
    if let (Some(words), Some(texts)) = (of("const"), of("description")) {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), words.into());
        schema.insert("enumDescriptions".to_owned(), texts.into());
    }
}

/// A definition's own text would hide that of the key that refers to it.
pub(super) fn keep_aside(definition: &mut Value) {
    if let Some(definition) = definition.as_object_mut()
        && let Some(description) = definition.remove("description")
    {
        definition.insert(super::ABOUT.to_owned(), description);
    }
}

fn says_something(default: &Value) -> bool {
    match default {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
        _ => true,
    }
}
