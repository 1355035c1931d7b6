//! Reads one node into one plain type, and turns serde's complaints into diagnostics with a place.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use serde_yaml::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics, NodePath, expected, nearest},
    source::SourceFile,
};

/// Reads a node. Unknown keys are all reported, and set aside, before anything else of the node is judged.
pub(super) fn read<T: DeserializeOwned>(mut value: Value, at: &NodePath, found: &mut Diagnostics) -> Option<T> {
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let place = extend(at, error.path());
        let message = error.inner().to_string();
        let Some((key, allowed)) = unknown_field(&message) else {
            found.push(complaint(&message, place));
            return None;
        };
        found.push(unknown_key(&key, &allowed, &place));
        let meant = nearest(&key, allowed.iter().map(String::as_str));
        if !set_aside(&mut value, error.path(), &key, meant) {
            return None;
        }
    }
}

/// Why a file is not YAML.
pub(super) fn syntax(file: &SourceFile, error: &serde_yaml::Error) -> Diagnostic {
    let message = error.to_string();
    let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
    let what = message.split(" at line ").next().unwrap_or(&message);
    let code = if what.contains("duplicate entry") { Code::DuplicateKey } else { Code::Syntax };
    let mut problem = Diagnostic::at_offset(code, &file.path, offset_of(&file.text, line, column), what);
    let line_text = file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    if code == Code::DuplicateKey {
        problem = problem.help("every key stands once in a mapping: rename one of the two, or merge them");
    } else if line_text.trim_start_matches(' ').starts_with('\t') {
        problem = problem.help("YAML is indented with spaces; this line has a tab");
    } else {
        problem = problem
            .help("check the indentation, and put quotes around text with `: `, ` #`, `{`, `[`, `*` or `&` in it");
    }
    problem
}

/// Byte offset of a line and column that both count characters from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let mut offset = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number + 1 == line {
            return offset
                + content
                    .char_indices()
                    .nth(column.saturating_sub(1))
                    .map_or(content.trim_end().len(), |(index, _)| index);
        }
        offset += content.len();
    }
    text.trim_end().len()
}

fn extend(at: &NodePath, path: &Path) -> NodePath {
    path.iter().fold(at.clone(), |at, segment| match segment {
        Segment::Seq { index } => at.at(*index),
        Segment::Map { key } => at.at(&**key),
        Segment::Enum { variant } => at.at(&**variant),
        Segment::Unknown => at,
    })
}

fn unknown_key(key: &str, allowed: &[String], place: &NodePath) -> Diagnostic {
    let names = || allowed.iter().map(String::as_str);
    let problem = Diagnostic::new(Code::UnknownKey, place.at(key).key(), format!("unknown key `{key}`"))
        .help(expected(key, names()));
    match nearest(key, names()) {
        Some(near) => problem.label(format!("did you mean `{near}`?")),
        None => problem.label("not a key of the spec language"),
    }
}

fn complaint(message: &str, place: NodePath) -> Diagnostic {
    if let Some(name) = quoted(message, "missing field `") {
        let owner = match place.steps.last() {
            Some(_) => format!("`{place}`"),
            None => "the file".to_owned(),
        };
        return Diagnostic::new(Code::MissingKey, place.key(), format!("{owner} lacks the key `{name}`"))
            .help(format!("add `{name}:`; spec/README.md says what goes there"));
    }
    if let Some(word) = quoted(message, "unknown variant `") {
        let allowed: Vec<_> = backticked(message).into_iter().skip(1).collect();
        let names = || allowed.iter().map(String::as_str);
        let problem = Diagnostic::new(Code::UnknownWord, place.value(), format!("`{word}` is not allowed here"))
            .help(expected(&word, names()));
        return match nearest(&word, names()) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem,
        };
    }
    // serde's own word order ("invalid type: integer `3`, expected a string") is as good as any.
    Diagnostic::new(Code::WrongShape, place.value(), message.to_owned())
        .help("spec/README.md shows the shape of every key")
}

/// The key and the allowed ones, from serde's sentence about an unknown field.
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let key = quoted(message, "unknown field `")?;
    Some((key, backticked(message).into_iter().skip(1).collect()))
}

fn quoted(message: &str, before: &str) -> Option<String> {
    let rest = message.split_once(before)?.1;
    Some(rest.split_once('`')?.0.to_owned())
}

fn backticked(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Takes an entry out of a mapping, or puts it under the key that was meant, so that the typo causes no second complaint. False if
/// it is not there.
fn set_aside(value: &mut Value, path: &Path, key: &str, meant: Option<&str>) -> bool {
    let mut node = value;
    for segment in path.iter() {
        let next = match segment {
            Segment::Seq { index } => node.get_mut(*index),
            Segment::Map { key: step } => node.get_mut(step.as_str()),
            Segment::Enum { .. } | Segment::Unknown => None,
        };
        match next {
            Some(next) => node = next,
            None => return false,
        }
    }
    let Some(mapping) = node.as_mapping_mut() else {
        return false;
    };
    let Some(entry) = mapping.remove(key) else {
        return false;
    };
    if let Some(meant) = meant.filter(|meant| !mapping.contains_key(*meant)) {
        mapping.insert(Value::from(meant), entry);
    }
    true
}
