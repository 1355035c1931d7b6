//! Tests the examples of `cargo xtask explain`: a wrong example gives only its code, a right one has no problems.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use serde_yaml::{Mapping, Value};
use yunxin_codegen::diagnostics::Code;
use yunxin_codegen::{Diagnostics, Sources, compile, explain};

const RESOURCE: &str = "
resource: thing
title: Things
endpoints:
  create:
    title: Make a thing
    docs: https://doc.example.com/create
    path: /thing/create
    params: { id: { type: id, required: true, doc: Name of the thing. } }
    returns: nothing
    example: { request: { id: a }, reply: { code: 200 } }
";

#[test]
fn every_wrong_example_gives_only_its_code() {
    for code in Code::ALL {
        if let Some(fragment) = fragment(explain(*code), "\nWrong") {
            let found = problems(fragment);
            let ids: Vec<_> = found.iter().map(|problem| (problem.code.id(), problem.message.as_str())).collect();
            assert!(
                !ids.is_empty() && ids.iter().all(|(id, _)| *id == code.id()),
                "{}: {ids:?}\n{fragment}",
                code.id()
            );
        }
    }
}

#[test]
fn every_right_example_has_no_problems() {
    for code in Code::ALL {
        if let Some(fragment) = fragment(explain(*code), "\nRight") {
            let found: Vec<_> = problems(fragment).iter().map(|problem| problem.message.clone()).collect();
            assert!(found.is_empty(), "{}: {found:?}\n{fragment}", code.id());
        }
    }
}

/// The YAML block below a line with this beginning. `None` for other blocks, such as file trees.
fn fragment<'t>(text: &'t str, heading: &str) -> Option<&'t str> {
    let (_, behind) = text.split_once(heading)?;
    let (_, block) = behind.split_once("\n\n```")?;
    block.strip_prefix("yaml\n")?.split_once("```").map(|(fragment, _)| fragment)
}

/// The problems of an ordinary spec with the fragment merged into it.
fn problems(fragment: &str) -> Diagnostics {
    let mut resource: Value = serde_yaml::from_str(RESOURCE).unwrap();
    let mut product: Value = serde_yaml::from_str(&support::text(&support::path("bad/product.yaml"))).unwrap();
    let is_whole = fragment.contains(": &");
    let texts = match serde_yaml::from_str::<Value>(fragment) {
        Ok(Value::Mapping(entries)) if entries.contains_key("callbacks") => {
            return diagnose(&[
                ("demo/product.yaml", &serde_yaml::to_string(&product).unwrap()),
                ("demo/callbacks.yaml", fragment),
                ("demo/thing.yaml", RESOURCE),
            ]);
        }
        Ok(Value::Mapping(entries)) if !is_whole => {
            let of_product = ["hosts", "errors", "rejections"].into_iter().any(|key| entries.contains_key(key));
            merge_into(if of_product { &mut product } else { &mut resource }, &entries);
            [serde_yaml::to_string(&product).unwrap(), serde_yaml::to_string(&resource).unwrap()]
        }
        // A fragment that is not plain YAML is a complete file.
        _ => [serde_yaml::to_string(&product).unwrap(), fragment.to_owned()],
    };
    let [product, resource] = &texts;
    diagnose(&[("demo/product.yaml", product), ("demo/thing.yaml", resource)])
}

fn diagnose(files: &[(&str, &str)]) -> Diagnostics {
    match compile(&Sources::from_texts(files.iter().copied())) {
        Ok(compiled) => compiled.warnings,
        Err(found) => found,
    }
}

fn merge_into(target: &mut Value, fragment: &Mapping) {
    for (key, value) in fragment {
        match (target.get_mut(key), value) {
            (Some(inner @ Value::Mapping(_)), Value::Mapping(entries)) => merge_into(inner, entries),
            _ => {
                target.as_mapping_mut().unwrap().insert(key.clone(), value.clone());
            }
        }
    }
}
