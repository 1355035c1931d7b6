//! Model -> files, as values. Nothing here can fail and nothing touches the disk.

use std::collections::BTreeMap;

pub mod rust;

/// Generated files: content by path, `/` between its parts.
pub type FileSet = BTreeMap<String, String>;
