//! Checks of both parameters and fields: type, wire form, limits, docs.

use super::value::Side;
use super::{Scope, links, value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected, listed};
use crate::document::{Field, TypeDef};
use crate::model::Type;
use crate::primitives::{RawValue, Scalar, TypeExpr, Wire, vendor_types};
use crate::yaml::YamlPath;

/// Where a field is sent. It determines which types the field may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// As text: form, query, path or header.
    Text,
    /// Inside JSON.
    Json,
}

/// Checks a parameter or field.
pub(super) fn check(scope: Scope<'_>, name: &str, field: &Field, at: &YamlPath, diagnostics: &mut Diagnostics) {
    links::required_text(field.doc.as_deref(), at, &format!("`{name}`"), diagnostics);
    links::optional_texts(
        [("doc_zh", field.doc_zh.as_deref()), ("deprecated", field.deprecated.as_deref())],
        at,
        diagnostics,
    );
    let type_at = at.at("type");
    if is_defined(scope, &field.ty.expr, &type_at, diagnostics) && scope.is_valid(&field.ty.expr) {
        let ty = scope.resolve(&field.ty.expr);
        limits(field, &ty, at, diagnostics);
        choices(scope, field, innermost(&ty), at, diagnostics);
        default(scope, name, field, at, diagnostics);
        let is_text = Scalar::named(field.ty.expr.leaf()).is_some_and(Scalar::is_text);
        if field.secret && !is_text {
            diagnostics.push(
                Diagnostic::new(
                    Code::TypeMisuse,
                    at.at("secret").key(),
                    format!("`{}` cannot be kept secret", field.ty.expr),
                )
                .help("only text can: `string`, `id`, and lists and maps of them; in an object, mark its fields"),
            );
        }
    }
}

/// Returns whether the type exists; reports it if not.
pub(super) fn is_defined(scope: Scope<'_>, expr: &TypeExpr, at: &YamlPath, diagnostics: &mut Diagnostics) -> bool {
    let leaf = expr.leaf();
    let exists = Scalar::named(leaf).is_some() || scope.find(leaf).is_some();
    if !exists {
        diagnostics.push(
            Diagnostic::new(Code::UnknownType, at.clone().value(), format!("unknown type `{leaf}`"))
                .help(suggest_type(scope, leaf)),
        );
    }
    exists
}

/// Suggests a similar type for one that does not exist. Built-in types are listed first, because a product may have
/// many types of its own.
fn suggest_type(scope: Scope<'_>, leaf: &str) -> String {
    let names: Vec<_> = Scalar::ALL.iter().map(|(name, _)| *name).chain(scope.type_names()).collect();
    let is_own = scope.type_names().any(|name| name.eq_ignore_ascii_case(leaf));
    match vendor_types::spec_type(leaf).filter(|_| !is_own) {
        Some((ty, note)) => {
            let written = if ty.starts_with('[') { format!("\"{ty}\"") } else { ty.to_owned() };
            let note = if note.is_empty() { String::new() } else { format!(", {note}") };
            format!("what pages call `{leaf}` is `{written}` here{note}. Allowed here: {}", listed(names))
        }
        None => expected(leaf, names),
    }
}

/// Checks that the limits are possible and apply to the type.
fn limits(field: &Field, ty: &Type, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let is_text = matches!(ty, Type::Scalar(scalar) if scalar.is_text() || *scalar == Scalar::Base64);
    // JSON text has a length, and so has a comma-separated list.
    let is_json_text =
        matches!(field.wire, Some(Wire::Json | Wire::JsonText | Wire::Comma)) || *ty == Type::Scalar(Scalar::Json);
    let is_list = matches!(ty, Type::List(_) | Type::Map(_));
    let is_number = matches!(ty, Type::Scalar(scalar) if scalar.is_number());
    let rules = [
        ("max_len", field.max_len.is_some(), is_text || is_json_text, "text"),
        (
            "max_bytes",
            field.max_bytes.is_some(),
            is_text || is_json_text || *ty == Type::Scalar(Scalar::File),
            "text and files",
        ),
        ("max_items", field.max_items.is_some(), is_list, "lists and maps"),
        ("range", field.range.is_some(), is_number, "numbers"),
        ("pattern", field.pattern.is_some(), is_plain_text(ty), "text"),
        (
            "one_of",
            !field.one_of.is_empty(),
            can_be_listed(ty),
            "text, numbers and enums, and lists of them; a set of known values that may grow is an enum type",
        ),
        ("lower_case", field.lower_case, is_plain_text(ty), "text"),
    ];
    for (key, given, fits, what) in rules {
        if given && !fits {
            diagnostics.push(
                Diagnostic::new(
                    Code::LimitMisfit,
                    at.at(key).key(),
                    format!("`{key}` does not fit the type `{}`", field.ty.expr),
                )
                .help(format!("`{key}` is for {what}")),
            );
        }
    }
    for (key, limit) in [("max_len", field.max_len), ("max_bytes", field.max_bytes), ("max_items", field.max_items)] {
        if limit == Some(0) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ImpossibleLimit,
                    at.at(key).value(),
                    format!("`{key}: 0` leaves no value to send"),
                )
                .help("write the real limit, or leave it out"),
            );
        }
    }
    if let Some(range) = field.range {
        let empty = matches!((range.min, range.max), (Some(min), Some(max)) if min > max);
        if empty || (range.min.is_none() && range.max.is_none()) {
            diagnostics.push(
                Diagnostic::new(Code::ImpossibleLimit, at.at("range").value(), "no number is in this range")
                    .help("write `[min, max]`, with `~` for an end that is open"),
            );
        }
    }
}

/// Checks the default: only an optional parameter can have one.
fn default(scope: Scope<'_>, name: &str, field: &Field, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let Some(default) = &field.default else { return };
    if field.required {
        diagnostics.push(
            Diagnostic::new(
                Code::RequiredDefault,
                at.at("default").key(),
                format!("`{name}` is required and has a default"),
            )
            .second(at.at("required").key(), "so it is never left out")
            .help("drop `required` if it may be left out, else drop `default`"),
        );
    }
    let mut misfits = Diagnostics::default();
    value::field(scope, field, default, Side::Request, &at.at("default"), &mut misfits);
    for misfit in misfits.iter() {
        let mut problem = misfit.clone();
        problem.code = Code::BadDefault;
        diagnostics.push(problem);
    }
}

/// Returns whether the accepted values of a type can be restricted to a list.
fn can_be_listed(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => scalar.is_text() || scalar.is_number(),
        Type::Enum(_) => true,
        Type::List(inner) => can_be_listed(inner),
        Type::Map(_) | Type::Object(_) => false,
    }
}

/// Returns whether a type is a built-in text type.
fn is_plain_text(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(scalar) if scalar.is_text())
}

/// Returns the innermost item type of a list or map.
fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) => innermost(inner),
        other => other,
    }
}

/// Checks that the pattern is a valid regular expression, and that the allowed values are values of the type.
fn choices(scope: Scope<'_>, field: &Field, ty: &Type, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if let Some(pattern) = &field.pattern
        && let Err(problem) = regex_lite::Regex::new(pattern)
    {
        diagnostics.push(
            Diagnostic::new(
                Code::BadPattern,
                at.at("pattern").value(),
                format!("`{pattern}` is not a regular expression"),
            )
            .label(problem.to_string())
            .help("the pattern describes the whole text; it needs no `^` and `$`"),
        );
    }
    for (number, value) in field.one_of.iter().enumerate() {
        let place = || at.at("one_of").at(number).value();
        if let Type::Enum(name) = ty
            && let Some(problem) = enum_problem(scope, name, value, &at.at("one_of").at(number))
        {
            diagnostics.push(problem);
            continue;
        }
        let fits = match (ty, value) {
            (Type::Enum(_), _) => true,
            (_, RawValue::Int(_)) => !is_plain_text(ty),
            (_, RawValue::Text(_)) => is_plain_text(ty),
        };
        if !fits {
            diagnostics.push(
                Diagnostic::new(
                    Code::ValueKind,
                    place(),
                    format!("`{value}` is not a value of the type `{}`", field.ty.expr),
                )
                .help(if is_plain_text(ty) {
                    "put it in quotes"
                } else {
                    "write a number, without quotes"
                }),
            );
        } else if field.one_of.iter().take(number).any(|earlier| earlier == value) {
            diagnostics.push(
                Diagnostic::new(Code::DuplicateValue, place(), format!("`{value}` is listed twice"))
                    .help("list every value once"),
            );
        }
    }
}

/// Returns the diagnostic for a value that is not one of an enum; `None` if it is one.
fn enum_problem(scope: Scope<'_>, name: &str, value: &RawValue, at: &YamlPath) -> Option<Diagnostic> {
    let Some(TypeDef::Enum { values, .. }) = scope.find(name) else { return None };
    let known = match value {
        RawValue::Text(text) => values.contains_key(text) || values.values().any(|known| known.raw == *value),
        RawValue::Int(_) => values.values().any(|known| known.raw == *value),
    };
    (!known).then(|| {
        Diagnostic::new(Code::ValueKind, at.clone().value(), format!("`{value}` is not a value of the enum `{name}`"))
            .second(scope.type_at(name).key(), "the enum")
            .help(expected(&value.to_string(), values.keys().map(String::as_str).collect::<Vec<_>>()))
    })
}

/// Checks that only an optional field in JSON is nullable.
pub(super) fn nullable(field: &Field, site: Site, required: bool, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let problem = match site {
        _ if !field.nullable => return,
        Site::Text => "there is no null outside JSON: leave `nullable` out",
        Site::Json if required => "what may be null may be left out as well: make it optional",
        Site::Json => return,
    };
    diagnostics.push(Diagnostic::new(Code::TypeMisuse, at.at("nullable").key(), "this cannot be null").help(problem));
}

/// Checks that no list in Java's notation is sent: only the platform sends those.
pub(super) fn not_sent(field: &Field, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if field.wire == Some(Wire::JavaList) {
        diagnostics.push(
            Diagnostic::new(
                Code::WireForm,
                at.at("wire").value(),
                format!("`{}` cannot be sent this way", field.ty.expr),
            )
            .help("`java_list` is for fields of replies and callbacks: requests never have it"),
        );
    }
}

/// Checks that `single_quotes` is only used for JSON text.
fn single_quotes(field: &Field, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if field.single_quotes && field.wire != Some(Wire::Json) {
        diagnostics.push(
            Diagnostic::new(Code::WireForm, at.at("single_quotes").key(), "this is not sent as JSON text")
                .help("`single_quotes` is for parameters with `wire: json`; leave it out"),
        );
    }
}

/// Checks that the wire form is possible for the type and the place of a field.
pub(super) fn wire(scope: Scope<'_>, field: &Field, site: Site, at: &YamlPath, diagnostics: &mut Diagnostics) {
    single_quotes(field, at, diagnostics);
    if !scope.is_valid(&field.ty.expr) {
        return;
    }
    let ty = scope.resolve(&field.ty.expr);
    let problem = match (field.wire, site) {
        (None, Site::Text) if ty.is_compound() => {
            Some("lists, maps and objects are not plain text: say `wire: json` or `wire: comma`")
        }
        (Some(Wire::Json), Site::Json) => {
            Some("inside a JSON body everything is JSON; `json_text` makes a string of it")
        }
        (Some(Wire::JsonText), Site::Text) => Some("outside a JSON body this is called `json`"),
        (Some(Wire::Json | Wire::JsonText), _) if !ty.is_compound() => {
            Some("`json` is for lists, maps and objects; the type `json` is sent as JSON anyway")
        }
        (Some(Wire::Comma), _) if !matches!(&ty, Type::List(inner) if !inner.is_compound()) => {
            Some("`comma` is for lists of plain values")
        }
        (Some(Wire::Repeat), _) if !matches!(&ty, Type::List(inner) if !inner.is_compound()) => {
            Some("`repeat` is for lists of plain values")
        }
        (Some(Wire::Repeat), Site::Json) => Some("inside a JSON body a list is a JSON array"),
        (Some(Wire::Comma), Site::Json) => Some("inside a JSON body a list is a JSON array"),
        (Some(Wire::Bit), _) if ty != Type::Scalar(Scalar::Bool) => Some("`bit` is for `bool`"),
        (Some(Wire::Text), _) if !matches!(&ty, Type::Scalar(scalar) if scalar.is_number()) => {
            Some("`text` is for numbers")
        }
        (Some(Wire::Text), Site::Text) => Some("outside a JSON body every value is text already"),
        (Some(Wire::JavaList), _) if !matches!(&ty, Type::List(inner) if is_plain_text(inner)) => {
            Some("`java_list` is for lists of `string` and `id`")
        }
        _ => None,
    };
    if let Some(problem) = problem {
        let place = if field.wire.is_some() { at.at("wire").value() } else { at.at("type").value() };
        diagnostics.push(
            Diagnostic::new(Code::WireForm, place, format!("`{}` cannot be sent this way", field.ty.expr))
                .help(problem),
        );
    }
}
