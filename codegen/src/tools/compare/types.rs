//! Named types: objects and enums.

use indexmap::IndexMap;

use super::matched::Matched;
use super::{Changes, Rule, field, params};
use crate::model::{EnumRepr, EnumValue, Field, TypeDef, TypeKind};

type Named<'a> = (&'a String, &'a TypeDef);

pub(super) fn all(
    resource: &str,
    old: &IndexMap<String, TypeDef>,
    new: &IndexMap<String, TypeDef>,
    changes: &mut Changes,
) {
    let (old, new): (Vec<Named<'_>>, Vec<Named<'_>>) = (old.iter().collect(), new.iter().collect());
    let mut matched = Matched::new(&old, &new, |(name, _)| *name);
    for (before, after) in matched.join(|(_, def)| content(def)) {
        let text = format!("the type is called `{}` now", after.0);
        changes.add(Rule::TypeRenamed, &format!("{resource}.{}", before.0), text);
    }
    for ((name, before), (_, after)) in matched.both {
        // Those of the whole product are compared once.
        if before.shared && after.shared {
            continue;
        }
        one(&format!("{resource}.{name}"), before, after, changes);
    }
    for (name, _) in matched.removed {
        changes.add(Rule::TypeRemoved, &format!("{resource}.{name}"), "the type is removed");
    }
    for (name, _) in matched.added {
        changes.add(Rule::TypeAdded, &format!("{resource}.{name}"), "the type is new");
    }
}

/// Recognises a type that has another name.
fn content(def: &TypeDef) -> Vec<String> {
    match &def.kind {
        TypeKind::Object(fields) => fields.iter().map(|field| field.wire_name.clone()).collect(),
        TypeKind::Enum(_, values) => values.iter().map(|value| format!("= {}", value.raw)).collect(),
    }
}

pub(super) fn one(id: &str, old: &TypeDef, new: &TypeDef, changes: &mut Changes) {
    changes.changed_debug(Rule::Text, id, "the doc", &old.doc, &new.doc);
    if new.in_request {
        changes.changed_debug(
            Rule::Groups,
            id,
            "the groups of fields that depend on each other",
            &old.groups,
            &new.groups,
        );
    }
    match (new.in_request, old.closed, new.closed) {
        (true, false, true) => changes.add(Rule::LimitTightened, id, "values that are not listed are refused"),
        (true, true, false) => changes.add(Rule::LimitLoosened, id, "values that are not listed are sent"),
        _ => {}
    }
    match (&old.kind, &new.kind) {
        (TypeKind::Object(before), TypeKind::Object(after)) => {
            if old.in_request && !new.in_request {
                changes.add(Rule::ConstructorRemoved, id, "the type is not sent any more: no `new`, no setters");
            } else if !old.in_request && new.in_request {
                changes.add(Rule::ConstructorAdded, id, "the type is sent now: it has `new` and setters");
            }
            object(id, before, after, old.in_request && new.in_request, changes);
        }
        (TypeKind::Enum(before, old_values), TypeKind::Enum(after, new_values)) if before == after => {
            values(id, old_values, new_values, changes);
        }
        (before, after) => changes.changed(Rule::TypeKind, id, "the type", &kind(before), &kind(after)),
    }
}

fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Object(_) => "object",
        TypeKind::Enum(EnumRepr::I32, _) => "enum: i32",
        TypeKind::Enum(EnumRepr::String, _) => "enum: string",
    }
}

fn object(id: &str, old: &[Field], new: &[Field], sent: bool, changes: &mut Changes) {
    let matched = field::matched(old, new);
    for (before, after) in &matched.both {
        let what = format!("the field `{}`", after.rust_name);
        changes.changed(Rule::FieldRenamed, id, &format!("the name of {what}"), &before.rust_name, &after.rust_name);
        field::ty(Rule::FieldType, id, &what, before, after, changes);
        if before.required != after.required {
            let kinds = if after.required { ("plain", "an `Option`") } else { ("an `Option`", "plain") };
            changes.add(Rule::FieldOptional, id, format!("{what} is {}, was {}", kinds.0, kinds.1));
        }
        if !before.required && !after.required && before.nullable != after.nullable {
            let kinds = if after.nullable { ("can", "could not") } else { ("cannot", "could") };
            changes.add(Rule::FieldType, id, format!("{what} {} hold null, {} before", kinds.0, kinds.1));
        }
        field::details(id, &what, before, after, sent, changes);
    }
    if sent {
        params::order(id, old, new, &matched, changes);
    }
    for gone in matched.removed {
        changes.add(Rule::FieldRemoved, id, format!("the field `{}` is removed", gone.rust_name));
    }
    for added in matched.added {
        if sent && added.required {
            let text = format!("the field `{}` is new and required: `new` takes it", added.rust_name);
            changes.add(Rule::RequiredAdded, id, text);
        } else {
            changes.add(Rule::FieldAdded, id, format!("the field `{}` is new", added.rust_name));
        }
    }
}

fn values(id: &str, old: &[EnumValue], new: &[EnumValue], changes: &mut Changes) {
    let mut matched = Matched::new(old, new, |value: &EnumValue| &value.variant);
    for (before, after) in matched.join(|value| &value.raw) {
        let text = format!("the value {} is called `{}`, was `{}`", after.raw, after.variant, before.variant);
        changes.add(Rule::ValueRenamed, id, text);
    }
    for (before, after) in matched.both {
        changes.changed(Rule::ValueNumber, id, &format!("`{}` on the wire", after.variant), &before.raw, &after.raw);
        changes.changed_debug(Rule::Text, id, &format!("the doc of `{}`", after.variant), &before.doc, &after.doc);
    }
    for gone in matched.removed {
        changes.add(Rule::ValueRemoved, id, format!("`{}` ({}) is removed", gone.variant, gone.raw));
    }
    for added in matched.added {
        changes.add(Rule::ValueAdded, id, format!("`{}` ({}) is new", added.variant, added.raw));
    }
}
