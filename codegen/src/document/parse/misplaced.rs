//! Endpoints, types and events that stand in the wrong part of their file: one report for each, not one for each of
//! their keys.

use serde_yaml::{Mapping, Value};

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::yaml::YamlPath;

/// Part of a file that lists endpoints.
const ENDPOINTS: &str = "endpoints";
/// Part of a file that lists types.
const TYPES: &str = "types";
/// Part of a file that lists events.
const EVENTS: &str = "events";

/// The kind of an entry, guessed from its keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Endpoint,
    Event,
    Type,
}

impl Kind {
    fn of(entry: &Value) -> Option<Self> {
        let entry = entry.as_mapping()?;
        let has = |key: &str| entry.contains_key(key);
        let is_type = has("enum") || has("values") || has("fields");
        if has("path") && (has("returns") || has("params") || has("example") || has("docs")) && !is_type {
            Some(Self::Endpoint)
        } else if has("title") && has("example") && (has("type") || has("has_keys") || has("fields")) {
            Some(Self::Event)
        } else if is_type && !has("path") && !has("title") && !has("example") {
            Some(Self::Type)
        } else {
            None
        }
    }

    fn called(self) -> &'static str {
        match self {
            Self::Endpoint => "an endpoint",
            Self::Event => "an event",
            Self::Type => "a type",
        }
    }

    /// Where it belongs.
    fn part(self) -> &'static str {
        match self {
            Self::Endpoint => ENDPOINTS,
            Self::Event => EVENTS,
            Self::Type => TYPES,
        }
    }
}

/// Removes misplaced entries from a file and reports them. Returns whether there were any.
pub(super) fn take_out(file: &mut Value, root: &YamlPath, diagnostics: &mut Diagnostics) -> bool {
    let Some(parts) = file.as_mapping_mut() else { return false };
    let own = if parts.contains_key("callbacks") { Kind::Event } else { Kind::Endpoint };
    let before = diagnostics.iter().count();
    let home = |kind: Kind| root.at(kind.part());
    let known: Vec<Kind> =
        [Kind::Endpoint, Kind::Event, Kind::Type].into_iter().filter(|kind| parts.contains_key(kind.part())).collect();
    let mut report = |kind: Kind, at: YamlPath, where_it_is: &str| {
        let name = at.segments.last().map(ToString::to_string).unwrap_or_default();
        let message = format!("`{name}` is {}, and is {where_it_is}", kind.called());
        let problem = Diagnostic::new(Code::WrongShape, at.key(), message).help(help(kind, root, &name));
        diagnostics.push(if known.contains(&kind) {
            problem.second(home(kind).key(), format!("{} belongs below this", kind.called()))
        } else {
            problem
        });
    };
    for (name, kind) in strays(parts, |kind| kind == own) {
        parts.shift_remove(&*name);
        report(kind, root.at(&*name), "beside the parts of the file");
    }
    for part in [ENDPOINTS, TYPES, EVENTS] {
        let Some(entries) = parts.get_mut(part).and_then(Value::as_mapping_mut) else { continue };
        let at = root.at(part);
        for (name, kind) in strays(entries, |kind| kind.part() != part && (kind == own || kind == Kind::Type)) {
            entries.shift_remove(&*name);
            report(kind, at.at(&*name), &format!("below `{part}:`"));
        }
        if part != own.part() {
            continue;
        }
        for (owner, entry) in
            entries.iter_mut().filter_map(|(name, entry)| Some((name.as_str()?, entry.as_mapping_mut()?)))
        {
            for (name, kind) in strays(entry, |kind| kind == own) {
                entry.shift_remove(&*name);
                report(kind, at.at(owner).at(&*name), &format!("inside of `{owner}`"));
            }
        }
    }
    diagnostics.iter().count() > before
}

/// Names of the entries whose kind does not belong here.
fn strays(entries: &Mapping, is_stray: impl Fn(Kind) -> bool) -> Vec<(String, Kind)> {
    let all = entries.iter().filter_map(|(name, entry)| Some((name.as_str()?.to_owned(), Kind::of(entry)?)));
    all.filter(|(_, kind)| is_stray(*kind)).collect()
}

fn help(kind: Kind, root: &YamlPath, name: &str) -> String {
    let part = kind.part();
    let move_it = format!("move it below `{part}:`, two spaces deeper than that");
    let mut parts = root.file.trim_end_matches(".yaml").rsplit('/');
    match (kind, parts.next(), parts.next()) {
        (Kind::Endpoint, Some("types"), _) => "move it to the file of its resource".to_owned(),
        (Kind::Endpoint, Some(resource), Some(product)) => {
            format!(
                "{move_it}; `cargo xtask new {product}/{resource}/{name} --path /...` begins one in the right place"
            )
        }
        _ => move_it,
    }
}
