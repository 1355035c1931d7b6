//! Paths in this repository.

use std::env;
use std::path::{Path, PathBuf};

/// Environment variable with another root folder, for tests: a copy of the specs and of the generated files.
const OVERRIDE: &str = "YUNXIN_XTASK_ROOT";

/// Returns the folder for temporary files, which is on the same disk as the files that they replace.
pub(crate) fn staging() -> PathBuf {
    root().join("target/xtask")
}

/// Formats a path relative to the repository, for messages.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Returns the folder with the workspace's Cargo.toml.
pub(crate) fn root() -> PathBuf {
    if let Some(root) = env::var_os(OVERRIDE) {
        return root.into();
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
