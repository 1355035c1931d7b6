//! The files of a spec folder as text, and where the nodes of their YAML are.

mod path;
mod sources;
mod tree;

pub use path::{Location, NodePart, YamlPath, YamlPathSegment};
pub use sources::{COMMON, Fault, MAX_BYTES, PRODUCT, ReadError, SourceFile, Sources};
pub(crate) use tree::Tree;
