//! A YAML document as a tree of nodes with their positions.
//!
//! Built from parser events into one flat list, and aliases stay leaves: neither deep nesting nor aliases of aliases
//! can make it larger than the file.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};

use crate::yaml::YamlPathSegment;

/// Number of a node in its tree.
type Id = usize;

/// The first document of a file, up to its first syntax error.
pub(crate) struct Tree {
    nodes: Vec<Node>,
    root: Option<Id>,
    anchors: BTreeMap<usize, Id>,
    too_deep: Option<Range<usize>>,
}

/// How deep a file may be nested, as serde_yaml has it.
const DEEPEST: usize = 128;

struct Node {
    kind: Kind,
    /// Bytes.
    span: Range<usize>,
    is_long: bool,
}

enum Kind {
    Scalar(String),
    /// An alias of the node with this anchor.
    Alias(usize),
    Sequence(Vec<Id>),
    Mapping(Vec<(Id, Id)>),
}

/// An entry of a mapping or an element of a list.
#[derive(Clone, Copy)]
pub(crate) struct Child<'t> {
    tree: &'t Tree,
    key: Option<Id>,
    value: Id,
}

impl Tree {
    pub(crate) fn new(text: &str) -> Self {
        let mut builder = Builder {
            tree: Self { nodes: Vec::new(), root: None, anchors: BTreeMap::new(), too_deep: None },
            open: Vec::new(),
            offsets: text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect(),
            end: text.len(),
        };
        for event in Parser::new_from_str(text) {
            match event {
                Ok((Event::DocumentEnd, _)) => break,
                // The scanner looks ahead, and has a depth of its own at which it gives up.
                Err(error) if error.info().contains("recursion limit") => {
                    let here = builder.byte(error.marker().index());
                    builder.tree.too_deep = Some(here..here + 1);
                    break;
                }
                Err(_) => break,
                Ok((event, span)) => builder.take(event, span),
            }
            if builder.open.len() > DEEPEST {
                let last = builder.tree.nodes.last();
                builder.tree.too_deep = last.map(|node| node.span.start..node.span.start + 1);
                break;
            }
        }
        builder.tree
    }

    /// The node at the end of the segments, or the last one on the way that exists.
    pub(crate) fn find(&self, segments: &[YamlPathSegment]) -> Option<Child<'_>> {
        let mut found = Child { tree: self, key: None, value: self.root? };
        for segment in segments {
            match found.child(segment) {
                Some(next) => found = next,
                None => break,
            }
        }
        Some(found)
    }

    /// Where the file is nested deeper than it may be.
    pub(crate) fn too_deep(&self) -> Option<Range<usize>> {
        self.too_deep.clone()
    }

    /// Keys that are twice in one mapping: the later one and the first one.
    pub(crate) fn duplicate_keys(&self) -> Vec<(&str, Range<usize>, Range<usize>)> {
        let mut found = Vec::new();
        for node in &self.nodes {
            let Kind::Mapping(entries) = &node.kind else { continue };
            let mut first: BTreeMap<&str, Id> = BTreeMap::new();
            for (key, _) in entries {
                let Some(Node { kind: Kind::Scalar(text), span, .. }) = self.nodes.get(*key) else { continue };
                match first.get(text.as_str()).and_then(|first| self.nodes.get(*first)) {
                    Some(earlier) => found.push((text.as_str(), span.clone(), earlier.span.clone())),
                    None => {
                        first.insert(text, *key);
                    }
                }
            }
        }
        found
    }

    /// Aliases, each with the node that it repeats.
    pub(crate) fn aliases(&self) -> Vec<(Range<usize>, Option<Range<usize>>)> {
        self.nodes
            .iter()
            .filter_map(|node| match node.kind {
                Kind::Alias(anchor) => Some((
                    node.span.clone(),
                    self.anchors.get(&anchor).and_then(|id| self.nodes.get(*id)).map(|node| node.span.clone()),
                )),
                _ => None,
            })
            .collect()
    }
}

impl Child<'_> {
    fn child(self, segment: &YamlPathSegment) -> Option<Self> {
        let tree = self.tree;
        match (segment, &tree.nodes.get(self.value)?.kind) {
            (YamlPathSegment::Key(name), Kind::Mapping(entries)) => entries
                .iter()
                .find(|(key, _)| {
                    tree.nodes.get(*key).is_some_and(|node| matches!(&node.kind, Kind::Scalar(text) if text == name))
                })
                .map(|(key, value)| Child { tree, key: Some(*key), value: *value }),
            (YamlPathSegment::Index(index), Kind::Sequence(items)) => {
                items.get(*index).map(|item| Child { tree, key: None, value: *item })
            }
            // `alias: x` is `alias: [x]`: the one element is the value itself.
            (YamlPathSegment::Index(0), Kind::Scalar(_)) => Some(self),
            _ => None,
        }
    }

    /// Position of the key, if there is one.
    pub(crate) fn key(self) -> Option<Range<usize>> {
        self.tree.nodes.get(self.key?).map(|node| node.span.clone())
    }

    /// Position of the value.
    pub(crate) fn value(self) -> Range<usize> {
        self.tree.nodes.get(self.value).map_or(0..0, |node| node.span.clone())
    }

    /// Whether the value is a list or mapping over several lines, too long to be underlined.
    pub(crate) fn is_long(self) -> bool {
        self.tree
            .nodes
            .get(self.value)
            .is_some_and(|node| node.is_long && matches!(node.kind, Kind::Mapping(_) | Kind::Sequence(_)))
    }
}

struct Open {
    id: Id,
    line: usize,
    /// The key that waits for its value.
    key: Option<Id>,
}

struct Builder {
    tree: Tree,
    /// Lists and mappings that are not closed yet.
    open: Vec<Open>,
    /// Byte offset of each character; the parser counts characters.
    offsets: Vec<usize>,
    end: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, _, anchor, _) => {
                self.add(Kind::Scalar(text.into_owned()), anchor, span);
            }
            Event::Alias(anchor) => {
                self.add(Kind::Alias(anchor), 0, span);
            }
            Event::SequenceStart(anchor, _) => self.begin(Kind::Sequence(Vec::new()), anchor, span),
            Event::MappingStart(anchor, _) => self.begin(Kind::Mapping(Vec::new()), anchor, span),
            Event::SequenceEnd | Event::MappingEnd => {
                let end = self.byte(span.end.index());
                if let Some(open) = self.open.pop()
                    && let Some(node) = self.tree.nodes.get_mut(open.id)
                {
                    node.is_long = span.end.line() != open.line;
                    node.span.end = end.max(node.span.start);
                }
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }

    fn begin(&mut self, kind: Kind, anchor: usize, span: Span) {
        let id = self.add(kind, anchor, span);
        self.open.push(Open { id, line: span.start.line(), key: None });
    }

    fn add(&mut self, kind: Kind, anchor: usize, span: Span) -> Id {
        let id = self.tree.nodes.len();
        let start = self.byte(span.start.index());
        let end = self.byte(span.end.index()).max(start);
        self.tree.nodes.push(Node { kind, span: start..end, is_long: false });
        if anchor != 0 {
            self.tree.anchors.insert(anchor, id);
        }
        let Some(parent) = self.open.last_mut() else {
            self.tree.root.get_or_insert(id);
            return id;
        };
        match self.tree.nodes.get_mut(parent.id).map(|node| &mut node.kind) {
            Some(Kind::Sequence(items)) => items.push(id),
            Some(Kind::Mapping(entries)) => match parent.key.take() {
                Some(key) => entries.push((key, id)),
                None => parent.key = Some(id),
            },
            _ => {}
        }
        id
    }

    fn byte(&self, character: usize) -> usize {
        self.offsets.get(character).copied().unwrap_or(self.end)
    }
}
