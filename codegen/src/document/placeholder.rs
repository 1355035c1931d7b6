//! Finds placeholders: those that `cargo xtask new` writes, and those that authors write, such as `TBD`.

use serde_yaml::Value;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::yaml::{YamlPath, YamlPathSegment};

/// Begin of every placeholder text.
pub const MARK: &str = "TODO";

/// Placeholder for the link to an official page.
pub(crate) const LINK: &str = "https://doc.yunxin.163.com/TODO";

/// Placeholder for a host.
pub(crate) const HOST: &str = "https://TODO.yunxinapi.com";

/// Placeholder for a name; in small letters, since names are in snake case.
#[cfg(feature = "tools")]
pub(crate) const NAME: &str = "todo";

/// Whether a text or name is a placeholder.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let begins_with_mark = text.split_at_checked(MARK.len()).is_some_and(|(first, rest)| {
        first.eq_ignore_ascii_case(MARK) && !rest.starts_with(|next: char| next.is_alphanumeric())
    });
    begins_with_mark || text == LINK || text == HOST || is_unwritten(text)
}

/// Whether a text is a placeholder that people write by hand. In small letters `xxx` inside of a text shows a format:
/// `+1-xxxxxxxxxx`.
fn is_unwritten(text: &str) -> bool {
    let words = || text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_x = |word: &str, letter: u8| word.len() >= 3 && word.bytes().all(|byte| byte == letter);
    let lower = text.to_lowercase();
    words().any(|word| word == "TBD" || word.eq_ignore_ascii_case("fixme") || is_x(word, b'X'))
        || lower == "tbd"
        || is_x(&lower, b'x')
        || text.contains("???")
        || lower.contains("lorem ipsum")
}

/// Whether any name or text of it is a placeholder.
pub(crate) fn is_in(value: &Value) -> bool {
    let mut diagnostics = Diagnostics::default();
    report(value, &YamlPath::root(""), &mut diagnostics);
    !diagnostics.is_empty()
}

/// Reports every placeholder of a document.
pub(crate) fn report(document: &Value, root: &YamlPath, diagnostics: &mut Diagnostics) {
    walk(document, root, &mut Vec::new(), diagnostics);
}

fn walk(value: &Value, root: &YamlPath, segments: &mut Vec<YamlPathSegment>, diagnostics: &mut Diagnostics) {
    match value {
        Value::String(text) if is_placeholder(text) => diagnostics.push(value_at(text, place(root, segments))),
        Value::Sequence(items) => {
            for (number, item) in items.iter().enumerate() {
                segments.push(number.into());
                walk(item, root, segments, diagnostics);
                segments.pop();
            }
        }
        Value::Mapping(entries) => {
            for (key, item) in entries {
                let key = match key {
                    Value::String(key) => key.clone(),
                    Value::Number(code) => code.to_string(),
                    _ => continue,
                };
                segments.push(key.as_str().into());
                // The content of an entry whose name is a placeholder is not reported again.
                if is_placeholder(&key) {
                    diagnostics.push(key_at(&key, place(root, segments)));
                } else {
                    walk(item, root, segments, diagnostics);
                }
                segments.pop();
            }
        }
        _ => {}
    }
}

/// Paths are made only for what is reported.
fn place(root: &YamlPath, segments: &[YamlPathSegment]) -> YamlPath {
    YamlPath { file: root.file.clone(), segments: segments.to_vec() }
}

fn value_at(text: &str, at: YamlPath) -> Diagnostic {
    let key = at.segments.iter().rev().find_map(|segment| match segment {
        YamlPathSegment::Key(key) => Some(key.as_str()),
        YamlPathSegment::Index(_) => None,
    });
    let message = format!("`{}` still holds a placeholder", key.unwrap_or_default());
    Diagnostic::new(Code::Placeholder, at.value(), message).help(if is_unwritten(text) {
        "write what the official page says, or leave it out".to_owned()
    } else {
        format!("write what the official page says; `{MARK}` marks what `cargo xtask new` could not know")
    })
}

fn key_at(key: &str, at: YamlPath) -> Diagnostic {
    Diagnostic::new(Code::Placeholder, at.key(), format!("the name `{key}` is still a placeholder"))
        .help("put the real entries here, or remove it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_texts() {
        for text in ["TODO", "TODO what it does", "TODO: later", "todo", "todo_type", LINK, HOST] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "xxx",
            "XXXX",
            "tbd",
            "TBD: the unit",
            "Unit is TBD.",
            "???",
            "Size ???",
            "fixme",
            "See FIXME",
            "Lorem ipsum dolor",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["As `+852-xxxxxxxx`.", "xx", "Size XXL", "What is it?", "TBDs", "xxxl", "Maxxx", "lorem"] {
            assert!(!is_placeholder(text), "{text}");
        }
        for text in ["", "TOD", "todos", "TODOS of a user", "A TODO", "Übung", "https://doc.yunxin.163.com/TODOx"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn every_placeholder_is_reported_once_at_its_place() {
        let value =
            serde_yaml::from_str("414: TODO\nparams: { todo: { doc: TODO }, a: { doc: fine } }\nlist: [x, TODO y]\n");
        let mut diagnostics = Diagnostics::default();
        report(&value.unwrap(), &YamlPath::root("f"), &mut diagnostics);
        let shown: Vec<_> = diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(
            shown,
            [
                "`414` still holds a placeholder",
                "the name `todo` is still a placeholder",
                "`list` still holds a placeholder"
            ]
        );
    }
}
