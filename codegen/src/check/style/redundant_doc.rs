//! Warns about docs that only repeat the name.
//!
//! Values of enums are not checked: their default text is the name in words, and a `doc` may only change its spelling,
//! such as `iOS`.

use std::collections::BTreeSet;

use super::tokenize;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{Field, TypeDef};
use crate::yaml::YamlPath;

/// Words that add no information to a name.
const ARTICLES: &[&str] = &["a", "an", "the", "of"];

/// Checks the doc of a parameter or field.
pub(super) fn field(name: &str, field: &Field, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let names = [Some(name), field.name.as_deref()];
    if repeats(field.doc.as_deref(), names.into_iter().flatten()) {
        report(name, &at.at("doc"), "say what it is for, where it comes from, what it may be: 3-15 words", diagnostics);
    }
}

/// Checks the doc of a named type.
pub(super) fn named_type(name: &str, def: &TypeDef, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if repeats(def.doc(), [name]) {
        report(name, &at.at("doc"), "say what such a thing is, or where one meets it", diagnostics);
    }
}

/// Returns whether a doc only repeats one of the names. A doc with backticks always adds information.
fn repeats<'a>(doc: Option<&str>, names: impl IntoIterator<Item = &'a str>) -> bool {
    let Some(doc) = doc.filter(|doc| !doc.contains('`')) else { return false };
    let names: Vec<_> = names.into_iter().collect();
    let known: BTreeSet<_> = names.iter().flat_map(|name| tokenize::name_words(name)).collect();
    let known: BTreeSet<_> = known.iter().map(|word| tokenize::singular(word)).collect();
    tokenize::text_words(doc)
        .iter()
        .all(|word| ARTICLES.contains(&word.as_str()) || known.contains(tokenize::singular(word)))
}

/// Reports a doc that only repeats the name.
fn report(name: &str, at: &YamlPath, help: &str, diagnostics: &mut Diagnostics) {
    let message = format!("this says no more than the name `{name}`");
    diagnostics.push(Diagnostic::new(Code::EchoingText, at.clone().value(), message).help(help));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_only_repeat_a_name_are_told_from_others() {
        for (name, doc) in [
            ("streamName", "Name of the stream."),
            ("server_ids", "The ids of the server."),
            ("SuperTeam", "A super team."),
            ("status", "Status"),
            ("Content-MD5", "The MD5 of the content."),
        ] {
            assert!(repeats(Some(doc), [name]), "{name}: {doc}");
        }
        for (name, doc) in [
            ("streamName", "Name of the stream, unique in the app."),
            ("type", "Kind of conversation."),
            ("text", "The text is in `text`."),
            ("class", "The glass."),
            ("video", "A film."),
        ] {
            assert!(!repeats(Some(doc), [name]), "{name}: {doc}");
        }
        assert!(repeats(Some("The kind."), ["type", "kind"]), "of both names");
    }
}
