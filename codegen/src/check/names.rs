//! Names as written, and what Rust makes of them.

use std::collections::BTreeMap;

use super::Scope;
use crate::{
    defaults,
    diagnostic::{Code, Diagnostic, Diagnostics, NodePath},
    document::{Field, Returns},
    model::Scalar,
    naming,
};

pub(super) fn resource(scope: Scope<'_>, found: &mut Diagnostics) {
    let root = scope.root();
    let head = &scope.resource.resource;
    let stem = &scope.resource.stem;
    if head.resource != *stem {
        found.push(
            Diagnostic::new(
                Code::FileName,
                root.at("resource").value(),
                format!("`{stem}.yaml` says that it is the resource `{}`", head.resource),
            )
            .help(format!("one file is one resource: write `resource: {stem}`, or rename the file")),
        );
    }
    module(stem, &root.at("resource"), found);
    rust_types(scope, found);
}

/// A name that becomes a Rust module.
pub(super) fn module(name: &str, at: &NodePath, found: &mut Diagnostics) {
    if !snake(name, at, "a module name", found) {
        return;
    }
    if naming::is_keyword(name) {
        found.push(
            Diagnostic::new(Code::ReservedName, at.clone().value(), format!("`{name}` is a Rust keyword"))
                .help("choose another name for the file"),
        );
    }
}

/// `create`, `set_role`.
pub(super) fn snake(name: &str, at: &NodePath, what: &str, found: &mut Diagnostics) -> bool {
    let good = naming::is_snake(name);
    if !good {
        found.push(
            Diagnostic::new(Code::BadName, at.clone().key(), format!("`{name}` is not {what}"))
                .help(format!("write it in snake case: `{}`", naming::field(name))),
        );
    }
    good
}

/// Endpoints and types of a file share one Rust module.
fn rust_types(scope: Scope<'_>, found: &mut Diagnostics) {
    let mut taken: BTreeMap<String, NodePath> = BTreeMap::new();
    let claim = |name: String, at: NodePath, found: &mut Diagnostics, taken: &mut BTreeMap<String, NodePath>| {
        if naming::is_used_type(&name) {
            found.push(
                Diagnostic::new(Code::ReservedName, at.key(), format!("generated code already uses a type `{name}`"))
                    .help("choose another name"),
            );
        } else if let Some(first) = taken.get(&name) {
            found.push(
                Diagnostic::new(
                    Code::NameCollision,
                    at.key(),
                    format!("two things in this file become the Rust type `{name}`"),
                )
                .second(first.clone().key(), format!("the first `{name}`"))
                .help("rename one of them"),
            );
        } else {
            taken.insert(name, at);
        }
    };
    for (name, endpoint) in &scope.resource.endpoints {
        let at = scope.endpoint_at(name);
        if snake(name, &at, "an endpoint name", found) {
            let rust_name = naming::camel(name);
            if matches!(endpoint.returns, Returns::Fields { .. }) {
                claim(defaults::reply_type(&rust_name), at.at("returns"), found, &mut taken);
            }
            claim(rust_name, at, found, &mut taken);
        }
    }
    for name in scope.resource.types.keys() {
        let at = scope.type_at(name);
        if Scalar::named(name).is_some() || !naming::is_camel(name) {
            found.push(
                Diagnostic::new(Code::BadName, at.key(), format!("`{name}` is not a type name"))
                    .help(format!("write it in camel case: `{}`", naming::camel(name))),
            );
        } else {
            claim(name.clone(), at, found, &mut taken);
        }
    }
}

/// Fields of one struct: each needs a name of its own.
pub(super) fn fields<'a>(
    fields: impl Iterator<Item = (&'a String, &'a Field)>,
    at: &NodePath,
    is_request: bool,
    found: &mut Diagnostics,
) {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for (wire_name, field) in fields.filter(|(_, field)| !field.broken) {
        let here = at.at(&**wire_name);
        if !naming::is_wire_name(wire_name) {
            found.push(
                Diagnostic::new(Code::BadName, here.clone().key(), format!("`{wire_name}` is not a name on the wire"))
                    .help("names consist of letters, digits and `_`, `-`, `.`"),
            );
            continue;
        }
        let name = defaults::field_name(wire_name, field);
        let named_at = if field.name.is_some() { here.at("name").value() } else { here.clone().key() };
        if !naming::is_snake(&name) {
            found.push(
                Diagnostic::new(Code::BadName, named_at, format!("`{name}` is not a field name"))
                    .help(format!("write it in snake case: `name: {}`", naming::field(&name))),
            );
        } else if naming::is_keyword(&name) {
            found.push(
                Diagnostic::new(Code::ReservedName, named_at, format!("`{name}` is a Rust keyword"))
                    .help("give it another name in Rust, e.g. `name: kind`; the wire name stays"),
            );
        } else if is_request && naming::is_request_method(&name) {
            found.push(
                Diagnostic::new(Code::ReservedName, named_at, format!("every request already has a method `{name}`"))
                    .help("give the parameter another name in Rust with `name:`; the wire name stays"),
            );
        } else if let Some(first) = taken.get(&name) {
            found.push(
                Diagnostic::new(
                    Code::NameCollision,
                    named_at,
                    format!("`{wire_name}` and `{first}` both become the Rust field `{name}`"),
                )
                .second(at.at(*first).key(), "the first one")
                .help("give one of them another name in Rust with `name:`"),
            );
        } else {
            taken.insert(name, wire_name);
        }
    }
}
