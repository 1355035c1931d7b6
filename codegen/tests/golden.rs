//! What the generator makes of small specs, one for each feature of the language.
//!
//! `fixtures/` is an ordinary spec folder: the product `shared` has a resource for each feature, the others show what a
//! product can say. The emitted files are kept by insta as plain Rust in `goldens/`, which
//! `generated-client/tests/goldens.rs` compiles and sends over a stub.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::collections::BTreeSet;

use yunxin_codegen::{FileSet, Sources, emit::rust};

const OPTIONS: rust::Options<'static> = rust::Options {
    runtime: "::yunxin::runtime",
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

/// Snapshots are called `x.snap.rs`, so modules say where their files are.
fn with_paths(text: &str) -> String {
    text.lines()
        .map(|line| match line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            Some(name) => format!("#[path = \"{name}.snap.rs\"]\n{line}\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn emitted_files_are_as_they_were() {
    let mut kept = BTreeSet::new();
    for (path, text) in emitted(&fixtures()) {
        // The index holds cargo features, and the fixtures have none.
        let Some((product, file)) = path.rsplit_once('/') else { continue };
        let text = if file == "mod.rs" { with_paths(&text) } else { text };
        kept.insert(format!("{product}/{}", file.trim_end_matches(".rs")));
        support::snapshots(&support::path("goldens").join(product))
            .bind(|| insta::assert_binary_snapshot!(file, text.into_bytes()));
    }
    // Every example as a call: it shows that literals fit the setters, and is what is sent over the stub.
    for (file, text) in rust::example_calls(&support::compiled(&fixtures()).api) {
        if file == "mod.rs" {
            continue;
        }
        kept.insert(format!("calls/{}", file.trim_end_matches(".rs")));
        let text = text.replace("use yunxin::", "use crate::");
        support::snapshots(&support::path("goldens/calls"))
            .bind(|| insta::assert_binary_snapshot!(file.as_str(), text.into_bytes()));
    }
    let found: BTreeSet<_> = support::entries(&support::path("goldens"))
        .into_iter()
        .filter(|name| !name.contains(".snap"))
        .flat_map(|product| {
            let files = support::entries(&support::path("goldens").join(&product));
            files.into_iter().map(move |file| format!("{product}/{}", file.split(".snap").next().unwrap()))
        })
        .collect();
    assert_eq!(found, kept, "goldens that no fixture makes: remove them");
}

#[test]
fn events_of_all_products_are_one_enum() {
    let events = emitted(&fixtures()).remove("events.rs").unwrap();
    support::snapshots(&support::path("goldens"))
        .bind(|| insta::assert_binary_snapshot!("events.rs", events.into_bytes()));
}

#[test]
fn the_index_names_every_product() {
    let index = emitted(&fixtures()).remove("mod.rs").unwrap();
    support::snapshots(&support::path("goldens")).bind(|| insta::assert_snapshot!("index", index));
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
fn no_file_names_the_machine_that_made_it() {
    let here = env!("CARGO_MANIFEST_DIR");
    assert!(emitted(&fixtures()).values().all(|text| !text.contains(here) && !text.contains('\r')));
}
