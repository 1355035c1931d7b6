//! Compares generated files with those on disk.

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

/// What the files of a tree need, by path below its folder.
pub(crate) type Changes = BTreeMap<String, Change>;

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

impl Change {
    /// What regen does about it.
    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Missing => "added",
            Self::Different(_) => "changed",
            Self::Unexpected => "removed",
        }
    }
}

impl Tree {
    pub(crate) fn new(folder: PathBuf, wanted: FileSet) -> Self {
        Self { folder, wanted }
    }

    pub(crate) fn len(&self) -> usize {
        self.wanted.len()
    }

    /// Lines of the generated files whose path is counted.
    pub(crate) fn lines(&self, is_counted: impl Fn(&str) -> bool) -> usize {
        self.wanted.iter().filter(|(path, _)| is_counted(path)).map(|(_, text)| text.lines().count()).sum()
    }

    /// All changes by path below the folder.
    pub(crate) fn changes(&self) -> anyhow::Result<Changes> {
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

    /// All files, with their text where it is new.
    pub(crate) fn files<'a>(&'a self, changes: &'a Changes) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        self.wanted.iter().map(|(path, text)| (path.as_str(), changes.contains_key(path).then_some(text.as_str())))
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
    fn every_difference_is_found() {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("out");
        fs::create_dir_all(out.join("b")).unwrap();
        fs::write(out.join("x.rs"), "1\n").unwrap();
        fs::write(out.join("b/y.rs"), "2\n").unwrap();
        fs::write(out.join("same.rs"), "3\n").unwrap();
        let changes =
            tree(place.path(), &[("x.rs", "changed\n"), ("c/z.rs", "new\n"), ("same.rs", "3\n")]).changes().unwrap();
        assert_eq!(changes.get("x.rs"), Some(&Change::Different("1\n".to_owned())));
        assert_eq!(changes.get("c/z.rs"), Some(&Change::Missing));
        assert_eq!(changes.get("b/y.rs"), Some(&Change::Unexpected));
        assert_eq!(changes.len(), 3);
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
