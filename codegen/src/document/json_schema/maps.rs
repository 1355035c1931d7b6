//! Mappings whose keys are names.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::entries;
use crate::document::{EndpointHead, ErrorCode, EventHead, TypeEntry};
use crate::naming;
use crate::primitives::json_schema::text;

/// Values of one kind by name.
#[derive(Debug)]
pub(crate) struct Named<K, V>(PhantomData<(K, V)>);

/// The same, and not empty.
#[derive(Debug)]
pub(crate) struct Filled<K, V>(PhantomData<(K, V)>);

pub(crate) type Hosts = Filled<text::SnakeName, HostList>;
pub(crate) type ErrorTable = BTreeMap<i64, ErrorCode>;
pub(crate) type Endpoints = Filled<text::EndpointName, EndpointHead>;
pub(crate) type Events = Filled<text::EndpointName, EventHead>;
pub(crate) type Types = Named<text::TypeName, TypeEntry>;
pub(crate) type Values = Filled<text::VariantName, entries::ValueForm>;

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Named<K, V> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}By{}", V::schema_name(), K::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // Not `patternProperties`: editors propose what goes into an additional property, and say what is wrong with a
        // name.
        json_schema!({
            "type": "object",
            "propertyNames": K::json_schema(generator),
            "additionalProperties": generator.subschema_for::<V>(),
        })
    }
}

impl<K: JsonSchema, V: JsonSchema> JsonSchema for Filled<K, V> {
    fn schema_name() -> Cow<'static, str> {
        format!("Filled{}", Named::<K, V>::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Named::<K, V>::json_schema(generator);
        schema.insert("minProperties".to_owned(), json!(1));
        schema
    }
}

/// Parameters of an endpoint.
#[derive(Debug)]
pub(crate) struct Parameters;

/// Fields of an object.
#[derive(Debug)]
pub(crate) struct Fields;

impl JsonSchema for Parameters {
    fn schema_name() -> Cow<'static, str> {
        "Parameters".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Named::<text::WireName, entries::Parameter>::json_schema(generator);
        rename(&mut schema, naming::KEYWORDS.iter().chain(naming::REQUEST_METHODS));
        schema
    }
}

impl JsonSchema for Fields {
    fn schema_name() -> Cow<'static, str> {
        "Fields".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Filled::<text::WireName, entries::ObjectField>::json_schema(generator);
        rename(&mut schema, naming::KEYWORDS.iter().chain(&["new"]));
        schema
    }
}

/// What Rust cannot call by its name on the wire needs a `name`.
fn rename<'a>(schema: &mut Schema, taken: impl Iterator<Item = &'a &'a str>) {
    let taken: Vec<_> = taken.copied().collect();
    let odd = format!("^([_.-]*[0-9].*|{})$", taken.join("|"));
    // `allOf`, since a pattern beside `additionalProperties` would take these names away from it.
    let rule = json!({ "patternProperties": { odd: { "type": "object", "required": ["name"] } } });
    schema.insert("allOf".to_owned(), json!([rule]));
}

/// Hosts of a region.
#[derive(Debug)]
pub(crate) struct HostList;

impl JsonSchema for HostList {
    fn schema_name() -> Cow<'static, str> {
        "HostList".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "minItems": 1,
            "items": generator.subschema_for::<text::Host>(),
        })
    }
}
