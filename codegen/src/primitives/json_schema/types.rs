//! Type expressions.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::primitives::{Scalar, TypeUse};

/// Lists and maps that the pattern follows; what is deeper inside it takes as it is.
const DEPTH: usize = 2;

impl JsonSchema for TypeUse {
    fn schema_name() -> Cow<'static, str> {
        "TypeUse".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "$comment": "type", "anyOf": [
            built_in(),
            text(),
            list(),
            {
                "type": "object",
                "properties": { "string": { "$ref": "#/definitions/TypeUse", "description": "Type of the values." } },
                "required": ["string"],
                "additionalProperties": false,
            },
        ] })
    }
}

fn list() -> Value {
    json!({
        "type": "array",
        "items": { "$ref": "#/definitions/TypeUse" },
        "minItems": 1,
        "maxItems": 1,
    })
}

fn text() -> Value {
    json!({
        "type": "string",
        "pattern": format!("^\\s*{}\\??\\s*$", nested(DEPTH)),
        "patternErrorMessage": "write a name, `[T]` or `{string: T}`, and a `?` only at the very end",
    })
}

fn nested(depth: usize) -> String {
    if depth == 0 {
        return r"[\[\]{}:A-Za-z0-9_ ]+".to_owned();
    }
    let inner = nested(depth - 1);
    format!(r"([A-Za-z][A-Za-z0-9_]*|\[\s*{inner}\s*\]|\{{\s*string\s*:\s*{inner}\s*\}})")
}

fn built_in() -> Value {
    let (names, texts): (Vec<_>, Vec<_>) = Scalar::ALL.iter().map(|(name, scalar)| (*name, meaning(*scalar))).unzip();
    json!({ "type": "string", "enum": names, "enumDescriptions": texts })
}

/// What values of the type are.
pub(crate) fn meaning(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String => "Text.",
        Scalar::Id => "Text that names something: control characters are refused.",
        Scalar::Bool => "`true` or `false`.",
        Scalar::I32 => "A whole number of 32 bits.",
        Scalar::I64 => "A whole number of 64 bits.",
        Scalar::U64 => "A whole number of 64 bits that is not negative.",
        Scalar::F64 => "A number.",
        Scalar::TimestampS => "A moment, in seconds since 1970.",
        Scalar::TimestampMs => "A moment, in milliseconds since 1970.",
        Scalar::DurationS => "A span of time, in seconds.",
        Scalar::DurationMs => "A span of time, in milliseconds.",
        Scalar::DurationH => "A span of time, in hours.",
        Scalar::Json => "Free JSON; in a form field its text.",
        Scalar::Base64 => "Bytes, as base64 text on the wire.",
        Scalar::File => "A file. Only with `encoding: multipart`.",
    }
}

/// The type in Rust, as users of the client see it.
pub(crate) fn rust(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String | Scalar::Id => "String",
        Scalar::Bool => "bool",
        Scalar::I32 => "i32",
        Scalar::I64 => "i64",
        Scalar::U64 => "u64",
        Scalar::F64 => "f64",
        Scalar::TimestampS => "UnixSeconds",
        Scalar::TimestampMs => "UnixMillis",
        Scalar::DurationS => "Seconds",
        Scalar::DurationMs => "Millis",
        Scalar::DurationH => "Hours",
        Scalar::Json => "Json",
        Scalar::Base64 => "Base64",
        Scalar::File => "File",
    }
}
