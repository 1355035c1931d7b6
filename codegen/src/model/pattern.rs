//! Compiles the `pattern` of a field.

use regex_lite::{Error, Regex};

/// The regular expression that matches a text as a whole.
///
/// # Errors
/// If the pattern is not a regular expression.
pub fn of_whole(pattern: &str) -> Result<Regex, Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}
