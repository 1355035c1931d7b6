//! Compares a folder with only generated files with the files on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;
use yunxin_codegen::FileSet;

use crate::generated_file::with_unix_line_ends;

/// A folder with only generated files, and their expected content.
pub(crate) struct GeneratedDir {
    folder: PathBuf,
    expected: FileSet,
}

/// Changes of the files of a folder, by their path relative to it.
pub(crate) type Changes = BTreeMap<String, Change>;

/// How a file on disk differs from the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The file does not exist.
    Missing,
    /// The file has this other content.
    Different(String),
    /// The file is not generated any more.
    Unexpected,
}

impl Change {
    /// Returns what regen does to the file, for its report.
    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Missing => "added",
            Self::Different(_) => "changed",
            Self::Unexpected => "removed",
        }
    }
}

impl GeneratedDir {
    pub(crate) fn new(folder: PathBuf, expected: FileSet) -> Self {
        Self { folder, expected }
    }

    pub(crate) fn len(&self) -> usize {
        self.expected.len()
    }

    /// Returns the total number of lines of the files whose path `is_counted` accepts.
    pub(crate) fn lines(&self, is_counted: impl Fn(&str) -> bool) -> usize {
        self.expected.iter().filter(|(path, _)| is_counted(path)).map(|(_, text)| text.lines().count()).sum()
    }

    /// Compares the folder on disk with the expected files.
    pub(crate) fn changes(&self) -> anyhow::Result<Changes> {
        let mut on_disk = BTreeMap::new();
        read_files(&self.folder, "", &mut on_disk).with_context(|| format!("cannot read {}", self.folder.display()))?;
        let mut changes = BTreeMap::new();
        for (path, text) in &self.expected {
            match on_disk.remove(path) {
                None => changes.insert(path.clone(), Change::Missing),
                Some(current) if current != *text => changes.insert(path.clone(), Change::Different(current)),
                Some(_) => None,
            };
        }
        changes.extend(on_disk.into_keys().map(|path| (path, Change::Unexpected)));
        Ok(changes)
    }

    /// Returns the expected text of a file; empty if the file is not expected.
    pub(crate) fn expected(&self, path: &str) -> &str {
        self.expected.get(path).map_or("", String::as_str)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns all expected files, each with its text if it must be written.
    pub(crate) fn files<'a>(&'a self, changes: &'a Changes) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        self.expected.iter().map(|(path, text)| (path.as_str(), changes.contains_key(path).then_some(text.as_str())))
    }
}

/// Reads all files below a folder. A missing folder has none.
fn read_files(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_files(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, with_unix_line_ends(&fs::read(entry.path())?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(folder: &Path, files: &[(&str, &str)]) -> GeneratedDir {
        GeneratedDir::new(
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
        let changes = generated(place.path(), &[("x.rs", "changed\n"), ("c/z.rs", "new\n"), ("same.rs", "3\n")])
            .changes()
            .unwrap();
        assert_eq!(changes.get("x.rs"), Some(&Change::Different("1\n".to_owned())));
        assert_eq!(changes.get("c/z.rs"), Some(&Change::Missing));
        assert_eq!(changes.get("b/y.rs"), Some(&Change::Unexpected));
        assert_eq!(changes.len(), 3);
    }

    #[test]
    fn line_ends_of_windows_are_not_a_difference() {
        let place = tempfile::tempdir().unwrap();
        let generated = generated(place.path(), &[("x.rs", "1\n2\n")]);
        fs::create_dir_all(place.path().join("out")).unwrap();
        fs::write(place.path().join("out/x.rs"), "1\r\n2\r\n").unwrap();
        assert!(generated.changes().unwrap().is_empty());
    }
}
