//! Regular expressions that texts must match.

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;

/// A regular expression that a whole text must match. It is compiled on first use.
pub struct Pattern {
    text: &'static str,
    /// `None` if the text is not a regular expression; the generator rejects such patterns.
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Creates a pattern from the text of a regular expression.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, regex: OnceLock::new() }
    }

    /// Returns the text of the regular expression.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Returns whether the whole text matches. An invalid regular expression matches everything, so that the server
    /// decides.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&format!("^(?:{})$", self.text)).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}
