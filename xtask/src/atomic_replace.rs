//! Replaces generated folders and files atomically: if regen is killed or the disk is full, each is either completely
//! old or completely new.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;

use crate::generated_dir::{Changes, GeneratedDir};
use crate::generated_file::GeneratedFile;
use crate::staging::Staging;

/// Replaces folders and files. All new content is written below `staging` before the first folder or file is moved to
/// its place. If one cannot be moved, those before it are restored.
pub(crate) fn replace(
    dirs: &[(&GeneratedDir, &Changes)],
    files: &[&GeneratedFile],
    staging: &Path,
) -> anyhow::Result<()> {
    let staging = Staging::new(staging)?;
    let mut staged = Vec::new();
    for (number, (dir, changes)) in dirs.iter().enumerate().filter(|(_, (_, changes))| !changes.is_empty()) {
        let new = staging.path().join(format!("dir-{number}"));
        write_dir(dir, changes, &new)?;
        staged.push(Staged::new(new, dir.folder()));
    }
    for (number, file) in files.iter().enumerate() {
        let new = staging.path().join(format!("file-{number}"));
        fs::write(&new, file.expected()).with_context(|| format!("cannot write {}", new.display()))?;
        staged.push(Staged::new(new, file.path()));
    }
    for (number, current) in staged.iter().enumerate() {
        let Err(error) = current.exchange() else { continue };
        let mut restored = current.target.exists() == current.existed;
        for earlier in staged.iter().take(number).rev() {
            restored &= earlier.restore().is_ok();
        }
        let error = anyhow::Error::new(error).context(format!("cannot write {}", current.target.display()));
        if restored {
            return Err(error);
        }
        // The staging folder has the only copy of the old content.
        return Err(error.context(format!("old files are in {}", staging.keep().display())));
    }
    Ok(())
}

/// A new folder or file that is written, but not yet moved to its place.
struct Staged<'a> {
    new: PathBuf,
    target: &'a Path,
    existed: bool,
}

impl<'a> Staged<'a> {
    fn new(new: PathBuf, target: &'a Path) -> Self {
        Self { new, target, existed: target.exists() }
    }

    /// Exchanges the new and the old one.
    fn exchange(&self) -> io::Result<()> {
        if !self.existed {
            create_parent(self.target)?;
            return fs::rename(&self.new, self.target);
        }
        exchange(&self.new, self.target).or_else(|_| exchange_in_steps(&self.new, self.target))
    }

    /// Moves the old content back to its place.
    fn restore(&self) -> io::Result<()> {
        if self.existed { self.exchange() } else { fs::rename(self.target, &self.new) }
    }
}

/// Writes a complete new folder. Unchanged files are hard links, which keeps their modification time.
fn write_dir(dir: &GeneratedDir, changes: &Changes, new: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(new).with_context(|| format!("cannot create {}", new.display()))?;
    for (path, text) in dir.files(changes) {
        let (old, file) = (dir.folder().join(path), new.join(path));
        let written = create_parent(&file).and_then(|()| match text {
            Some(text) => fs::write(&file, text),
            // Some file systems have no hard links.
            None => fs::hard_link(&old, &file).or_else(|_| fs::copy(&old, &file).map(drop)),
        });
        written.with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Creates the folder of a file.
fn create_parent(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_new: &Path, _old: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Exchanges two paths on systems that cannot do it atomically: for a moment `old` does not exist.
fn exchange_in_steps(new: &Path, old: &Path) -> io::Result<()> {
    let aside = new.with_extension("old");
    fs::rename(old, &aside)?;
    match fs::rename(new, old) {
        Ok(()) => fs::rename(&aside, new),
        Err(error) => fs::rename(&aside, old).and(Err(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated_dir::Change;

    fn generated(place: &Path, files: &[(&str, &str)]) -> GeneratedDir {
        GeneratedDir::new(
            place.join("out"),
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        )
    }

    fn update(dir: &GeneratedDir, place: &Path) -> anyhow::Result<()> {
        replace(&[(dir, &dir.changes()?)], &[], &place.join("staging"))
    }

    #[test]
    fn a_folder_is_updated_and_nothing_else_is_touched() {
        let place = tempfile::tempdir().unwrap();
        let old = generated(place.path(), &[("a/x.rs", "1\n"), ("b/y.rs", "2\n"), ("same.rs", "3\n")]);
        update(&old, place.path()).unwrap();
        assert!(old.changes().unwrap().is_empty());
        let modified = || fs::metadata(place.path().join("out/same.rs")).unwrap().modified().unwrap();
        let before = modified();

        let new = generated(place.path(), &[("a/x.rs", "changed\n"), ("c/z.rs", "new\n"), ("same.rs", "3\n")]);
        update(&new, place.path()).unwrap();
        assert!(new.changes().unwrap().is_empty());
        assert!(!place.path().join("out/b").exists(), "an empty folder is left behind");
        assert_eq!(modified(), before);
        assert_eq!(fs::read_dir(place.path().join("staging")).unwrap().count(), 0, "the folder is left behind");
    }

    #[test]
    fn a_failure_leaves_the_folder_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        let old = generated(place.path(), &[("x.rs", "1\n"), ("y.rs", "2\n")]);
        update(&old, place.path()).unwrap();
        // A path that runs through a file cannot be written, wherever it comes in the order.
        let new = generated(place.path(), &[("x.rs", "changed\n"), ("y.rs", "2\n"), ("y.rs/z.rs", "impossible\n")]);
        let changes = Changes::from([("x.rs".to_owned(), Change::Missing), ("y.rs/z.rs".to_owned(), Change::Missing)]);
        let file = GeneratedFile::complete(place.path().join("single.json"), "{}\n".to_owned());
        replace(&[(&new, &changes)], &[&file], &place.path().join("staging")).unwrap_err();
        assert!(old.changes().unwrap().is_empty());
        assert!(!file.path().exists(), "written although a folder was not");
    }

    #[test]
    fn if_one_cannot_be_moved_those_before_it_are_restored() {
        let place = tempfile::tempdir().unwrap();
        let old = generated(place.path(), &[("x.rs", "1\n")]);
        update(&old, place.path()).unwrap();
        let first_of_all = GeneratedFile::complete(place.path().join("first.json"), "{}\n".to_owned());
        // Nothing can be written below a file.
        fs::write(place.path().join("file"), "").unwrap();
        let impossible = GeneratedFile::complete(place.path().join("file/schema.json"), "{}\n".to_owned());
        let new = generated(place.path(), &[("x.rs", "changed\n"), ("y.rs", "new\n")]);
        let changes = new.changes().unwrap();
        let staging = place.path().join("staging");
        let error = replace(&[(&new, &changes)], &[&first_of_all, &impossible], &staging).unwrap_err();
        assert!(error.to_string().contains("file/schema.json"), "{error:?}");
        assert!(old.changes().unwrap().is_empty());
        assert!(!first_of_all.path().exists());
        assert_eq!(fs::read_dir(staging).unwrap().count(), 0, "the folder is left behind");
    }

    #[test]
    fn single_files_are_written() {
        let place = tempfile::tempdir().unwrap();
        let file = GeneratedFile::complete(place.path().join("schema.json"), "{}\n".to_owned());
        replace(&[], &[&file], &place.path().join("staging")).unwrap();
        assert_eq!(file.change().unwrap(), None);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 3, "only the file, the staging folder and its lock");
    }

    #[test]
    fn works_where_folders_cannot_be_exchanged() {
        let place = tempfile::tempdir().unwrap();
        let (old, new) = (place.path().join("old"), place.path().join("new"));
        for (folder, text) in [(&old, "old"), (&new, "new")] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("x"), text).unwrap();
        }
        exchange_in_steps(&new, &old).unwrap();
        assert_eq!(fs::read_to_string(old.join("x")).unwrap(), "new");
        assert_eq!(fs::read_to_string(new.join("x")).unwrap(), "old", "it can be restored");
    }
}
