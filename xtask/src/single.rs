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

impl Single {
    /// A file that is generated as a whole.
    pub(crate) fn whole(path: PathBuf, wanted: String) -> Self {
        Self { path, wanted }
    }

    /// A file in which everything between `<!-- NAME: begin -->` and `<!-- NAME: end -->` is generated.
    ///
    /// # Errors
    /// If there is no such file, or no such place in it.
    pub(crate) fn part(path: PathBuf, name: &str, part: &str) -> anyhow::Result<Self> {
        let current = read(&path)?.with_context(|| format!("{} is missing", path.display()))?;
        let wanted = with_part(&current, name, part).with_context(|| {
            format!("{} has no lines `{}` and, behind it, `{}`", path.display(), begin(name), end(name))
        })?;
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
fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn with_part(text: &str, name: &str, part: &str) -> Option<String> {
    let (before, rest) = text.split_once(&begin(name))?;
    let (_, behind) = rest.split_once(&end(name))?;
    Some(format!("{before}{}\n\n{}\n\n{}{behind}", begin(name), part.trim(), end(name)))
}

fn begin(name: &str) -> String {
    format!("<!-- {name}: begin -->")
}

fn end(name: &str) -> String {
    format!("<!-- {name}: end -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_the_rest_stays() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("README.md");
        fs::write(&path, "by hand\r\n<!-- x: begin -->\r\nold\r\n<!-- x: end -->\r\nby hand as well\r\n").unwrap();
        let single = Single::part(path.clone(), "x", "new\n").unwrap();
        assert_eq!(single.wanted(), "by hand\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nby hand as well\n");
        assert!(matches!(single.change().unwrap(), Some(Change::Different(_))));
        fs::write(&path, single.wanted().replace('\n', "\r\n")).unwrap();
        assert_eq!(Single::part(path, "x", "new").unwrap().change().unwrap(), None);
    }

    #[test]
    fn a_file_without_the_place_is_an_error_that_names_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("README.md");
        assert!(Single::part(path.clone(), "x", "new").err().unwrap().to_string().contains("is missing"));
        fs::write(&path, "<!-- x: end --> <!-- x: begin -->").unwrap();
        assert!(Single::part(path, "x", "new").err().unwrap().to_string().contains("`<!-- x: begin -->`"));
    }
}
