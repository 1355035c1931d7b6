//! Tests the code that is generated from small specs, one for each feature of the language.
//!
//! `fixtures/` is an ordinary spec folder: the product `shared` has a resource for each feature, the others show what
//! product.yaml can say. The emitted files are the source of the crate in `goldens/`, which
//! `generated-client/tests/goldens.rs` calls.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use yunxin_codegen::emit::rust;
use yunxin_codegen::{FileSet, Sources};

const OPTIONS: rust::Options<'static> = rust::Options {
    runtime: "::yunxin::__private",
    examples: rust::Examples::Compiled { products: "crate" },
    serde: rust::Serde::Feature,
    features: rust::Features::None,
};

fn emitted(sources: &Sources) -> FileSet {
    rust::modules(&support::compiled(sources).api, OPTIONS)
}

fn fixtures() -> Sources {
    Sources::read(&support::path("fixtures"), "fixtures").unwrap()
}

/// Compares emitted files with those in `goldens/src`, or writes them if snapshots are to be updated.
fn assert_golden(files: &FileSet) {
    let folder = support::path("goldens/src");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        for (path, text) in files {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    for (path, text) in files {
        let golden = fs::read_to_string(folder.join(path)).unwrap_or_default().replace("\r\n", "\n");
        let diff = similar::TextDiff::from_lines(&golden, text).unified_diff().to_string();
        assert!(diff.is_empty(), "goldens/src/{path} differs; INSTA_UPDATE=always writes it again\n{diff}");
    }
}

#[test]
fn emitted_files_match_the_goldens() {
    let mut files = emitted(&fixtures());
    // It has a cargo feature for each product, and the goldens have none.
    files.remove("mod.rs");
    // Every example as a call: it checks that literals fit the setters, and the client sends it.
    for (path, text) in rust::example_calls(&support::compiled(&fixtures()).api) {
        if path != "mod.rs" {
            files.insert(format!("calls/{path}"), text.replace("use yunxin::", "use crate::"));
        }
    }
    assert_golden(&files);
    let mut expected: BTreeSet<_> = files.into_keys().collect();
    expected.insert("lib.rs".to_owned());
    assert_eq!(files_below(&support::path("goldens/src")), expected, "goldens that no fixture makes: remove them");
}

fn files_below(folder: &Path) -> BTreeSet<String> {
    let entries = support::entries(folder).into_iter().flat_map(|name| {
        let path = folder.join(&name);
        if path.is_dir() {
            files_below(&path).into_iter().map(|below| format!("{name}/{below}")).collect()
        } else {
            vec![name]
        }
    });
    entries.collect()
}

#[test]
fn the_index_names_every_product() {
    let index = emitted(&fixtures()).remove("mod.rs").unwrap();
    support::snapshots(&support::path("snapshots")).bind(|| insta::assert_snapshot!("index_of_products", index));
}

#[test]
fn the_same_specs_give_the_same_bytes() {
    let sources = fixtures();
    let first = emitted(&sources);
    assert_eq!(first, emitted(&sources));
    let texts: Vec<_> =
        sources.files().iter().map(|file| (format!("{}/{}.yaml", file.folder, file.stem), file.text.clone())).collect();
    let in_order = |texts: Vec<&(String, String)>| {
        emitted(&Sources::from_texts(texts.into_iter().map(|(path, text)| (path.as_str(), text.as_str()))))
    };
    let forwards = in_order(texts.iter().collect());
    assert_eq!(forwards, in_order(texts.iter().rev().collect()));
    assert_eq!(forwards.keys().collect::<Vec<_>>(), first.keys().collect::<Vec<_>>());
    let calls = |sources: &Sources| rust::example_calls(&support::compiled(sources).api);
    assert_eq!(calls(&sources), calls(&fixtures()));
}

#[test]
fn no_emitted_file_contains_paths_of_this_machine() {
    let here = env!("CARGO_MANIFEST_DIR");
    assert!(emitted(&fixtures()).values().all(|text| !text.contains(here) && !text.contains('\r')));
}
