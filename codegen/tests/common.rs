//! Tests `common.yaml`: codes that every product has.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::fs;
use std::path::PathBuf;

use yunxin_codegen::Sources;
use yunxin_codegen::diagnostics::Code;
use yunxin_codegen::model::{CodeKind, ErrorCode, Product};

const COMMON: &str = "\
common: What holds for every product
errors:
  403: { name: refused, kind: unknown, meaning: Not the product's own entry. }
  504: { name: gateway_timeout, kind: unknown, meaning: A gateway gave up. }
";

const RESOURCE: &str = "\
resource: thing
title: Things
endpoints:
  create:
    title: Make a thing
    docs: https://doc.example.com/create
    path: /thing/create
    params:
      id: { type: id, required: true, doc: Name. }
    returns: nothing
    errors: [bad_parameter]
    example: { request: { id: a }, reply: { code: 200 } }
";

fn product() -> String {
    support::text(&support::path("bad/product.yaml"))
}

fn error(product: &Product, code: i64) -> Option<&ErrorCode> {
    product.errors.iter().find(|error| error.code == code)
}

fn with_common(common: &str) -> Sources {
    let other = product().replace("product: demo", "product: other");
    Sources::from_texts([
        ("common.yaml", common),
        ("demo/product.yaml", &product()),
        ("demo/thing.yaml", RESOURCE),
        ("other/product.yaml", &other),
        ("other/thing.yaml", RESOURCE),
    ])
}

#[test]
fn every_product_has_the_common_codes_and_keeps_its_own() {
    let api = support::compiled(&with_common(COMMON)).api;
    assert_eq!(api.products.len(), 2);
    for product in &api.products {
        let gateway = error(product, 504).unwrap();
        assert_eq!((gateway.name.as_str(), gateway.kind, gateway.http), ("gateway_timeout", CodeKind::Unknown, 200));
        assert_eq!(error(product, 403).unwrap().name, "forbidden");
        let codes: Vec<_> = product.errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, [403, 414, 504]);
    }
}

#[test]
fn the_shipped_products_have_the_codes_of_gateways() {
    let specs = Sources::read(&support::path("../../spec"), "spec").unwrap();
    for product in &support::compiled(&specs).api.products {
        for (code, kinds) in [
            (408, [CodeKind::Unknown; 2]),
            (503, [CodeKind::Busy; 2]),
            (504, [CodeKind::Unknown; 2]),
            (514, [CodeKind::Busy, CodeKind::Unknown]),
        ] {
            let known = error(product, code).unwrap_or_else(|| panic!("{} does not know {code}", product.name));
            assert!(kinds.contains(&known.kind), "{} {code} {:?}", product.name, known.kind);
        }
    }
}

#[test]
fn a_name_belongs_to_one_code_only() {
    let (found, report) = support::problems(&with_common(&COMMON.replace("gateway_timeout", "forbidden")));
    assert!(found.iter().all(|problem| problem.code == Code::DuplicateError), "{report}");
    assert_eq!(found.iter().count(), 2, "one for each product: {report}");
    assert!(report.contains("the codes 403 and 504 are both called `forbidden`"), "{report}");
    assert!(report.contains("spec/demo/product.yaml:12") && report.contains("every product has this one"), "{report}");
}

#[test]
fn mistakes_in_common_yaml_have_their_position() {
    for (wrong, right, expected) in [
        ("kind: unknown, meaning: A", "kind: unkown, meaning: A", "unkown"),
        ("name: gateway_timeout", "name: GatewayTimeout", "GatewayTimeout"),
        ("errors:", "erors:", "did you mean `errors`?"),
        ("common: What holds for every product\n", "", "lacks the key `common`"),
        ("504: { name: gateway_timeout", "504: { name: refused", "the codes 403 and 504 are both called `refused`"),
    ] {
        let (found, report) = support::problems(&with_common(&COMMON.replacen(wrong, right, 1)));
        assert!(found.has_errors() && report.contains(expected), "{expected}: {report}");
        assert!(report.contains("spec/common.yaml:"), "{report}");
        assert!(!report.contains("has no product.yaml"), "{report}");
    }
}

/// A spec folder on disk that is deleted after the test.
struct TempSpecFolder(PathBuf);

impl TempSpecFolder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("demo")).unwrap();
        fs::write(path.join("demo/product.yaml"), product()).unwrap();
        fs::write(path.join("demo/thing.yaml"), RESOURCE).unwrap();
        Self(path)
    }
}

impl Drop for TempSpecFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn common_yaml_is_found_for_every_spelling_of_the_spec_folder() {
    let folder = TempSpecFolder::new("common");
    let product = folder.0.join("demo");
    let resource = product.join("thing.yaml");
    let all = || {
        [
            Sources::read(&folder.0, "spec").unwrap(),
            Sources::read_product(&product, "spec/demo").unwrap(),
            Sources::read_resource(&resource, "spec/demo/thing.yaml").unwrap(),
        ]
    };
    let knows = |sources: &Sources| error(&support::compiled(sources).api.products[0], 504).is_some();
    assert!(!all().iter().any(knows), "there is none");
    fs::write(folder.0.join("common.yaml"), COMMON).unwrap();
    assert!(all().iter().all(knows));
    assert!(all().iter().all(|sources| sources.get("spec/common.yaml").is_some()));
    // A product may be in any folder, with a file of this name above it that is about something else.
    fs::write(folder.0.join("common.yaml"), "jobs: [build]\n").unwrap();
    let [_, product, resource] = all();
    assert!(!knows(&product) && !knows(&resource));
}
