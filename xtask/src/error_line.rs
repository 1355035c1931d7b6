//! Formats an error of this program as one line.

/// Formats an error and its causes as `error: what: why`. Without a backtrace, which does not help users.
pub(crate) fn format(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in error.chain().map(|part| on_one_line(&part.to_string())) {
        // Some errors already contain the text of their cause.
        if !parts.last().is_some_and(|previous| previous.ends_with(&part)) {
            parts.push(part);
        }
    }
    format!("error: {}", parts.join(": "))
}

/// Joins lines, and escapes control characters: the text may come from another program or a file.
fn on_one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for letter in word.chars() {
            if letter.is_control() { line.extend(letter.escape_default()) } else { line.push(letter) }
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::io;

    use anyhow::Context as _;

    use super::*;

    #[test]
    fn an_error_and_its_causes_are_one_line() {
        let cause = io::Error::other("fatal: not a repository\n(or any of its parents)\n");
        let error = Err::<(), _>(cause).context("`git show` failed").context("cannot compare").unwrap_err();
        assert_eq!(
            format(&error),
            "error: cannot compare: `git show` failed: fatal: not a repository (or any of its parents)"
        );
    }

    #[test]
    fn a_cause_is_not_repeated() {
        let error = anyhow::Error::new(io::Error::other("disk is full")).context("cannot write x: disk is full");
        assert_eq!(format(&error), "error: cannot write x: disk is full");
    }

    #[test]
    fn terminal_codes_are_escaped() {
        assert_eq!(format(&anyhow::anyhow!("a\u{1b}[31mb\u{9d}")), "error: a\\u{1b}[31mb\\u{9d}");
    }
}
