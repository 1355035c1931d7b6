//! Parameters: the arguments of `new`, the setters, and where the values go.

use super::matched::Matched;
use super::{Changes, Rule, field};
use crate::model::{Encoding, Endpoint, Field, Place};

pub(super) fn all(id: &str, old: &Endpoint, new: &Endpoint, changes: &mut Changes) {
    let matched = field::matched(&old.params, &new.params);
    for (before, after) in &matched.both {
        one(id, before, after, changes);
        let places = (places(before, old.encoding), places(after, new.encoding));
        changes.changed_debug(
            Rule::Place,
            id,
            &format!("the part of the request for `{}`", after.wire_name),
            &places.0,
            &places.1,
        );
    }
    order(id, &old.params, &new.params, &matched, changes);
    for gone in &matched.removed {
        let rule = if gone.required { Rule::RequiredRemoved } else { Rule::SetterRemoved };
        let kind = if gone.required { "required" } else { "optional" };
        changes.add(rule, id, format!("the {kind} parameter `{}` is removed", gone.wire_name));
    }
    for added in &matched.added {
        let rule = if added.required { Rule::RequiredAdded } else { Rule::SetterAdded };
        let kind = if added.required { "required" } else { "optional" };
        changes.add(rule, id, format!("the {kind} parameter `{}` is new", added.wire_name));
    }
}

fn one(id: &str, old: &Field, new: &Field, changes: &mut Changes) {
    let name = &new.wire_name;
    match (old.required, new.required) {
        (false, true) => {
            changes.add(Rule::BecameRequired, id, format!("the parameter `{name}` is required: `new` takes it"));
        }
        (true, false) => {
            let text = format!("the parameter `{name}` is optional: `new` does not take it, a setter does");
            changes.add(Rule::BecameOptional, id, text);
        }
        (true, true) => {
            changes.changed(
                Rule::ArgumentName,
                id,
                &format!("the argument for `{name}`"),
                &old.rust_name,
                &new.rust_name,
            );
        }
        (false, false) => {
            changes.changed(
                Rule::SetterRenamed,
                id,
                &format!("the setter of `{name}`"),
                &old.rust_name,
                &new.rust_name,
            );
            null(id, old, new, changes);
        }
    }
    let what = format!("the parameter `{name}`");
    field::ty(Rule::ParameterType, id, &what, old, new, changes);
    field::details(id, &what, old, new, true, changes);
}

/// Whether there is a setter for an explicit null.
fn null(id: &str, old: &Field, new: &Field, changes: &mut Changes) {
    match (old.nullable, new.nullable) {
        (true, false) => {
            changes.add(Rule::NullRemoved, id, format!("the setter `{}_null` is removed", old.rust_name));
        }
        (false, true) => changes.add(Rule::NullAdded, id, format!("the setter `{}_null` is new", new.rust_name)),
        _ => {}
    }
}

/// The order of the arguments of `new` that both versions take.
pub(super) fn order(id: &str, old: &[Field], new: &[Field], matched: &Matched<'_, Field>, changes: &mut Changes) {
    let mut kept: Vec<_> = matched.both.iter().filter(|(before, after)| before.required && after.required).collect();
    let at = |fields: &[Field], name: &str| fields.iter().position(|field| field.wire_name == name);
    let names = |kept: &[&(&Field, &Field)]| kept.iter().map(|(_, after)| after.wire_name.clone()).collect::<Vec<_>>();
    kept.sort_by_key(|(before, _)| at(old, &before.wire_name));
    let before = names(&kept);
    kept.sort_by_key(|(_, after)| at(new, &after.wire_name));
    let after = names(&kept);
    if before != after {
        changes.add(
            Rule::RequiredOrder,
            id,
            format!("`new` takes ({}), was ({})", after.join(", "), before.join(", ")),
        );
    }
}

/// Where a parameter is sent; `None` is the place of the encoding, whose change is reported by itself.
fn places(param: &Field, encoding: Encoding) -> Vec<Option<Place>> {
    let usual = match encoding {
        Encoding::Form | Encoding::Multipart => Place::Form,
        Encoding::Json => Place::Json,
        Encoding::Query => Place::Query,
    };
    param.places.iter().map(|place| Some(*place).filter(|place| *place != usual)).collect()
}
