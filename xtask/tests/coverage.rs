//! Tests `cargo xtask coverage`: the specs are counted, the numbers are in the files that regen writes, and a smaller
//! number is an error.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use std::fs;
use std::process::Output;

use support::{Copy, output_text};

const BASELINE: &str = "xtask/coverage.json";
const TABLE: &str = "docs/coverage.md";
const MANIFEST: &str = "generated-client/Cargo.toml";

const PRODUCT: &str = "spec/lbs/product.yaml";

/// The only resource of the product; it has one endpoint, which is complete.
const RESOURCE: &str = "spec/lbs/host.yaml";

fn run(copy: &Copy, command: &str, code: i32) -> Output {
    let output = copy.xtask(command).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{command}: {}", output_text(&output));
    output
}

fn text(copy: &Copy, file: &str) -> String {
    fs::read_to_string(copy.path(file)).unwrap()
}

fn number(json: &serde_json::Value, row: &str, column: &str) -> u64 {
    json.pointer(&format!("/{row}/{column}")).and_then(serde_json::Value::as_u64).unwrap()
}

#[test]
fn numbers_are_printed_as_a_table_and_as_json() {
    let copy = Copy::small();
    let before = copy.state();
    let table = output_text(&run(&copy, "coverage", 0));
    let json: serde_json::Value = serde_json::from_slice(&run(&copy, "coverage --json", 0).stdout).unwrap();
    assert_eq!(number(&json, "products/lbs", "endpoints"), 1);
    let row = table.lines().find(|line| line.starts_with("lbs ")).unwrap();
    assert_eq!(row.split_whitespace().nth(1), Some("1"), "{row}");
    let total = table.lines().find(|line| line.starts_with("total ")).unwrap();
    let columns = [
        "endpoints",
        "complete",
        "partial",
        "parameters",
        "typed_replies",
        "with_limits",
        "with_examples",
        "with_links",
        "with_chinese_title",
    ];
    let numbers: Vec<_> = columns.iter().map(|column| number(&json, "total", column).to_string()).collect();
    assert_eq!(total.split_whitespace().skip(1).collect::<Vec<_>>(), numbers);
    let help = output_text(&run(&copy, "coverage --help", 0));
    assert!(help.contains("typed replies       endpoints that return nothing, or something else"), "{help}");
    assert!(copy.state() == before, "something was written");
}

#[test]
fn a_smaller_number_is_an_error_until_it_is_accepted() {
    let copy = Copy::small();
    run(&copy, "coverage --check", 0);
    let baseline = text(&copy, BASELINE);

    // The only endpoint of the product becomes partial.
    copy.edit(RESOURCE, "    title: ", "    completeness: partial\n    missing: All of it.\n    title: ");

    let failed = output_text(&run(&copy, "coverage --check", 5));
    assert!(failed.contains("error: lbs: complete fell from 1 to 0\n"), "{failed}");
    assert_eq!(failed.matches("fell from").count(), 1, "{failed}");

    // Regen shows the smaller number and accepts nothing.
    run(&copy, "regen", 0);
    assert!(text(&copy, TABLE).lines().any(|line| line.starts_with("| `lbs` ") && line.ends_with("| 1 | 0 | 1 |")));
    assert_eq!(text(&copy, BASELINE), baseline);
    run(&copy, "regen --check", 0);
    run(&copy, "coverage --check", 5);
    let step = output_text(&run(&copy, "ci coverage", 1));
    assert!(step.contains("lbs: complete fell from 1 to 0") && step.contains("coverage failed"), "{step}");

    let accepted = output_text(&run(&copy, "coverage --accept", 0));
    assert!(accepted.contains("accepted: lbs: complete fell from 1 to 0"), "{accepted}");
    assert_eq!(text(&copy, BASELINE).lines().filter(|line| !baseline.contains(line)).count(), 1, "other lines changed");
    run(&copy, "coverage --check", 0);
    run(&copy, "regen --check", 0);
    run(&copy, "ci coverage", 0);
    assert_eq!(fs::read_dir(copy.path("target/xtask")).unwrap().count(), 0, "something is left behind");

    // A number that grows is no error, but regen raises the baseline.
    copy.edit(RESOURCE, "    completeness: partial\n    missing: All of it.\n", "");
    run(&copy, "coverage --check", 0);
    assert!(output_text(&run(&copy, "regen --check", 4)).contains(BASELINE));
    run(&copy, "regen", 0);
    assert_eq!(text(&copy, BASELINE), baseline);
}

#[test]
fn a_new_product_needs_no_edit() {
    let copy = Copy::small();
    copy.add_product();
    run(&copy, "coverage --check", 0);
    let stale = output_text(&run(&copy, "regen --check", 4));
    for file in [MANIFEST, BASELINE, TABLE] {
        assert!(stale.contains(file), "{file}: {stale}");
    }
    run(&copy, "regen", 0);
    let manifest = text(&copy, MANIFEST);
    assert!(manifest.contains("# products: begin\nadded = []\n"), "{manifest}");
    assert!(text(&copy, TABLE).contains("| `added` |"));
    assert!(text(&copy, BASELINE).contains("\"added\": {\"endpoints\": 1"));
    run(&copy, "regen --check", 0);

    // The product is removed: regen removes its feature, and its numbers in the baseline are missing.
    fs::remove_dir_all(copy.path("spec/added")).unwrap();
    run(&copy, "regen", 0);
    assert!(!text(&copy, MANIFEST).contains("added"));
    let failed = output_text(&run(&copy, "coverage --check", 5));
    assert!(failed.contains("added: endpoints fell from 1 to 0"), "{failed}");
    run(&copy, "coverage --accept", 0);
    run(&copy, "coverage --check", 0);
    assert!(!text(&copy, BASELINE).contains("added"));
}

#[test]
fn a_product_that_is_on_by_default_is_not_removed_silently() {
    let copy = Copy::small();
    fs::remove_dir_all(copy.path("spec/rtc")).unwrap();
    let before = copy.state();
    let refused = output_text(&run(&copy, "regen", 1));
    assert!(refused.contains("no product `rtc` any more; take it out of `default`"), "{refused}");
    assert!(copy.state() == before, "something was written");
}

#[test]
fn a_missing_or_invalid_baseline_is_an_error() {
    let copy = Copy::small();
    let baseline = text(&copy, BASELINE);
    fs::remove_file(copy.path(BASELINE)).unwrap();
    assert!(output_text(&run(&copy, "coverage --check", 1)).contains("is missing"));
    assert!(output_text(&run(&copy, "regen --check", 4)).contains("missing xtask/coverage.json"));
    run(&copy, "regen", 0);
    assert_eq!(text(&copy, BASELINE), baseline);

    fs::write(copy.path(BASELINE), format!("<<<<<<< HEAD\n{baseline}")).unwrap();
    let before = copy.state();
    for command in ["coverage --check", "regen", "regen --check"] {
        assert!(output_text(&run(&copy, command, 1)).contains("after a merge conflict keep either side"));
    }
    assert!(copy.state() == before, "something was written");
    run(&copy, "coverage --accept", 0);
    assert_eq!(text(&copy, BASELINE), baseline);
}

#[test]
fn specs_with_errors_are_not_counted() {
    let copy = Copy::small();
    copy.edit(PRODUCT, "product: lbs", "product: other");
    for command in ["coverage", "coverage --json", "coverage --check", "coverage --accept"] {
        run(&copy, command, 100);
    }
}
