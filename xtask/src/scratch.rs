//! The folder in which new files are made before they are put in place.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use tempfile::TempDir;

/// Where nobody can tell whether a run goes on: what is older was left behind by one that was killed, for no run takes a minute.
const LEFT_BEHIND: Duration = Duration::from_secs(60 * 60);

/// In front of the names of folders that runs work in.
const STAGE: &str = ".tmp";

/// In front of the names of folders whose content nobody may remove.
const KEPT: &str = "kept-";

/// Folders are made and locked at once, unless another run takes them for left behind just between the two.
const ATTEMPTS: usize = 100;

/// A new empty folder, which goes away with the value. As long as it is there it is locked, so that other runs let it be.
pub(crate) struct Stage {
    folder: TempDir,
    /// None where folders cannot be locked.
    _lock: Option<File>,
}

impl Stage {
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves the folder where no run removes it, and tells where that is.
    pub(crate) fn keep(self) -> PathBuf {
        let folder = self.folder.keep();
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let kept = folder.with_file_name(format!("{KEPT}{}", name.trim_start_matches(STAGE)));
        if fs::rename(&folder, &kept).is_ok() { kept } else { folder }
    }
}

/// A new empty folder below `scratch`, which is made if need be.
pub(crate) fn stage(scratch: &Path) -> anyhow::Result<Stage> {
    fs::create_dir_all(scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    // Rubbish that cannot be removed is no reason to stop.
    let _ = sweep(scratch, SystemTime::now());
    let context = || format!("cannot create a folder for new files in {}", scratch.display());
    for _ in 0..ATTEMPTS {
        let folder = tempfile::Builder::new().prefix(STAGE).tempdir_in(scratch).with_context(context)?;
        let lock = lock(folder.path());
        let is_free = !matches!(lock, Ok(None));
        if is_free && folder.path().exists() {
            return Ok(Stage { folder, _lock: lock.ok().flatten() });
        }
    }
    Err(io::Error::from(io::ErrorKind::ResourceBusy)).with_context(context)
}

/// The lock of a folder; nothing if another run has it. The system takes it back when the run ends, however it ends.
///
/// # Errors
/// If the system or the file system has no such locks.
#[cfg(unix)]
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = File::open(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(not(unix))]
fn lock(_: &Path) -> io::Result<Option<File>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Removes what killed runs left behind: at once where locks tell, else when it is old.
fn sweep(scratch: &Path, now: SystemTime) -> io::Result<()> {
    for entry in fs::read_dir(scratch)? {
        let entry = entry?;
        let about = entry.metadata()?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(KEPT) {
            continue;
        }
        let is_old = now.duration_since(about.modified()?).is_ok_and(|age| age > LEFT_BEHIND);
        // A lock is held until the folder is gone, so that no other run begins to use it.
        let lock = if about.is_dir() && name.starts_with(STAGE) {
            lock(&entry.path())
        } else {
            Err(io::ErrorKind::Unsupported.into())
        };
        let goes = match &lock {
            Ok(held) => held.is_some(),
            Err(_) => is_old,
        };
        if goes {
            if about.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_killed_runs_left_behind_goes_away_at_once_and_what_runs_stays() {
        let place = tempfile::tempdir().unwrap();
        let scratch = place.path().join("scratch");
        let running = stage(&scratch).unwrap();
        // As after a kill: the folder is there, and nobody holds its lock.
        let killed = scratch.join(".tmpKilled");
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join("x.rs"), "half of it").unwrap();
        let rescued = stage(&scratch).unwrap().keep();
        assert!(!killed.exists(), "a stage that nobody uses is left behind");
        assert!(running.path().exists(), "a stage in use is taken away");
        sweep(&scratch, SystemTime::now() + LEFT_BEHIND * 2).unwrap();
        assert!(running.path().exists() && rescued.exists());
        drop(running);
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 1, "only what was kept");
    }

    #[test]
    fn what_is_no_stage_goes_away_after_an_hour() {
        let place = tempfile::tempdir().unwrap();
        let scratch = place.path().join("scratch");
        fs::create_dir(&scratch).unwrap();
        fs::write(scratch.join("file"), "half of it").unwrap();
        let now = SystemTime::now();
        sweep(&scratch, now + LEFT_BEHIND / 2).unwrap();
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 1, "what is young stays");
        sweep(&scratch, now + LEFT_BEHIND * 2).unwrap();
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
    }
}
