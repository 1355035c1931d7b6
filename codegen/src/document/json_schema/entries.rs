//! Entries that the parser reads one by one, in the forms they may have.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::document::{EnumValueEntry, Field, ReturnsEntry};
use crate::primitives::RawValue;

/// A parameter. The parser reads one written as its type alone too, to say that it lacks a text.
#[derive(Debug)]
pub(crate) struct Parameter;

/// A field of an object: what only parameters have is missing.
#[derive(Debug)]
pub(crate) struct ObjectField;

/// What an endpoint returns.
#[derive(Debug)]
pub(crate) struct ReturnsForm;

/// A value of an enum: in full, or as the value on the wire alone.
#[derive(Debug)]
pub(crate) struct ValueForm;

macro_rules! forms {
    ($($name:ident = $form:expr;)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let form: fn(&mut SchemaGenerator) -> Schema = $form;
                form(generator)
            }
        }
    )*};
}

forms! {
    ValueForm = |generator| {
        either(RawValue::json_schema(generator), generator.subschema_for::<EnumValueEntry>())
    };
    ReturnsForm = |generator| {
        let nothing = json_schema!({ "enum": ["nothing"], "enumDescriptions": ["Only code and message."] });
        either(nothing, generator.subschema_for::<ReturnsEntry>())
    };
}

fn either(short: Schema, full: Schema) -> Schema {
    json_schema!({ "anyOf": [short, full] })
}

impl JsonSchema for Parameter {
    fn schema_name() -> Cow<'static, str> {
        "Parameter".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Field::json_schema(generator);
        schema.insert("description".to_owned(), json!("A parameter of an endpoint."));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            narrow(properties, json!({ "pattern": "(^\\s*[\\[{]+\\s*file\\b)|(\\?\\s*$)" }));
        }
        schema
    }
}

impl JsonSchema for ObjectField {
    fn schema_name() -> Cow<'static, str> {
        "Field".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Field::json_schema(generator);
        schema.insert("description".to_owned(), json!("A field of a type."));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.remove("required");
            properties.remove("in");
            narrow(properties, json!({ "pattern": "^\\s*[\\[{]*\\s*file\\b" }));
        }
        schema
    }
}

/// Refuses texts as a type that would be fine elsewhere.
fn narrow(properties: &mut serde_json::Map<String, Value>, refused: Value) {
    if let Some(Value::Object(ty)) = properties.get_mut("type") {
        let mut refused = refused;
        if let Some(refused) = refused.as_object_mut() {
            // A pattern holds for every value that is not text.
            refused.insert("type".to_owned(), json!("string"));
        }
        ty.insert("not".to_owned(), refused);
    }
}
