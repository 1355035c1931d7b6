//! A diagnostic as programs read it.

use std::ops::Range;

use serde::Serialize;

use super::Severity;
use super::excerpt::Excerpts;
use super::locate::Located;
use crate::yaml::SourceFile;

/// One problem, with everything that is known of it.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
    pub(super) code: &'static str,
    pub(super) severity: &'static str,
    pub(super) message: &'a str,
    pub(super) file: &'a str,
    /// Nothing when the file could not be read as text.
    #[serde(flatten)]
    pub(super) position: Option<Position>,
    pub(super) label: Option<&'a str>,
    pub(super) help: Option<&'a str>,
    pub(super) second: Option<Second<'a>>,
}

/// A place that explains the first.
#[derive(Serialize)]
pub(super) struct Second<'a> {
    pub(super) file: &'a str,
    #[serde(flatten)]
    pub(super) position: Position,
    pub(super) label: &'a str,
}

/// Lines and columns count from 1, columns in characters; the end is after the last character.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

pub(super) fn lines(located: &[Located<'_>], line: impl Fn(&Finding<'_>) -> String) -> String {
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

/// An underline is never longer than a line.
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
