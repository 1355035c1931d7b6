//! Tests the report of an invalid spec, for every diagnostic code.
//!
//! `bad/<code>_<what>/` has the files of a product `demo`; without a `product.yaml`, `bad/product.yaml` is used. A case
//! with folders is a complete spec folder. Its `report.snap` is the text that the author of the spec sees: read it as
//! such.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::Path;

use yunxin_codegen::Sources;
use yunxin_codegen::diagnostics::Code;

fn cases() -> Vec<String> {
    support::entries(&support::path("bad")).into_iter().filter(|name| !name.contains('.')).collect()
}

fn sources(case: &Path) -> Sources {
    let names = support::entries(case);
    if names.iter().any(|name| case.join(name).is_dir()) {
        return Sources::read(case, "spec").unwrap();
    }
    let mut files: Vec<_> = names
        .iter()
        .filter(|name| name.ends_with(".yaml"))
        .map(|name| (format!("demo/{name}"), support::text(&case.join(name))))
        .collect();
    if !names.iter().any(|name| name == "product.yaml") {
        files.push(("demo/product.yaml".to_owned(), support::text(&support::path("bad/product.yaml"))));
    }
    Sources::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

#[test]
fn every_bad_spec_is_reported_with_its_code_and_no_other() {
    let mut wrong = Vec::new();
    for case in cases() {
        let folder = support::path("bad").join(&case);
        let (found, report) = support::problems(&sources(&folder));
        // A changed message affects many reports: show all of them, not only the first.
        let compared = catch_unwind(|| {
            support::snapshots(&folder).bind(|| insta::assert_snapshot!("report", report));
        });
        if compared.is_err() {
            wrong.push(format!("{case} has another report"));
        }
        let codes: BTreeSet<_> = found.iter().map(|problem| problem.code.id()).collect();
        let expected = case.split('_').next().unwrap();
        if codes != BTreeSet::from([expected]) {
            wrong.push(format!("{case} gives {codes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_bad_spec() {
    let cases = cases();
    let missing: Vec<_> = Code::ALL
        .iter()
        // Problems with files, not with their content: see `loading.rs`.
        .filter(|code| **code != Code::Unreadable)
        .map(|code| code.id())
        .filter(|id| !cases.iter().any(|case| case.starts_with(&format!("{id}_"))))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
