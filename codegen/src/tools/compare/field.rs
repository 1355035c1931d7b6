//! Compares what parameters and fields have in common.

use super::matched::Matched;
use super::{Changes, Rule, limits};
use crate::emit::rust;
use crate::model::Field;

/// Fields of two versions by their name on the wire, or else by their name in Rust.
pub(super) fn matched<'a>(old: &'a [Field], new: &'a [Field]) -> Matched<'a, Field> {
    let mut matched = Matched::new(old, new, |field: &Field| &field.wire_name);
    matched.join(|field| &field.rust_name);
    matched
}

/// The type in Rust, and whether it keeps a secret.
pub(super) fn ty(rule: Rule, id: &str, what: &str, old: &Field, new: &Field, changes: &mut Changes) {
    let (before, after) = (rust::type_name(&old.ty, old.secret), rust::type_name(&new.ty, new.secret));
    if before == after {
        return;
    }
    let is_toggled = old.secret != new.secret && rust::type_name(&old.ty, new.secret) == after;
    changes.changed(if is_toggled { Rule::SecretToggled } else { rule }, id, what, &before, &after);
}

/// Compares what the Rust type does not show. `sent`: whether values go to the server, so that limits are kept.
pub(super) fn details(id: &str, what: &str, old: &Field, new: &Field, sent: bool, changes: &mut Changes) {
    changes.changed(Rule::WireName, id, &format!("the name of {what} on the wire"), &old.wire_name, &new.wire_name);
    if sent {
        changes.changed_debug(Rule::WireForm, id, &format!("the wire form of {what}"), &old.wire, &new.wire);
    }
    let quotes = format!("whether the sandbox takes single quotes in {what}");
    changes.changed(Rule::Tolerance, id, &quotes, &old.single_quotes, &new.single_quotes);
    limits::all(id, what, old, new, sent, changes);
    changes.changed_debug(Rule::Text, id, &format!("the doc of {what}"), &old.doc, &new.doc);
    changes.changed_debug(Rule::DocumentedDefault, id, &format!("the default of {what}"), &old.default, &new.default);
    changes.changed_debug(Rule::Text, id, &format!("the case of {what}"), &old.lower_case, &new.lower_case);
    match (&old.deprecated, &new.deprecated) {
        (None, Some(note)) => changes.add(Rule::Deprecated, id, format!("{what} is deprecated: {note}")),
        (Some(_), None) => changes.add(Rule::Undeprecated, id, format!("{what} is not deprecated any more")),
        (before, after) => {
            changes.changed_debug(Rule::Text, id, &format!("the note on deprecated {what}"), before, after)
        }
    }
    for gone in old.accept.iter().filter(|spelling| !new.accept.contains(spelling)) {
        changes.add(Rule::SpellingRemoved, id, format!("{what} is not understood as `{gone}` any more"));
    }
    for added in new.accept.iter().filter(|spelling| !old.accept.contains(spelling)) {
        changes.add(Rule::SpellingAdded, id, format!("{what} is understood as `{added}` too"));
    }
}
