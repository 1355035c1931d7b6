//! Finds endpoints that still have placeholders.

use std::collections::BTreeSet;

use crate::document::placeholder::is_placeholder;
use crate::model::{Endpoint, Field, Resource, Returns, Type, TypeKind};

/// Whether a placeholder is left in the endpoint, or in a type that it uses.
pub(super) fn is_unwritten(resource: &Resource, endpoint: &Endpoint) -> bool {
    endpoint.unwritten || types_of(resource, endpoint).into_iter().any(|name| is_type_unwritten(resource, name))
}

fn is_type_unwritten(resource: &Resource, name: &str) -> bool {
    let Some(def) = resource.types.get(name) else { return false };
    let is_field_unwritten = |field: &Field| is_placeholder(&field.doc) || is_placeholder(&field.wire_name);
    is_placeholder(&def.doc)
        || match &def.kind {
            TypeKind::Object(fields) => fields.iter().any(is_field_unwritten),
            TypeKind::Enum(_, values) => values
                .iter()
                .any(|value| is_placeholder(&value.name) || value.doc.as_deref().is_some_and(is_placeholder)),
        }
}

/// Names of all types that the endpoint uses, of those inside of others too.
fn types_of<'a>(resource: &'a Resource, endpoint: &'a Endpoint) -> BTreeSet<&'a str> {
    let reply = match &endpoint.returns {
        Returns::Nothing => None,
        Returns::At(_, ty) | Returns::Flat(ty) => Some(ty),
    };
    let mut waiting: Vec<&str> =
        endpoint.params.iter().map(|param| &param.ty).chain(reply).filter_map(name_of).collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if !reached.insert(name) {
            continue;
        }
        if let Some(TypeKind::Object(fields)) = resource.types.get(name).map(|def| &def.kind) {
            waiting.extend(fields.iter().filter_map(|field| name_of(&field.ty)));
        }
    }
    reached
}

/// The named type that it is, or has inside.
fn name_of(ty: &Type) -> Option<&str> {
    match ty {
        Type::Scalar(_) => None,
        Type::List(inner) | Type::Map(inner) => name_of(inner),
        Type::Object(name) | Type::Enum(name) => Some(name),
    }
}
