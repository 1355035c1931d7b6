//! Temporary folders for files that are written before they are moved to their final paths.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;
use tempfile::TempDir;

/// Prefix of folders with the only copy of files. They are never removed.
const KEPT: &str = "kept-";

/// A temporary folder, which is removed when dropped. Only one process at a time has one.
pub(crate) struct Staging {
    folder: TempDir,
    _lock: Option<File>,
}

impl Staging {
    /// Creates a folder below `parent`. Waits until no other process has one, and removes the folders of killed
    /// processes.
    pub(crate) fn new(parent: &Path) -> anyhow::Result<Self> {
        let create = || {
            fs::create_dir_all(parent)?;
            let lock = lock(parent).ok();
            if lock.is_some() {
                remove_leftovers(parent)?;
            }
            Ok::<_, io::Error>(Self { folder: TempDir::new_in(parent)?, _lock: lock })
        };
        create().with_context(|| format!("cannot create a folder for new files in {}", parent.display()))
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Keeps the folder, and returns its new path.
    pub(crate) fn keep(self) -> PathBuf {
        let folder = self.folder.keep();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kept = folder.with_file_name(format!("{KEPT}{}", name.trim_start_matches('.')));
        if fs::rename(&folder, &kept).is_ok() { kept } else { folder }
    }
}

/// Waits for the lock. The system releases it when the process ends, even if it is killed.
///
/// # Errors
/// If the file system has no locks. Then old folders are not removed, because another process may be using them.
fn lock(parent: &Path) -> io::Result<File> {
    let file = File::create(parent.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Removes the folders of killed processes.
fn remove_leftovers(parent: &Path) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(KEPT) {
            continue;
        }
        // A folder that cannot be removed does no harm.
        let _ =
            if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_removed_and_kept_folders_are_not() {
        let place = tempfile::tempdir().unwrap();
        let parent = place.path().join("staging");
        let kept = Staging::new(&parent).unwrap().keep();
        // As after a kill.
        fs::create_dir(parent.join(".tmpKilled")).unwrap();
        fs::write(parent.join(".tmpKilled/x.rs"), "half of it").unwrap();
        fs::write(parent.join("file"), "half of it").unwrap();
        let staging = Staging::new(&parent).unwrap();
        assert!(kept.exists() && staging.path().exists());
        assert_eq!(fs::read_dir(&parent).unwrap().count(), 2);
        drop(staging);
        assert_eq!(fs::read_dir(&parent).unwrap().count(), 1, "only the kept folder");
    }

    #[test]
    fn another_process_waits() {
        let place = tempfile::tempdir().unwrap();
        let parent = place.path().join("staging");
        let first = Staging::new(&parent).unwrap();
        let folder = first.path().to_owned();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Staging::new(&parent).map(|_| folder.exists()).unwrap());
            std::thread::sleep(std::time::Duration::from_millis(50));
            assert!(folder.exists(), "removed while in use");
            drop(first);
            assert!(!second.join().unwrap(), "the second did not wait for the first");
        });
    }
}
