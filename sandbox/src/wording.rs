//! Formats errors and warnings about values as text.

use yunxin_codegen::diagnostics::expected;
use yunxin_codegen::model::{EnumRepr, EnumValue, Field, Range, Scalar};
use yunxin_codegen::value::display::MASK;
use yunxin_codegen::value::{
    Expected, Given, GroupKind, Problem, Segment, Unit, ValueError, Warning, WarningKind, display,
};

use crate::rules;
use crate::tolerance::ONLY_LENIENT;

/// The actual and the expected value, as parts of a sentence.
pub(crate) struct Words {
    pub(crate) found: String,
    pub(crate) expected: String,
}

impl Words {
    fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { found: found.into(), expected: expected.into() }
    }
}

/// Formats the path of a part of a value, such as `option.targets[2]`.
pub(crate) fn path(name: &str, segments: &[Segment]) -> String {
    let mut path = name.to_owned();
    for segment in segments {
        match segment {
            Segment::Field(name) => path.extend([".", name]),
            Segment::Key(name) => path.extend([".", &display::name(name)]),
            Segment::Item(number) => path.push_str(&format!("[{number}]")),
        }
    }
    path
}

/// Formats an error. A secret value is masked.
pub(crate) fn error(error: &ValueError<'_>) -> Words {
    let mut words = problem(&error.problem);
    if error.is_secret && error.problem.repeats_value() {
        words.found = MASK.to_owned();
    }
    words
}

/// Formats a problem with a value.
fn problem(problem: &Problem<'_>) -> Words {
    match problem {
        Problem::Type { expected: required, given } => Words::new(shown(given), type_name(*required, given)),
        Problem::NotBase64 { text, reason } => {
            let hint = if text.contains(' ') { ", with its `+` written as `%2B`" } else { "" };
            Words::new(format!("{} ({reason})", display::text(text)), format!("base64{hint}"))
        }
        Problem::ControlCharacters { text } => Words::new(display::text(text), "a name without control characters"),
        Problem::NotJson { text, reason } => {
            Words::new(format!("{}, which is not JSON ({reason})", display::text(text)), "JSON text")
        }
        Problem::SingleQuotes { text } => Words::new(
            format!("{}, which is not JSON: its strings have single quotes", display::text(text)),
            format!("JSON text with double ones; {ONLY_LENIENT}"),
        ),
        Problem::OtherBoolForm { text, as_bit } => {
            Words::new(display::text(text), format!("{}; {ONLY_LENIENT}", bool_text(*as_bit)))
        }
        Problem::Enum { name, repr, values, given } => {
            let kind = match given {
                Given::Json(_) if *repr == EnumRepr::String => "string",
                _ => "number",
            };
            Words::new(shown(given), format!("the {kind} of a {name}: {}", listing(values)))
        }
        Problem::NotListed { given, field } => Words::new(display::text(given), listed_values(field)),
        Problem::NotOneOf { given, field } => {
            let allowed: Vec<String> = field.one_of.iter().map(ToString::to_string).collect();
            let allowed = expected(given, allowed.iter().map(String::as_str).collect::<Vec<_>>());
            Words::new(display::text(given), format!("one of the allowed values, {allowed}"))
        }
        Problem::Pattern { given, pattern } => {
            Words::new(display::text(given), format!("a text of the form {pattern}"))
        }
        Problem::TooLong { unit, size, limit } => {
            let unit = match unit {
                Unit::Characters => "characters",
                Unit::Bytes => "bytes",
                Unit::Items => "items",
            };
            Words::new(format!("{size} {unit} long"), format!("at most {limit}"))
        }
        Problem::OutOfRange { number, range } => Words::new(number.to_string(), range_text(*range)),
        Problem::UnknownField { type_name, fields, key } => unknown_field(type_name, fields, key),
        Problem::MissingField { .. } => Words::new("missing", "a value"),
        Problem::TwoSpellings => Words::new("there under two spellings", "one of them"),
        Problem::Group { kind, group, given, .. } => group_words(*kind, group, *given),
        Problem::Rule { broken, .. } => {
            Words::new(format!("wrong: {}", rules::describe(broken)), "what the rules of its type ask")
        }
        // Only a warning for parameters that are sent; an error in examples.
        Problem::WithoutEffect { dependence, .. } => {
            Words::new(rules::no_effect(dependence), "what the rules of its type ask")
        }
        Problem::ExpectedFile => Words::new("a plain part", "a part with a file name"),
        Problem::UnexpectedFile => Words::new("a part with a file name", "a plain part"),
    }
}

/// Formats a warning about the value of a parameter.
pub(crate) fn warning(name: &str, warning: &Warning<'_>) -> String {
    let at = path(name, &warning.path);
    match &warning.kind {
        WarningKind::KeptInLowerCase(text) => {
            let kept = display::text(text);
            format!("`{at}` has capital letters; the server keeps it as {kept}, under which other calls find it")
        }
        WarningKind::SingleQuotes => format!("`{at}` is JSON with single quotes; expected double ones"),
        WarningKind::OtherBoolForm { text, as_bit } => {
            format!("`{at}` is {}; expected {}", display::text(text), bool_text(*as_bit))
        }
        WarningKind::UnknownEnumValue { name, values, given } => {
            format!("`{at}` is {}, which is no known {name}: {}", display::text(given), listing(values))
        }
        WarningKind::Null => format!("`{at}` is null and counts as absent"),
        WarningKind::UnknownField { type_name, fields, key } => {
            let Words { found, expected } = unknown_field(type_name, fields, key);
            format!("`{at}` is {found}; expected {expected}")
        }
        WarningKind::WithoutEffect(dependence) => format!("in `{at}`, {}", rules::no_effect(dependence)),
    }
}

/// Formats the error for an unknown field, with similar names.
fn unknown_field(type_name: &str, fields: &[Field], key: &str) -> Words {
    let known: Vec<&str> = fields.iter().map(|field| field.wire_name.as_str()).collect();
    Words::new(format!("no field of {type_name}"), format!("one of its fields, {}", expected(key, known)))
}

/// Formats the error for a group with the wrong number of given fields.
fn group_words(kind: GroupKind, group: &[String], given: usize) -> Words {
    let number = if kind == GroupKind::Prefers { "none".to_owned() } else { given.to_string() };
    let expected = match kind {
        GroupKind::Prefers => "at least one of them",
        GroupKind::ExactlyOne => "exactly one of them",
        GroupKind::AllOrNone => "all of them or none",
    };
    Words::new(format!("there with {number} of {}", group.join(", ")), expected)
}

/// Formats the values that a field accepts.
fn listed_values(field: &Field) -> String {
    let listed: Vec<_> = field.listed.iter().map(ToString::to_string).collect();
    let names = if field.allowed.is_empty() { String::new() } else { format!(" ({})", field.allowed.join(", ")) };
    format!("one of the only values taken here, {}{names}", listed.join(", "))
}

/// Formats a received value.
fn shown(given: &Given) -> String {
    match given {
        Given::Text(text) => display::text(text),
        Given::Json(value) => display::json(value),
    }
}

/// Formats an expected type.
fn type_name(expected: Expected<'_>, given: &Given) -> String {
    let name = match expected {
        Expected::Scalar(scalar) => return scalar_name(scalar, given),
        Expected::List => "a list",
        Expected::Map | Expected::Object(_) => "an object",
        Expected::JavaList => "a list as Java prints it",
        Expected::JsonString => "a string that holds JSON",
        Expected::NumberString => "a string that holds a number",
        Expected::Bit => "the number 1 or 0",
        Expected::BoolText { as_bit } => bool_text(as_bit),
    };
    name.to_owned()
}

/// Formats a built-in type.
fn scalar_name(scalar: Scalar, given: &Given) -> String {
    let is_text = matches!(given, Given::Text(_));
    let name = match scalar {
        Scalar::String | Scalar::Id => "a string",
        Scalar::Base64 => "a string in base64",
        Scalar::Bool if is_text => "`true` or `false`",
        Scalar::Bool => "true or false",
        Scalar::F64 => "a number",
        Scalar::Json => "JSON text",
        Scalar::File => "a part with a file name",
        Scalar::I32 => "an integer of 32 bits",
        Scalar::U64 => "an integer of 64 bits that is not negative",
        _ => "an integer of 64 bits",
    };
    if is_text && scalar.is_integer() { format!("{name} in decimal") } else { name.to_owned() }
}

/// Formats the two texts of a boolean.
fn bool_text(as_bit: bool) -> &'static str {
    if as_bit { "`1` or `0`" } else { "`true` or `false`" }
}

/// Formats a range of numbers.
fn range_text(range: Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any number".to_owned(),
    }
}

/// Formats the values of an enum with their names.
fn listing(values: &[EnumValue]) -> String {
    let known: Vec<String> = values.iter().map(|value| format!("{} ({})", value.raw, value.name)).collect();
    known.join(", ")
}
