//! The walk through CONTRIBUTING.md, step by step as it is written there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    reason = "a failed expectation is the failure of a test"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What the walk touches, in a place of its own.
fn copy(root: &Path) {
    for folder in ["spec", "generated-client/src/generated", "generated-client/tests/generated"] {
        copy_folder(&repository().join(folder), &root.join(folder));
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn xtask(root: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments.split_whitespace()).env("YUNXIN_XTASK_ROOT", root).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The fenced blocks of a language below "Add an endpoint", without the indentation of their list item.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(repository().join("CONTRIBUTING.md")).unwrap();
    let (_, walk) = page.split_once("## Add an endpoint").unwrap();
    let (walk, _) = walk.split_once("\n## ").unwrap();
    let opening = format!("   ```{language}\n");
    walk.split(&opening)
        .skip(1)
        .map(|rest| {
            rest.split("   ```")
                .next()
                .unwrap()
                .lines()
                .map(|line| line.strip_prefix("   ").unwrap_or(line).to_owned() + "\n")
                .collect()
        })
        .collect()
}

/// Puts the finished endpoint in the place of its skeleton.
fn fill_in(file: &Path, name: &str, endpoint: &str) {
    let spec = fs::read_to_string(file).unwrap();
    let start = spec.find(&format!("\n  {name}:\n")).expect("the skeleton is not there") + 1;
    let end = spec.find("\ntypes:\n").unwrap();
    let filled = format!("{}{endpoint}{}", &spec[..start], &spec[end..]);
    fs::write(file, filled).unwrap();
}

#[test]
fn the_walk_through_works_as_it_is_written() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path();
    copy(root);
    let before = fs::read_to_string(root.join("spec/im/user.yaml")).unwrap();

    let commands = blocks("sh");
    let [new, lint, regen] = commands.as_slice() else { panic!("the walk has other steps now: {commands:?}") };
    let step = |command: &str| xtask(root, command.trim().strip_prefix("cargo xtask ").unwrap());

    let made = step(new);
    assert!(made.status.success(), "{}", text(&made));
    let skeleton = fs::read_to_string(root.join("spec/im/user.yaml")).unwrap();
    let added = skeleton.lines().filter(|line| !before.contains(line)).count();
    assert!(added > 0 && before.lines().all(|line| skeleton.contains(line)), "the rest of the file changed");
    let unfinished = step(lint);
    assert!(text(&unfinished).contains("placeholder"), "{}", text(&unfinished));

    let endpoints = blocks("yaml");
    let [endpoint] = endpoints.as_slice() else { panic!("the walk shows another number of endpoints") };
    fill_in(&root.join("spec/im/user.yaml"), "freeze", endpoint);
    let linted = step(lint);
    assert!(linted.status.success() && !text(&linted).contains("warning"), "{}", text(&linted));

    let stale = xtask(root, "regen --check");
    assert_eq!(stale.status.code(), Some(4), "{}", text(&stale));
    let regenerated = step(regen);
    assert!(regenerated.status.success(), "{}", text(&regenerated));
    let generated = fs::read_to_string(root.join("generated-client/src/generated/im/user.rs")).unwrap();
    assert!(generated.contains("pub struct Freeze {"));
    let fresh = xtask(root, "regen --check");
    assert_eq!(fresh.status.code(), Some(0), "{}", text(&fresh));
}
