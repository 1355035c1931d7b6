//! Converts JSON text with single quotes, which some clients send and some servers accept.

/// Replaces single quotes around strings with double quotes. `None` if no string has single quotes.
///
/// The result is not necessarily JSON: the caller parses it.
pub(super) fn double_quoted(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut has_single_quotes = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                has_single_quotes |= letter == '\'';
                out.push('"');
            }
            (Some(open), _) if letter == open => {
                quote = None;
                out.push('"');
            }
            (Some('\''), '"') => out.push_str("\\\""),
            (Some(open), '\\') => match letters.next() {
                Some('\'') if open == '\'' => out.push('\''),
                escaped => {
                    out.push('\\');
                    out.extend(escaped);
                }
            },
            _ => out.push(letter),
        }
    }
    has_single_quotes.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::double_quoted;

    #[test]
    fn single_quotes_become_double_ones() {
        for (sloppy, strict) in [
            ("['1','2']", r#"["1","2"]"#),
            ("{'a': 'b', \"c\": \"d\"}", r#"{"a": "b", "c": "d"}"#),
            (r#"['say "hi"']"#, r#"["say \"hi\""]"#),
            (r"['it\'s', 'a\nb', 'c\\']", r#"["it's", "a\nb", "c\\"]"#),
            (r#"["it's", 'x']"#, r#"["it's", "x"]"#),
            (r#"["a\"b", 'x']"#, r#"["a\"b", "x"]"#),
            ("'", "\""),
            ("'\\", "\"\\"),
        ] {
            assert_eq!(double_quoted(sloppy).as_deref(), Some(strict), "{sloppy}");
        }
        for without in ["[1]", r#"["it's"]"#, "", r#"["\"'"]"#] {
            assert_eq!(double_quoted(without), None, "{without}");
        }
    }
}
