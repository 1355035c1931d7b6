//! Model -> files, as values. Nothing here can fail and nothing touches the disk.

use std::collections::BTreeMap;

#[cfg(feature = "rust")]
pub mod rust;
#[cfg(feature = "schema")]
pub mod schema;

/// Generated files: content by path, `/` between its parts.
pub type FileSet = BTreeMap<String, String>;
