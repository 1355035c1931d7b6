//! Tests the machine-readable reports of diagnostics: JSON, and GitHub workflow commands.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use serde_json::Value;
use yunxin_codegen::Sources;

/// An error with one position, one with two, one with the second in another file, one with multi-byte characters, a
/// warning, and an empty file.
fn sources() -> Sources {
    let product = support::text(&support::path("bad/product.yaml"));
    let thing = "
resource: thing
title: Things
endpoints:
  create:
    title: Make a thing
    title_zh: 创建, docs
    doc: TODO 50%
    docs: https://doc.example.com/create
    path: /thing/create
    params:
      汉: { type: Sate, doc: Name of the thing. }
      id: { type: id, doc: Name of the thing. }
      Id: { type: id, doc: Name of the thing. }
    returns: nothing
    errors: [nothing_known]
    example: { reply: { code: 200 } }
";
    Sources::from_texts([
        ("demo/product.yaml", product.as_str()),
        ("demo/thing.yaml", thing),
        ("demo/lost,and:found.yaml", ""),
    ])
}

#[test]
fn json() {
    let sources = sources();
    let lines = support::problems(&sources).0.json(&sources);
    for line in lines.lines() {
        let finding: Value = serde_json::from_str(line).unwrap();
        assert!(finding.get("code").is_some_and(Value::is_string), "{line}");
    }
    support::snapshots(&support::path("snapshots")).bind(|| insta::assert_snapshot!("report.json", lines));
}

#[test]
fn github() {
    let sources = sources();
    let commands = support::problems(&sources).0.github(&sources);
    support::snapshots(&support::path("snapshots")).bind(|| insta::assert_snapshot!("report.github", commands));
}
