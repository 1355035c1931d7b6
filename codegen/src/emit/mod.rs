//! Model -> files.
use std::collections::BTreeMap;
/// Generated files by path.
pub type FileSet = BTreeMap<String, String>;
