//! Checks values in specs: examples, defaults, values in conditions.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::{Scope, groups, rules};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected, shown};
use crate::document::{Field, TypeDef, unquoted};
use crate::model::lower::Names;
use crate::model::{Type, Value, lower};
use crate::primitives::{EnumRepr, Scalar, TypeExpr};
use crate::value::{Expected, Form, Given, GroupKind, Problem, Segment, Types, Unit, ValueError};
use crate::yaml::YamlPath;
use crate::{model, value};

/// Who sends a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The client.
    Request,
    /// The server.
    Reply,
}

impl Side {
    /// Returns the form in which this side writes values.
    fn form(self) -> Form {
        match self {
            Self::Request => Form::Spec,
            Self::Reply => Form::Reply,
        }
    }
}

/// Checks a value of a field or parameter, limits included.
pub(super) fn field(
    scope: Scope<'_>,
    field: &Field,
    value: &Value,
    side: Side,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    if field.recovered || !scope.is_valid(&field.ty.expr) {
        return;
    }
    let types = types_of(scope, &field.ty.expr);
    let model = lower::object_field(names(scope), "", field);
    let findings = value::check_json(&types, side.form(), &model, &json(value));
    let report = Report { scope, field: Some(field), value, at };
    for diagnostic in findings.errors.iter().filter_map(|error| report.diagnostic(error)) {
        diagnostics.push(diagnostic);
    }
}

/// Checks a value against a type.
pub(super) fn check_type(
    scope: Scope<'_>,
    expr: &TypeExpr,
    value: &Value,
    side: Side,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    let types = types_of(scope, expr);
    let ty = scope.resolve(expr);
    let findings = value::check_type(&types, side.form(), &ty, &json(value));
    let report = Report { scope, field: None, value, at };
    for diagnostic in findings.errors.iter().filter_map(|error| report.diagnostic(error)) {
        diagnostics.push(diagnostic);
    }
}

fn names(scope: Scope<'_>) -> Names<'_> {
    Names { resource: scope.resource, shared: scope.shared }
}

/// Returns the types that values of a type may contain. Types with errors accept any value.
fn types_of(scope: Scope<'_>, expr: &TypeExpr) -> Types {
    let mut types = IndexMap::new();
    let mut waiting = vec![expr.leaf()];
    while let Some(name) = waiting.pop() {
        let Some(def) = scope.find(name).filter(|def| !matches!(def, TypeDef::Recovered)) else { continue };
        if types.contains_key(name) {
            continue;
        }
        let mut lowered = lower::type_def(names(scope), def, false);
        if let (TypeDef::Object { fields, groups, .. }, model::TypeKind::Object(lowered_fields)) =
            (def, &mut lowered.kind)
        {
            for ((_, field), lowered) in fields.iter().zip(lowered_fields) {
                if !scope.is_valid(&field.ty.expr) {
                    lowered.ty = Type::Scalar(Scalar::Json);
                }
                waiting.push(field.ty.expr.leaf());
            }
            if !groups::are_valid(scope, fields, groups) {
                lowered.groups = model::Groups::default();
                lowered.rules = model::Rules::default();
            }
        }
        types.insert(name.to_owned(), lowered);
    }
    types
}

/// Converts a YAML value to JSON.
fn json(value: &Value) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Returns the YAML value that an error is about. It differs from the part of the spec if that is text with JSON
/// inside.
fn as_written<'v>(part: &'v Value, given: &Given) -> Cow<'v, Value> {
    match given {
        Given::Json(given) if *given != json(part) => Cow::Owned(serde_yaml::to_value(given).unwrap_or_default()),
        _ => Cow::Borrowed(part),
    }
}

/// Context of the diagnostics about one value.
struct Report<'a> {
    scope: Scope<'a>,
    /// The field of the value; `None` for the payload of a reply.
    field: Option<&'a Field>,
    value: &'a Value,
    at: &'a YamlPath,
}

impl Report<'_> {
    /// Returns the diagnostic for an error; `None` if the error is already reported elsewhere.
    fn diagnostic(&self, error: &ValueError<'_>) -> Option<Diagnostic> {
        let at = error.path.iter().fold(self.at.clone(), |at, segment| match segment {
            Segment::Field(name) | Segment::Key(name) => at.at(name.as_str()),
            Segment::Item(number) => at.at(*number),
        });
        let value = self.part(&error.path);
        Some(match &error.problem {
            Problem::Type { expected, given } => mismatch(&as_written(value, given), &type_words(*expected), at),
            Problem::Enum { name, repr, values, given } => {
                let value = as_written(value, given);
                let kind = if *repr == EnumRepr::I32 { "integers" } else { "text" };
                let known: Vec<_> = values.iter().map(|value| value.name.as_str()).collect();
                let message = format!("{} is not a known value of `{name}`", shown(&value));
                Diagnostic::new(Code::ExampleType, at.value(), message)
                    .second(self.scope.type_at(name).key(), format!("an enum over {kind}"))
                    .help(expected(value.as_str().unwrap_or_default(), known))
            }
            Problem::NotListed { given, .. } | Problem::NotOneOf { given, .. } => {
                let field = self.field_at(&error.path)?;
                let allowed: Vec<_> = field.one_of.iter().map(ToString::to_string).collect();
                Diagnostic::new(Code::ExampleLimit, at.value(), format!("`{given}` is none of the allowed values"))
                    .help(expected(given, allowed.iter().map(String::as_str).collect::<Vec<_>>()))
            }
            Problem::Pattern { given, pattern } => {
                Diagnostic::new(Code::ExampleLimit, at.value(), format!("`{given}` does not have the form `{pattern}`"))
                    .help("fix the value, or the pattern")
            }
            Problem::TooLong { unit, size, limit } => {
                let (key, unit) = match unit {
                    Unit::Characters => ("max_len", "characters"),
                    Unit::Bytes => ("max_bytes", "bytes"),
                    Unit::Items => ("max_items", "elements"),
                };
                over(key, &limit.to_string(), &format!("{size} {unit}"), at)
            }
            Problem::OutOfRange { number, range } => {
                let end = |end: Option<i64>| end.map_or_else(|| "~".to_owned(), |end| end.to_string());
                let range = format!("[{}, {}]", end(range.min), end(range.max));
                over("range", &range, &format!("the number {number}"), at)
            }
            problem => return self.object_problem(problem, &error.path, at),
        })
    }

    /// Returns the diagnostic for an object whose combination of fields is wrong.
    fn object_problem(&self, problem: &Problem<'_>, path: &[Segment], at: YamlPath) -> Option<Diagnostic> {
        Some(match problem {
            Problem::UnknownField { type_name, fields, key } => {
                return self.unknown_field(type_name, fields, key, path, &at);
            }
            Problem::MissingField { type_name, field } => {
                let name = &field.wire_name;
                let message = format!("the example lacks `{name}`, which `{type_name}` requires");
                let declared = self.scope.type_at(type_name).at("fields").at(name.as_str());
                Diagnostic::new(Code::ExampleMissing, at.value(), message)
                    .second(declared.key(), "required: its type has no `?`")
                    .help("add it to the example, or make it optional with `?`")
            }
            Problem::Group { type_name, kind, index, group, given } => {
                let declared_at = self.scope.type_at(type_name).at("groups");
                groups::broken(kind_key(*kind), *index, group, *given, (&at, &declared_at))
            }
            Problem::Rule { type_name, broken } => {
                rules::broken(broken, (&at, &self.scope.type_at(type_name).at("groups")))
            }
            Problem::WithoutEffect { type_name, dependence } => {
                rules::without_effect(dependence, (&at, &self.scope.type_at(type_name).at("groups")))
            }
            // Occurs only in requests.
            _ => return None,
        })
    }

    /// Returns the part of the value at a path.
    fn part(&self, path: &[Segment]) -> &Value {
        path.iter().fold(self.value, |value, segment| {
            let part = match segment {
                Segment::Field(name) | Segment::Key(name) => value.get(name.as_str()),
                Segment::Item(number) => value.get(*number),
            };
            part.unwrap_or(value)
        })
    }

    /// Returns the field whose value, or a part of it, is at a path.
    fn field_at(&self, path: &[Segment]) -> Option<&Field> {
        let mut field = self.field?;
        for segment in path {
            if let Segment::Field(name) = segment
                && let Some(TypeDef::Object { fields, .. }) = self.scope.find(field.ty.expr.leaf())
            {
                field = fields.get(name)?;
            }
        }
        Some(field)
    }

    /// Returns the diagnostic for an unknown field.
    fn unknown_field(
        &self,
        type_name: &str,
        fields: &[model::Field],
        key: &str,
        path: &[Segment],
        at: &YamlPath,
    ) -> Option<Diagnostic> {
        let object = path.split_last().map_or(self.value, |(_, object)| self.part(object));
        let known = fields.iter().map(|field| field.wire_name.as_str());
        let help = match object.as_mapping() {
            Some(entries) => unquoted::help(key, unquoted::named(entries), known)?,
            None => expected(key, known.collect::<Vec<_>>()),
        };
        let message = format!("`{type_name}` has no field `{key}`");
        let declared = self.scope.type_at(type_name).key();
        Some(Diagnostic::new(Code::ExampleUnknown, at.clone().key(), message).second(declared, "the type").help(help))
    }
}

/// Returns the key of a kind of group in the spec.
fn kind_key(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Prefers => "prefers",
        GroupKind::ExactlyOne => "exactly_one",
        GroupKind::AllOrNone => "all_or_none",
    }
}

/// Describes an expected type.
fn type_words(expected: Expected<'_>) -> String {
    let words = match expected {
        Expected::Scalar(scalar) => scalar_words(scalar),
        Expected::List => "a list",
        Expected::Map => "a map",
        Expected::Object(name) => return format!("an object of the type `{name}`"),
        Expected::JavaList => "a list as Java shows it, such as `\"[a, b]\"`",
        // Occurs only in requests.
        Expected::JsonString | Expected::NumberString | Expected::Bit | Expected::BoolText { .. } => "another form",
    };
    words.to_owned()
}

/// Describes a built-in type.
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

/// Returns the diagnostic for a value of another type.
fn mismatch(value: &Value, expected: &str, at: YamlPath) -> Diagnostic {
    let message = format!("expected {expected}; found {}", shown(value));
    Diagnostic::new(Code::ExampleType, at.value(), message).help(match value {
        Value::Number(_) | Value::Bool(_) if expected == "text" => "put it in quotes",
        Value::String(text) if expected.contains("integer") && text.parse::<i64>().is_ok() => "write it without quotes",
        _ => "fix the value, or the type",
    })
}

/// Returns the diagnostic for a value that exceeds a limit.
fn over(key: &str, limit: &str, given: &str, at: YamlPath) -> Diagnostic {
    let message = format!("the value breaks `{key}: {limit}`: it has {given}");
    Diagnostic::new(Code::ExampleLimit, at.value(), message).help("fix the value, or the limit")
}
