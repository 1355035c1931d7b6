//! Lists the snapshots that a test run changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Content of all snapshots, by path relative to the repository.
pub(super) struct Snapshots(BTreeMap<PathBuf, Vec<u8>>);

impl Snapshots {
    /// Reads all snapshots in the `tests` folders of the workspace's members.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut snapshots = BTreeMap::new();
        for member in entries(root)? {
            let tests = member.join("tests");
            if tests.is_dir() {
                collect(&tests, root, &mut snapshots)?;
            }
        }
        Ok(Self(snapshots))
    }

    /// Returns the paths of snapshots that are new, different or removed, with `/` as separator.
    pub(super) fn changed_since(&self, before: &Self) -> Vec<String> {
        let paths = self.0.keys().chain(before.0.keys().filter(|path| !self.0.contains_key(*path)));
        paths
            .filter(|path| self.0.get(*path) != before.0.get(*path))
            .map(|path| path.display().to_string().replace('\\', "/"))
            .collect()
    }
}

/// Adds the snapshots below a folder.
fn collect(folder: &Path, root: &Path, snapshots: &mut BTreeMap<PathBuf, Vec<u8>>) -> anyhow::Result<()> {
    for path in entries(folder)? {
        let is_link = path.symlink_metadata().is_ok_and(|about| about.is_symlink());
        if is_link {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            collect(&path, root, snapshots)?;
        } else if name.ends_with(".snap") || is_golden(&path) {
            let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            snapshots.insert(path.strip_prefix(root).unwrap_or(&path).to_owned(), content);
        }
    }
    Ok(())
}

/// Returns whether a file is part of the source of a crate with golden files.
fn is_golden(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "goldens") && path.extension().is_some_and(|end| end == "rs")
}

fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let context = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(context)?;
    entries.map(|entry| Ok(entry.with_context(context)?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_and_changed_snapshots_of_members_are_found() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("client/tests/snapshots");
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("same.snap", "1"), ("other.snap", "1"), ("gone.snap", "1"), ("x.rs", "1")] {
            fs::write(folder.join(name), text).unwrap();
        }
        let before = Snapshots::read(place.path()).unwrap();
        fs::write(folder.join("other.snap"), "2").unwrap();
        fs::write(folder.join("x.rs"), "2").unwrap();
        fs::create_dir(folder.join("goldens")).unwrap();
        fs::write(folder.join("goldens/code.rs"), "2").unwrap();
        fs::remove_file(folder.join("gone.snap")).unwrap();
        fs::write(place.path().join("client/y.snap"), "not a test").unwrap();
        let changed = Snapshots::read(place.path()).unwrap().changed_since(&before);
        let wanted = ["goldens/code.rs", "other.snap", "gone.snap"];
        assert_eq!(changed, wanted.map(|name| format!("client/tests/snapshots/{name}")));
    }
}
