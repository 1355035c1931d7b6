//! Values that the parser reads in its own way.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::text::{ErrorName, Rate, SpanText, TitleZh, WireName};
use crate::primitives::{HttpSuccess, Place, Range, RawValue, Span, SuccessCode, TypeUse};

/// Official Chinese titles.
#[derive(Debug)]
pub(crate) struct TitlesZh;

/// Parts of the request.
#[derive(Debug)]
pub(crate) struct Places;

/// Official limit of an endpoint, or that it has none.
#[derive(Debug)]
pub(crate) struct EndpointRate;

/// Errors of an endpoint.
#[derive(Debug)]
pub(crate) struct ErrorNames;

/// Groups of parameters.
#[derive(Debug)]
pub(crate) struct GroupList;

/// Conditions by the name of what depends on them.
#[derive(Debug)]
pub(crate) struct Conditions;

/// Allowed values.
#[derive(Debug)]
pub(crate) struct Choices;

/// What is taken when a value is left out.
#[derive(Debug)]
pub(crate) struct DefaultValue;

/// Where parameters of the next page come from.
#[derive(Debug)]
pub(crate) struct Moves;

/// What an event is called in the body.
#[derive(Debug)]
pub(crate) struct EventTypes;

/// Other names on the wire.
#[derive(Debug)]
pub(crate) struct Spellings;

/// Type of a payload, which is there or the call failed.
#[derive(Debug)]
pub(crate) struct PayloadType;

/// A mapping that the spec itself describes.
#[derive(Debug)]
pub(crate) struct AnyMapping;

/// A body that the spec itself describes.
#[derive(Debug)]
pub(crate) struct Body;

macro_rules! shapes {
    ($($name:ident: |$generator:pat_param| $shape:tt)*) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                json_schema!($shape)
            }
        }
    )*};
}

shapes! {
    HttpSuccess: |_| {
        "anyOf": [
            { "type": "integer", "minimum": 200, "maximum": 299 },
            { "enum": ["2xx"], "enumDescriptions": ["All from 200 to 299."] },
        ],
    }
    SuccessCode: |_| {
        "anyOf": [
            { "type": "integer" },
            { "enum": ["absent"], "enumDescriptions": ["The key may be missing."] },
        ],
    }
    RawValue: |_| { "type": ["integer", "string"], "minimum": i32::MIN, "maximum": i32::MAX }
    Range: |_| {
        "$comment": "range",
        "type": "array",
        "items": { "type": ["integer", "null"] },
        "minItems": 2,
        "maxItems": 2,
        "contains": { "type": "integer" },
    }
    TitlesZh: |generator| {
        "anyOf": [
            TitleZh::json_schema(generator),
            { "type": "array", "items": TitleZh::json_schema(generator), "uniqueItems": true },
        ],
    }
    Places: |generator| {
        "$comment": "a part of the request, or a list of them",
        "anyOf": [
            generator.subschema_for::<Place>(),
            { "type": "array", "items": generator.subschema_for::<Place>() },
        ],
    }
    EndpointRate: |generator| {
        "anyOf": [
            Rate::json_schema(generator),
            { "enum": ["none"], "enumDescriptions": ["The product's default rate does not hold."] },
        ],
    }
    ErrorNames: |generator| {
        "type": "array",
        "items": generator.subschema_for::<ErrorName>(),
        "uniqueItems": true,
    }
    GroupList: |generator| {
        "type": "array",
        "items": { "type": "array", "items": WireName::json_schema(generator), "minItems": 2, "uniqueItems": true },
    }
    Conditions: |generator| {
        "$comment": "by name: name, or name and value",
        "type": "object",
        "propertyNames": WireName::json_schema(generator),
        "additionalProperties": { "anyOf": [
            WireName::json_schema(generator),
            {
                "type": "object",
                "propertyNames": WireName::json_schema(generator),
                "additionalProperties": { "anyOf": [
                    { "type": ["integer", "string", "boolean"] },
                    { "type": "array", "items": { "type": ["integer", "string", "boolean"] }, "minItems": 1 },
                ] },
                "minProperties": 1,
                "maxProperties": 1,
            },
        ] },
    }
    Choices: |generator| { "type": "array", "items": RawValue::json_schema(generator), "uniqueItems": true }
    DefaultValue: |_| { "$comment": "value", "type": ["integer", "number", "string", "boolean", "array", "object"] }
    Moves: |generator| {
        "type": "object",
        "propertyNames": WireName::json_schema(generator),
        "additionalProperties": WireName::json_schema(generator),
        "minProperties": 1,
    }
    Spellings: |generator| { "type": "array", "items": WireName::json_schema(generator), "uniqueItems": true }
    EventTypes: |generator| {
        "anyOf": [
            RawValue::json_schema(generator),
            { "type": "array", "items": RawValue::json_schema(generator), "minItems": 1, "uniqueItems": true },
        ],
    }
    PayloadType: |generator| {
        "$comment": "type",
        "allOf": [generator.subschema_for::<TypeUse>()],
        "not": { "type": "string", "pattern": "(^[\\[{]*file\\b)|(\\?\\s*$)" },
    }
    AnyMapping: |_| { "$comment": "values by name", "type": "object" }
    Body: |_| {
        "anyOf": [
            { "$comment": "a JSON object", "type": "object" },
            { "enum": ["empty"], "enumDescriptions": ["The reply has no body."] },
        ],
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = SpanText::json_schema(generator);
        schema.insert("examples".to_owned(), json!(["60s", "500ms", "2m", "1h", "7d"]));
        schema
    }
}
