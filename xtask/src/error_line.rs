//! An error of this program as one line on the terminal.

/// `error: what: why`. Without a backtrace: what went wrong is in the words, and frames of this program help nobody who
/// uses it.
pub(crate) fn of(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in error.chain().map(|part| on_one_line(&part.to_string())) {
        // Some errors repeat their cause in their own words.
        if !parts.last().is_some_and(|said| said.ends_with(&part)) {
            parts.push(part);
        }
    }
    format!("error: {}", parts.join(": "))
}

/// What another program or a file said may hold line breaks and control characters.
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
            of(&error),
            "error: cannot compare: `git show` failed: fatal: not a repository (or any of its parents)"
        );
    }

    #[test]
    fn a_cause_that_was_said_is_not_said_again() {
        let error = anyhow::Error::new(io::Error::other("disk is full")).context("cannot write x: disk is full");
        assert_eq!(of(&error), "error: cannot write x: disk is full");
    }

    #[test]
    fn terminal_codes_are_escaped() {
        assert_eq!(of(&anyhow::anyhow!("a\u{1b}[31mb\u{9d}")), "error: a\\u{1b}[31mb\\u{9d}");
    }
}
