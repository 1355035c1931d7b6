//! Whether a value is of its type and within its limits.

use indexmap::IndexMap;
use serde_json::{Map, Value};
use yunxin_codegen::{
    diagnostics::expected,
    model::{EnumRepr, EnumValue, Field, RawValue, Scalar, Type, TypeDef, TypeKind, Wire, pattern},
};

use crate::{
    display::{self, MASK},
    json, listed,
    measure::{self, Measure, Number},
    rules, scalar,
    tolerance::{self, ONLY_LENIENT},
};

/// What is wrong with a value.
#[derive(Debug)]
pub(crate) struct ValueError {
    /// Way to the value: `option.targets[2]`.
    pub(crate) at: String,
    pub(crate) found: String,
    pub(crate) expected: String,
    /// Whether `found` repeats the value.
    repeats: bool,
}

impl ValueError {
    /// The value itself is wrong.
    pub(crate) fn value(at: &str, found: String, expected: impl Into<String>) -> Self {
        Self { at: at.to_owned(), found, expected: expected.into(), repeats: true }
    }

    /// Something about the value is wrong that gives no secret away.
    pub(crate) fn fact(at: &str, found: impl Into<String>, expected: impl Into<String>) -> Self {
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
    /// Faults inside of a value behind its first one.
    more: Vec<ValueError>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(types: &'a IndexMap<String, TypeDef>, lenient: bool) -> Self {
        Self { types, lenient, warnings: Vec::new(), more: Vec::new() }
    }

    pub(crate) fn warn(&mut self, what: String) {
        self.warnings.push(what);
    }

    pub(crate) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// Whether forms pass that a real server may read.
    pub(crate) fn is_lenient(&self) -> bool {
        self.lenient
    }

    /// The faults inside of the last value behind the one that was returned, in order.
    pub(crate) fn take_more(&mut self) -> Vec<ValueError> {
        std::mem::take(&mut self.more)
    }

    /// Makes several checks of one value, all of them even if one finds a fault; gives the first fault and keeps the
    /// others.
    fn all<T>(
        &mut self,
        parts: impl IntoIterator<Item = T>,
        mut one: impl FnMut(&mut Self, T) -> Result<(), ValueError>,
    ) -> Result<(), ValueError> {
        let mut first = None;
        for part in parts {
            let before = self.more.len();
            match one(self, part) {
                Ok(()) => {}
                Err(fault) if first.is_none() => first = Some(fault),
                // What it found beyond this one is there already, and comes behind it.
                Err(fault) => self.more.insert(before, fault),
            }
        }
        first.map_or(Ok(()), Err)
    }

    /// Hides the value in what was found since a moment, where it is secret.
    fn hiding<T>(&mut self, secret: bool, since: usize, verdict: Result<T, ValueError>) -> Result<T, ValueError> {
        if secret {
            let found = self.more.split_off(since.min(self.more.len()));
            self.more.extend(found.into_iter().map(|fault| fault.hiding(true)));
        }
        verdict.map_err(|fault| fault.hiding(secret))
    }

    /// A value that stands as text in a path, query, form or header.
    pub(crate) fn text(&mut self, field: &Field, at: &str, text: &str) -> Result<(), ValueError> {
        let since = self.more.len();
        let verdict = match (&field.ty, field.wire) {
            (ty, Some(Wire::Json | Wire::JsonText)) => self.json_text(ty, at, text, field.single_quotes),
            (Type::List(inner), _) => self.comma_list(inner, at, text),
            (Type::Map(_) | Type::Object(_), None | Some(_)) => self.json_text(&field.ty, at, text, false),
            (Type::Enum(name), _) => self.enum_text(name, at, text).map(|()| Measure::default()),
            (Type::Scalar(Scalar::Bool), wire) => self.truth(wire == Some(Wire::Bit), at, text),
            (Type::Scalar(Scalar::Json), _) => self.parsed(at, text, false).map(|_| Measure::default()),
            (Type::Scalar(scalar), _) => scalar::text(*scalar, at, text),
        };
        let verdict = verdict.and_then(|measure| listed::check_text(field, at, text).map(|()| measure));
        let measure = self.hiding(field.secret, since, verdict)?;
        self.watch_case(field, at, text);
        limits(field, at, Measure { text: Some(text), ..measure })
    }

    /// A member of a JSON object.
    pub(crate) fn json(&mut self, field: &Field, at: &str, value: &Value) -> Result<(), ValueError> {
        let since = self.more.len();
        let verdict = match (field.wire, value) {
            (Some(Wire::JsonText), Value::String(text)) => {
                let verdict = self.json_text(&field.ty, at, text, field.single_quotes);
                let measure = self.hiding(field.secret, since, verdict)?;
                return limits(field, at, Measure { text: Some(text), ..measure });
            }
            (Some(Wire::JsonText), _) => Err(ValueError::value(at, display::json(value), "a string that holds JSON")),
            (Some(Wire::Text), Value::String(text)) => match &field.ty {
                Type::Scalar(scalar) => scalar::text(*scalar, at, text),
                _ => Ok(Measure::default()),
            },
            // An id of 64 bits is read from digits as well.
            (Some(Wire::Text), Value::Number(_)) if is_long(&field.ty) => self.typed(&field.ty, at, value),
            (Some(Wire::Text), _) => Err(ValueError::value(at, display::json(value), "a string that holds a number")),
            (Some(Wire::Bit), _) => match value.as_u64() {
                Some(0 | 1) => Ok(Measure::default()),
                _ => Err(ValueError::value(at, display::json(value), "the number 1 or 0")),
            },
            _ => self.typed(&field.ty, at, value),
        };
        let verdict = verdict.and_then(|measure| listed::check_json(field, at, value).map(|()| measure));
        let measure = self.hiding(field.secret, since, verdict)?;
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
            let kept = display::text(&text.to_lowercase());
            self.warn(format!(
                "`{at}` has capital letters; the server keeps it as {kept}, under which other calls find it"
            ));
        }
    }

    /// A part with a file name.
    pub(crate) fn file(&self, field: &Field, at: &str, content: &[u8]) -> Result<(), ValueError> {
        if field.ty != Type::Scalar(Scalar::File) {
            return Err(ValueError::fact(at, "a part with a file name", "a plain part"));
        }
        limits(field, at, Measure { bytes: Some(content.len()), ..Measure::default() })
    }

    /// A truth value, as `1` or `0` where the wire form says so.
    fn truth(&mut self, as_bit: bool, at: &str, text: &str) -> Result<Measure<'static>, ValueError> {
        const WORDS: ([&str; 2], &str) = (["true", "false"], "`true` or `false`");
        const BITS: ([&str; 2], &str) = (["1", "0"], "`1` or `0`");
        let (proper, other) = if as_bit { (BITS, WORDS) } else { (WORDS, BITS) };
        let is_other = other.0.contains(&text);
        if proper.0.contains(&text) {
            Ok(Measure::default())
        } else if is_other && self.lenient {
            self.warn(format!("`{at}` is {}; expected {}", display::text(text), proper.1));
            Ok(Measure::default())
        } else if is_other {
            Err(ValueError::value(at, display::text(text), format!("{}; {ONLY_LENIENT}", proper.1)))
        } else {
            Err(ValueError::value(at, display::text(text), proper.1))
        }
    }

    /// JSON text, with single quotes only where a server is known to read them, or may.
    fn parsed(&mut self, at: &str, text: &str, single_quotes: bool) -> Result<Value, ValueError> {
        let problem = match json::parse(text.as_bytes()) {
            Ok(value) => return Ok(value),
            Err(problem) => problem,
        };
        let reread = tolerance::double_quoted(text).and_then(|strict| json::parse(strict.as_bytes()).ok());
        match reread {
            Some(value) if single_quotes || self.lenient => {
                self.warn(format!("`{at}` is JSON with single quotes; expected double ones"));
                Ok(value)
            }
            Some(_) => Err(ValueError::value(
                at,
                format!("{}, which is not JSON: its strings have single quotes", display::text(text)),
                format!("JSON text with double ones; {ONLY_LENIENT}"),
            )),
            None => Err(ValueError::value(
                at,
                format!("{}, which is not JSON ({problem})", display::text(text)),
                "JSON text",
            )),
        }
    }

    fn json_text(
        &mut self,
        ty: &Type,
        at: &str,
        text: &str,
        single_quotes: bool,
    ) -> Result<Measure<'static>, ValueError> {
        let value = self.parsed(at, text, single_quotes)?;
        let measure = self.typed(ty, at, &value)?;
        Ok(Measure { items: measure.items, ..Measure::default() })
    }

    /// A list whose items stand each under the same name.
    pub(crate) fn repeated(&mut self, field: &Field, at: &str, items: &[&str]) -> Result<(), ValueError> {
        let Type::List(inner) = &field.ty else { return Ok(()) };
        let since = self.more.len();
        let verdict = self.items(inner, at, items);
        let measure = self.hiding(field.secret, since, verdict)?;
        limits(field, at, measure)
    }

    fn comma_list(&mut self, inner: &Type, at: &str, text: &str) -> Result<Measure<'static>, ValueError> {
        let items: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(',').collect() };
        self.items(inner, at, &items)
    }

    fn items(&mut self, inner: &Type, at: &str, items: &[&str]) -> Result<Measure<'static>, ValueError> {
        self.all(items.iter().enumerate(), |check, (number, item)| {
            let at = format!("{at}[{number}]");
            match inner {
                Type::Enum(name) => check.enum_text(name, &at, item),
                Type::Scalar(scalar) => scalar::text(*scalar, &at, item).map(|_| ()),
                // The specs cannot say this: only plain values are joined by commas or repeated.
                _ => Ok(()),
            }
        })?;
        Ok(Measure { items: Some(items.len()), ..Measure::default() })
    }

    fn typed<'v>(&mut self, ty: &Type, at: &str, value: &'v Value) -> Result<Measure<'v>, ValueError> {
        match (ty, value) {
            (Type::Scalar(scalar), _) => scalar::json(*scalar, at, value),
            (Type::Enum(name), _) => self.enum_json(name, at, value).map(|()| Measure::default()),
            (Type::List(inner), Value::Array(items)) => {
                self.all(items.iter().enumerate(), |check, (number, item)| {
                    check.typed(inner, &format!("{at}[{number}]"), item).map(|_| ())
                })?;
                Ok(Measure { items: Some(items.len()), ..Measure::default() })
            }
            (Type::Map(inner), Value::Object(entries)) => {
                self.all(entries, |check, (key, item)| {
                    check.typed(inner, &format!("{at}.{}", display::name(key)), item).map(|_| ())
                })?;
                Ok(Measure { items: Some(entries.len()), ..Measure::default() })
            }
            (Type::Object(name), Value::Object(entries)) => self.object(name, at, entries).map(|()| Measure::default()),
            (Type::List(_), _) => Err(ValueError::value(at, display::json(value), "a list")),
            (Type::Map(_) | Type::Object(_), _) => Err(ValueError::value(at, display::json(value), "an object")),
        }
    }

    fn object(&mut self, name: &str, at: &str, entries: &Map<String, Value>) -> Result<(), ValueError> {
        let types = self.types;
        let Some(def @ TypeDef { kind: TypeKind::Object(fields), .. }) = types.get(name) else { return Ok(()) };
        // Unknown names come before missing ones: a misspelt name is both, and the first message helps more.
        let unknown = entries.keys().filter(|key| !fields.iter().any(|field| is_called(field, key))).map(Part::Unknown);
        for warning in rules::object_without_effect(def, fields, entries) {
            self.warn(format!("in `{at}`, {warning}"));
        }
        let parts = unknown.chain(fields.iter().map(Part::Field)).chain([Part::Rules]);
        self.all(parts, |check, part| match part {
            Part::Unknown(key) => check.unknown_field(name, fields, at, key),
            Part::Field(field) => check.object_field(field, at, entries),
            Part::Rules => match rules::of_object(def, fields, entries) {
                Some((found, expected)) => Err(ValueError::fact(at, found, expected)),
                None => Ok(()),
            },
        })
    }

    fn unknown_field(&mut self, name: &str, fields: &[Field], at: &str, key: &str) -> Result<(), ValueError> {
        let known: Vec<&str> = fields.iter().map(|field| field.wire_name.as_str()).collect();
        let fault = ValueError::fact(
            &format!("{at}.{}", display::name(key)),
            format!("no field of {name}"),
            format!("one of its fields, {}", expected(key, known)),
        );
        if !self.lenient {
            return Err(fault);
        }
        self.warn(format!("`{}` is {}; expected {}", fault.at, fault.found, fault.expected));
        Ok(())
    }

    fn object_field(&mut self, field: &Field, at: &str, entries: &Map<String, Value>) -> Result<(), ValueError> {
        let at = format!("{at}.{}", field.wire_name);
        let mut given = entries.iter().filter(|(key, _)| is_called(field, key)).map(|(_, value)| value);
        let value = given.next();
        if given.next().is_some() {
            return Err(ValueError::fact(&at, "there under two spellings", "one of them"));
        }
        match value {
            Some(Value::Null) if !field.required && field.ty != Type::Scalar(Scalar::Json) => {
                self.warn(format!("`{at}` is null and counts as absent"));
                Ok(())
            }
            Some(value) => self.json(field, &at, value),
            None if field.required => Err(ValueError::fact(&at, "missing", "a value")),
            None => Ok(()),
        }
    }

    fn enum_text(&mut self, name: &str, at: &str, text: &str) -> Result<(), ValueError> {
        let types = self.types;
        let Some(TypeDef { kind: TypeKind::Enum(repr, values), .. }) = types.get(name) else { return Ok(()) };
        if *repr == EnumRepr::String {
            return self.listed(name, at, values, &RawValue::Text(text.to_owned()));
        }
        match scalar::whole(text).and_then(|number| i32::try_from(number).ok()) {
            Some(number) => self.listed(name, at, values, &RawValue::Int(number)),
            None => {
                Err(ValueError::value(at, display::text(text), format!("the number of a {name}: {}", listing(values))))
            }
        }
    }

    fn enum_json(&mut self, name: &str, at: &str, value: &Value) -> Result<(), ValueError> {
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
                Err(ValueError::value(at, display::json(value), format!("the {kind} of a {name}: {}", listing(values))))
            }
        }
    }

    /// Enums are open, so that a new value passes; but a typo in a test should be seen.
    fn listed(&mut self, name: &str, at: &str, values: &[EnumValue], raw: &RawValue) -> Result<(), ValueError> {
        if !values.iter().any(|value| value.raw == *raw) {
            self.warn(format!(
                "`{at}` is {}, which is no known {name}: {}",
                display::text(&raw.to_string()),
                listing(values)
            ));
        }
        Ok(())
    }
}

/// What an object is checked for, one by one.
enum Part<'p> {
    Unknown(&'p String),
    Field(&'p Field),
    /// What its fields have to do with each other.
    Rules,
}

/// Whether a value is a whole number of 64 bits, as ids are: JavaScript loses digits of it, so that many send it in
/// quotes.
fn is_long(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(Scalar::I64 | Scalar::U64))
}

fn is_called(field: &Field, key: &str) -> bool {
    field.wire_name == key || field.accept.iter().any(|other| other == key)
}

fn limits(field: &Field, at: &str, measure: Measure<'_>) -> Result<(), ValueError> {
    match measure::broken(&field.limits, measure) {
        Some((found, expected)) => Err(ValueError::fact(at, found, expected)),
        None => choices(field, at, measure).map_err(|fault| fault.hiding(field.secret)),
    }
}

/// The only values allowed, and the form of a text.
fn choices(field: &Field, at: &str, measure: Measure<'_>) -> Result<(), ValueError> {
    let given = match (measure.text, measure.number) {
        (Some(text), _) => text.to_owned(),
        (None, Some(Number::Whole(number))) => number.to_string(),
        (None, Some(Number::Float(number))) => number.to_string(),
        (None, None) => return Ok(()),
    };
    let allowed: Vec<String> = field.one_of.iter().map(ToString::to_string).collect();
    if !allowed.is_empty() && !allowed.contains(&given) {
        let allowed = expected(&given, allowed.iter().map(String::as_str).collect::<Vec<_>>());
        return Err(ValueError::value(at, display::text(&given), format!("one of the allowed values, {allowed}")));
    }
    let Some(form) = &field.pattern else { return Ok(()) };
    match pattern::of_whole(form) {
        Ok(regex) if !regex.is_match(&given) => {
            Err(ValueError::value(at, display::text(&given), format!("a text of the form {form}")))
        }
        _ => Ok(()),
    }
}

fn listing(values: &[EnumValue]) -> String {
    let known: Vec<String> = values.iter().map(|value| format!("{} ({})", value.raw, value.name)).collect();
    known.join(", ")
}
