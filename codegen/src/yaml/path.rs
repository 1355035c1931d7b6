//! Paths and locations of YAML nodes.

use std::fmt;

/// A segment of a path: from a YAML node to one of its children.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum YamlPathSegment {
    /// Entry of a mapping.
    Key(String),
    /// Element of a list.
    Index(usize),
}

impl fmt::Display for YamlPathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl From<&str> for YamlPathSegment {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for YamlPathSegment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// Path of a node in a file, e.g. `endpoints.create.params.accid`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YamlPath {
    /// File as in [`crate::yaml::SourceFile::path`].
    pub file: String,
    /// Segments from the root of the document.
    pub segments: Vec<YamlPathSegment>,
}

impl YamlPath {
    /// The root of a file.
    pub fn root(file: &str) -> Self {
        Self { file: file.to_owned(), segments: Vec::new() }
    }

    /// A child of this node.
    #[must_use]
    pub fn at(&self, segment: impl Into<YamlPathSegment>) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment.into());
        Self { file: self.file.clone(), segments }
    }

    /// The key of this node, to be underlined.
    pub fn key(self) -> Location {
        Location { path: self, part: NodePart::Key }
    }

    /// The value of this node, to be underlined.
    pub fn value(self) -> Location {
        Location { path: self, part: NodePart::Value }
    }
}

impl fmt::Display for YamlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, segment) in self.segments.iter().enumerate() {
            match segment {
                YamlPathSegment::Key(key) if number == 0 => f.write_str(key)?,
                YamlPathSegment::Key(key) => write!(f, ".{key}")?,
                YamlPathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The part of a node that is underlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodePart {
    /// Its key; the value where it has none.
    Key,
    /// The value.
    Value,
}

/// A node, and which part of it a diagnostic underlines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The node.
    pub path: YamlPath,
    /// Which part of it.
    pub part: NodePart,
}
