//! Checks named types.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::field::Site;
use super::names::Owner;
use super::{Scope, field, groups, links, names};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{EnumValue, Field, Returns, TypeDef};
use crate::naming;
use crate::primitives::{EnumRepr, RawValue, TypeExpr};
use crate::yaml::YamlPath;

/// Checks the types of a resource.
pub(super) fn check(scope: Scope<'_>, used: &BTreeSet<&str>, diagnostics: &mut Diagnostics) {
    check_all(scope, used, scope.resource.incomplete, diagnostics);
    for name in sent(scope) {
        let Some(TypeDef::Object { fields, .. }) = scope.find(name) else { continue };
        let at = scope.type_at(name).at("fields");
        for (wire_name, entry) in fields {
            field::not_sent(entry, &at.at(&**wire_name), diagnostics);
        }
    }
}

/// Checks the types of a file. `incomplete`: an endpoint has errors, so that it is not known which types are unused.
pub(super) fn check_all(scope: Scope<'_>, used: &BTreeSet<&str>, incomplete: bool, diagnostics: &mut Diagnostics) {
    for (name, def) in &scope.resource.types {
        let at = scope.type_at(name);
        if !matches!(def, TypeDef::Recovered) {
            links::required_text(def.doc(), &at, &format!("the type `{name}`"), diagnostics);
            links::optional_texts([("doc_zh", def.doc_zh())], &at, diagnostics);
        }
        match def {
            TypeDef::Recovered => {}
            TypeDef::Object { fields, groups: together, .. } => {
                object(scope, fields, &at.at("fields"), diagnostics);
                groups::check_type(scope, fields, together, &at.at("groups"), diagnostics);
            }
            TypeDef::Enum { repr, values, .. } => enumeration(*repr, values, &at.at("values"), diagnostics),
        }
        if !incomplete && !used.contains(name.as_str()) {
            diagnostics.push(
                Diagnostic::new(Code::UnusedType, at.key(), format!("the type `{name}` is never used"))
                    .help("remove it, or use it"),
            );
        }
    }
    recursion(scope, diagnostics);
}

/// Checks the fields of an object, of a named type or of `returns`.
pub(super) fn object(scope: Scope<'_>, fields: &IndexMap<String, Field>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if fields.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::EmptyType, at.clone().key(), "an object has no fields")
                .help("list its fields, or use the type `json`"),
        );
    }
    names::fields(fields, at, Owner::Object, diagnostics);
    for (name, entry) in fields.iter().filter(|(_, entry)| !entry.recovered) {
        let here = at.at(&**name);
        field::check(scope, name, entry, &here, diagnostics);
        field::wire(scope, entry, Site::Json, &here, diagnostics);
        field::nullable(entry, Site::Json, !entry.ty.optional, &here, diagnostics);
        if entry.required {
            diagnostics.push(
                Diagnostic::new(Code::UnknownKey, here.at("required").key(), "`required` is for parameters")
                    .help("a field that may be absent has a type that ends in `?`; all others are required"),
            );
        }
        if !entry.places.is_empty() {
            diagnostics.push(
                Diagnostic::new(Code::UnknownKey, here.at("in").key(), "`in` is for parameters")
                    .help("a field goes where its object goes"),
            );
        }
        if entry.ty.expr.leaf() == "file" {
            diagnostics.push(
                Diagnostic::new(Code::TypeMisuse, here.at("type").value(), "a file cannot be inside an object")
                    .help("`file` is for parameters of an endpoint with `encoding: multipart`"),
            );
        }
    }
}

/// Checks an enum.
fn enumeration(repr: EnumRepr, values: &IndexMap<String, EnumValue>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if values.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::EmptyType, at.clone().key(), "an enum has no values")
                .help("list the known values, or use a plain type"),
        );
    }
    let mut raws: BTreeMap<&RawValue, &str> = BTreeMap::new();
    let mut variants: BTreeMap<String, &str> = BTreeMap::new();
    for (name, value) in values {
        let here = at.at(&**name);
        links::optional_texts([("doc_zh", value.doc_zh.as_deref())], &here, diagnostics);
        value_kind(repr, &value.raw, &here, diagnostics);
        if let Some(first) = raws.insert(&value.raw, name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateValue,
                    here.clone().value(),
                    format!("`{first}` and `{name}` have the same value {}", value.raw),
                )
                .second(at.at(first).value(), "the first one")
                .help("one value has one name"),
            );
        }
        if !names::snake(name, here.clone().key(), "the name of a value", diagnostics) {
            continue;
        }
        let variant = naming::camel(name);
        if variant == "Unlisted" || variant == "Self" {
            diagnostics.push(
                Diagnostic::new(Code::ReservedName, here.key(), format!("every enum already has `{variant}`"))
                    .help("choose another name"),
            );
        } else if let Some(first) = variants.insert(variant.clone(), name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::NameCollision,
                    here.key(),
                    format!("`{first}` and `{name}` both become the Rust variant `{variant}`"),
                )
                .second(at.at(first).key(), "the first one")
                .help("rename one of them"),
            );
        }
    }
}

/// Checks that a value has the type that `enum` declares.
fn value_kind(repr: EnumRepr, raw: &RawValue, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let expected = match (repr, raw) {
        (EnumRepr::I32, RawValue::Int(_)) | (EnumRepr::String, RawValue::Text(_)) => return,
        (EnumRepr::I32, _) => "an enum over `i32` has integers, written without quotes".to_owned(),
        (EnumRepr::String, raw) => format!("an enum over `string` has text: write `\"{raw}\"`"),
    };
    let message = format!("`{raw}` is not a value of this enum");
    diagnostics.push(Diagnostic::new(Code::ValueKind, at.clone().value(), message).help(expected));
}

/// Returns the names of the types that the endpoints of a resource use, directly or through other types.
pub(super) fn used<'a>(scope: Scope<'a>) -> BTreeSet<&'a str> {
    let mut first = params(scope);
    for endpoint in scope.resource.endpoints.values() {
        match &endpoint.returns {
            Returns::Nothing => {}
            Returns::Type { ty, .. } => first.push(ty.expr.leaf()),
            Returns::Fields { fields, .. } => first.extend(fields.values().map(|field| field.ty.expr.leaf())),
        }
    }
    reached(scope, first)
}

/// Returns the names of the types that the requests of a resource use, directly or through other types.
pub(super) fn sent<'a>(scope: Scope<'a>) -> BTreeSet<&'a str> {
    reached(scope, params(scope))
}

/// Returns the names of the types of all parameters.
fn params<'a>(scope: Scope<'a>) -> Vec<&'a str> {
    let endpoints = scope.resource.endpoints.values();
    endpoints.flat_map(|endpoint| endpoint.params.values()).map(|param| param.ty.expr.leaf()).collect()
}

/// Returns these types and all types that they contain.
pub(super) fn reached<'a>(scope: Scope<'a>, first: Vec<&'a str>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting = first;
    while let Some(name) = waiting.pop() {
        if !reached.insert(name) {
            continue;
        }
        if let Some(TypeDef::Object { fields, .. }) = scope.find(name) {
            waiting.extend(fields.values().map(|field| field.ty.expr.leaf()));
        }
    }
    reached
}

/// Reports objects that contain themselves directly, and so would have no size; in a list or map it is allowed. Each
/// cycle is reported once.
fn recursion(scope: Scope<'_>, diagnostics: &mut Diagnostics) {
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for name in scope.resource.types.keys() {
        if reported.contains(name.as_str()) {
            continue;
        }
        if let Some((cycle, place)) = find_cycle(scope, name) {
            let mut problem =
                Diagnostic::new(Code::RecursiveType, place.clone().value(), format!("`{name}` contains itself"))
                    .help(format!("make it a list, `[{name}]`, or use the type `json`"));
            if cycle.len() > 1 {
                problem = problem
                    .label(format!("by way of {} -> {name}", cycle.join(" -> ")))
                    .second(scope.type_at(name).key(), "defined here");
            }
            diagnostics.push(problem);
            reported.extend(cycle);
        }
    }
}

/// Returns the types on a path from a type back to itself, and the field that closes the cycle; `None` if there is
/// none.
fn find_cycle<'a>(scope: Scope<'a>, name: &'a str) -> Option<(Vec<&'a str>, YamlPath)> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<Vec<&str>> = vec![vec![name]];
    while let Some(way) = waiting.pop() {
        let current = *way.last()?;
        let Some(TypeDef::Object { fields, .. }) = scope.find(current) else { continue };
        for (field_name, field) in fields {
            let TypeExpr::Name(inner) = &field.ty.expr else { continue };
            if inner == name {
                return Some((way, scope.type_at(current).at("fields").at(&**field_name).at("type")));
            }
            if seen.insert(inner.as_str()) {
                waiting.push([way.as_slice(), &[inner.as_str()]].concat());
            }
        }
    }
    None
}
