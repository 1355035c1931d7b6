//! Where things are in this repository.

use std::env;
use std::path::{Path, PathBuf};

/// Names another folder, for tests: a copy of the specs and of the generated files.
const OVERRIDE: &str = "YUNXIN_XTASK_ROOT";

/// The folder for temporary files, on the same disk as what they replace.
pub(crate) fn staging() -> PathBuf {
    root().join("target/xtask")
}

/// The path as people know it: below the repository.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The folder with the workspace's Cargo.toml.
pub(crate) fn root() -> PathBuf {
    if let Some(root) = env::var_os(OVERRIDE) {
        return root.into();
    }
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
