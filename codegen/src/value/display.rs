//! Formats values for reports: on one line, and shortened.

use serde_json::Value;

/// Printed in place of a secret.
pub const MASK: &str = "***";

/// Maximum number of characters of a shown text.
const MAX_CHARACTERS: usize = 80;

/// Formats text in backticks, shortened, with control characters escaped.
pub fn text(text: &str) -> String {
    let mut shown = name(text);
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

/// Formats a JSON value with its type.
pub fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the truth value {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(string) => format!("the string {}", text(string)),
        Value::Array(_) => format!("the list {}", text(&value.to_string())),
        Value::Object(_) => format!("the object {}", text(&value.to_string())),
    }
}

/// Formats an untrusted name on one line, for use inside a sentence.
pub fn name(name: &str) -> String {
    let mut shown = String::new();
    for letter in name.chars().take(MAX_CHARACTERS) {
        // Quotes are not escaped, so that the text is the same as in the request.
        if matches!(letter, '"' | '\'') {
            shown.push(letter);
        } else {
            shown.extend(letter.escape_debug());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_value_stays_on_one_line_and_is_cut() {
        assert_eq!(super::text("a\n\u{1b}b"), "`a\\n\\u{1b}b`");
        assert_eq!(super::text("\u{202e}\\n\u{9b}"), "`\\u{202e}\\\\n\\u{9b}`");
        assert_eq!(super::name("['a',\"b\"]"), "['a',\"b\"]");
        let long = super::text(&"汉".repeat(200));
        assert!(long.ends_with("...`") && long.chars().count() < 90);
        assert_eq!(super::json(&serde_json::json!({"a": [1]})), "the object `{\"a\":[1]}`");
    }
}
