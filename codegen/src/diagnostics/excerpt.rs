//! The lines of a file that a report shows. The renderer walks over all text that it is given, once for each report.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::yaml::SourceFile;

/// Some whole lines of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt<'a> {
    pub(crate) text: &'a str,
    /// Number of the first line, from 1.
    pub(crate) line: usize,
    /// Where the text begins in the file.
    pub(crate) offset: usize,
}

impl Excerpt<'_> {
    /// A span of the file as one of the excerpt.
    pub(crate) fn within(&self, span: &Range<usize>) -> Range<usize> {
        span.start.saturating_sub(self.offset)..span.end.saturating_sub(self.offset)
    }
}

/// Makes excerpts; looks for the lines of each file once.
#[derive(Default)]
pub(crate) struct Excerpts<'a> {
    /// Where lines begin, by path.
    starts: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Excerpts<'a> {
    /// From the first to the last line that one of the spans touches.
    pub(crate) fn of(&mut self, file: &'a SourceFile, spans: &[&Range<usize>]) -> Excerpt<'a> {
        let text = &*file.text;
        let starts = self.starts.entry(&file.path).or_insert_with(|| line_starts(text));
        let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
        let last = spans.iter().map(|span| span.end.saturating_sub(1).max(span.start)).max().unwrap_or(0);
        let line = starts.partition_point(|start| *start <= first).max(1);
        let offset = starts.get(line - 1).copied().unwrap_or(0);
        let after = starts.partition_point(|start| *start <= last);
        let end = starts.get(after).copied().unwrap_or(text.len());
        Excerpt { text: text.get(offset..end).unwrap_or(text), line, offset }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sources;

    #[test]
    fn whole_lines_from_the_first_to_the_last() {
        let sources = Sources::from_texts([("a/b.yaml", "one\r\n汉字\nthree\nfour")]);
        let file = &sources.files()[0];
        let mut excerpts = Excerpts::default();
        let mut shown = |spans: &[&Range<usize>]| {
            let excerpt = excerpts.of(file, spans);
            (excerpt.line, excerpt.text, excerpt.within(spans[0]))
        };
        assert_eq!(shown(&[&(1..2)]), (1, "one\r\n", 1..2));
        assert_eq!(shown(&[&(8..11)]), (2, "汉字\n", 3..6));
        assert_eq!(shown(&[&(12..17), &(5..8)]), (2, "汉字\nthree\n", 7..12));
        assert_eq!(shown(&[&(22..22)]), (4, "four", 4..4));
        assert_eq!(shown(&[&(0..1), &(18..19)]), (1, &*file.text, 0..1));
    }

    #[test]
    fn a_file_without_text_has_a_line() {
        let sources = Sources::from_texts([("a/b.yaml", "")]);
        let found = Excerpts::default().of(&sources.files()[0], &[&(0..0)]);
        assert_eq!(found, Excerpt { text: "", line: 1, offset: 0 });
    }
}
