//! Turns places in a document into byte ranges of its text, by a second parse that runs only when there is something to
//! report.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostics::{Diagnostic, Target};
use crate::yaml::{Location, NodePart, SourceFile, Sources, Tree};

/// A diagnostic with the text and byte ranges it is about.
pub(crate) struct Located<'a> {
    pub(crate) diagnostic: &'a Diagnostic,
    /// Nothing when the problem is with a file that could not be read as text.
    pub(crate) file: Option<&'a SourceFile>,
    pub(crate) span: Range<usize>,
    pub(crate) second: Option<(&'a SourceFile, Range<usize>, &'a str)>,
}

/// Finds all places, sorted by file and position.
pub(crate) fn locate<'a>(found: &'a [Diagnostic], sources: &'a Sources) -> Vec<Located<'a>> {
    let mut trees = Trees { sources, parsed: BTreeMap::new() };
    let mut located: Vec<_> = found
        .iter()
        .map(|diagnostic| {
            let place = trees.span(&diagnostic.target);
            let second = diagnostic
                .second
                .as_ref()
                .and_then(|(target, label)| trees.span(target).map(|(file, span)| (file, span, label.as_str())));
            Located {
                diagnostic,
                file: place.as_ref().map(|(file, _)| *file),
                span: place.map_or(0..0, |(_, span)| span),
                second,
            }
        })
        .collect();
    located.sort_by(|a, b| {
        let key = |item: &Located<'a>| {
            let diagnostic = item.diagnostic;
            (diagnostic.code.severity(), diagnostic.target.file(), item.span.start, diagnostic.code)
        };
        key(a).cmp(&key(b))
    });
    located
}

struct Trees<'a> {
    sources: &'a Sources,
    parsed: BTreeMap<&'a str, Tree>,
}

impl<'a> Trees<'a> {
    fn span(&mut self, target: &Target) -> Option<(&'a SourceFile, Range<usize>)> {
        let file = self.sources.get(target.file()).filter(|file| !file.text.is_empty())?;
        let span = match target {
            Target::Node(place) => {
                let tree = self.parsed.entry(&file.path).or_insert_with(|| Tree::new(&file.text));
                node(tree, place)
            }
            Target::Bytes { span, .. } => span.clone(),
        };
        Some((file, first_line(&file.text, span)))
    }
}

/// The node, or the nearest ancestor that exists.
fn node(tree: &Tree, place: &Location) -> Range<usize> {
    let Some(found) = tree.find(&place.path.segments) else { return 0..0 };
    match found.key() {
        Some(key) if place.part == NodePart::Key || found.is_long() => key,
        // An element of a list has no key; its own value is the best thing to show.
        _ => found.value(),
    }
}

/// The first line of a span, without trailing white space; at least one character, so that there is
/// something to see.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let start = floor(text, span.start.min(text.len()));
    let end = floor(text, span.end.clamp(start, text.len()));
    let line = text.get(start..end).and_then(|part| part.lines().next()).unwrap_or_default().trim_end();
    let next = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    start..start + line.len().max(next)
}

fn floor(text: &str, index: usize) -> usize {
    (0..=index).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::YamlPath;

    const TEXT: &str = "a:\r\n  汉: [x, 'y z']\r\n  block:\r\n    - one\r\n    - two\r\nlist: [1]\r\n";

    fn shown(place: Location) -> &'static str {
        TEXT.get(first_line(TEXT, node(&Tree::new(TEXT), &place))).unwrap()
    }

    #[test]
    fn keys_and_values_are_found_whatever_the_line_ends_and_letters() {
        let root = YamlPath::root("f");
        assert_eq!(shown(root.at("a").at("汉").key()), "汉");
        assert_eq!(shown(root.at("a").at("汉").value()), "[x, 'y z']");
        assert_eq!(shown(root.at("a").at("汉").at(1).value()), "'y z'");
        assert_eq!(shown(root.at("a").at("block").at(1).value()), "two");
        assert_eq!(shown(root.at("list").at(0).key()), "1", "an element has no key");
    }

    #[test]
    fn what_spans_many_lines_is_shown_by_its_key() {
        let root = YamlPath::root("f");
        assert_eq!(shown(root.at("a").at("block").value()), "block");
        assert_eq!(shown(root.at("a").value()), "a");
    }

    #[test]
    fn what_does_not_exist_is_shown_by_what_should_hold_it() {
        let root = YamlPath::root("f");
        assert_eq!(shown(root.at("a").at("nothing").at("deeper").key()), "a");
        assert_eq!(shown(root.at("list").at(7).value()), "[1]");
        assert_eq!(shown(root.at("nothing").value()), "a:", "a whole file is shown by its first line");
    }

    #[test]
    fn an_underline_is_never_empty_and_never_cuts_a_letter() {
        assert_eq!(first_line("汉", 1..2), 0..3);
        assert_eq!(first_line("a\n\nb", 2..2), 2..3);
        assert_eq!(first_line("", 5..9), 0..0);
        assert_eq!(first_line("ab", 2..3), 2..2, "the end of a file has nothing to underline");
    }
}
