//! Shared by the tests of this crate: specs from folders, and golden files.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use yunxin_codegen::{Compiled, Diagnostics, Sources, compile};

/// A path below `codegen/tests`.
pub(crate) fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(below)
}

/// Names of the entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Content of a file.
pub(crate) fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()))
}

/// The problems of invalid specs, and their report without colours.
pub(crate) fn problems(sources: &Sources) -> (Diagnostics, String) {
    let found = match compile(sources) {
        Ok(Compiled { warnings, .. }) => warnings,
        Err(found) => found,
    };
    let report = found.render(sources, false);
    (found, report)
}

/// Compiles specs that must have no errors. `cargo xtask ci lint` checks that the shipped ones have no warnings either.
pub(crate) fn compiled(sources: &Sources) -> Compiled {
    match compile(sources) {
        Ok(compiled) => compiled,
        Err(found) => panic!("{}", found.render(sources, false)),
    }
}

/// Snapshot settings for a folder below `codegen/tests`, with the caller's names and no prefix.
pub(crate) fn snapshots(folder: &Path) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
