//! Wraps the Markdown of doc comments, which rustfmt does not format.

/// Maximum width of a line of docs: that of a line of code is 120, minus four for the indentation of fields and
/// functions, minus four for `/// `.
const WIDTH: usize = 112;

/// Wraps paragraphs and list items with a line that is too long. Code, headings and tables are unchanged.
pub(super) fn wrapped(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        let is_fence = line.trim_start().starts_with("```");
        let is_plain = !in_code && !is_fence && !line.trim().is_empty() && !line.starts_with(['#', '|']);
        if !is_plain || list_marker(line) > 0 {
            fill(&mut paragraph, &mut out);
        }
        if is_plain {
            paragraph.push(line);
        } else {
            out.push(line.to_owned());
        }
        in_code ^= is_fence;
    }
    fill(&mut paragraph, &mut out);
    out.join("\n")
}

/// Moves the lines of a paragraph to `out`, wrapped if one of them is too long.
fn fill(paragraph: &mut Vec<&str>, out: &mut Vec<String>) {
    let lines = std::mem::take(paragraph);
    let Some(first) = lines.first().filter(|_| lines.iter().any(|line| width(line) > WIDTH)) else {
        out.extend(lines.into_iter().map(str::to_owned));
        return;
    };
    let indent = width(first) - width(first.trim_start());
    // Further lines of a list item begin below its text.
    let hanging = indent + list_marker(first);
    let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let mut current = " ".repeat(indent);
    let mut is_empty = true;
    for word in words(&text) {
        if !is_empty && width(&current) + 1 + width(word) > WIDTH {
            out.push(std::mem::replace(&mut current, " ".repeat(hanging)));
            is_empty = true;
        }
        if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
        is_empty = false;
    }
    out.push(current);
}

/// Returns the width of the marker at the beginning of a list item, including the space. 0 if there is no marker.
fn list_marker(line: &str) -> usize {
    if line.trim_start().starts_with("* ") || line.trim_start().starts_with("- ") { 2 } else { 0 }
}

/// Splits text at the positions of possible line breaks: not inside of a code span or the text of a link, and not
/// before a word that would begin a block.
fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some((before, after)) = rest.get(from..).and_then(|tail| tail.split_once(' ')) {
        let end = from + before.len();
        let head = rest.get(..end).unwrap_or_default();
        let in_code_span = head.matches('`').count() % 2 == 1;
        let in_link = head.rfind('[') > head.rfind(']') && after.contains("](");
        if in_code_span || in_link || begins_block(after) {
            from = end + 1;
            continue;
        }
        out.push(head);
        (rest, from) = (after, 0);
    }
    out.push(rest);
    out
}

/// Returns whether Markdown treats a line with this text as a list item, a heading, a quotation, a table or an
/// underline.
fn begins_block(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    let number = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_number = number.len() < word.len() && matches!(number, "." | ")");
    is_number || matches!(word, "-" | "*" | "+") || word.starts_with(['#', '>', '|', '=']) || word.starts_with("--")
}

/// Returns the number of columns of a line.
fn width(line: &str) -> usize {
    line.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paragraphs_and_list_items_are_wrapped() {
        let long = "word ".repeat(40);
        let text = format!("Short.\n\n{long}\nnext line\n* `a`: {long}\n* `b`: short\n");
        let lines = wrapped(&text);
        assert!(lines.lines().all(|line| width(line) <= WIDTH), "{lines}");
        assert_eq!(lines.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        assert!(lines.contains("\n* `a`: word") && lines.contains("\n  word") && lines.ends_with("\n* `b`: short"));
    }

    #[test]
    fn everything_else_stays() {
        let long = "word ".repeat(40);
        for text in [
            format!("```text\n{long}\n```"),
            format!("# {long}"),
            format!("| {long} |"),
            "One line.\nAnother\n  one.".to_owned(),
        ] {
            assert_eq!(wrapped(&text), text);
        }
    }

    #[test]
    fn no_line_begins_with_something_else_than_text() {
        let text = format!("{} - + 1. 2) # > a `code with blanks` b", "x".repeat(108));
        assert_eq!(words(&text)[1..], ["a", "`code with blanks`", "b"]);
        for whole in ["`code with blanks`", "[link with blanks](super::X)"] {
            let text = format!("{} {whole}", "x".repeat(100));
            assert_eq!(wrapped(&text).lines().nth(1), Some(whole));
        }
    }
}
