//! Values of built-in types.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use yunxin_codegen::model::Scalar;

use crate::{
    display,
    measure::{Measure, Number},
    value::ValueError,
};

/// A value that stands as text in a path, query, form or header.
pub(crate) fn text(scalar: Scalar, at: &str, text: &str) -> Result<Measure<'static>, ValueError> {
    let wrong = |expected: &str| Err(ValueError::value(at, display::text(text), expected));
    match scalar {
        Scalar::String => Ok(Measure::default()),
        Scalar::Id => id(at, text).map(|()| Measure::default()),
        Scalar::Bool if matches!(text, "true" | "false") => Ok(Measure::default()),
        Scalar::Bool => wrong("`true` or `false`"),
        Scalar::Base64 => base64(at, text),
        Scalar::Json => match crate::json::parse(text.as_bytes()) {
            Ok(_) => Ok(Measure::default()),
            Err(problem) => wrong(&format!("JSON text ({problem})")),
        },
        Scalar::F64 => match crate::json::parse(text.as_bytes()).ok().and_then(|value| value.as_f64()) {
            Some(number) => Ok(numbered(Number::Float(number))),
            None => wrong("a number"),
        },
        Scalar::File => Err(ValueError::fact(at, "a plain part", "a part with a file name")),
        _ => match whole(text).filter(|number| fits(scalar, *number)) {
            Some(number) => Ok(numbered(Number::Whole(number))),
            None => wrong(&format!("{} in decimal", integer_name(scalar))),
        },
    }
}

/// A value in JSON.
pub(crate) fn json<'v>(scalar: Scalar, at: &str, value: &'v Value) -> Result<Measure<'v>, ValueError> {
    let wrong = |expected: &str| Err(ValueError::value(at, display::json(value), expected));
    match (scalar, value) {
        (Scalar::Json, _) | (Scalar::Bool, Value::Bool(_)) => Ok(Measure::default()),
        (Scalar::String, Value::String(text)) => Ok(Measure { text: Some(text), ..Measure::default() }),
        (Scalar::Id, Value::String(text)) => id(at, text).map(|()| Measure { text: Some(text), ..Measure::default() }),
        (Scalar::Base64, Value::String(text)) => {
            base64(at, text).map(|measure| Measure { text: Some(text), ..measure })
        }
        (Scalar::F64, Value::Number(number)) => {
            Ok(number.as_f64().map_or_else(Measure::default, |number| numbered(Number::Float(number))))
        }
        (Scalar::String | Scalar::Id, _) => wrong("a string"),
        (Scalar::Base64, _) => wrong("a string in base64"),
        (Scalar::Bool, _) => wrong("true or false"),
        (Scalar::F64, _) => wrong("a number"),
        (Scalar::File, _) => wrong("a part with a file name"),
        (_, Value::Number(number)) => {
            let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            match whole.filter(|number| fits(scalar, *number)) {
                Some(number) => Ok(numbered(Number::Whole(number))),
                None => wrong(integer_name(scalar)),
            }
        }
        (Scalar::I64 | Scalar::U64, Value::String(text)) => match whole(text).filter(|number| fits(scalar, *number)) {
            Some(number) => Ok(numbered(Number::Whole(number))),
            None => wrong(integer_name(scalar)),
        },
        _ => wrong(integer_name(scalar)),
    }
}

/// A name must be one line of visible text.
fn id(at: &str, text: &str) -> Result<(), ValueError> {
    if text.chars().any(char::is_control) {
        return Err(ValueError::value(at, display::text(text), "a name without control characters"));
    }
    Ok(())
}

fn base64(at: &str, text: &str) -> Result<Measure<'static>, ValueError> {
    match STANDARD.decode(text) {
        Ok(content) => Ok(Measure { bytes: Some(content.len()), ..Measure::default() }),
        Err(problem) => {
            let hint = if text.contains(' ') { ", with its `+` written as `%2B`" } else { "" };
            Err(ValueError::value(at, format!("{} ({problem})", display::text(text)), format!("base64{hint}")))
        }
    }
}

fn numbered(number: Number) -> Measure<'static> {
    Measure { number: Some(number), ..Measure::default() }
}

/// Decimal digits with at most a minus sign; Rust itself would also read `+1`.
pub(crate) fn whole(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn fits(scalar: Scalar, number: i128) -> bool {
    match scalar {
        Scalar::I32 => i32::try_from(number).is_ok(),
        Scalar::U64 => u64::try_from(number).is_ok(),
        _ => i64::try_from(number).is_ok(),
    }
}

fn integer_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::I32 => "an integer of 32 bits",
        Scalar::U64 => "an integer of 64 bits that is not negative",
        _ => "an integer of 64 bits",
    }
}
