//! Takes out what schemars says about Rust and not about the spec language.

use schemars::{Schema, transform::transform_subschemas};
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
    transform_subschemas(&mut transform, schema);
}

fn says_something(default: &Value) -> bool {
    match default {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
        _ => true,
    }
}
