//! Warns about enum values whose name is only a number.

use indexmap::IndexMap;

use super::tokenize;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::EnumValue;
use crate::yaml::YamlPath;

/// Words that do not describe the meaning of a value.
const EMPTY: &[&str] = &[
    "c",
    "case",
    "code",
    "const",
    "enum",
    "i",
    "item",
    "k",
    "kind",
    "mode",
    "n",
    "no",
    "num",
    "number",
    "opt",
    "option",
    "other",
    "raw",
    "reserved",
    "state",
    "status",
    "t",
    "type",
    "undefined",
    "unknown",
    "unnamed",
    "v",
    "val",
    "value",
    "variant",
    "x",
];

/// Checks the values of an enum.
pub(super) fn check(
    type_name: &str,
    values: &IndexMap<String, EnumValue>,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    for (name, value) in values {
        if is_numeric(type_name, name, &value.raw.to_string()) {
            let message = format!("`{name}` says no more than the value `{}`", value.raw);
            diagnostics.push(Diagnostic::new(Code::NamelessValue, at.at(&**name).key(), message).help(
                "name it by its meaning, or leave it out if the meaning is not known: decoding keeps unlisted values",
            ));
        }
    }
}

/// Returns whether a name consists of a meaningless word and the value itself: `v1`, `code_3`. `mp4` and `ipv6` are
/// meaningful, and so is `v4` for another value than 4.
fn is_numeric(type_name: &str, name: &str, raw: &str) -> bool {
    let raw = raw.trim_start_matches('-');
    if raw.is_empty() || !raw.bytes().all(|digit| digit.is_ascii_digit()) {
        return false;
    }
    let Some(word) = name.strip_suffix(raw) else { return false };
    let word = word.trim_end_matches('_');
    let word = word.strip_suffix("_minus").unwrap_or(word);
    EMPTY.contains(&word) || tokenize::name_words(type_name).last().is_some_and(|last| last == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_numbers() {
        for (name, raw) in [
            ("value1", "1"),
            ("v1", "1"),
            ("code_3", "3"),
            ("unknown_7", "7"),
            ("n2", "2"),
            ("size_2", "2"),
            ("type_minus_1", "-1"),
        ] {
            assert!(is_numeric("PictureSize", name, raw), "{name}: {raw}");
        }
        for (name, raw) in [
            ("mp4", "4"),
            ("v4", "0"),
            ("v1", "v1"),
            ("unknown", "7"),
            ("p720", "720"),
            ("layer_1", "1"),
            ("one_to_one", "1"),
        ] {
            assert!(!is_numeric("PictureSize", name, raw), "{name}: {raw}");
        }
    }
}
