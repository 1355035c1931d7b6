//! Reads one node into one plain type, and turns serde's complaints into diagnostics with a place.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected, listed, nearest, shown};
use crate::document::parse::keys;
use crate::document::unquoted::{Cut, named};
use crate::yaml::{YamlPath, YamlPathSegment};

/// Replaces a value that is missing or unreadable, so that the rest of the node can be read.
pub(super) const PLACEHOLDER: &str = "json";

/// Complaints about one node, and attempts to go on after them.
const MOST: usize = 500;

/// A node that was read.
pub(super) struct Read<T> {
    value: Option<T>,
    valid: bool,
}

impl<T> Read<T> {
    /// Whether nothing but unknown keys was wrong with it.
    pub(super) fn is_valid(&self) -> bool {
        self.valid
    }

    /// The value, if it is as written.
    pub(super) fn valid(self) -> Option<T> {
        self.value.filter(|_| self.valid)
    }

    /// The value, even if it contains placeholders.
    pub(super) fn any(self) -> Option<T> {
        self.value
    }
}

/// Reads a node. Serde stops at the first complaint; here each is reported, what it is about is replaced by something
/// that fits, and the node is read again, until nothing is left to complain about. Since each complaint costs a reading
/// of the whole node, a node with [`MOST`] of them is given up: it is no spec.
pub(super) fn read<T: DeserializeOwned>(mut value: Value, at: &YamlPath, diagnostics: &mut Diagnostics) -> Read<T> {
    let mut replaced: Vec<(Vec<YamlPathSegment>, usize)> = Vec::new();
    for _ in 0..MOST {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(read) => return Read { value: Some(read), valid: replaced.is_empty() },
            Err(error) => error,
        };
        let mut segments = segments(error.path());
        let message = error.inner().to_string();
        if let Some((key, allowed)) = unknown_field(&message) {
            // The path ends in the key itself.
            segments.pop_if(|last| *last == YamlPathSegment::Key(key.clone()));
            if let Some(cut) = cut_text(&value, &segments, &key, &allowed) {
                diagnostics.push(
                    unknown_key(&key, &allowed, &extend(at, &segments)).help(cut.advice(&allowed_here(&allowed))),
                );
                rejoin(&mut value, &segments, &cut);
                continue;
            }
            diagnostics.push(unknown_key(&key, &allowed, &extend(at, &segments)));
            let meant = nearest(&key, allowed.iter().map(String::as_str));
            if set_aside(&mut value, &segments, &key, meant) {
                continue;
            }
            return Read { value: None, valid: false };
        }
        let missing = quoted(&message, "missing field `");
        let target = match &missing {
            Some(name) => [segments.as_slice(), &[YamlPathSegment::Key(name.clone())]].concat(),
            None => segments,
        };
        match replaced.iter_mut().find(|(place, _)| target.starts_with(place)) {
            // The placeholder does not fit either: this error is not the author's.
            Some((place, attempt)) => {
                *attempt += 1;
                let place = place.clone();
                let attempt = *attempt;
                if !replace(&mut value, &place, attempt) {
                    return Read { value: None, valid: false };
                }
            }
            None => {
                diagnostics.push(match &missing {
                    Some(name) => missing_key(name, &value, &target, at),
                    None => complaint(&message, &value, &target, at),
                });
                // An entry that may be left out is best left out.
                let first = usize::from(missing.is_some());
                if !replace(&mut value, &target, first) {
                    return Read { value: None, valid: false };
                }
                replaced.push((target, first));
            }
        }
    }
    Read { value: None, valid: false }
}

/// Puts the next thing that may fit at a place. False when there is nothing more to try.
fn replace(value: &mut Value, place: &[YamlPathSegment], attempt: usize) -> bool {
    let stand_in = match attempt {
        0 => None,
        1 => Some(Value::from(PLACEHOLDER)),
        2 => Some(Value::from(200)),
        3 => Some(Value::Sequence(Vec::new())),
        4 => Some(Value::Mapping(serde_yaml::Mapping::new())),
        _ => return false,
    };
    let Some((last, parents)) = place.split_last() else { return false };
    let Some(parent) = parents.iter().try_fold(value, child_mut) else { return false };
    match (parent, last, stand_in) {
        (Value::Mapping(entries), YamlPathSegment::Key(name), Some(stand_in)) => {
            let key = key_of(entries, name).unwrap_or_else(|| Value::from(name.as_str()));
            entries.insert(key, stand_in);
        }
        (Value::Mapping(entries), YamlPathSegment::Key(name), None) => {
            if let Some(key) = key_of(entries, name) {
                entries.shift_remove(&key);
            }
        }
        (Value::Sequence(items), YamlPathSegment::Index(index), Some(stand_in)) => match items.get_mut(*index) {
            Some(item) => *item = stand_in,
            None => return false,
        },
        // Removing an element would shift the others and their places.
        (Value::Sequence(_), YamlPathSegment::Index(_), None) => {}
        _ => return false,
    }
    true
}

fn segments(path: &Path) -> Vec<YamlPathSegment> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(YamlPathSegment::Index(*index)),
            Segment::Map { key } => Some(YamlPathSegment::Key(key.clone())),
            Segment::Enum { variant } => Some(YamlPathSegment::Key(variant.clone())),
            Segment::Unknown => None,
        })
        .collect()
}

fn extend(at: &YamlPath, segments: &[YamlPathSegment]) -> YamlPath {
    segments.iter().fold(at.clone(), |at, segment| at.at(segment.clone()))
}

fn child_mut<'v>(node: &'v mut Value, segment: &YamlPathSegment) -> Option<&'v mut Value> {
    match (node, segment) {
        (Value::Sequence(items), YamlPathSegment::Index(index)) => items.get_mut(*index),
        (Value::Mapping(entries), YamlPathSegment::Key(name)) => {
            let key = key_of(entries, name)?;
            entries.get_mut(&key)
        }
        _ => None,
    }
}

fn child<'v>(node: &'v Value, segment: &YamlPathSegment) -> Option<&'v Value> {
    match (node, segment) {
        (Value::Sequence(items), YamlPathSegment::Index(index)) => items.get(*index),
        (Value::Mapping(entries), YamlPathSegment::Key(name)) => entries.get(key_of(entries, name)?),
        _ => None,
    }
}

/// The key that is written so; codes are numbers.
fn key_of(entries: &serde_yaml::Mapping, name: &str) -> Option<Value> {
    let text = Value::from(name);
    if entries.contains_key(&text) {
        return Some(text);
    }
    entries.keys().find(|key| matches!(key, Value::Number(number) if number.to_string() == name)).cloned()
}

/// The text before this key, if the key was meant to be part of it.
fn cut_text(value: &Value, segments: &[YamlPathSegment], key: &str, allowed: &[String]) -> Option<Cut> {
    let entries = segments.iter().try_fold(value, child)?.as_mapping()?;
    Cut::around(key, named(entries), |name| allowed.iter().any(|known| known == name))
}

/// Rejoins the text, so that it causes no second error.
fn rejoin(value: &mut Value, segments: &[YamlPathSegment], cut: &Cut) {
    let Some(entries) = segments.iter().try_fold(value, child_mut).and_then(Value::as_mapping_mut) else { return };
    for part in &cut.parts {
        entries.shift_remove(&**part);
    }
    if let Some(text) = entries.get_mut(&*cut.key) {
        *text = Value::from(cut.whole.as_str());
    }
}

fn allowed_here(allowed: &[String]) -> String {
    format!("allowed here: {}", listed(allowed.iter().map(String::as_str)))
}

fn unknown_key(key: &str, allowed: &[String], place: &YamlPath) -> Diagnostic {
    let names = || allowed.iter().map(String::as_str);
    let problem = Diagnostic::new(Code::UnknownKey, place.at(key).key(), format!("unknown key `{key}`"));
    match nearest(key, names()) {
        Some(near) => problem.label(format!("did you mean `{near}`?")).help(allowed_here(allowed)),
        None => problem.help(expected(key, names())),
    }
}

fn missing_key(name: &str, value: &Value, target: &[YamlPathSegment], at: &YamlPath) -> Diagnostic {
    let owner = target.split_last().map_or(target, |(_, parents)| parents);
    let place = extend(at, owner);
    let shown_owner = match place.segments.last() {
        Some(_) => format!("`{place}`"),
        None => "the file".to_owned(),
    };
    let given = owner.iter().try_fold(value, child);
    if let Some(given) = given.filter(|given| !given.is_mapping()) {
        return Diagnostic::new(
            Code::WrongShape,
            place.clone().value(),
            format!("expected a mapping with `{name}`; found {}", shown(given)),
        )
        .help(match place.segments.last() {
            Some(YamlPathSegment::Key(key)) => format!("write `{key}: {{ {} }}`", keys::example(name)),
            _ => format!("write `{{ {} }}`", keys::example(name)),
        });
    }
    let mut parts = at.file.rsplit('/');
    let stem = parts.next().unwrap_or_default().trim_end_matches(".yaml");
    let example = match (name, parts.next()) {
        // These two are known from where the file is.
        ("resource", _) => format!("resource: {stem}"),
        ("product", Some(folder)) => format!("product: {folder}"),
        _ => keys::example(name),
    };
    Diagnostic::new(Code::MissingKey, place.key(), format!("{shown_owner} lacks the key `{name}`"))
        .help(format!("add `{example}`"))
}

fn complaint(message: &str, value: &Value, target: &[YamlPathSegment], at: &YamlPath) -> Diagnostic {
    let place = extend(at, target);
    if let Some(word) = quoted(message, "unknown variant `") {
        let allowed: Vec<_> = backticked(message).into_iter().skip(1).collect();
        let names = || allowed.iter().map(String::as_str);
        let problem = Diagnostic::new(Code::UnknownWord, place.value(), format!("`{word}` is not allowed here"));
        return match nearest(&word, names()) {
            Some(near) => {
                problem.label(format!("did you mean `{near}`?")).help(format!("allowed here: {}", listed(names())))
            }
            None => problem.help(expected(&word, names())),
        };
    }
    let given = target.iter().try_fold(value, child);
    let at_root = place.segments.is_empty();
    let Some(wanted) = message.split_once(", expected ").map(|(_, wanted)| wanted) else {
        // The language's own words, from `document` and `type_expr`.
        let problem = Diagnostic::new(Code::WrongShape, place.value(), message.to_owned());
        return match target.last() {
            Some(YamlPathSegment::Key(key)) => problem.help(format!("for example `{}`", keys::example(key))),
            _ => problem,
        };
    };
    // The value that serde reports is not in the document: then it was one of the keys.
    if let (Some(Value::Mapping(_)), Some(key)) = (given, between(message, "invalid type: string \"", "\"")) {
        return Diagnostic::new(
            Code::WrongShape,
            place.at(&*key).key(),
            format!("expected {} as the key; found `{key}`", words(wanted)),
        )
        .help("codes are numbers; the name goes inside: `403: { name: forbidden, ... }`");
    }
    let found = given.map_or_else(|| "nothing".to_owned(), shown);
    let problem =
        Diagnostic::new(Code::WrongShape, place.value(), format!("expected {}; found {found}", words(wanted)));
    match (given, wanted) {
        (Some(Value::Number(_) | Value::Bool(_)), "a string") => problem.help("put it in quotes"),
        (Some(Value::String(text)), _) if words(wanted).contains("number") && text.parse::<f64>().is_ok() => {
            problem.help("write it without quotes")
        }
        _ => match target.last() {
            Some(YamlPathSegment::Key(key)) => problem.help(format!("for example `{}`", keys::example(key))),
            _ if at_root => problem.help("a spec file begins with `resource: NAME` or `product: NAME`"),
            _ => problem.help("spec/README.md shows what goes here"),
        },
    }
}

fn between(text: &str, before: &str, behind: &str) -> Option<String> {
    Some(text.split_once(before)?.1.split_once(behind)?.0.to_owned())
}

/// Serde's name for a shape, as a spec author would say it.
fn words(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" => "text",
        "a boolean" => "`true` or `false`",
        "a sequence" => "a list",
        "u16" | "u32" | "u64" => "a whole number that is not negative",
        "i32" | "i64" => "a whole number",
        "string or map" | "variant identifier" => "a word",
        other if other == "a map" || other.starts_with("struct ") => "a mapping",
        other if other.starts_with("enum ") => "a word",
        other => other,
    }
}

/// The key and the allowed ones, from serde's sentence about an unknown field.
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let key = quoted(message, "unknown field `")?;
    Some((key, backticked(message).into_iter().skip(1).collect()))
}

fn quoted(message: &str, before: &str) -> Option<String> {
    between(message, before, "`")
}

fn backticked(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Takes an entry out of a mapping, or puts it under the key that was meant, so that the typo causes no second
/// complaint. False if it is not there.
fn set_aside(value: &mut Value, segments: &[YamlPathSegment], key: &str, meant: Option<&str>) -> bool {
    let node = segments.iter().try_fold(value, child_mut);
    let Some(mapping) = node.and_then(Value::as_mapping_mut) else {
        return false;
    };
    let Some(entry) = key_of(mapping, key).and_then(|key| mapping.shift_remove(&key)) else {
        return false;
    };
    if let Some(meant) = meant.filter(|meant| !mapping.contains_key(*meant)) {
        mapping.insert(Value::from(meant), entry);
    }
    true
}
