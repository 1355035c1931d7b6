//! Forms of texts.

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;

/// A regular expression that a whole text must match. It is compiled when it is first needed.
pub struct Pattern {
    text: &'static str,
    /// Nothing if the text is no regular expression; the generator refuses such.
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern of this text.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, regex: OnceLock::new() }
    }

    /// The text of the pattern.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Whether the whole of a text matches. A pattern that is no regular expression matches everything: the server
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
