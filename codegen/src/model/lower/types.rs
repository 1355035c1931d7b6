//! Types, fields, and which types are sent or received.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Names, rules};
use crate::document::{Field as FieldDoc, ProductFile};
use crate::model::{
    Callbacks, Endpoint, EnumValue, Field, Groups, Limits, Resource, Returns, Rules, SharedTypes, Type, TypeDef,
    TypeKind, defaults,
};
use crate::primitives::{RawValue, Scalar, TypeExpr};
use crate::{document, naming};

pub(crate) fn object_field(names: Names<'_>, name: &str, doc: &FieldDoc) -> Field {
    Field { required: !doc.ty.optional, ..field(names, name, doc) }
}

pub(super) fn field(names: Names<'_>, name: &str, doc: &FieldDoc) -> Field {
    let listed = rules::listed(doc, &|name| names.find(name));
    Field {
        wire_name: name.to_owned(),
        rust_name: defaults::field_name(name, doc),
        ty: names.resolve(&doc.ty.expr),
        required: false,
        places: Vec::new(),
        wire: doc.wire,
        single_quotes: doc.single_quotes,
        doc: doc.doc.clone().unwrap_or_default(),
        limits: Limits { max_len: doc.max_len, max_bytes: doc.max_bytes, max_items: doc.max_items, range: doc.range },
        pattern: doc.pattern.clone(),
        one_of: if listed.is_empty() { doc.one_of.clone() } else { Vec::new() },
        allowed: rules::allowed(doc, &|name| names.find(name)),
        listed,
        lower_case: doc.lower_case,
        default: doc.default.clone(),
        nullable: doc.nullable,
        secret: doc.secret,
        deprecated: doc.deprecated.clone(),
        accept: doc.accept.clone(),
    }
}

/// Resolves a type expression.
pub(crate) fn resolve<'a>(find: &dyn Fn(&str) -> Option<&'a document::TypeDef>, expr: &TypeExpr) -> Type {
    match expr {
        TypeExpr::List(inner) => Type::List(Box::new(resolve(find, inner))),
        TypeExpr::Map(inner) => Type::Map(Box::new(resolve(find, inner))),
        TypeExpr::Name(name) => match (Scalar::named(name), find(name)) {
            (Some(scalar), _) => Type::Scalar(scalar),
            (None, Some(document::TypeDef::Enum { .. })) => Type::Enum(name.clone()),
            (None, _) => Type::Object(name.clone()),
        },
    }
}

pub(crate) fn type_def(names: Names<'_>, def: &document::TypeDef, shared: bool) -> TypeDef {
    let (closed, groups, rules) = match def {
        document::TypeDef::Object { fields, groups, .. } => {
            (false, (**groups).clone(), rules::lower(fields, groups, &|name| names.find(name)))
        }
        document::TypeDef::Enum { closed, .. } => (*closed, Groups::default(), Rules::default()),
        document::TypeDef::Recovered => (false, Groups::default(), Rules::default()),
    };
    let kind = match def {
        document::TypeDef::Object { fields, .. } => {
            TypeKind::Object(fields.iter().map(|(name, field)| object_field(names, name, field)).collect())
        }
        document::TypeDef::Recovered => TypeKind::Object(Vec::new()),
        document::TypeDef::Enum { repr, values, .. } => {
            TypeKind::Enum(*repr, values.iter().map(|(name, value)| enum_value(name, value)).collect())
        }
    };
    let doc = def.doc().unwrap_or_default().to_owned();
    TypeDef { doc, kind, in_request: false, in_reply: false, shared, closed, groups, rules }
}

/// The types of `types.yaml`, marked as sent or received where any other file uses them so.
pub(super) fn shared_types(
    file: &ProductFile,
    resources: &[Resource],
    callbacks: Option<&Callbacks>,
) -> Option<SharedTypes> {
    let shared = file.shared.as_ref()?;
    let inside = Names { resource: shared, shared: None };
    let used_by = |name: &str, uses: fn(&TypeDef) -> bool| {
        let resources = resources.iter().map(|resource| &resource.types);
        let all = resources.chain(callbacks.map(|callbacks| &callbacks.types));
        all.filter_map(|types| types.get(name)).any(|def| def.shared && uses(def))
    };
    let types = shared.types.iter().map(|(name, def)| {
        let in_request = used_by(name, |def| def.in_request);
        let in_reply = used_by(name, |def| def.in_reply);
        (name.clone(), TypeDef { in_request, in_reply, ..type_def(inside, def, false) })
    });
    Some(SharedTypes {
        file: shared.path.clone(),
        title: shared.resource.title.clone(),
        doc: shared.resource.doc.clone(),
        types: types.collect(),
    })
}

fn enum_value(name: &str, value: &document::EnumValue) -> EnumValue {
    let raw: &RawValue = &value.raw;
    EnumValue { name: name.to_owned(), variant: naming::camel(name), raw: raw.clone(), doc: value.doc.clone() }
}

/// Marks which types are sent and which are received: each gets only the code it needs.
pub(super) fn mark_uses(types: &mut IndexMap<String, TypeDef>, endpoints: &[Endpoint]) {
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    for endpoint in endpoints {
        for param in &endpoint.params {
            reach(&param.ty, types, &mut sent);
        }
        if let Returns::At(_, ty) | Returns::Flat(ty) = &endpoint.returns {
            reach(ty, types, &mut received);
        }
    }
    for (name, def) in types {
        def.in_request = sent.contains(name);
        def.in_reply = received.contains(name);
    }
}

pub(super) fn reach(ty: &Type, types: &IndexMap<String, TypeDef>, reached: &mut BTreeSet<String>) {
    match ty {
        Type::Scalar(_) => {}
        Type::List(inner) | Type::Map(inner) => reach(inner, types, reached),
        Type::Object(name) | Type::Enum(name) => {
            if !reached.insert(name.clone()) {
                return;
            }
            if let Some(TypeDef { kind: TypeKind::Object(fields), .. }) = types.get(name) {
                for field in fields {
                    reach(&field.ty, types, reached);
                }
            }
        }
    }
}
