//! The folder in which new files are made before they are put in place.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use anyhow::Context as _;
use tempfile::TempDir;

/// What is older was left behind by a run that was killed; no run takes a minute.
const LEFT_BEHIND: Duration = Duration::from_secs(60 * 60);

/// A new empty folder below `scratch`, which is made if need be. It goes away with the value.
pub(crate) fn stage(scratch: &Path) -> anyhow::Result<TempDir> {
    fs::create_dir_all(scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    // Rubbish that cannot be removed is no reason to stop.
    let _ = sweep(scratch, SystemTime::now());
    tempfile::tempdir_in(scratch)
        .with_context(|| format!("cannot create a folder for new files in {}", scratch.display()))
}

/// Removes what killed runs left behind. Younger folders may belong to a run that goes on at this moment.
fn sweep(scratch: &Path, now: SystemTime) -> io::Result<()> {
    for entry in fs::read_dir(scratch)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if now.duration_since(about.modified()?).is_ok_and(|age| age > LEFT_BEHIND) {
            if about.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_killed_runs_left_behind_goes_away_after_an_hour() {
        let place = tempfile::tempdir().unwrap();
        let scratch = place.path().join("scratch");
        let running = stage(&scratch).unwrap();
        let killed = stage(&scratch).unwrap().keep();
        fs::write(killed.join("x.rs"), "half of it").unwrap();
        fs::write(scratch.join("file"), "half of it").unwrap();
        let now = SystemTime::now();
        sweep(&scratch, now + LEFT_BEHIND / 2).unwrap();
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 3, "what is young stays");
        sweep(&scratch, now + LEFT_BEHIND * 2).unwrap();
        assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
        assert!(!running.path().exists());
    }
}
