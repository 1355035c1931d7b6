//! Compares generated files with those on disk, and brings the disk up to date.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use yunxin_codegen::FileSet;

/// A folder that belongs to the generator: everything in it is generated.
pub(crate) struct Tree {
    folder: PathBuf,
    wanted: FileSet,
}

/// What one file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is not there.
    Missing,
    /// It differs; this is what stands there.
    Different(String),
    /// No spec names it any more.
    Unexpected,
}

impl Tree {
    pub(crate) fn new(folder: PathBuf, wanted: FileSet) -> Self {
        Self { folder, wanted }
    }

    pub(crate) fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Lines of all generated files.
    pub(crate) fn lines(&self) -> usize {
        self.wanted.values().map(|text| text.lines().count()).sum()
    }

    /// All changes by path below the folder.
    pub(crate) fn changes(&self) -> anyhow::Result<BTreeMap<String, Change>> {
        let found = files(&self.folder)?;
        let mut changes = BTreeMap::new();
        for (path, text) in &self.wanted {
            if !found.contains(path) {
                changes.insert(path.clone(), Change::Missing);
                continue;
            }
            let file = self.folder.join(path);
            let current = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            // A checkout with CRLF line ends is not stale.
            let current = String::from_utf8_lossy(&current).replace("\r\n", "\n");
            if current != *text {
                changes.insert(path.clone(), Change::Different(current));
            }
        }
        for path in found.into_iter().filter(|path| !self.wanted.contains_key(path)) {
            changes.insert(path, Change::Unexpected);
        }
        Ok(changes)
    }

    /// The text a file should have.
    pub(crate) fn wanted(&self, path: &str) -> &str {
        self.wanted.get(path).map_or("", String::as_str)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the changes. Everything is written beside the tree first, so that a full disk leaves the tree as it was.
    pub(crate) fn apply(&self, changes: &BTreeMap<String, Change>, scratch: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
        let stage = tempfile::tempdir_in(scratch).context("cannot create a folder for new files")?;
        let mut staged = Vec::new();
        for path in changes.iter().filter(|(_, change)| **change != Change::Unexpected).map(|(path, _)| path) {
            let file = stage.path().join(path.replace('/', "+"));
            fs::write(&file, self.wanted(path)).with_context(|| format!("cannot write {}", file.display()))?;
            staged.push((file, self.folder.join(path)));
        }
        for (from, to) in staged {
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
            }
            fs::rename(&from, &to).with_context(|| format!("cannot write {}", to.display()))?;
        }
        for path in changes.iter().filter(|(_, change)| **change == Change::Unexpected).map(|(path, _)| path) {
            let file = self.folder.join(path);
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            remove_empty_parents(&file, &self.folder);
        }
        Ok(())
    }
}

/// A folder that lost its last file goes too; one that is not empty refuses to.
fn remove_empty_parents(file: &Path, stop: &Path) {
    for parent in file.ancestors().skip(1).take_while(|parent| *parent != stop) {
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
}

fn files(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![(folder.to_owned(), String::new())];
    while let Some((current, prefix)) = waiting.pop() {
        let entries = match fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", current.display())),
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", current.display()))?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().with_context(|| format!("cannot read {}", entry.path().display()))?;
            if kind.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(folder: &Path, files: &[(&str, &str)]) -> Tree {
        Tree::new(
            folder.join("out"),
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        )
    }

    #[test]
    fn brings_a_folder_up_to_date_and_touches_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let old = tree(place.path(), &[("a/x.rs", "1\n"), ("b/y.rs", "2\n"), ("same.rs", "3\n")]);
        old.apply(&old.changes().unwrap(), &place.path().join("scratch")).unwrap();
        assert!(old.changes().unwrap().is_empty());
        let untouched = fs::metadata(place.path().join("out/same.rs")).unwrap().modified().unwrap();

        let new = tree(place.path(), &[("a/x.rs", "changed\n"), ("c/z.rs", "new\n"), ("same.rs", "3\n")]);
        let changes = new.changes().unwrap();
        assert_eq!(changes.get("a/x.rs"), Some(&Change::Different("1\n".to_owned())));
        assert_eq!(changes.get("c/z.rs"), Some(&Change::Missing));
        assert_eq!(changes.get("b/y.rs"), Some(&Change::Unexpected));
        assert_eq!(changes.len(), 3);
        new.apply(&changes, &place.path().join("scratch")).unwrap();
        assert!(new.changes().unwrap().is_empty());
        assert!(!place.path().join("out/b").exists(), "an empty folder is left behind");
        assert_eq!(fs::metadata(place.path().join("out/same.rs")).unwrap().modified().unwrap(), untouched);
    }

    #[test]
    fn line_ends_of_windows_are_not_a_difference() {
        let place = tempfile::tempdir().unwrap();
        let tree = tree(place.path(), &[("x.rs", "1\n2\n")]);
        fs::create_dir_all(place.path().join("out")).unwrap();
        fs::write(place.path().join("out/x.rs"), "1\r\n2\r\n").unwrap();
        assert!(tree.changes().unwrap().is_empty());
    }
}
