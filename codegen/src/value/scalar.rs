//! Checks values of built-in types.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::error::{Expected, Given, Problem};
use super::limits::{Measure, Number};
use super::{Form, json};
use crate::primitives::Scalar;

/// Checks text of a path, query, form or header.
pub(super) fn text(scalar: Scalar, text: &str) -> Result<Measure<'static>, Problem<'static>> {
    let wrong = || Problem::Type { expected: Expected::Scalar(scalar), given: Given::Text(text.to_owned()) };
    match scalar {
        Scalar::String => Ok(Measure::default()),
        Scalar::Id => id(text).map(|()| Measure::default()),
        Scalar::Bool if matches!(text, "true" | "false") => Ok(Measure::default()),
        Scalar::Bool => Err(wrong()),
        Scalar::Base64 => base64(text),
        Scalar::Json => match json::parse(text.as_bytes()) {
            Ok(_) => Ok(Measure::default()),
            Err(reason) => Err(Problem::NotJson { text: text.to_owned(), reason }),
        },
        Scalar::F64 => {
            let number = json::parse(text.as_bytes()).ok().and_then(|value| value.as_f64());
            number.map(|number| Measure::of_number(Number::Float(number))).ok_or_else(wrong)
        }
        Scalar::File => Err(Problem::ExpectedFile),
        _ => integer_of_text(scalar, text).ok_or_else(wrong),
    }
}

/// Checks a JSON value.
pub(super) fn json(scalar: Scalar, form: Form, value: &Value) -> Result<Measure<'_>, Problem<'static>> {
    let wrong = || Problem::Type { expected: Expected::Scalar(scalar), given: Given::Json(value.clone()) };
    if form == Form::Reply {
        return if is_accepted_in_reply(scalar, value) { Ok(Measure::default()) } else { Err(wrong()) };
    }
    match (scalar, value) {
        (Scalar::Json, _) | (Scalar::Bool, Value::Bool(_)) => Ok(Measure::default()),
        (Scalar::Id, Value::String(text)) if form != Form::Spec => {
            id(text).map(|()| Measure { text: Some(text), ..Measure::default() })
        }
        (Scalar::String | Scalar::Id, Value::String(text)) => Ok(Measure { text: Some(text), ..Measure::default() }),
        (Scalar::Base64, Value::String(text)) => match base64(text) {
            Ok(measure) => Ok(Measure { text: Some(text), ..measure }),
            Err(_) if form == Form::Spec => Err(wrong()),
            Err(problem) => Err(problem),
        },
        // In an example a file is given by its text.
        (Scalar::File, Value::String(text)) if form == Form::Spec => {
            Ok(Measure { text: Some(text), ..Measure::default() })
        }
        (Scalar::F64, Value::Number(number)) => {
            Ok(number.as_f64().map_or_else(Measure::default, |number| Measure::of_number(Number::Float(number))))
        }
        (scalar, Value::Number(number)) if scalar.is_integer() => {
            let number = integer_of_number(number).filter(|number| is_in_type(scalar, *number));
            number.map(|number| Measure::of_number(Number::Integer(number))).ok_or_else(wrong)
        }
        // JavaScript loses digits of such numbers, so many clients send them in quotes.
        (Scalar::I64 | Scalar::U64, Value::String(text)) if form != Form::Spec => {
            integer_of_text(scalar, text).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// Returns whether the client accepts a value of a reply as this type.
fn is_accepted_in_reply(scalar: Scalar, value: &Value) -> bool {
    match scalar {
        Scalar::String | Scalar::Id => value.is_string() || value.is_number(),
        Scalar::Base64 => value.as_str().is_some_and(|text| base64(text).is_ok()),
        Scalar::File => value.is_string(),
        Scalar::Json => true,
        Scalar::Bool => {
            value.is_boolean()
                || matches!(value.as_i64(), Some(0 | 1))
                || matches!(value.as_str(), Some("0" | "1" | "true" | "false"))
        }
        Scalar::F64 => value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
        _ => {
            let number = match value {
                Value::Number(number) => integer_of_number(number),
                Value::String(text) => text.parse().ok(),
                _ => None,
            };
            number.is_some_and(|number| is_in_type(scalar, number))
        }
    }
}

/// Checks that an id has no control characters.
fn id(text: &str) -> Result<(), Problem<'static>> {
    if text.chars().any(char::is_control) {
        return Err(Problem::ControlCharacters { text: text.to_owned() });
    }
    Ok(())
}

/// Checks base64 text, and returns the size of its content.
fn base64(text: &str) -> Result<Measure<'static>, Problem<'static>> {
    match STANDARD.decode(text) {
        Ok(content) => Ok(Measure { bytes: Some(content.len()), ..Measure::default() }),
        Err(reason) => Err(Problem::NotBase64 { text: text.to_owned(), reason: reason.to_string() }),
    }
}

/// Parses an integer of this type from text; `None` if it is none.
fn integer_of_text(scalar: Scalar, text: &str) -> Option<Measure<'static>> {
    let number = integer(text).filter(|number| is_in_type(scalar, *number))?;
    Some(Measure::of_number(Number::Integer(number)))
}

/// Parses decimal digits with an optional minus sign. Rust's `parse` also accepts `+1`.
pub(super) fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Returns the value of a JSON number if it is an integer.
fn integer_of_number(number: &serde_json::Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Returns whether a number fits into an integer type.
fn is_in_type(scalar: Scalar, number: i128) -> bool {
    match scalar {
        Scalar::I32 => i32::try_from(number).is_ok(),
        Scalar::U64 => u64::try_from(number).is_ok(),
        _ => i64::try_from(number).is_ok(),
    }
}
