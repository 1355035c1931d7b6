//! What a `pattern` of the spec means.

use regex_lite::{Error, Regex};

/// The regular expression that finds a text if all of it has the form of the pattern.
///
/// # Errors
/// If the pattern is none.
pub fn of_whole(pattern: &str) -> Result<Regex, Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}
