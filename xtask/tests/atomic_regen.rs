//! Tests that a regen that fails or is killed leaves each tree complete: either the old or the new one.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use support::{Copy, output_text};

const KILLS: u64 = 40;

/// The kills stop here even if the machine is too slow for all of them.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Runs a script in its own mount namespace, so that it can mount file systems that disappear afterwards.
const ISOLATED: [&str; 7] = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-e", "-c"];

#[test]
fn regen_killed_at_any_moment_leaves_each_tree_old_or_new() {
    let copy = Copy::small();
    let old = copy.state();
    copy.change_specs();
    let begin = Instant::now();
    assert!(copy.xtask("regen").output().unwrap().status.success());
    let whole_run = begin.elapsed();
    let new = copy.state();
    // Except for files that depend on the spec language, not on the specs.
    for (name, files) in old.iter().filter(|(name, _)| !name.starts_with("spec/")) {
        assert_ne!(*files, new[name], "{name}");
    }
    copy.restore(&old);
    assert_eq!(copy.state(), old);

    // A fixed sequence of moments: Knuth's linear congruential generator.
    let mut random = 42_u64;
    let mut untouched = 0;
    let mut kills = 0;
    while kills < KILLS && begin.elapsed() < TIME_LIMIT {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Everything is written in the last part of the run: most of the kills are there.
        let share = if kills % 4 == 0 { random >> 54 } else { 500 + (random >> 54) * 500 / 1024 };
        let mut child = copy.xtask("regen").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole_run * u32::try_from(share).unwrap() / 1024);
        child.kill().unwrap();
        child.wait().unwrap();
        let state = copy.state();
        for (name, files) in &state {
            assert!(*files == old[name] || *files == new[name], "kill {kills} at {share}/1024 left half of {name}");
        }
        if state == old {
            untouched += 1
        } else {
            copy.restore(&old)
        }
        kills += 1;
    }
    eprintln!("{kills} kills in {:.1?}, {untouched} before anything was put in place", begin.elapsed());
    assert!(kills > 5, "the machine is too slow for this test to mean anything");

    // The remains of killed runs do not disturb the next run, which removes them.
    assert!(copy.xtask("regen").output().unwrap().status.success());
    assert_eq!(copy.state(), new);
    assert_eq!(fs::read_dir(copy.path("target/xtask")).unwrap().count(), 0);
}

#[test]
fn the_next_run_removes_the_files_of_killed_runs() {
    let copy = Copy::small();
    let rubbish = copy.path("target/xtask/.tmpOld");
    fs::create_dir_all(rubbish.join("0")).unwrap();
    fs::write(rubbish.join("0/half.rs"), "pub st").unwrap();
    copy.change_specs();
    assert!(copy.xtask("regen").output().unwrap().status.success());
    assert_eq!(fs::read_dir(copy.path("target/xtask")).unwrap().count(), 0);
}

#[test]
fn a_file_size_limit_leaves_everything_unchanged() {
    let copy = Copy::fresh();
    copy.change_specs();
    let before = copy.state();
    // Some files are larger than this limit and some are not. First the signal is ignored, as a full disk sends none;
    // then it kills the process.
    for script in
        ["trap '' XFSZ; ulimit -f 16; exec \"$XTASK\" regen", "ulimit -c 0; ulimit -f 16; exec \"$XTASK\" regen"]
    {
        let output = copy.shell(&["sh", "-c"], script).output().unwrap();
        assert!(!output.status.success(), "{}", output_text(&output));
        assert_eq!(copy.state(), before, "{script}");
    }
}

#[test]
fn a_full_disk_leaves_everything_unchanged() {
    let copy = Copy::fresh();
    copy.change_specs();
    let script = r#"
        mkdir "$ROOT/disk"
        mount -t tmpfs -o size=16m tmpfs "$ROOT/disk" || exit 99
        cp -a "$ROOT/spec" "$ROOT/generated-client" "$ROOT/xtask" "$ROOT/docs" "$ROOT/rustfmt.toml" "$ROOT/disk"
        export YUNXIN_XTASK_ROOT="$ROOT/disk"
        head -c 16m /dev/zero >"$ROOT/disk/filler" 2>/dev/null || true
        truncate -s -48k "$ROOT/disk/filler"
        if "$XTASK" regen; then exit 1; fi
        diff -r "$ROOT/spec" "$ROOT/disk/spec"
        diff -r "$ROOT/generated-client" "$ROOT/disk/generated-client"
        diff -r "$ROOT/xtask" "$ROOT/disk/xtask"
        diff -r "$ROOT/docs" "$ROOT/disk/docs"
        rm "$ROOT/disk/filler"
        "$XTASK" regen
        "$XTASK" regen --check
    "#;
    isolated(&copy, script, "No space left on device");
}

#[test]
fn a_read_only_folder_leaves_everything_unchanged() {
    let copy = Copy::fresh();
    copy.change_specs();
    // The second of the two trees, after the first is in place.
    let script = r#"
        mount --bind "$ROOT/generated-client/tests" "$ROOT/generated-client/tests" || exit 99
        mount -o remount,bind,ro "$ROOT/generated-client/tests" || exit 99
        cp -a "$ROOT/generated-client" "$ROOT/before"
        cp -a "$ROOT/spec" "$ROOT/spec_before"
        if "$XTASK" regen; then exit 1; fi
        diff -r "$ROOT/before" "$ROOT/generated-client"
        diff -r "$ROOT/spec_before" "$ROOT/spec"
    "#;
    isolated(&copy, script, "cannot write");
}

/// Runs a script that exits with 0 if the test succeeds.
fn isolated(copy: &Copy, script: &str, expected: &str) {
    let Ok(output) = copy.shell(&ISOLATED, script).output() else {
        eprintln!("skipped: there is no `unshare` here");
        return;
    };
    let printed = output_text(&output);
    if output.status.code() == Some(99) || printed.contains("unshare: ") {
        eprintln!("skipped: nothing can be mounted here: {printed}");
        return;
    }
    assert!(output.status.success() && printed.contains(expected), "{printed}");
}
