//! Splits texts and names into words.

use crate::naming;

/// Returns the words of a text, in lower case.
pub(super) fn text_words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Returns the words of a name in any case: `stream` and `name` of `streamName`.
pub(super) fn name_words(name: &str) -> Vec<String> {
    naming::field(name).split('_').map(str::to_owned).collect()
}

/// Returns whether a text contains a phrase.
pub(super) fn contain(text: &[String], phrase: &[&str]) -> bool {
    text.windows(phrase.len()).any(|window| window == phrase)
}

/// Returns a word without a plural `s`.
pub(super) fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem,
        _ => word,
    }
}
