//! Turns places in a document into byte ranges of its text, by a second, marked parse that runs only when there is something to report.

use std::{collections::BTreeMap, ops::Range};

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use crate::{
    diagnostic::{Diagnostic, Part, Place, Step, Target},
    source::{SourceFile, Sources},
};

/// A diagnostic with the text and byte ranges it is about.
pub(crate) struct Located<'a> {
    pub(crate) diagnostic: &'a Diagnostic,
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
            let file = sources.get(diagnostic.file());
            let span = match &diagnostic.target {
                Target::Node(place) => trees.span(place).map_or(0..0, |(_, span)| span),
                Target::Offset { offset, .. } => *offset..offset.saturating_add(1),
            };
            let second = diagnostic
                .second
                .as_ref()
                .and_then(|(place, label)| trees.span(place).map(|(file, span)| (file, span, label.as_str())));
            Located { diagnostic, file, span, second }
        })
        .collect();
    located.sort_by(|a, b| {
        let key = |item: &Located<'_>| {
            (item.diagnostic.code.severity(), item.diagnostic.file().to_owned(), item.span.start, item.diagnostic.code)
        };
        key(a).cmp(&key(b))
    });
    located
}

struct Tree<'a> {
    file: &'a SourceFile,
    root: Option<MarkedYaml<'a>>,
    /// Byte offset of each character; the parser counts characters.
    offsets: Vec<usize>,
}

struct Trees<'a> {
    sources: &'a Sources,
    parsed: BTreeMap<String, Option<Tree<'a>>>,
}

impl<'a> Trees<'a> {
    fn span(&mut self, place: &Place) -> Option<(&'a SourceFile, Range<usize>)> {
        let sources = self.sources;
        let tree = self
            .parsed
            .entry(place.path.file.clone())
            .or_insert_with(|| {
                let file = sources.get(&place.path.file)?;
                Some(Tree {
                    file,
                    root: MarkedYaml::load_from_str(&file.text).ok().and_then(|documents| documents.into_iter().next()),
                    offsets: file.text.char_indices().map(|(offset, _)| offset).chain([file.text.len()]).collect(),
                })
            })
            .as_ref()?;
        Some((tree.file, tree.find(place)))
    }
}

impl Tree<'_> {
    /// The node, or the nearest ancestor that exists.
    fn find(&self, place: &Place) -> Range<usize> {
        let Some(root) = &self.root else { return 0..0 };
        let mut node = root;
        let mut key: Option<&MarkedYaml<'_>> = None;
        for step in &place.path.steps {
            let Some((next_key, next)) = child(node, step) else {
                break;
            };
            node = next;
            // An element of a list has no key; its own value is the best thing to show.
            key = next_key;
        }
        let shown = match (place.part, key) {
            (Part::Key, Some(key)) => key,
            (Part::Value, Some(key))
                if matches!(node.data, YamlData::Mapping(_) | YamlData::Sequence(_)) && self.is_long(node) =>
            {
                key
            }
            _ => node,
        };
        self.bytes(shown)
    }

    fn is_long(&self, node: &MarkedYaml<'_>) -> bool {
        node.span.start.line() != node.span.end.line()
    }

    fn bytes(&self, node: &MarkedYaml<'_>) -> Range<usize> {
        let end_of_text = self.file.text.len();
        let byte = |index: usize| self.offsets.get(index).copied().unwrap_or(end_of_text);
        let start = byte(node.span.start.index());
        let end = byte(node.span.end.index()).max(start);
        let text = self.file.text.get(start..end).unwrap_or_default();
        // One line is underlined, without the white space that block nodes trail.
        let line = text.lines().next().unwrap_or_default().trim_end();
        start..start + line.len().max(1).min(end_of_text.saturating_sub(start))
    }
}

type Child<'t, 'y> = (Option<&'t MarkedYaml<'y>>, &'t MarkedYaml<'y>);

fn child<'t, 'y>(node: &'t MarkedYaml<'y>, step: &Step) -> Option<Child<'t, 'y>> {
    match (step, &node.data) {
        (Step::Key(name), YamlData::Mapping(entries)) => entries
            .iter()
            .find(|(key, _)| scalar_text(key).as_deref() == Some(name))
            .map(|(key, value)| (Some(key), value)),
        (Step::Index(index), YamlData::Sequence(items)) => items.get(*index).map(|item| (None, item)),
        // `alias: x` is `alias: [x]`: the one element is the value itself.
        (Step::Index(0), YamlData::Value(_)) => Some((None, node)),
        _ => None,
    }
}

fn scalar_text(node: &MarkedYaml<'_>) -> Option<String> {
    match &node.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Some(number.to_string()),
        YamlData::Value(Scalar::Boolean(flag)) => Some(flag.to_string()),
        YamlData::Value(Scalar::Null) => Some("~".to_owned()),
        YamlData::Representation(text, ..) => Some(text.to_string()),
        _ => None,
    }
}
