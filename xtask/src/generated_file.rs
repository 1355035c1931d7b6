//! Generated files, and generated parts of files, in folders with other files.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;

use crate::generated_dir::Change;

/// A file that is completely or partly generated, and its expected content.
pub(crate) struct GeneratedFile {
    path: PathBuf,
    expected: String,
}

/// Comments that enclose the generated part of a file, with the name of the part.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Markers {
    /// `<!-- NAME: begin -->` and `<!-- NAME: end -->`
    Markdown(&'static str),
    /// `# NAME: begin` and `# NAME: end`
    Toml(&'static str),
}

impl GeneratedFile {
    /// Returns a file that is completely generated.
    pub(crate) fn complete(path: PathBuf, expected: String) -> Self {
        Self { path, expected }
    }

    /// Returns a file of which only the part between two markers is generated.
    ///
    /// # Errors
    /// If the file does not exist or lacks the markers.
    pub(crate) fn part(path: PathBuf, markers: Markers, part: &str) -> anyhow::Result<Self> {
        let current = read(&path)?.with_context(|| format!("{} is missing", path.display()))?;
        let (before, _, behind) = markers.split(&current).with_context(|| {
            format!("{} has no lines `{}` and, behind it, `{}`", path.display(), markers.begin(), markers.end())
        })?;
        let expected = format!("{before}{}{}{}{behind}", markers.begin(), markers.around(part.trim()), markers.end());
        Ok(Self { path, expected })
    }

    /// Compares the file on disk with the expected content. `None` if they are equal.
    pub(crate) fn change(&self) -> anyhow::Result<Option<Change>> {
        Ok(match read(&self.path)? {
            None => Some(Change::Missing),
            Some(current) if current != self.expected => Some(Change::Different(current)),
            Some(_) => None,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the expected text of the complete file.
    pub(crate) fn expected(&self) -> &str {
        &self.expected
    }
}

/// Reads the text of a file; `None` if the file does not exist.
pub(crate) fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(with_unix_line_ends(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Converts CRLF to LF, so that a checkout with CRLF is not out of date.
pub(crate) fn with_unix_line_ends(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

impl Markers {
    /// Splits text into the parts before, between and after the markers; `None` if there are no markers.
    pub(crate) fn split(self, text: &str) -> Option<(&str, &str, &str)> {
        let (before, rest) = text.split_once(&self.begin())?;
        let (between, behind) = rest.split_once(&self.end())?;
        Some((before, between, behind))
    }

    fn begin(self) -> String {
        self.comment("begin")
    }

    fn end(self) -> String {
        self.comment("end")
    }

    /// Returns a marker as a comment of the file's language.
    fn comment(self, which: &str) -> String {
        match self {
            Self::Markdown(name) => format!("<!-- {name}: {which} -->"),
            Self::Toml(name) => format!("# {name}: {which}"),
        }
    }

    /// Returns the generated part with line breaks, to be put between the markers.
    fn around(self, part: &str) -> String {
        match self {
            Self::Markdown(_) => format!("\n\n{part}\n\n"),
            Self::Toml(_) => format!("\n{part}\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_the_rest_stays() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("README.md");
        fs::write(&path, "by hand\r\n<!-- x: begin -->\r\nold\r\n<!-- x: end -->\r\nby hand as well\r\n").unwrap();
        let file = GeneratedFile::part(path.clone(), Markers::Markdown("x"), "new\n").unwrap();
        assert_eq!(file.expected(), "by hand\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nby hand as well\n");
        assert!(matches!(file.change().unwrap(), Some(Change::Different(_))));
        fs::write(&path, file.expected().replace('\n', "\r\n")).unwrap();
        assert_eq!(GeneratedFile::part(path, Markers::Markdown("x"), "new").unwrap().change().unwrap(), None);
    }

    #[test]
    fn markers_are_comments_of_the_file() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("Cargo.toml");
        fs::write(&path, "a = 1\n# x: begin\nold = 2\n# x: end\nb = 3\n").unwrap();
        let file = GeneratedFile::part(path, Markers::Toml("x"), "new = 2\n").unwrap();
        assert_eq!(file.expected(), "a = 1\n# x: begin\nnew = 2\n# x: end\nb = 3\n");
    }

    #[test]
    fn a_file_without_the_place_is_an_error_that_names_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("README.md");
        assert!(
            GeneratedFile::part(path.clone(), Markers::Markdown("x"), "new")
                .err()
                .unwrap()
                .to_string()
                .contains("is missing")
        );
        fs::write(&path, "<!-- x: end --> <!-- x: begin -->").unwrap();
        assert!(
            GeneratedFile::part(path, Markers::Markdown("x"), "new")
                .err()
                .unwrap()
                .to_string()
                .contains("`<!-- x: begin -->`")
        );
    }
}
