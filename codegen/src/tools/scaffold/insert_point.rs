//! Finds where to insert a new endpoint in the text of a resource, line by line, so that nothing else changes.

use std::ops::Range;

/// Where to insert, and how the text around it is laid out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InsertPoint {
    /// Bytes to replace; empty except for `endpoints: {}`.
    pub(super) replaced: Range<usize>,
    /// Text between the text before and the endpoint.
    pub(super) before: String,
    /// Blanks before the name of an endpoint.
    pub(super) indent: usize,
    /// Blanks that each level adds.
    pub(super) segment: usize,
    /// How lines end.
    pub(super) line_end: &'static str,
}

/// The end of `endpoints:`; nothing when it is not a mapping over several lines.
pub(super) fn end_of_endpoints(text: &str) -> Option<InsertPoint> {
    let lines = lines(text);
    let head_at = lines.iter().position(|line| after_key(line.text).is_some())?;
    let (head, after) = lines.split_at_checked(head_at).and_then(|(_, rest)| rest.split_first())?;
    let line_end = if head.text.ends_with("\r\n") { "\r\n" } else { "\n" };
    let rest = after_key(head.text)?.trim();
    if let Some(comment) = rest.strip_prefix("{}") {
        return Some(in_place_of_braces(head, comment, line_end));
    }
    if !rest.is_empty() && !rest.starts_with('#') {
        return None;
    }
    let block: Vec<_> = after.iter().take_while(|line| !line.is_next_key()).collect();
    let last = block.iter().rev().find(|line| line.is_inside()).copied();
    let (indent, segment) = layout(&block);
    let end = last.unwrap_or(head);
    let mut before = String::new();
    if !end.text.ends_with('\n') {
        before.push_str(line_end);
    }
    if last.is_some() {
        before.push_str(line_end);
    }
    Some(InsertPoint { replaced: end.end()..end.end(), before, indent, segment, line_end })
}

/// `endpoints: {}` becomes `endpoints:`, with its comment kept.
fn in_place_of_braces(head: &Line<'_>, comment: &str, line_end: &'static str) -> InsertPoint {
    let from = head.start + head.text.find(':').map_or(0, |colon| colon + 1);
    let before = if comment.trim().is_empty() { line_end.to_owned() } else { format!(" {}{line_end}", comment.trim()) };
    InsertPoint { replaced: from..head.end(), before, indent: 2, segment: 2, line_end }
}

/// Blanks before the first endpoint, and how many more its keys have.
fn layout(block: &[&Line<'_>]) -> (usize, usize) {
    let mut indents = block.iter().filter(|line| line.is_inside() && !line.is_comment()).map(|line| line.indent());
    let indent = indents.next().unwrap_or(2);
    let segment =
        indents.next().and_then(|inner| inner.checked_sub(indent)).filter(|segment| *segment > 0).unwrap_or(2);
    (indent, segment)
}

#[derive(Debug)]
struct Line<'t> {
    start: usize,
    text: &'t str,
}

impl Line<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn is_comment(&self) -> bool {
        self.text.trim_start().starts_with('#')
    }

    /// Part of the block: comments without indentation belong to what follows them.
    fn is_inside(&self) -> bool {
        self.indent() > 0 && !self.text.trim().is_empty()
    }

    fn is_next_key(&self) -> bool {
        !self.text.trim().is_empty() && self.indent() == 0 && !self.text.starts_with(['#', '\t'])
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |text| {
        let line = Line { start, text };
        start = line.end();
        line
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The entries after `endpoints:` without indentation.
fn after_key(line: &str) -> Option<&str> {
    ["endpoints", "\"endpoints\"", "'endpoints'"]
        .into_iter()
        .find_map(|key| line.strip_prefix(key))
        .and_then(|rest| rest.trim_start().strip_prefix(':'))
        .filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `|` where the endpoint goes, and indent and segment.
    fn shown(text: &str) -> String {
        match end_of_endpoints(text) {
            None => "none".to_owned(),
            Some(spot) => {
                let before = text.get(..spot.replaced.start).unwrap();
                let after = text.get(spot.replaced.end..).unwrap();
                format!("{before}{}|{},{}|{after}", spot.before, spot.indent, spot.segment)
            }
        }
    }

    #[test]
    fn goes_behind_the_last_endpoint() {
        assert_eq!(shown("endpoints:\n  a:\n    b: 1\n\ntypes:\n"), "endpoints:\n  a:\n    b: 1\n\n|2,2|\ntypes:\n");
        assert_eq!(shown("endpoints:\n    a:\n       b: 1"), "endpoints:\n    a:\n       b: 1\n\n|4,3|");
        assert_eq!(shown("endpoints:\n  a: 1\ntypes:\n"), "endpoints:\n  a: 1\n\n|2,2|types:\n");
    }

    #[test]
    fn comments_stay_with_what_they_are_about() {
        let text = "endpoints: # all\n# first\n  # of a\n  a:\n    b: 1   # x\n    # end of a\n\n# the types\ntypes:\n";
        let expected =
            "endpoints: # all\n# first\n  # of a\n  a:\n    b: 1   # x\n    # end of a\n\n|2,2|\n# the types\ntypes:\n";
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn line_ends_of_windows_are_kept() {
        let text = "endpoints:\r\n  a:\r\n    b: 1\r\n\r\ntypes:\r\n";
        assert_eq!(shown(text), "endpoints:\r\n  a:\r\n    b: 1\r\n\r\n|2,2|\r\ntypes:\r\n");
        assert_eq!(end_of_endpoints(text).unwrap().line_end, "\r\n");
    }

    #[test]
    fn without_endpoints() {
        assert_eq!(shown("endpoints:\ntypes:\n"), "endpoints:\n|2,2|types:\n");
        assert_eq!(shown("endpoints: {}\ntypes:\n"), "endpoints:\n|2,2|types:\n");
        assert_eq!(shown("'endpoints' : {} # none"), "'endpoints' : # none\n|2,2|");
    }

    #[test]
    fn other_shapes_are_left_alone() {
        for text in ["", "types:\n", "endpoints: { a: {} }\n", "endpointsx:\n", " endpoints:\n", "# endpoints:\n"] {
            assert_eq!(shown(text), "none", "{text:?}");
        }
    }
}
