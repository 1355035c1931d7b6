//! Tests that the examples of the shipped specs are complete.

use serde_json::Value;
use yunxin_codegen::model::{Method, Returns};

use crate::all_endpoints::shipped_api;

/// The key of the payload, if it has one.
fn at(returns: &Returns) -> Option<&String> {
    match returns {
        Returns::At(key, _) => Some(key),
        Returns::Nothing | Returns::Flat(_) => None,
    }
}

#[test]
fn every_example_of_a_read_shows_what_is_read() {
    let api = shipped_api();
    let resources = api.products.iter().flat_map(|product| &product.resources);
    let endpoints = resources.flat_map(|resource| &resource.endpoints);
    for endpoint in endpoints.filter(|endpoint| endpoint.method == Method::Get) {
        // If no source documents the fields, there is nothing to show.
        let is_known = endpoint.missing.as_ref().is_none_or(|missing| !missing.contains("shape"));
        let Some(key) = at(&endpoint.returns).filter(|_| is_known) else { continue };
        let reply: Value = serde_json::from_str(endpoint.example.reply.as_deref().unwrap()).unwrap();
        assert!(!reply[key].is_null(), "the example of {} has nothing at `{key}`", endpoint.id);
    }
}
