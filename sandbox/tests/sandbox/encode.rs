//! An independent encoder for example requests: simple, and without code of the client or the sandbox.

use indexmap::IndexMap;
use serde_json::Value;
use yunxin_codegen::model::{
    Body, Endpoint, EnumValue, Field, Place, RawValue, Segment, Type, TypeDef, TypeKind, Wire,
};

use crate::wire::Call;

pub(crate) type Types = IndexMap<String, TypeDef>;
pub(crate) type Request = IndexMap<String, Value>;

/// The example request, as JSON values by wire name.
pub(crate) fn example(endpoint: &Endpoint) -> Request {
    endpoint.example.request.iter().map(|(name, value)| (name.clone(), serde_json::to_value(value).unwrap())).collect()
}

/// The request without its signature. Names that the endpoint does not know go where most of its parameters go.
pub(crate) fn encode(base: &str, endpoint: &Endpoint, types: &Types, request: &Request) -> Call {
    let mut query = Vec::new();
    let mut form = Vec::new();
    let mut json = serde_json::Map::new();
    let mut call = Call::new(endpoint.method.as_str(), "");
    let body = endpoint.body();
    for (name, value) in request {
        let param = endpoint.params.iter().find(|param| param.wire_name == *name || param.accept.contains(name));
        let main = match body {
            Body::None => Place::Query,
            Body::Form | Body::Multipart => Place::Form,
            Body::Json => Place::Json,
        };
        for place in param.map_or(vec![main], |param| param.places.clone()) {
            match place {
                Place::Path => {}
                Place::Query => query.push(format!("{}={}", percent(name), percent(&text(param, types, value)))),
                Place::Header => call = call.header(name, &text(param, types, value)),
                Place::Form if body == Body::Multipart => form.push(part(name, param, &text(param, types, value))),
                Place::Form => form.push(format!("{}={}", percent(name), percent(&text(param, types, value)))),
                Place::Json => drop(json.insert(
                    name.clone(),
                    param.map_or_else(|| value.clone(), |param| json_field(param, types, value)),
                )),
            }
        }
    }
    call.target = format!("{base}{}", path(endpoint, types, request));
    if !query.is_empty() {
        call.target.push_str(&format!("?{}", query.join("&")));
    }
    match body {
        Body::None => call,
        Body::Form => {
            call.header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8").body(form.join("&"))
        }
        Body::Json => {
            call.header("Content-Type", "application/json;charset=utf-8").body(Value::Object(json).to_string())
        }
        Body::Multipart => call
            .header("Content-Type", "multipart/form-data; boundary=XXX")
            .body(format!("{}--XXX--\r\n", form.concat())),
    }
}

fn part(name: &str, param: Option<&Field>, content: &str) -> String {
    let is_file = param.is_some_and(|param| param.ty == Type::Scalar(yunxin_codegen::model::Scalar::File));
    let file_name = if is_file { "; filename=\"a.bin\"\r\nContent-Type: application/octet-stream" } else { "" };
    format!("--XXX\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n{content}\r\n")
}

fn path(endpoint: &Endpoint, types: &Types, request: &Request) -> String {
    let value = |name: &String| {
        let param = endpoint.params.iter().find(|param| param.wire_name == *name);
        request.get(name).map(|value| percent(&text(param, types, value)))
    };
    let segments = endpoint.path.segments.iter().filter_map(|segment| match segment {
        Segment::Literal(literal) => Some(literal.clone()),
        Segment::Parameter(name) => Some(value(name).unwrap_or_default()),
        Segment::Optional(name) => value(name),
    });
    segments.map(|segment| format!("/{segment}")).collect()
}

fn text(param: Option<&Field>, types: &Types, value: &Value) -> String {
    let Some(param) = param else { return plain(value) };
    match (&param.ty, param.wire, value) {
        (_, Some(Wire::Bit), Value::Bool(flag)) => u8::from(*flag).to_string(),
        (Type::List(inner), None | Some(Wire::Comma), Value::Array(items)) => {
            items.iter().map(|item| plain(&json_value(inner, types, item))).collect::<Vec<_>>().join(",")
        }
        (ty, _, _) if *ty == Type::Scalar(yunxin_codegen::model::Scalar::Json) => value.to_string(),
        (ty, _, _) => plain(&json_value(ty, types, value)),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn json_field(field: &Field, types: &Types, value: &Value) -> Value {
    let typed = json_value(&field.ty, types, value);
    match (field.wire, &typed) {
        (Some(Wire::Bit), Value::Bool(flag)) => Value::from(u8::from(*flag)),
        (Some(Wire::Text), _) => Value::from(plain(&typed)),
        (Some(Wire::JsonText), Value::Array(_) | Value::Object(_)) => Value::from(typed.to_string()),
        _ => typed,
    }
}

/// The value with the names of enum values replaced by what goes on the wire.
fn json_value(ty: &Type, types: &Types, value: &Value) -> Value {
    match (ty, value) {
        (Type::List(inner), Value::Array(items)) => items.iter().map(|item| json_value(inner, types, item)).collect(),
        (Type::Map(inner), Value::Object(entries)) => {
            entries.iter().map(|(key, item)| (key.clone(), json_value(inner, types, item))).collect()
        }
        (Type::Object(name), Value::Object(entries)) => {
            let TypeKind::Object(fields) = &types[name].kind else { panic!("{name} is no object") };
            let field = |key: &String| fields.iter().find(|field| field.wire_name == *key);
            entries
                .iter()
                .map(|(key, item)| {
                    (key.clone(), field(key).map_or_else(|| item.clone(), |field| json_field(field, types, item)))
                })
                .collect()
        }
        (Type::Enum(name), Value::String(text)) => {
            let TypeKind::Enum(_, values) = &types[name].kind else { panic!("{name} is no enum") };
            values.iter().find(|known| known.name == *text).map_or_else(|| value.clone(), raw)
        }
        _ => value.clone(),
    }
}

fn raw(value: &EnumValue) -> Value {
    match &value.raw {
        RawValue::Int(number) => Value::from(*number),
        RawValue::Text(text) => Value::from(text.as_str()),
    }
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
