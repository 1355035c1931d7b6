//! Parses text that a user typed as a value of a type.

use serde_json::Value;

use super::{Types, json, scalar};
use crate::model::{EnumRepr, Scalar, Type, TypeKind};

/// Parses text as a JSON value of a type. Text that does not match the type stays text, so that the following check
/// reports it.
pub(super) fn value(types: &Types, ty: &Type, text: &str) -> Value {
    let parsed = || json::parse(text.as_bytes()).ok();
    let value = match ty {
        Type::Scalar(Scalar::Bool) => text.parse().ok().map(Value::Bool),
        Type::Scalar(Scalar::Json) => parsed(),
        Type::Scalar(Scalar::F64) => parsed().filter(Value::is_number),
        Type::Scalar(scalar) if scalar.is_integer() => integer(text),
        Type::Enum(name) => match types.get(name).map(|def| &def.kind) {
            Some(TypeKind::Enum(EnumRepr::I32, _)) => integer(text),
            _ => None,
        },
        Type::List(inner) => parsed().filter(Value::is_array).or_else(|| list(types, inner, text)),
        Type::Map(_) | Type::Object(_) => parsed(),
        Type::Scalar(_) => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// Parses an integer as a JSON number.
fn integer(text: &str) -> Option<Value> {
    let number = scalar::integer(text)?;
    i64::try_from(number).map(Value::from).or_else(|_| u64::try_from(number).map(Value::from)).ok()
}

/// Parses a comma-separated list; `None` if its items are not plain values.
fn list(types: &Types, inner: &Type, text: &str) -> Option<Value> {
    let is_plain = !inner.is_compound() && *inner != Type::Scalar(Scalar::Json);
    is_plain.then(|| {
        let items = text.split(',').filter(|_| !text.is_empty());
        items.map(|item| value(types, inner, item)).collect()
    })
}
