//! Whether a value is of its type and within its limits.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use yunxin_codegen::{
    diagnostic::expected,
    model::{EnumRepr, EnumValue, Field, RawValue, Scalar, Type, TypeDef, TypeKind, Wire},
    pattern,
};

use crate::{
    json, listed,
    measure::{self, Measure, Number},
    rules,
    shown::{self, MASK},
};

/// What is wrong with a value.
#[derive(Debug)]
pub(crate) struct Fault {
    /// Way to the value: `option.targets[2]`.
    pub(crate) at: String,
    pub(crate) found: String,
    pub(crate) expected: String,
    /// Whether `found` repeats the value.
    repeats: bool,
}

impl Fault {
    /// The value itself is wrong.
    pub(crate) fn value(at: &str, found: String, expected: impl Into<String>) -> Self {
        Self { at: at.to_owned(), found, expected: expected.into(), repeats: true }
    }

    /// Something about the value is wrong that gives no secret away.
    fn fact(at: &str, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { at: at.to_owned(), found: found.into(), expected: expected.into(), repeats: false }
    }

    fn hiding(mut self, secret: bool) -> Self {
        if secret && self.repeats {
            self.found = MASK.to_owned();
        }
        self
    }
}

/// Checks values of one call and gathers what is only worth a warning.
pub(crate) struct Check<'a> {
    types: &'a IndexMap<String, TypeDef>,
    lenient: bool,
    warnings: Vec<String>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(types: &'a IndexMap<String, TypeDef>, lenient: bool) -> Self {
        Self { types, lenient, warnings: Vec::new() }
    }

    pub(crate) fn warn(&mut self, what: String) {
        self.warnings.push(what);
    }

    pub(crate) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// A value that stands as text in a path, query, form or header.
    pub(crate) fn text(&mut self, field: &Field, at: &str, text: &str) -> Result<(), Fault> {
        let verdict = match (&field.ty, field.wire) {
            (ty, Some(Wire::Json | Wire::JsonText)) => self.json_text(ty, at, text),
            (Type::List(inner), _) => self.comma_list(inner, at, text),
            (Type::Map(_) | Type::Object(_), None | Some(_)) => self.json_text(&field.ty, at, text),
            (Type::Enum(name), _) => self.enum_text(name, at, text).map(|()| Measure::default()),
            (Type::Scalar(Scalar::Bool), Some(Wire::Bit)) => match text {
                "1" | "0" => Ok(Measure::default()),
                _ => Err(Fault::value(at, shown::text(text), "`1` or `0`")),
            },
            (Type::Scalar(scalar), _) => scalar_text(*scalar, at, text),
        };
        let measure = verdict
            .and_then(|measure| listed::check_text(field, at, text).map(|()| measure))
            .map_err(|fault| fault.hiding(field.secret))?;
        self.watch_case(field, at, text);
        limits(field, at, Measure { text: Some(text), ..measure })
    }

    /// A member of a JSON object.
    pub(crate) fn json(&mut self, field: &Field, at: &str, value: &Value) -> Result<(), Fault> {
        let verdict = match (field.wire, value) {
            (Some(Wire::JsonText), Value::String(text)) => {
                let measure = self.json_text(&field.ty, at, text).map_err(|fault| fault.hiding(field.secret))?;
                return limits(field, at, Measure { text: Some(text), ..measure });
            }
            (Some(Wire::JsonText), _) => Err(Fault::value(at, shown::json(value), "a string that holds JSON")),
            (Some(Wire::Text), Value::String(text)) => match &field.ty {
                Type::Scalar(scalar) => scalar_text(*scalar, at, text),
                _ => Ok(Measure::default()),
            },
            (Some(Wire::Text), _) => Err(Fault::value(at, shown::json(value), "a string that holds a number")),
            (Some(Wire::Bit), _) => match value.as_u64() {
                Some(0 | 1) => Ok(Measure::default()),
                _ => Err(Fault::value(at, shown::json(value), "the number 1 or 0")),
            },
            _ => self.typed(&field.ty, at, value),
        };
        let measure = verdict
            .and_then(|measure| listed::check_json(field, at, value).map(|()| measure))
            .map_err(|fault| fault.hiding(field.secret))?;
        if let Some(text) = measure.text {
            self.watch_case(field, at, text);
        }
        if measure.text.is_none() && (field.limits.max_len.is_some() || field.limits.max_bytes.is_some()) {
            // Free JSON is as long as its shortest text.
            return limits(field, at, Measure { text: Some(&value.to_string()), ..measure });
        }
        limits(field, at, measure)
    }

    /// A name that the server keeps in lower case is not found again under the one that was sent.
    fn watch_case(&mut self, field: &Field, at: &str, text: &str) {
        if field.lower_case && text.chars().any(char::is_uppercase) {
            let kept = shown::text(&text.to_lowercase());
            self.warn(format!(
                "`{at}` has capital letters; the server keeps it as {kept}, under which other calls find it"
            ));
        }
    }

    /// A part with a file name.
    pub(crate) fn file(&self, field: &Field, at: &str, content: &[u8]) -> Result<(), Fault> {
        if field.ty != Type::Scalar(Scalar::File) {
            return Err(Fault::fact(at, "a part with a file name", "a plain part"));
        }
        limits(field, at, Measure { bytes: Some(content.len()), ..Measure::default() })
    }

    fn json_text(&mut self, ty: &Type, at: &str, text: &str) -> Result<Measure<'static>, Fault> {
        let value = json::parse(text.as_bytes()).map_err(|problem| {
            Fault::value(at, format!("{}, which is not JSON ({problem})", shown::text(text)), "JSON text")
        })?;
        let measure = self.typed(ty, at, &value)?;
        Ok(Measure { items: measure.items, ..Measure::default() })
    }

    /// A list whose items stand each under the same name.
    pub(crate) fn repeated(&mut self, field: &Field, at: &str, items: &[&str]) -> Result<(), Fault> {
        let Type::List(inner) = &field.ty else { return Ok(()) };
        let measure = self.items(inner, at, items).map_err(|fault| fault.hiding(field.secret))?;
        limits(field, at, measure)
    }

    fn comma_list(&mut self, inner: &Type, at: &str, text: &str) -> Result<Measure<'static>, Fault> {
        let items: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(',').collect() };
        self.items(inner, at, &items)
    }

    fn items(&mut self, inner: &Type, at: &str, items: &[&str]) -> Result<Measure<'static>, Fault> {
        for (number, item) in items.iter().enumerate() {
            let at = format!("{at}[{number}]");
            match inner {
                Type::Enum(name) => self.enum_text(name, &at, item)?,
                Type::Scalar(scalar) => {
                    scalar_text(*scalar, &at, item)?;
                }
                // The specs cannot say this: only plain values are joined by commas or repeated.
                _ => {}
            }
        }
        Ok(Measure { items: Some(items.len()), ..Measure::default() })
    }

    fn typed<'v>(&mut self, ty: &Type, at: &str, value: &'v Value) -> Result<Measure<'v>, Fault> {
        match (ty, value) {
            (Type::Scalar(scalar), _) => scalar_json(*scalar, at, value),
            (Type::Enum(name), _) => self.enum_json(name, at, value).map(|()| Measure::default()),
            (Type::List(inner), Value::Array(items)) => {
                for (number, item) in items.iter().enumerate() {
                    self.typed(inner, &format!("{at}[{number}]"), item)?;
                }
                Ok(Measure { items: Some(items.len()), ..Measure::default() })
            }
            (Type::Map(inner), Value::Object(entries)) => {
                for (key, item) in entries {
                    self.typed(inner, &format!("{at}.{}", shown::name(key)), item)?;
                }
                Ok(Measure { items: Some(entries.len()), ..Measure::default() })
            }
            (Type::Object(name), Value::Object(entries)) => self.object(name, at, entries).map(|()| Measure::default()),
            (Type::List(_), _) => Err(Fault::value(at, shown::json(value), "a list")),
            (Type::Map(_) | Type::Object(_), _) => Err(Fault::value(at, shown::json(value), "an object")),
        }
    }

    fn object(&mut self, name: &str, at: &str, entries: &Map<String, Value>) -> Result<(), Fault> {
        let types = self.types;
        let Some(def @ TypeDef { kind: TypeKind::Object(fields), .. }) = types.get(name) else { return Ok(()) };
        for key in entries.keys() {
            if !fields.iter().any(|field| is_called(field, key)) {
                let known: Vec<&str> = fields.iter().map(|field| field.wire_name.as_str()).collect();
                let at = format!("{at}.{}", shown::name(key));
                let fault = Fault::fact(
                    &at,
                    format!("no field of {name}"),
                    format!("one of its fields, {}", expected(key, known)),
                );
                if !self.lenient {
                    return Err(fault);
                }
                self.warn(format!("`{}` is {}; expected {}", fault.at, fault.found, fault.expected));
            }
        }
        for field in fields {
            self.object_field(field, at, entries)?;
        }
        for warning in rules::object_without_effect(def, fields, entries) {
            self.warn(format!("in `{at}`, {warning}"));
        }
        match rules::of_object(def, fields, entries) {
            Some((found, expected)) => Err(Fault::fact(at, found, expected)),
            None => Ok(()),
        }
    }

    fn object_field(&mut self, field: &Field, at: &str, entries: &Map<String, Value>) -> Result<(), Fault> {
        let at = format!("{at}.{}", field.wire_name);
        let mut given = entries.iter().filter(|(key, _)| is_called(field, key)).map(|(_, value)| value);
        let value = given.next();
        if given.next().is_some() {
            return Err(Fault::fact(&at, "there under two spellings", "one of them"));
        }
        match value {
            Some(Value::Null) if !field.required && field.ty != Type::Scalar(Scalar::Json) => {
                self.warn(format!("`{at}` is null and counts as absent"));
                Ok(())
            }
            Some(value) => self.json(field, &at, value),
            None if field.required => Err(Fault::fact(&at, "missing", "a value")),
            None => Ok(()),
        }
    }

    fn enum_text(&mut self, name: &str, at: &str, text: &str) -> Result<(), Fault> {
        let types = self.types;
        let Some(TypeDef { kind: TypeKind::Enum(repr, values), .. }) = types.get(name) else { return Ok(()) };
        if *repr == EnumRepr::String {
            return self.listed(name, at, values, &RawValue::Text(text.to_owned()));
        }
        match whole(text).and_then(|number| i32::try_from(number).ok()) {
            Some(number) => self.listed(name, at, values, &RawValue::Int(number)),
            None => Err(Fault::value(at, shown::text(text), format!("the number of a {name}: {}", listing(values)))),
        }
    }

    fn enum_json(&mut self, name: &str, at: &str, value: &Value) -> Result<(), Fault> {
        let types = self.types;
        let Some(TypeDef { kind: TypeKind::Enum(repr, values), .. }) = types.get(name) else { return Ok(()) };
        let raw = match (repr, value) {
            (EnumRepr::String, Value::String(text)) => Some(RawValue::Text(text.clone())),
            (EnumRepr::I32, Value::Number(number)) => {
                number.as_i64().and_then(|number| i32::try_from(number).ok()).map(RawValue::Int)
            }
            _ => None,
        };
        match raw {
            Some(raw) => self.listed(name, at, values, &raw),
            None => {
                let kind = if *repr == EnumRepr::String { "string" } else { "number" };
                Err(Fault::value(at, shown::json(value), format!("the {kind} of a {name}: {}", listing(values))))
            }
        }
    }

    /// Enums are open, so that a new value passes; but a typo in a test should be seen.
    fn listed(&mut self, name: &str, at: &str, values: &[EnumValue], raw: &RawValue) -> Result<(), Fault> {
        if !values.iter().any(|value| value.raw == *raw) {
            self.warn(format!(
                "`{at}` is {}, which is no known {name}: {}",
                shown::text(&raw.to_string()),
                listing(values)
            ));
        }
        Ok(())
    }
}

fn is_called(field: &Field, key: &str) -> bool {
    field.wire_name == key || field.accept.iter().any(|other| other == key)
}

fn limits(field: &Field, at: &str, measure: Measure<'_>) -> Result<(), Fault> {
    match measure::broken(&field.limits, measure) {
        Some((found, expected)) => Err(Fault::fact(at, found, expected)),
        None => choices(field, at, measure).map_err(|fault| fault.hiding(field.secret)),
    }
}

/// The only values allowed, and the form of a text.
fn choices(field: &Field, at: &str, measure: Measure<'_>) -> Result<(), Fault> {
    let given = match (measure.text, measure.number) {
        (Some(text), _) => text.to_owned(),
        (None, Some(Number::Whole(number))) => number.to_string(),
        (None, Some(Number::Float(number))) => number.to_string(),
        (None, None) => return Ok(()),
    };
    let allowed: Vec<String> = field.one_of.iter().map(ToString::to_string).collect();
    if !allowed.is_empty() && !allowed.contains(&given) {
        let allowed = expected(&given, allowed.iter().map(String::as_str).collect::<Vec<_>>());
        return Err(Fault::value(at, shown::text(&given), format!("one of the allowed values, {allowed}")));
    }
    let Some(form) = &field.pattern else { return Ok(()) };
    match pattern::of_whole(form) {
        Ok(regex) if !regex.is_match(&given) => {
            Err(Fault::value(at, shown::text(&given), format!("a text of the form {form}")))
        }
        _ => Ok(()),
    }
}

fn scalar_text(scalar: Scalar, at: &str, text: &str) -> Result<Measure<'static>, Fault> {
    let wrong = |expected: &str| Err(Fault::value(at, shown::text(text), expected));
    match scalar {
        Scalar::String => Ok(Measure::default()),
        Scalar::Id => id(at, text).map(|()| Measure::default()),
        Scalar::Bool if matches!(text, "true" | "false") => Ok(Measure::default()),
        Scalar::Bool => wrong("`true` or `false`"),
        Scalar::Base64 => base64(at, text),
        Scalar::Json => match json::parse(text.as_bytes()) {
            Ok(_) => Ok(Measure::default()),
            Err(problem) => wrong(&format!("JSON text ({problem})")),
        },
        Scalar::F64 => match json::parse(text.as_bytes()).ok().and_then(|value| value.as_f64()) {
            Some(number) => Ok(numbered(Number::Float(number))),
            None => wrong("a number"),
        },
        Scalar::File => Err(Fault::fact(at, "a plain part", "a part with a file name")),
        _ => match whole(text).filter(|number| fits(scalar, *number)) {
            Some(number) => Ok(numbered(Number::Whole(number))),
            None => wrong(&format!("{} in decimal", integer_name(scalar))),
        },
    }
}

fn scalar_json<'v>(scalar: Scalar, at: &str, value: &'v Value) -> Result<Measure<'v>, Fault> {
    let wrong = |expected: &str| Err(Fault::value(at, shown::json(value), expected));
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
        _ => wrong(integer_name(scalar)),
    }
}

/// A name must be one line of visible text.
fn id(at: &str, text: &str) -> Result<(), Fault> {
    if text.chars().any(char::is_control) {
        return Err(Fault::value(at, shown::text(text), "a name without control characters"));
    }
    Ok(())
}

fn base64(at: &str, text: &str) -> Result<Measure<'static>, Fault> {
    match STANDARD.decode(text) {
        Ok(content) => Ok(Measure { bytes: Some(content.len()), ..Measure::default() }),
        Err(problem) => {
            let hint = if text.contains(' ') { ", with its `+` written as `%2B`" } else { "" };
            Err(Fault::value(at, format!("{} ({problem})", shown::text(text)), format!("base64{hint}")))
        }
    }
}

fn numbered(number: Number) -> Measure<'static> {
    Measure { number: Some(number), ..Measure::default() }
}

/// Decimal digits with at most a minus sign; Rust itself would also read `+1`.
fn whole(text: &str) -> Option<i128> {
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

fn listing(values: &[EnumValue]) -> String {
    let known: Vec<String> = values.iter().map(|value| format!("{} ({})", value.raw, value.name)).collect();
    known.join(", ")
}
