//! Generated files, or parts of files, in folders that people write in.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::tree::Change;

/// One file that is generated, as a whole or in part.
pub(crate) struct Single {
    path: PathBuf,
    wanted: String,
}

/// The comments between which a part of a file is generated, by the kind of file, with the name of the part.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Marks {
    /// `<!-- NAME: begin -->` and `<!-- NAME: end -->`
    Markdown(&'static str),
    /// `# NAME: begin` and `# NAME: end`
    Toml(&'static str),
}

impl Single {
    /// A file that is generated as a whole.
    pub(crate) fn whole(path: PathBuf, wanted: String) -> Self {
        Self { path, wanted }
    }

    /// A file in which everything between two marks is generated.
    ///
    /// # Errors
    /// If there is no such file, or no such place in it.
    pub(crate) fn part(path: PathBuf, marks: Marks, part: &str) -> anyhow::Result<Self> {
        let current = read(&path)?.with_context(|| format!("{} is missing", path.display()))?;
        let (before, _, behind) = marks.split(&current).with_context(|| {
            format!("{} has no lines `{}` and, behind it, `{}`", path.display(), marks.begin(), marks.end())
        })?;
        let wanted = format!("{before}{}{}{}{behind}", marks.begin(), marks.around(part.trim()), marks.end());
        Ok(Self { path, wanted })
    }

    /// What the file needs.
    pub(crate) fn change(&self) -> anyhow::Result<Option<Change>> {
        Ok(match read(&self.path)? {
            None => Some(Change::Missing),
            Some(current) if current != self.wanted => Some(Change::Different(current)),
            Some(_) => None,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The text the file should have.
    pub(crate) fn wanted(&self) -> &str {
        &self.wanted
    }
}

/// The text, if there is a file. A checkout with CRLF line ends is not stale.
pub(crate) fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

impl Marks {
    /// What stands before the first mark, between the two and behind the second.
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

    fn comment(self, which: &str) -> String {
        match self {
            Self::Markdown(name) => format!("<!-- {name}: {which} -->"),
            Self::Toml(name) => format!("# {name}: {which}"),
        }
    }

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
        let single = Single::part(path.clone(), Marks::Markdown("x"), "new\n").unwrap();
        assert_eq!(single.wanted(), "by hand\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nby hand as well\n");
        assert!(matches!(single.change().unwrap(), Some(Change::Different(_))));
        fs::write(&path, single.wanted().replace('\n', "\r\n")).unwrap();
        assert_eq!(Single::part(path, Marks::Markdown("x"), "new").unwrap().change().unwrap(), None);
    }

    #[test]
    fn marks_are_comments_of_the_file() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("Cargo.toml");
        fs::write(&path, "a = 1\n# x: begin\nold = 2\n# x: end\nb = 3\n").unwrap();
        let single = Single::part(path, Marks::Toml("x"), "new = 2\n").unwrap();
        assert_eq!(single.wanted(), "a = 1\n# x: begin\nnew = 2\n# x: end\nb = 3\n");
    }

    #[test]
    fn a_file_without_the_place_is_an_error_that_names_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("README.md");
        assert!(
            Single::part(path.clone(), Marks::Markdown("x"), "new").err().unwrap().to_string().contains("is missing")
        );
        fs::write(&path, "<!-- x: end --> <!-- x: begin -->").unwrap();
        assert!(
            Single::part(path, Marks::Markdown("x"), "new").err().unwrap().to_string().contains("`<!-- x: begin -->`")
        );
    }
}
