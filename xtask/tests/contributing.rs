//! The walk through CONTRIBUTING.md, step by step as it is written there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use support::{Copy, said};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
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
    let copy = Copy::fresh();
    let root = copy.root();
    let before = fs::read_to_string(root.join("spec/im/user.yaml")).unwrap();

    let commands = blocks("sh");
    let [new, lint, regen] = commands.as_slice() else { panic!("the walk has other steps now: {commands:?}") };
    let run = |command: &str| copy.xtask(command).output().unwrap();
    let step = |command: &str| run(command.trim().strip_prefix("cargo xtask ").unwrap());

    let made = step(new);
    assert!(made.status.success(), "{}", said(&made));
    let skeleton = fs::read_to_string(root.join("spec/im/user.yaml")).unwrap();
    let added = skeleton.lines().filter(|line| !before.contains(line)).count();
    assert!(added > 0 && before.lines().all(|line| skeleton.contains(line)), "the rest of the file changed");
    let unfinished = step(lint);
    assert!(said(&unfinished).contains("placeholder"), "{}", said(&unfinished));

    let endpoints = blocks("yaml");
    let [endpoint] = endpoints.as_slice() else { panic!("the walk shows another number of endpoints") };
    fill_in(&root.join("spec/im/user.yaml"), "freeze", endpoint);
    let linted = step(lint);
    assert!(linted.status.success() && !said(&linted).contains("spec/im/user.yaml"), "{}", said(&linted));

    let stale = run("regen --check");
    assert_eq!(stale.status.code(), Some(4), "{}", said(&stale));
    let regenerated = step(regen);
    assert!(regenerated.status.success(), "{}", said(&regenerated));
    let generated = fs::read_to_string(root.join("generated-client/src/generated/im/user.rs")).unwrap();
    assert!(generated.contains("pub struct Freeze {"));
    let fresh = run("regen --check");
    assert_eq!(fresh.status.code(), Some(0), "{}", said(&fresh));
}
