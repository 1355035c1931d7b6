//! Tests the generated code as tokens, for crates that compile their own specs. The behaviour of the tokens is tested
//! where they are compiled: in `spec_macro.rs` of the client.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of the test")]

use std::path::Path;

use yunxin_codegen::emit::rust;
use yunxin_codegen::emit::rust::{Examples, Features, Options, Serde};
use yunxin_codegen::{Sources, compile};

fn tokens(serde: Serde) -> String {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let sources = Sources::read(&spec, "spec").unwrap();
    let api = compile(&sources).unwrap_or_else(|found| panic!("{}", found.render(&sources, false))).api;
    let options = Options { runtime: "::netease::runtime", examples: Examples::Shown, serde, features: Features::None };
    let tokens = rust::tokens(&api, options);
    let file = syn::parse2::<syn::File>(tokens.clone()).unwrap();
    assert_eq!(file.items.len(), api.products.len() + 1, "a module a product, one of all events, and nothing else");
    tokens.to_string()
}

#[test]
fn no_feature_and_no_module_of_the_crate_is_named() {
    let text = tokens(Serde::Off);
    for named in ["serde", "cfg", "crate ::", "no_run"] {
        assert!(!text.contains(named), "{named}");
    }
    assert!(text.contains("use :: netease :: runtime :: prelude :: *"));
}

#[test]
fn serde_is_that_of_the_runtime() {
    let text = tokens(Serde::On);
    assert!(!text.contains("cfg"));
    assert!(text.contains(":: netease :: runtime :: serde :: Serialize"));
    assert!(text.contains("crate = \"::netease::runtime::serde\""));
}
