//! Values of enums where only the listed ones, or only some of them, are taken.

use serde_json::Value;
use yunxin_codegen::model::{Field, Type, Wire};

use crate::{display, json, value::ValueError};

/// Checks a value that stands as text in a path, query, form or header.
pub(crate) fn check_text(field: &Field, at: &str, text: &str) -> Result<(), ValueError> {
    if field.listed.is_empty() {
        return Ok(());
    }
    match (&field.ty, field.wire) {
        (_, Some(Wire::Json | Wire::JsonText)) => match json::parse(text.as_bytes()) {
            Ok(value) => check_json(field, at, &value),
            Err(_) => Ok(()),
        },
        (Type::List(_), _) if text.is_empty() => Ok(()),
        (Type::List(_), _) => {
            text.split(',').enumerate().try_for_each(|(number, item)| one(field, &format!("{at}[{number}]"), item))
        }
        _ => one(field, at, text),
    }
}

/// Checks a member of a JSON object.
pub(crate) fn check_json(field: &Field, at: &str, value: &Value) -> Result<(), ValueError> {
    if field.listed.is_empty() {
        return Ok(());
    }
    match value {
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(number, item)| check_json(field, &format!("{at}[{number}]"), item))
        }
        Value::String(text) => one(field, at, text),
        Value::Number(number) => one(field, at, &number.to_string()),
        _ => Ok(()),
    }
}

fn one(field: &Field, at: &str, given: &str) -> Result<(), ValueError> {
    let allowed: Vec<_> = field.listed.iter().map(ToString::to_string).collect();
    if allowed.iter().any(|allowed| allowed == given) {
        return Ok(());
    }
    let names = if field.allowed.is_empty() { String::new() } else { format!(" ({})", field.allowed.join(", ")) };
    let expected = format!("one of the only values taken here, {}{names}", allowed.join(", "));
    Err(ValueError::value(at, display::text(given), expected))
}
