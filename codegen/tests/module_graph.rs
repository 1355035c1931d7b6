//! The top-level modules of this crate form layers: each imports only what the list here allows.

#![allow(clippy::unwrap_used, reason = "a failed expectation is the failure of a test")]

use std::path::Path;

use module_graph::Allowed;

/// What each module may import. The list has no cycle, and no entry without an import.
const ALLOWED: &[(&str, &[&str])] = &[
    // Leaves: the names of things in Rust, threads, the files of a spec folder.
    ("naming", &[]),
    ("parallel", &[]),
    ("yaml", &[]),
    ("primitives", &["naming"]),
    ("diagnostics", &["yaml"]),
    // The stages, each made from the one before it.
    ("document", &["diagnostics", "naming", "parallel", "primitives", "yaml"]),
    ("model", &["document", "naming", "primitives"]),
    ("value", &["model", "primitives"]),
    ("check", &["diagnostics", "document", "model", "naming", "primitives", "value", "yaml"]),
    // The schema describes documents; nothing else of an emitter looks at them.
    ("emit", &["document", "model", "naming", "parallel", "primitives"]),
    ("tools", &["check", "diagnostics", "document", "emit", "model", "naming", "primitives", "yaml"]),
];

#[test]
fn modules_import_only_what_their_layer_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let problems = Allowed::new(ALLOWED).problems(&module_graph::read(&src).unwrap(), "codegen/src");
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
