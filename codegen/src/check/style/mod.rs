//! Warnings about specs that have no errors.
//!
//! The rules prefer false negatives to false positives, because a warning cannot be suppressed.

mod consistency;
mod near_duplicates;
mod numeric_names;
mod redundant_doc;
mod tokenize;
mod untyped_text;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Scope, types};
use crate::diagnostics::Diagnostics;
use crate::document::{Field, ProductFile, ResourceFile, Returns, TypeDef};
use crate::yaml::YamlPath;

/// Reports warnings about a product.
pub(super) fn check(file: &ProductFile, diagnostics: &mut Diagnostics) {
    near_duplicates::check(file, diagnostics);
    consistency::check(file, diagnostics);
    let mut all_sent = BTreeSet::new();
    for resource in &file.resources {
        let shared = file.shared.as_ref();
        let product = &file.product;
        let sent = types::sent(Scope {
            product,
            product_recovered: file.recovered,
            product_path: &file.path,
            resource,
            shared,
        });
        check_file(resource, &sent, diagnostics);
        all_sent.extend(sent);
    }
    if let Some(shared) = &file.shared {
        check_file(shared, &all_sent, diagnostics);
    }
    if let Some(callbacks) = &file.callbacks {
        let root = YamlPath::root(&callbacks.file.path);
        for (name, event) in &callbacks.events {
            let at = root.at("events").at(&**name).at("fields");
            for (wire_name, field) in &event.fields {
                check_field(wire_name, field, false, &at.at(&**wire_name), diagnostics);
            }
        }
        check_file(&callbacks.file, &BTreeSet::new(), diagnostics);
    }
}

/// Reports warnings about a parameter or field.
fn check_field(name: &str, field: &Field, is_sent: bool, at: &YamlPath, diagnostics: &mut Diagnostics) {
    redundant_doc::field(name, field, at, diagnostics);
    untyped_text::check(name, field, is_sent, at, diagnostics);
}

/// Checks a file. `sent`: names of the types that requests contain.
fn check_file(resource: &ResourceFile, sent: &BTreeSet<&str>, diagnostics: &mut Diagnostics) {
    each_field(resource, sent, &mut |name, field, is_sent, at| {
        check_field(name, field, is_sent, at, diagnostics);
    });
    let types = YamlPath::root(&resource.path).at("types");
    for (name, def) in &resource.types {
        let at = types.at(&**name);
        redundant_doc::named_type(name, def, &at, diagnostics);
        if let TypeDef::Enum { values, .. } = def {
            numeric_names::check(name, values, &at.at("values"), diagnostics);
        }
    }
}

/// Calls `visit` with every parameter of the file and every field of its replies and types, and whether requests
/// contain it.
fn each_field(resource: &ResourceFile, sent: &BTreeSet<&str>, visit: &mut impl FnMut(&str, &Field, bool, &YamlPath)) {
    let mut all = |fields: &IndexMap<String, Field>, is_sent: bool, at: &YamlPath| {
        for (name, field) in fields {
            visit(name, field, is_sent, &at.at(&**name));
        }
    };
    let root = YamlPath::root(&resource.path);
    for (name, endpoint) in &resource.endpoints {
        let at = root.at("endpoints").at(&**name);
        all(&endpoint.params, true, &at.at("params"));
        if let Returns::Fields { fields, .. } = &endpoint.returns {
            all(fields, false, &at.at("returns").at("fields"));
        }
    }
    for (name, def) in &resource.types {
        if let TypeDef::Object { fields, .. } = def {
            all(fields, sent.contains(name.as_str()), &root.at("types").at(&**name).at("fields"));
        }
    }
}
