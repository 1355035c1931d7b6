//! Whether an example value fits a type.

use super::{Scope, groups};
use crate::{
    diagnostics::{Code, Diagnostic, Diagnostics, expected, shown},
    document::{Field, TypeDef, unquoted},
    model::{Type, Value, lower::rules, pattern},
    primitives::{EnumRepr, RawValue, Scalar, Wire},
    yaml::YamlPath,
};

/// Requests are written by us, replies by the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    /// Read leniently: null, numbers as text, JSON as text.
    Reply,
}

/// Checks a value of a field or parameter, limits included.
pub(super) fn field(
    scope: Scope<'_>,
    field: &Field,
    value: &Value,
    side: Side,
    at: &YamlPath,
    found: &mut Diagnostics,
) {
    if field.recovered || !scope.is_valid(&field.ty.expr) {
        return;
    }
    if side == Side::Request && field.nullable && value.is_null() {
        return;
    }
    let before = found.iter().count();
    if side == Side::Reply && field.wire == Some(Wire::JavaList) {
        if !value.as_str().is_some_and(|text| text.starts_with('[') && text.ends_with(']')) && !value.is_null() {
            mismatch(value, "a list as Java shows it, such as `\"[a, b]\"`", at, found);
        }
        return;
    }
    fits(scope, &scope.resolve(&field.ty.expr), value, side, at, found);
    if found.iter().count() == before && side == Side::Request {
        limits(field, value, at, found);
        choices(scope, field, value, at, found);
    }
}

/// Checks a value against a type.
pub(super) fn fits(scope: Scope<'_>, ty: &Type, value: &Value, side: Side, at: &YamlPath, found: &mut Diagnostics) {
    if side == Side::Reply {
        if value.is_null() {
            return;
        }
        if ty.is_compound()
            && let Some(inner) = json_text(value)
        {
            return fits(scope, ty, &inner, side, at, found);
        }
    }
    match ty {
        Type::Scalar(scalar) => {
            if !scalar_fits(*scalar, value, side) {
                mismatch(value, scalar_words(*scalar), at, found);
            }
        }
        Type::List(inner) => match value.as_sequence() {
            Some(items) => {
                for (number, item) in items.iter().enumerate() {
                    fits(scope, inner, item, side, &at.at(number), found);
                }
            }
            None => mismatch(value, "a list", at, found),
        },
        Type::Map(inner) => match value.as_mapping() {
            Some(entries) => {
                for (key, item) in entries {
                    fits(scope, inner, item, side, &at.at(key.as_str().unwrap_or_default()), found);
                }
            }
            None => mismatch(value, "a map", at, found),
        },
        Type::Object(name) => object(scope, name, value, side, at, found),
        Type::Enum(name) => enumeration(scope, name, value, side, at, found),
    }
}

fn object(scope: Scope<'_>, name: &str, value: &Value, side: Side, at: &YamlPath, found: &mut Diagnostics) {
    let Some(TypeDef::Object { fields, groups: together, .. }) = scope.find(name) else {
        return;
    };
    let Some(entries) = value.as_mapping() else {
        mismatch(value, &format!("an object of the type `{name}`"), at, found);
        return;
    };
    for (key, item) in entries {
        let key = key.as_str().unwrap_or_default();
        let here = at.at(key);
        match fields.iter().find(|(wire_name, entry)| {
            *wire_name == key || (side == Side::Reply && entry.accept.iter().any(|other| other == key))
        }) {
            Some((_, entry)) => field(scope, entry, item, side, &here, found),
            None => {
                if let Some(help) = unquoted::help(key, unquoted::named(entries), fields.keys().map(String::as_str)) {
                    let message = format!("`{name}` has no field `{key}`");
                    let problem = Diagnostic::new(Code::ExampleUnknown, here.key(), message);
                    found.push(problem.second(scope.type_at(name).key(), "the type").help(help));
                }
            }
        }
    }
    if side == Side::Request {
        groups::object(scope, (fields, &**together), entries, (at, &scope.type_at(name).at("groups")), found);
        for (wire_name, _) in
            fields.iter().filter(|(wire_name, entry)| !entry.ty.optional && !entries.contains_key(wire_name.as_str()))
        {
            found.push(
                Diagnostic::new(
                    Code::ExampleMissing,
                    at.clone().value(),
                    format!("the example lacks `{wire_name}`, which `{name}` requires"),
                )
                .second(scope.type_at(name).at("fields").at(&**wire_name).key(), "required: its type has no `?`")
                .help("add it to the example, or make it optional with `?`"),
            );
        }
    }
}

fn enumeration(scope: Scope<'_>, name: &str, value: &Value, side: Side, at: &YamlPath, found: &mut Diagnostics) {
    let Some(TypeDef::Enum { repr, values, .. }) = scope.find(name) else {
        return;
    };
    let by_name = side == Side::Request && value.as_str().is_some_and(|text| values.contains_key(text));
    let by_value = values.values().any(|known| match (&known.raw, value) {
        (RawValue::Int(raw), Value::Number(number)) => number.as_i64() == Some(i64::from(*raw)),
        (RawValue::Text(raw), Value::String(text)) => raw == text,
        (RawValue::Int(raw), Value::String(text)) => side == Side::Reply && *text == raw.to_string(),
        _ => false,
    });
    if !by_name && !by_value {
        let shown = shown(value);
        let kind = if *repr == EnumRepr::I32 { "integers" } else { "text" };
        found.push(
            Diagnostic::new(Code::ExampleType, at.clone().value(), format!("{shown} is not a known value of `{name}`"))
                .second(scope.type_at(name).key(), format!("an enum over {kind}"))
                .help(expected(
                    value.as_str().unwrap_or_default(),
                    values.keys().map(String::as_str).collect::<Vec<_>>(),
                )),
        );
    }
}

fn scalar_fits(scalar: Scalar, value: &Value, side: Side) -> bool {
    let lenient = side == Side::Reply;
    match scalar {
        Scalar::String | Scalar::Id => value.is_string() || (lenient && value.is_number()),
        Scalar::Base64 => value.as_str().and_then(decoded_len).is_some(),
        Scalar::File => value.is_string(),
        Scalar::Bool => value.is_bool() || (lenient && is_truth(value)),
        Scalar::Json => true,
        Scalar::I32 => integer(value, lenient).is_some_and(|number| i32::try_from(number).is_ok()),
        Scalar::U64 => integer(value, lenient).is_some_and(|number| u64::try_from(number).is_ok()),
        Scalar::F64 => value.is_number() || (lenient && value.as_str().is_some_and(|text| text.parse::<f64>().is_ok())),
        _ => integer(value, lenient).is_some_and(|number| i64::try_from(number).is_ok()),
    }
}

/// What else stands for true or false.
fn is_truth(value: &Value) -> bool {
    matches!(value.as_i64(), Some(0 | 1)) || matches!(value.as_str(), Some("0" | "1" | "true" | "false"))
}

fn integer(value: &Value, lenient: bool) -> Option<i128> {
    match value {
        Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
        Value::String(text) if lenient => text.parse().ok(),
        _ => None,
    }
}

fn scalar_words(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String | Scalar::Id => "text",
        Scalar::Base64 => "base64 text",
        Scalar::File => "the text of the file",
        Scalar::Bool => "true or false",
        Scalar::I32 => "an integer of 32 bits",
        Scalar::U64 => "an integer that is not negative",
        Scalar::F64 => "a number",
        Scalar::Json => "anything",
        _ => "an integer",
    }
}

/// Bytes that base64 text stands for, if it is such.
fn decoded_len(text: &str) -> Option<usize> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok().map(|bytes| bytes.len())
}

/// What a text holds as JSON.
fn json_text(value: &Value) -> Option<Value> {
    value.as_str().and_then(|text| serde_json::from_str(text).ok())
}

fn mismatch(value: &Value, wanted: &str, at: &YamlPath, found: &mut Diagnostics) {
    found.push(
        Diagnostic::new(Code::ExampleType, at.clone().value(), format!("expected {wanted}; found {}", shown(value)))
            .help(match value {
                Value::Number(_) | Value::Bool(_) if wanted == "text" => "put it in quotes",
                Value::String(text) if wanted.contains("integer") && text.parse::<i64>().is_ok() => {
                    "write it without quotes"
                }
                _ => "mend the value, or the type",
            }),
    );
}

fn limits(field: &Field, value: &Value, at: &YamlPath, found: &mut Diagnostics) {
    let length = value.as_str().map(|text| text.chars().count());
    // Of base64 text the bytes count that it stands for.
    let bytes = value.as_str().map(|text| match field.ty.expr.leaf() {
        "base64" => decoded_len(text).unwrap_or(text.len()),
        _ => text.len(),
    });
    let items = value.as_sequence().map(Vec::len).or_else(|| value.as_mapping().map(serde_yaml::Mapping::len));
    for (key, limit, size, unit) in [
        ("max_len", field.max_len, length, "characters"),
        ("max_bytes", field.max_bytes, bytes, "bytes"),
        ("max_items", field.max_items, items, "elements"),
    ] {
        if let (Some(limit), Some(size)) = (limit, size)
            && size > limit as usize
        {
            over(key, &limit.to_string(), &format!("{size} {unit}"), at, found);
        }
    }
    if let (Some(range), Some(number)) = (field.range, integer(value, false)) {
        let below = range.min.is_some_and(|min| number < i128::from(min));
        let above = range.max.is_some_and(|max| number > i128::from(max));
        if below || above {
            let end = |end: Option<i64>| end.map_or_else(|| "~".to_owned(), |end| end.to_string());
            over(
                "range",
                &format!("[{}, {}]", end(range.min), end(range.max)),
                &format!("the number {number}"),
                at,
                found,
            );
        }
    }
}

fn choices(scope: Scope<'_>, field: &Field, value: &Value, at: &YamlPath, found: &mut Diagnostics) {
    if let Value::Sequence(items) = value {
        for (number, item) in items.iter().enumerate() {
            choices(scope, field, item, &at.at(number), found);
        }
        return;
    }
    let given = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    // Those of an enum are compared as they are on the wire, and told by their names.
    let ty = scope.find(field.ty.expr.leaf());
    let on_wire = |value: &RawValue| match value {
        RawValue::Text(name) => rules::text(&Value::from(name.as_str()), ty),
        RawValue::Int(number) => number.to_string(),
    };
    let sent = rules::text(value, ty);
    if !field.one_of.is_empty() && field.one_of.iter().all(|allowed| on_wire(allowed) != sent) {
        let allowed: Vec<_> = field.one_of.iter().map(ToString::to_string).collect();
        found.push(
            Diagnostic::new(Code::ExampleLimit, at.clone().value(), format!("`{given}` is none of the allowed values"))
                .help(expected(&given, allowed.iter().map(String::as_str).collect::<Vec<_>>())),
        );
    }
    if let Some(form) = &field.pattern
        && let Ok(regex) = pattern::of_whole(form)
        && !regex.is_match(&given)
    {
        found.push(
            Diagnostic::new(
                Code::ExampleLimit,
                at.clone().value(),
                format!("`{given}` does not have the form `{form}`"),
            )
            .help("mend the value, or the pattern"),
        );
    }
}

fn over(key: &str, limit: &str, given: &str, at: &YamlPath, found: &mut Diagnostics) {
    found.push(
        Diagnostic::new(
            Code::ExampleLimit,
            at.clone().value(),
            format!("the value breaks `{key}: {limit}`: it has {given}"),
        )
        .help("mend the value, or the limit"),
    );
}
