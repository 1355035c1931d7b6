//! Spec folders that hold what nobody expects: an error that names it, soon and in little memory.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::time::{Duration, Instant};

use support::{Copy, said};

/// Address space of the child, in KiB: a good part of it is the binary itself.
const MEMORY: u32 = 1_000_000;

/// Runs a regen that must fail, and that must leave everything as it is.
fn refused(copy: &Copy) -> String {
    let before = copy.state();
    let begin = Instant::now();
    let output = copy.shell(&["sh", "-c"], &format!("ulimit -v {MEMORY}; exec \"$XTASK\" regen")).output().unwrap();
    let said = said(&output);
    assert!(output.status.code().is_some_and(|code| code != 0 && code != 101), "{:?}\n{said}", output.status);
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert!(said.len() < 100_000, "a report of {} bytes", said.len());
    assert!(copy.state() == before, "something was written");
    said
}

fn accepted(copy: &Copy) {
    let output = copy.xtask("regen").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn links_to_specs_are_read_as_specs() {
    let copy = Copy::fresh();
    let outside = copy.path("outside.yaml");
    fs::rename(copy.path("spec/im/user.yaml"), &outside).unwrap();
    symlink(&outside, copy.path("spec/im/user.yaml")).unwrap();
    fs::rename(copy.path("spec/rtc"), copy.path("elsewhere")).unwrap();
    symlink(copy.path("elsewhere"), copy.path("spec/rtc")).unwrap();
    let before = copy.state();
    accepted(&copy);
    assert!(copy.state() == before);
}

#[test]
fn links_that_lead_nowhere_or_in_circles_are_named() {
    for (link, target) in [
        ("spec/im/loop.yaml", "loop.yaml"),
        ("spec/im/nowhere.yaml", "/does/not/exist.yaml"),
        ("spec/im/self", "."),
        ("spec/im/ring.yaml", "ring.yaml/deeper.yaml"),
        ("spec/ring", "ring"),
        ("spec/im/device.yaml", "/dev/zero"),
    ] {
        let copy = Copy::fresh();
        symlink(target, copy.path(link)).unwrap();
        let said = refused(&copy);
        assert!(said.contains(link) && !said.contains("backtrace"), "{said}");
    }
    // The folder itself as one of its products: there are specs where no spec can be, and no way down without end.
    let copy = Copy::fresh();
    symlink(".", copy.path("spec/again")).unwrap();
    let said = refused(&copy);
    assert!(said.contains("spec/again/im"), "{said}");
}

#[test]
fn pipes_are_not_waited_for() {
    let copy = Copy::fresh();
    if !Command::new("mkfifo").arg(copy.path("spec/im/pipe.yaml")).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no `mkfifo` here");
        return;
    }
    assert!(refused(&copy).contains("spec/im/pipe.yaml"));
    fs::remove_file(copy.path("spec/im/pipe.yaml")).unwrap();
    fs::create_dir(copy.path("spec/im/folder.yaml")).unwrap();
    assert!(refused(&copy).contains("spec/im/folder.yaml"));
}

#[test]
fn files_that_may_not_be_read_are_named() {
    for (path, mode) in [("spec/im/user.yaml", 0o000), ("spec/im", 0o000)] {
        let copy = Copy::fresh();
        let before = copy.state();
        fs::set_permissions(copy.path(path), fs::Permissions::from_mode(mode)).unwrap();
        // In a name space without rights of its own not even root may read it.
        let output = copy.shell(&["unshare", "--user", "sh", "-c"], "exec \"$XTASK\" regen").output();
        fs::set_permissions(copy.path(path), fs::Permissions::from_mode(0o755)).unwrap();
        let Some(said) = output.ok().map(|output| said(&output)).filter(|said| !said.contains("unshare: ")) else {
            eprintln!("skipped: there is no `unshare` here, or it is not allowed");
            return;
        };
        assert!(said.contains(&format!("{path}: Permission denied")), "{said}");
        assert!(copy.state() == before, "something was written");
    }
}

#[test]
fn a_missing_or_empty_spec_folder_removes_nothing() {
    let copy = Copy::fresh();
    fs::rename(copy.path("spec"), copy.path("moved")).unwrap();
    let said = refused(&copy);
    assert!(said.contains("cannot read") && said.contains("/spec: No such file or directory"), "{said}");
    fs::write(copy.path("spec"), "a file").unwrap();
    assert!(refused(&copy).contains("Not a directory"));
}

#[test]
fn huge_files_are_refused_unread_and_large_ones_in_bounded_memory() {
    let copy = Copy::fresh();
    let path = copy.path("spec/im/huge.yaml");
    let write = |megabytes: usize, begin: &str| {
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(begin.as_bytes()).unwrap();
        for _ in 0..megabytes {
            file.write_all(&[b'x'; 1024 * 1024]).unwrap();
        }
    };
    write(100, "resource: ");
    assert!(refused(&copy).contains("spec/im/huge.yaml has 104857610 bytes"));
    write(3, "resource: ");
    assert!(refused(&copy).contains("spec/im/huge.yaml"));
    write(3, "resource: huge\ntitle: \"");
    assert!(refused(&copy).contains("spec/im/huge.yaml"));
}
