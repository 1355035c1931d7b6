//! What a diagnostic points at.

use std::ops::Range;

use crate::yaml::Location;

/// Where a label goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A node of a document.
    Node(Location),
    /// Bytes of a file that could not be parsed.
    Bytes {
        /// The file.
        file: String,
        /// Byte offsets.
        span: Range<usize>,
    },
}

impl Target {
    pub(crate) fn file(&self) -> &str {
        match self {
            Self::Node(place) => &place.path.file,
            Self::Bytes { file, .. } => file,
        }
    }
}
