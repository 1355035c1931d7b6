//! Puts new generated trees in the place of the old ones, each in one step: whoever looks, and whenever regen is killed or the disk is
//! full, finds a whole tree, the old or the new.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::tree::{Changes, Tree};

/// Brings trees up to date. All new trees are complete, beside the old ones in `scratch`, before the first is put in place.
pub(crate) fn replace(trees: &[(&Tree, &Changes)], scratch: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    let stage = tempfile::tempdir_in(scratch).context("cannot create a folder for new files")?;
    let mut staged = Vec::new();
    for (number, (tree, changes)) in trees.iter().enumerate().filter(|(_, (_, changes))| !changes.is_empty()) {
        let new = stage.path().join(number.to_string());
        build(tree, changes, &new)?;
        staged.push((new, tree.folder()));
    }
    for (new, old) in staged {
        put_in_place(&new, old).with_context(|| format!("cannot write {}", old.display()))?;
    }
    Ok(())
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

fn put_in_place(new: &Path, old: &Path) -> io::Result<()> {
    if !old.exists() {
        in_folder(old)?;
        return fs::rename(new, old);
    }
    exchange(new, old).or_else(|_| exchange_in_steps(new, old))
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
    fs::rename(new, old).inspect_err(|_| {
        // Back to where it was; if even that fails, the old tree is still in the scratch folder.
        let _ = fs::rename(&aside, old);
    })
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
        replace(&[(tree, &tree.changes()?)], &place.join("scratch"))
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
        replace(&[(&new, &changes)], &place.path().join("scratch")).unwrap_err();
        assert!(old.changes().unwrap().is_empty());
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
    }
}
