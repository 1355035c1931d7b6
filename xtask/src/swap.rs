//! Puts new generated trees in the place of the old ones, each in one step: whoever looks, and whenever regen is killed or the disk is
//! full, finds a whole tree, the old or the new. Files that are generated alone are treated the same.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    scratch,
    single::Single,
    tree::{Changes, Tree},
};

/// Brings trees and single files up to date. All that is new is complete, in `scratch`, before the first of it is put in place; and
/// if one cannot be put in place, those before it are taken back.
pub(crate) fn replace(trees: &[(&Tree, &Changes)], singles: &[&Single], scratch: &Path) -> anyhow::Result<()> {
    let stage = scratch::stage(scratch)?;
    let mut staged = Vec::new();
    for (number, (tree, changes)) in trees.iter().enumerate().filter(|(_, (_, changes))| !changes.is_empty()) {
        let new = stage.path().join(number.to_string());
        build(tree, changes, &new)?;
        staged.push(Staged::new(new, tree.folder()));
    }
    for (number, single) in singles.iter().enumerate() {
        let new = stage.path().join(format!("file-{number}"));
        fs::write(&new, single.wanted()).with_context(|| format!("cannot write {}", new.display()))?;
        staged.push(Staged::new(new, single.path()));
    }
    for (number, one) in staged.iter().enumerate() {
        let Err(error) = one.put_in_place() else { continue };
        let mut whole = one.is_untouched();
        for earlier in staged.iter().take(number).rev() {
            whole &= earlier.take_back().is_ok();
        }
        let error = anyhow::Error::new(error).context(format!("cannot write {}", one.old.display()));
        // The only copy of what stood there must not go away with the stage.
        return Err(if whole { error } else { error.context(format!("old files are in {}", stage.keep().display())) });
    }
    Ok(())
}

/// A tree or file that waits for its place.
struct Staged<'a> {
    new: PathBuf,
    old: &'a Path,
    /// Whether there was something in its place.
    existed: bool,
}

impl<'a> Staged<'a> {
    fn new(new: PathBuf, old: &'a Path) -> Self {
        Self { new, old, existed: old.exists() }
    }

    /// Afterwards the old one is where the new one was.
    fn put_in_place(&self) -> io::Result<()> {
        if !self.existed {
            in_folder(self.old)?;
            return fs::rename(&self.new, self.old);
        }
        exchange(&self.new, self.old).or_else(|_| exchange_in_steps(&self.new, self.old))
    }

    fn is_untouched(&self) -> bool {
        self.old.exists() == self.existed
    }

    fn take_back(&self) -> io::Result<()> {
        if self.existed { self.put_in_place() } else { fs::rename(self.old, &self.new) }
    }
}

/// A whole new tree. Files that stay are the same files, so that their time of change stays as well.
fn build(tree: &Tree, changes: &Changes, new: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(new).with_context(|| format!("cannot create {}", new.display()))?;
    for (path, text) in tree.files(changes) {
        let file = new.join(path);
        let written = match text {
            Some(text) => in_folder(&file).and_then(|()| fs::write(&file, text)),
            None => in_folder(&file).and_then(|()| same_file(&tree.folder().join(path), &file)),
        };
        written.with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

fn in_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}

fn same_file(from: &Path, to: &Path) -> io::Result<()> {
    // Some file systems have no second names for a file; a copy is as good but for its time.
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
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

/// Where the system cannot exchange two folders: there is a moment without a tree.
fn exchange_in_steps(new: &Path, old: &Path) -> io::Result<()> {
    let aside: PathBuf = new.with_extension("old");
    fs::rename(old, &aside)?;
    match fs::rename(new, old) {
        Ok(()) => fs::rename(&aside, new),
        // Back to where it was; if even that fails, the old tree is still in the scratch folder.
        Err(error) => fs::rename(&aside, old).and(Err(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    fn tree(place: &Path, files: &[(&str, &str)]) -> Tree {
        Tree::new(
            place.join("out"),
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        )
    }

    fn bring_up_to_date(tree: &Tree, place: &Path) -> anyhow::Result<()> {
        replace(&[(tree, &tree.changes()?)], &[], &place.join("scratch"))
    }

    #[test]
    fn brings_a_folder_up_to_date_and_touches_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let old = tree(place.path(), &[("a/x.rs", "1\n"), ("b/y.rs", "2\n"), ("same.rs", "3\n")]);
        bring_up_to_date(&old, place.path()).unwrap();
        assert!(old.changes().unwrap().is_empty());
        let modified = || fs::metadata(place.path().join("out/same.rs")).unwrap().modified().unwrap();
        let before = modified();

        let new = tree(place.path(), &[("a/x.rs", "changed\n"), ("c/z.rs", "new\n"), ("same.rs", "3\n")]);
        bring_up_to_date(&new, place.path()).unwrap();
        assert!(new.changes().unwrap().is_empty());
        assert!(!place.path().join("out/b").exists(), "an empty folder is left behind");
        assert_eq!(modified(), before);
        assert_eq!(fs::read_dir(place.path().join("scratch")).unwrap().count(), 0, "the stage is left behind");
    }

    #[test]
    fn a_failure_leaves_the_tree_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        let old = tree(place.path(), &[("x.rs", "1\n"), ("y.rs", "2\n")]);
        bring_up_to_date(&old, place.path()).unwrap();
        // A path that runs through a file cannot be written, wherever it comes in the order.
        let new = tree(place.path(), &[("x.rs", "changed\n"), ("y.rs", "2\n"), ("y.rs/z.rs", "impossible\n")]);
        let changes = Changes::from([
            ("x.rs".to_owned(), crate::tree::Change::Missing),
            ("y.rs/z.rs".to_owned(), crate::tree::Change::Missing),
        ]);
        let single = Single::whole(place.path().join("single.json"), "{}\n".to_owned());
        replace(&[(&new, &changes)], &[&single], &place.path().join("scratch")).unwrap_err();
        assert!(old.changes().unwrap().is_empty());
        assert!(!single.path().exists(), "written although a tree was not");
    }

    #[test]
    fn when_one_cannot_be_put_in_place_those_before_it_are_taken_back() {
        let place = tempfile::tempdir().unwrap();
        let old = tree(place.path(), &[("x.rs", "1\n")]);
        bring_up_to_date(&old, place.path()).unwrap();
        let first_of_all = Single::whole(place.path().join("first.json"), "{}\n".to_owned());
        // Files that stand where folders should be: nothing can be put below them.
        fs::write(place.path().join("file"), "").unwrap();
        let impossible = Single::whole(place.path().join("file/schema.json"), "{}\n".to_owned());
        let new = tree(place.path(), &[("x.rs", "changed\n"), ("y.rs", "new\n")]);
        let changes = new.changes().unwrap();
        let scratch = place.path().join("scratch");
        let error = replace(&[(&new, &changes)], &[&first_of_all, &impossible], &scratch).unwrap_err();
        assert!(error.to_string().contains("file/schema.json"), "{error:?}");
        assert!(old.changes().unwrap().is_empty());
        assert!(!first_of_all.path().exists());
        assert_eq!(fs::read_dir(scratch).unwrap().count(), 0, "the stage is left behind");
    }

    #[test]
    fn single_files_are_written() {
        let place = tempfile::tempdir().unwrap();
        let single = Single::whole(place.path().join("schema.json"), "{}\n".to_owned());
        replace(&[], &[&single], &place.path().join("scratch")).unwrap();
        assert_eq!(single.change().unwrap(), None);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2, "only the file and the scratch folder");
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
        assert_eq!(fs::read_to_string(new.join("x")).unwrap(), "old", "it can be taken back");
    }
}
