//! Escapes untrusted text for a terminal.

/// Escapes the characters of a line that a terminal would interpret or not show: control characters, and those that
/// change the direction of text or have no width. Other text is unchanged.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(['"', '\'', '\\', '\t']) {
        // `escape_debug` would escape these too, although a terminal shows them.
        let last = part.chars().next_back().filter(|last| matches!(last, '"' | '\'' | '\\' | '\t'));
        let plain = last.map_or(part, |last| part.strip_suffix(last).unwrap_or(part));
        shown.extend(plain.escape_debug());
        shown.extend(last);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(line("{\"a\":\t\"汉 é '\\n'\"}"), "{\"a\":\t\"汉 é '\\n'\"}");
        assert_eq!(line("\u{1b}[31m\u{9b}2J\u{7}\0"), "\\u{1b}[31m\\u{9b}2J\\u{7}\\0");
        assert_eq!(line("a\u{202e}b\u{200b}c\u{feff}\u{2066}"), "a\\u{202e}b\\u{200b}c\\u{feff}\\u{2066}");
        assert_eq!(line("a\rb"), "a\\rb");
        assert_eq!(line(""), "");
    }
}
