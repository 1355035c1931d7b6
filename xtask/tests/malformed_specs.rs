//! Tests spec folders with unexpected content: the error names it, in little time and memory.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::time::{Duration, Instant};

use support::{Copy, output_text};

/// Address space of the child, in KiB: a good part of it is the binary itself.
const MEMORY: u32 = 1_000_000;

/// Runs a regen that must fail, and that must leave everything as it is.
fn failed_regen(copy: &Copy) -> String {
    let before = copy.state();
    let begin = Instant::now();
    let output = copy.shell(&["sh", "-c"], &format!("ulimit -v {MEMORY}; exec \"$XTASK\" regen")).output().unwrap();
    let printed = output_text(&output);
    assert!(output.status.code().is_some_and(|code| code != 0 && code != 101), "{:?}\n{printed}", output.status);
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert!(printed.len() < 100_000, "a report of {} bytes", printed.len());
    assert!(copy.state() == before, "something was written");
    printed
}

fn successful_regen(copy: &Copy) {
    let output = copy.xtask("regen").output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
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
    successful_regen(&copy);
    assert!(copy.state() == before);
}

#[test]
fn broken_and_circular_links_are_reported() {
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
        let printed = failed_regen(&copy);
        assert!(printed.contains(link) && !printed.contains("backtrace"), "{printed}");
    }
    // The folder itself as one of its products: specs at invalid paths, and no endless recursion.
    let copy = Copy::fresh();
    symlink(".", copy.path("spec/again")).unwrap();
    let printed = failed_regen(&copy);
    assert!(printed.contains("spec/again/im"), "{printed}");
}

#[test]
fn pipes_are_reported_without_waiting() {
    let copy = Copy::fresh();
    if !Command::new("mkfifo").arg(copy.path("spec/im/pipe.yaml")).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no `mkfifo` here");
        return;
    }
    assert!(failed_regen(&copy).contains("spec/im/pipe.yaml"));
    fs::remove_file(copy.path("spec/im/pipe.yaml")).unwrap();
    fs::create_dir(copy.path("spec/im/folder.yaml")).unwrap();
    assert!(failed_regen(&copy).contains("spec/im/folder.yaml"));
}

#[test]
fn unreadable_files_are_reported() {
    for (path, mode) in [("spec/im/user.yaml", 0o000), ("spec/im", 0o000)] {
        let copy = Copy::fresh();
        let before = copy.state();
        fs::set_permissions(copy.path(path), fs::Permissions::from_mode(mode)).unwrap();
        // In a user namespace without privileges, not even root may read it.
        let output = copy.shell(&["unshare", "--user", "sh", "-c"], "exec \"$XTASK\" regen").output();
        fs::set_permissions(copy.path(path), fs::Permissions::from_mode(0o755)).unwrap();
        let Some(printed) =
            output.ok().map(|output| output_text(&output)).filter(|printed| !printed.contains("unshare: "))
        else {
            eprintln!("skipped: there is no `unshare` here, or it is not allowed");
            return;
        };
        assert!(printed.contains(&format!("{path}: Permission denied")), "{printed}");
        assert!(copy.state() == before, "something was written");
    }
}

#[test]
fn a_missing_or_empty_spec_folder_removes_nothing() {
    let copy = Copy::fresh();
    fs::rename(copy.path("spec"), copy.path("moved")).unwrap();
    let printed = failed_regen(&copy);
    assert!(printed.contains("cannot read") && printed.contains("/spec: No such file or directory"), "{printed}");
    fs::write(copy.path("spec"), "a file").unwrap();
    assert!(failed_regen(&copy).contains("Not a directory"));
}

#[test]
fn huge_files_are_refused_unread_and_large_ones_use_bounded_memory() {
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
    assert!(failed_regen(&copy).contains("spec/im/huge.yaml has 104857610 bytes"));
    write(3, "resource: ");
    assert!(failed_regen(&copy).contains("spec/im/huge.yaml"));
    write(3, "resource: huge\ntitle: \"");
    assert!(failed_regen(&copy).contains("spec/im/huge.yaml"));
}
