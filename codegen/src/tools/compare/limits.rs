//! Compares limits of values: whether more or fewer values are allowed.

use super::{Changes, Rule};
use crate::model::{Field, Limits, Range, Scalar, Type};

/// A limit in two versions.
struct Limit {
    name: &'static str,
    old: String,
    new: String,
    /// Whether all values that were allowed still are.
    is_wider: bool,
}

/// `sent`: whether values go to the server. Those that only come from it are not checked.
pub(super) fn all(id: &str, what: &str, old: &Field, new: &Field, sent: bool, changes: &mut Changes) {
    for limit in limits(old, new).into_iter().filter(|limit| limit.old != limit.new) {
        let rule = match (sent, limit.is_wider) {
            (false, _) => Rule::DocumentedLimit,
            (true, true) => Rule::LimitLoosened,
            (true, false) => Rule::LimitTightened,
        };
        changes.add(rule, id, format!("the limit `{}` of {what} is {}, was {}", limit.name, limit.new, limit.old));
    }
    // Ids are texts that are checked a little more.
    match (&old.ty, &new.ty) {
        (Type::Scalar(Scalar::String), Type::Scalar(Scalar::Id)) if sent => {
            changes.add(Rule::LimitTightened, id, format!("{what} takes no control characters any more"));
        }
        (Type::Scalar(Scalar::Id), Type::Scalar(Scalar::String)) if sent => {
            changes.add(Rule::LimitLoosened, id, format!("{what} takes control characters"));
        }
        _ => {}
    }
}

fn limits(old: &Field, new: &Field) -> [Limit; 6] {
    let Limits { max_len, max_bytes, max_items, range } = old.limits;
    [
        up_to("max_len", max_len, new.limits.max_len),
        up_to("max_bytes", max_bytes, new.limits.max_bytes),
        up_to("max_items", max_items, new.limits.max_items),
        within(range, new.limits.range),
        Limit {
            name: "pattern",
            old: quoted(old.pattern.as_ref()),
            new: quoted(new.pattern.as_ref()),
            // Which of two patterns takes more is not asked.
            is_wider: new.pattern.is_none(),
        },
        one_of(&allowed(old), &allowed(new)),
    ]
}

/// The only values; those of an enum by their names.
fn allowed(field: &Field) -> Vec<String> {
    let values = field.one_of.iter().map(ToString::to_string);
    values.chain(field.allowed.iter().cloned()).collect()
}

fn one_of(old: &[String], new: &[String]) -> Limit {
    let is_wider = new.is_empty() || (!old.is_empty() && old.iter().all(|value| new.contains(value)));
    Limit { name: "one_of", old: listed(old), new: listed(new), is_wider }
}

fn up_to(name: &'static str, old: Option<u32>, new: Option<u32>) -> Limit {
    let shown = |limit: Option<u32>| limit.map_or_else(none, |limit| limit.to_string());
    let is_wider = new.is_none_or(|new| old.is_some_and(|old| new >= old));
    Limit { name, old: shown(old), new: shown(new), is_wider }
}

fn within(old: Option<Range>, new: Option<Range>) -> Limit {
    let shown = |range: Option<Range>| {
        let end = |end: Option<i64>| end.map_or_else(|| "~".to_owned(), |end| end.to_string());
        range.map_or_else(none, |range| format!("[{}, {}]", end(range.min), end(range.max)))
    };
    let ends = |range: Option<Range>| {
        let (min, max) = range.map_or((None, None), |range| (range.min, range.max));
        (min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX))
    };
    let is_wider = ends(new).0 <= ends(old).0 && ends(new).1 >= ends(old).1;
    Limit { name: "range", old: shown(old), new: shown(new), is_wider }
}

fn quoted(pattern: Option<&String>) -> String {
    pattern.map_or_else(none, |pattern| format!("`{pattern}`"))
}

fn listed(values: &[String]) -> String {
    if values.is_empty() {
        return none();
    }
    format!("[{}]", values.join(", "))
}

fn none() -> String {
    "none".to_owned()
}
