//! Checks names, and that they are different in Rust.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Scope;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{Field, Returns};
use crate::model::defaults;
use crate::naming;
use crate::primitives::Scalar;
use crate::yaml::{Location, YamlPath};

/// Checks the names in a resource file.
pub(super) fn resource(scope: Scope<'_>, diagnostics: &mut Diagnostics) {
    let root = scope.root();
    let head = &scope.resource.resource;
    let stem = &scope.resource.stem;
    if head.resource != *stem {
        diagnostics.push(
            Diagnostic::new(
                Code::FileName,
                root.at("resource").value(),
                format!("`{stem}.yaml` says that it is the resource `{}`", head.resource),
            )
            .help(format!("one file is one resource: write `resource: {stem}`, or rename the file")),
        );
    }
    module(stem, &root.at("resource"), diagnostics);
    if scope.resource.endpoints.is_empty() && !scope.resource.incomplete {
        diagnostics.push(
            Diagnostic::new(Code::EmptyType, root.at("endpoints").key(), "the resource has no endpoints")
                .help("add one, or remove the file"),
        );
    }
    rust_types(scope, std::iter::empty(), diagnostics);
}

/// Checks the names in `types.yaml`.
pub(super) fn shared(scope: Scope<'_>, diagnostics: &mut Diagnostics) {
    rust_types(scope, std::iter::empty(), diagnostics);
}

/// Checks the names in `callbacks.yaml`.
pub(super) fn callbacks<'a>(scope: Scope<'_>, events: impl Iterator<Item = &'a str>, diagnostics: &mut Diagnostics) {
    rust_types(scope, events, diagnostics);
}

/// Checks a name that becomes a Rust module.
pub(super) fn module(name: &str, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if !snake(name, at.clone().value(), "a module name", diagnostics) {
        return;
    }
    if naming::is_keyword(name) {
        diagnostics.push(
            Diagnostic::new(Code::ReservedName, at.clone().value(), format!("`{name}` is a Rust keyword"))
                .help("choose another name for the file"),
        );
    }
}

/// Checks that a name is in snake case: `create`, `set_role`. Returns whether it is.
pub(super) fn snake(name: &str, place: Location, what: &str, diagnostics: &mut Diagnostics) -> bool {
    let is_snake = naming::is_snake(name);
    if !is_snake {
        diagnostics.push(
            Diagnostic::new(Code::BadName, place, format!("`{name}` is not {what}")).help(snake_case_help(name, "")),
        );
    }
    is_snake
}

/// Returns the help for a name that is not in snake case, with a corrected name if there is one.
fn snake_case_help(name: &str, key: &str) -> String {
    let better = naming::field(name);
    if naming::is_snake(&better) {
        format!("write it in snake case: `{key}{better}`")
    } else {
        format!("names begin with a letter and consist of `a-z`, `0-9` and single `_`: `{key}some_name`")
    }
}

/// Checks that endpoints, events and types of a file have different Rust names, because they are in one module.
fn rust_types<'a>(scope: Scope<'_>, events: impl Iterator<Item = &'a str>, diagnostics: &mut Diagnostics) {
    let mut taken = TakenTypes::new(scope);
    for (name, endpoint) in &scope.resource.endpoints {
        let at = scope.endpoint_at(name);
        if snake(name, at.clone().key(), "an endpoint name", diagnostics) {
            let rust_name = naming::camel(name);
            if matches!(endpoint.returns, Returns::Fields { .. }) {
                taken.claim(defaults::reply_type(&rust_name), at.at("returns"), diagnostics);
            }
            taken.claim(rust_name, at, diagnostics);
        }
    }
    for name in events {
        let at = scope.root().at("events").at(name);
        if snake(name, at.clone().key(), "an event name", diagnostics) {
            taken.claim(naming::camel(name), at, diagnostics);
        }
    }
    for name in scope.resource.types.keys() {
        let at = scope.type_at(name);
        if Scalar::named(name).is_some() {
            diagnostics.push(
                Diagnostic::new(Code::ReservedName, at.key(), format!("`{name}` is a built-in type"))
                    .help("choose another name, in camel case"),
            );
        } else if !naming::is_camel(name) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, at.key(), format!("`{name}` is not a type name"))
                    .help(format!("write it in camel case: `{}`", naming::camel(name))),
            );
        } else {
            taken.claim(name.clone(), at, diagnostics);
        }
    }
}

/// Names of Rust types in the module of a file, each with the location in the spec that it comes from.
struct TakenTypes(BTreeMap<String, YamlPath>);

impl TakenTypes {
    /// Starts with the shared types, which are visible in the module of every resource.
    fn new(scope: Scope<'_>) -> Self {
        let shared = scope.shared.into_iter().flat_map(|shared| {
            let types = YamlPath::root(&shared.path).at("types");
            shared.types.keys().map(move |name| (name.clone(), types.at(&**name)))
        });
        Self(shared.collect())
    }

    /// Adds a Rust type name; reports an error if it is already used.
    fn claim(&mut self, name: String, at: YamlPath, diagnostics: &mut Diagnostics) {
        if naming::is_used_type(&name) {
            diagnostics.push(
                Diagnostic::new(Code::ReservedName, at.key(), format!("generated code already uses a type `{name}`"))
                    .help("choose another name"),
            );
        } else if let Some(first) = self.0.get(&name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::NameCollision,
                    at.key(),
                    format!("two things become the Rust type `{name}` in the module of this file"),
                )
                .second(first.clone().key(), format!("the first `{name}`"))
                .help("rename one of them"),
            );
        } else {
            self.0.insert(name, at);
        }
    }
}

/// The owner of fields. It determines which names are reserved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Request,
    Object,
}

/// Checks that the fields of a struct have different names.
pub(super) fn fields(fields: &IndexMap<String, Field>, at: &YamlPath, owner: Owner, diagnostics: &mut Diagnostics) {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    spellings(fields, at, diagnostics);
    for (wire_name, field) in fields.iter().filter(|(_, field)| !field.recovered) {
        let here = at.at(&**wire_name);
        if !naming::is_wire_name(wire_name) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, here.clone().key(), format!("`{wire_name}` is not a name on the wire"))
                    .help("names consist of letters, digits and `_`, `-`, `.`"),
            );
            continue;
        }
        let name = defaults::field_name(wire_name, field);
        let named_at = if field.name.is_some() { here.at("name").value() } else { here.clone().key() };
        if !naming::is_snake(&name) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, named_at, format!("`{name}` is not a field name in Rust"))
                    .help(snake_case_help(&name, "name: ")),
            );
        } else if naming::is_keyword(&name) {
            diagnostics.push(
                Diagnostic::new(Code::ReservedName, named_at, format!("`{name}` is a Rust keyword"))
                    .help("give it another name in Rust, e.g. `name: kind`; the wire name stays"),
            );
        } else if (owner == Owner::Request && naming::is_request_method(&name)) || name == "new" {
            let what = if owner == Owner::Request { "request" } else { "object" };
            diagnostics.push(
                Diagnostic::new(Code::ReservedName, named_at, format!("every {what} already has a method `{name}`"))
                    .help("give it another name in Rust with `name:`; the wire name stays"),
            );
        } else if let Some(first) = taken.get(&name) {
            diagnostics.push(
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

/// Checks that each wire name or other spelling belongs to only one field.
fn spellings(fields: &IndexMap<String, Field>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let mut taken: BTreeMap<&str, &str> = fields.keys().map(|name| (name.as_str(), name.as_str())).collect();
    for (name, field) in fields {
        for (number, other) in field.accept.iter().enumerate() {
            let place = at.at(&**name).at("accept").at(number).value();
            match taken.get(other.as_str()) {
                Some(owner) if owner == name => diagnostics.push(
                    Diagnostic::new(Code::BadName, place, format!("`{other}` is no other spelling of `{name}`"))
                        .help("list every spelling once, and not the name itself"),
                ),
                Some(owner) => diagnostics.push(
                    Diagnostic::new(Code::NameCollision, place, format!("`{other}` already means something else"))
                        .second(at.at(*owner).key(), "this")
                        .help("one name on the wire means one thing: remove the spelling"),
                ),
                None if !naming::is_wire_name(other) => diagnostics.push(
                    Diagnostic::new(Code::BadName, place, format!("`{other}` is not a name on the wire"))
                        .help("names consist of letters, digits and `_`, `-`, `.`"),
                ),
                None => {
                    taken.insert(other, name);
                }
            }
        }
    }
}
