//! Prints diagnostics for programs: JSON, and the commands of GitHub's workflows.

use std::ops::Range;

use serde::Serialize;

use crate::{diagnostic::Severity, excerpt::Excerpts, locate::Located, source::SourceFile};

/// One problem, with everything that is known of it.
#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    /// Nothing when the file could not be read as text.
    #[serde(flatten)]
    position: Option<Position>,
    label: Option<&'a str>,
    help: Option<&'a str>,
    second: Option<Second<'a>>,
}

/// A place that explains the first.
#[derive(Serialize)]
struct Second<'a> {
    file: &'a str,
    #[serde(flatten)]
    position: Position,
    label: &'a str,
}

/// Lines and columns count from 1, columns in characters; the end is behind the last character.
#[derive(Clone, Copy, Serialize)]
struct Position {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// An object a line.
pub(crate) fn json(located: &[Located<'_>]) -> String {
    // Texts and numbers can always be written.
    lines(located, |finding| serde_json::to_string(finding).unwrap_or_default())
}

/// A command a line: GitHub shows each at its place in the changes of a pull request.
pub(crate) fn github(located: &[Located<'_>]) -> String {
    lines(located, |finding| {
        let mut properties = vec![format!("file={}", property(finding.file))];
        if let Some(position) = finding.position {
            let Position { line, column, end_line, end_column } = position;
            properties.push(format!("line={line},col={column},endLine={end_line},endColumn={end_column}"));
        }
        properties.push(format!("title={}", property(finding.code)));
        let label = finding.label.map(|label| format!("\n{label}")).unwrap_or_default();
        let help = finding.help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let text = data(&format!("{}{label}{help}", finding.message));
        format!("::{} {}::{text}", finding.severity, properties.join(","))
    })
}

fn lines(located: &[Located<'_>], line: impl Fn(&Finding<'_>) -> String) -> String {
    let mut excerpts = Excerpts::default();
    located.iter().map(|item| line(&finding(item, &mut excerpts)) + "\n").collect()
}

fn finding<'a>(item: &'a Located<'a>, excerpts: &mut Excerpts<'a>) -> Finding<'a> {
    let diagnostic = item.diagnostic;
    Finding {
        code: diagnostic.code.id(),
        severity: match diagnostic.code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &diagnostic.message,
        file: diagnostic.target.file(),
        position: item.file.map(|file| position(file, &item.span, excerpts)),
        label: Some(diagnostic.label.as_str()).filter(|label| !label.is_empty()),
        help: diagnostic.help.as_deref(),
        second: item.second.as_ref().map(|(file, span, label)| Second {
            file: &file.path,
            position: position(file, span, excerpts),
            label,
        }),
    }
}

/// What is underlined never goes beyond a line.
fn position<'a>(file: &'a SourceFile, span: &Range<usize>, excerpts: &mut Excerpts<'a>) -> Position {
    let excerpt = excerpts.of(file, &[span]);
    let within = excerpt.within(span);
    let column = |end: usize| excerpt.text.get(..end).map_or(0, |before| before.chars().count()) + 1;
    Position {
        line: excerpt.line,
        column: column(within.start),
        end_line: excerpt.line,
        end_column: column(within.end),
    }
}

/// Text behind the `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text in front of it, where commas and colons are signs of the command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_is_made_of_is_escaped() {
        assert_eq!(property("a:b,c\n50%"), "a%3Ab%2Cc%0A50%25");
        assert_eq!(data("a: b, c\r\n50%"), "a: b, c%0D%0A50%25");
    }
}
