//! Texts and names as words.

use crate::naming;

/// Words of a sentence, in lower case.
pub(super) fn of_text(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Words of a name in any case: `streamName` is `stream` and `name`.
pub(super) fn of_name(name: &str) -> Vec<String> {
    naming::field(name).split('_').map(str::to_owned).collect()
}

/// Whether the words stand in the text one after the other.
pub(super) fn contain(text: &[String], phrase: &[&str]) -> bool {
    text.windows(phrase.len()).any(|window| window == phrase)
}

/// One or many of a thing make no difference here.
pub(super) fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem,
        _ => word,
    }
}
