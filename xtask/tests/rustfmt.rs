//! Tests that generated code is formatted by the workspace's rustfmt.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{Copy, output_text};

#[test]
fn the_generated_code_is_formatted() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for root in ["generated-client/src/generated/mod.rs", "generated-client/tests/generated/mod.rs"] {
        let output = Command::new("rustfmt").arg("--check").arg(repository.join(root)).output().unwrap();
        assert!(output.status.success(), "{}", output_text(&output));
    }
}

#[test]
fn the_settings_of_the_workspace_are_used() {
    let copy = Copy::small();
    fs::write(copy.path("rustfmt.toml"), "edition = \"2024\"\nhard_tabs = true\n").unwrap();
    assert!(copy.xtask("regen").output().unwrap().status.success());
    let text = fs::read_to_string(copy.path("generated-client/src/generated/lbs/mod.rs")).unwrap();
    assert!(text.contains("\n\tname: \"lbs\","), "{text}");
}

#[test]
fn a_missing_rustfmt_is_an_error_that_says_how_to_get_it() {
    let copy = Copy::small();
    copy.change_specs();
    let before = copy.state();
    for command in ["regen", "regen --check"] {
        let output = copy.xtask(command).env("RUSTFMT", "/nowhere/rustfmt").output().unwrap();
        let printed = output_text(&output);
        assert!(!output.status.success() && printed.contains("rustup component add rustfmt"), "{printed}");
        assert!(copy.state() == before, "something was written");
    }
}
