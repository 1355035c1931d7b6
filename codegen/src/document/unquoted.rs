//! Texts without quotes that YAML cuts at a comma: `{ doc: Name, unique. }` has the text `Name` and an empty entry
//! `unique.`.

use serde_yaml::{Mapping, Value};

use crate::diagnostics::{expected, listed};
use crate::naming;

/// A text that was cut.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Key of the text.
    pub(crate) key: String,
    /// The text as it was meant.
    pub(crate) whole: String,
    /// Its other parts, which YAML reads as empty entries.
    pub(crate) parts: Vec<String>,
}

impl Cut {
    /// The text to which this entry belongs, if it looks like a part of one: it is empty and comes after a text.
    /// `is_known` tells which keys may stand there.
    pub(crate) fn around<'v>(
        key: &str,
        entries: impl IntoIterator<Item = (&'v str, &'v Value)>,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        let mut cut: Option<Self> = None;
        for (name, value) in entries {
            if let Some(cut) = &mut cut
                && value.is_null()
                && !name.is_empty()
                && !is_known(name)
            {
                cut.whole.push_str(", ");
                cut.whole.push_str(name);
                cut.parts.push(name.to_owned());
                continue;
            }
            if cut.as_ref().is_some_and(|cut| cut.has(key)) {
                break;
            }
            cut = value.as_str().map(|text| Self { key: name.to_owned(), whole: text.to_owned(), parts: Vec::new() });
        }
        cut.filter(|cut| cut.has(key))
    }

    fn has(&self, key: &str) -> bool {
        self.parts.iter().any(|part| part == key)
    }

    /// Whether this entry is the first that was cut off: one report is enough.
    pub(crate) fn begins_with(&self, key: &str) -> bool {
        self.parts.first().is_some_and(|first| first == key)
    }

    /// What to write. `allowed` is what else may be meant.
    pub(crate) fn advice(&self, allowed: &str) -> String {
        let text = self.whole.replace('\\', "\\\\").replace('"', "\\\"");
        let advice = format!("inside `{{}}` a text with a comma in it goes in quotes: `{}: \"{text}\"`", self.key);
        // A single word may be a key after all.
        match self.parts.as_slice() {
            [part] if naming::is_snake(part) => format!("{advice}; {allowed}"),
            _ => advice,
        }
    }
}

/// Entries of a mapping by their names.
pub(crate) fn named(entries: &Mapping) -> impl Iterator<Item = (&str, &Value)> {
    entries.iter().map(|(name, value)| (name.as_str().unwrap_or_default(), value))
}

/// What to do about an entry that is not one of the known ones. Nothing if it is a later part of a text: the advice is
/// at the first.
pub(crate) fn help<'v>(
    key: &str,
    entries: impl IntoIterator<Item = (&'v str, &'v Value)>,
    known: impl IntoIterator<Item = &'v str>,
) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    match Cut::around(key, entries, |name| known.contains(&name)) {
        None => Some(expected(key, known)),
        Some(cut) if cut.begins_with(key) => Some(cut.advice(&format!("allowed here: {}", listed(known)))),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(yaml: &str, key: &str) -> Option<(String, usize)> {
        let value: Value = serde_yaml::from_str(yaml).unwrap();
        let found = Cut::around(key, named(value.as_mapping().unwrap()), |name| name == "required");
        found.map(|cut| (format!("{}: {}", cut.key, cut.whole), cut.parts.len()))
    }

    #[test]
    fn parts_of_a_text_are_put_together() {
        let found = |text: &str, parts| Some((text.to_owned(), parts));
        assert_eq!(cut("{ doc: Name, unique. }", "unique."), found("doc: Name, unique.", 1));
        assert_eq!(cut("{ doc: A, b c, d, type: x, e: y }", "b c"), found("doc: A, b c, d", 2));
        assert_eq!(cut("{ doc: A, b c, d, type: x, e: y }", "d"), found("doc: A, b c, d", 2));
        assert_eq!(cut("{ title: A, x, doc: B, y }", "y"), found("doc: B, y", 1));
        assert_eq!(cut("{ title: A, x, doc: B, y }", "x"), found("title: A, x", 1));
    }

    #[test]
    fn other_entries_are_no_parts() {
        assert_eq!(cut("{ doc: Name, required }", "required"), None);
        assert_eq!(cut("{ doc: Name, other: 3 }", "other"), None);
        assert_eq!(cut("{ size: 3, other }", "other"), None);
        assert_eq!(cut("{ other }", "other"), None);
    }

    #[test]
    fn the_advice_can_be_pasted() {
        let value: Value = serde_yaml::from_str("{ doc: A \"b\", c d }").unwrap();
        let found = Cut::around("c d", named(value.as_mapping().unwrap()), |_| false).unwrap();
        assert!(found.advice("").ends_with(r#"goes in quotes: `doc: "A \"b\", c d"`"#), "{}", found.advice(""));
        let value: Value = serde_yaml::from_str("{ doc: A, maxlen }").unwrap();
        let found = Cut::around("maxlen", named(value.as_mapping().unwrap()), |_| false).unwrap();
        assert!(found.advice("allowed here: `x`").ends_with("; allowed here: `x`"));
    }
}
