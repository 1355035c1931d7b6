//! The top-level modules of this crate form layers: each imports only what the list here allows.

#![allow(clippy::unwrap_used, reason = "a failed expectation is the failure of a test")]

use std::path::Path;

use module_graph::Allowed;

/// What each module may import. The list has no cycle, and no entry without an import.
const ALLOWED: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("wire", &["base"]),
    ("transport", &["base", "wire"]),
    ("error", &["base", "transport", "wire"]),
    ("client", &["base", "error", "transport", "wire"]),
    ("callback", &["base", "wire"]),
    ("token", &["base"]),
    ("meta", &["wire"]),
    // What generated code is written with, and the one part that stands on generated code.
    ("__private", &["base", "callback", "client", "wire"]),
    ("generated", &["__private"]),
    ("directory", &["client", "error", "generated", "wire"]),
];

#[test]
fn modules_import_only_what_their_layer_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let problems = Allowed::new(ALLOWED).problems(&module_graph::read(&src).unwrap(), "generated-client/src");
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
