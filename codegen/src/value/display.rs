//! Values as they are shown in reports: on one line, and not endlessly long.

use serde_json::Value;

/// Printed in place of a secret.
pub const MASK: &str = "***";

const MOST: usize = 80;

/// Text in quotes, shortened, with control characters escaped.
pub fn text(text: &str) -> String {
    let mut shown = name(text);
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

/// A JSON value with its kind.
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

/// A name from the network on one line, for use inside a sentence.
pub fn name(name: &str) -> String {
    let mut shown = String::new();
    for letter in name.chars().take(MOST) {
        // Quotes as they came: a reader looks for what was sent.
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
