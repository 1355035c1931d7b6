//! Warns about endpoints and resources with names that are too similar.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::ProductFile;
use crate::yaml::{Location, YamlPath};

/// Checks the endpoints and resources of a product.
pub(super) fn check(file: &ProductFile, diagnostics: &mut Diagnostics) {
    let resources = file.resources.iter().map(|resource| {
        let at = YamlPath::root(&resource.path).at("resource");
        (resource.stem.as_str(), at.value())
    });
    report("resources", resources, diagnostics);
    for resource in &file.resources {
        let endpoints = YamlPath::root(&resource.path).at("endpoints");
        let names = resource.endpoints.keys().map(|name| (name.as_str(), endpoints.at(&**name).key()));
        report("endpoints", names, diagnostics);
    }
}

/// Reports names that are almost the same.
fn report<'a>(what: &str, names: impl Iterator<Item = (&'a str, Location)>, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, (&str, Location)> = BTreeMap::new();
    for (name, place) in names {
        let letters = name.chars().filter(|letter| !letter.is_ascii_digit() && *letter != '_').collect();
        match first.get(&letters) {
            Some((earlier, second)) => diagnostics.push(
                Diagnostic::new(
                    Code::SimilarNames,
                    place,
                    format!("the {what} `{earlier}` and `{name}` differ only in a digit or an underscore"),
                )
                .second(second.clone(), "the other one")
                .help("put the difference between them into words"),
            ),
            None => {
                first.insert(letters, (name, place));
            }
        }
    }
}
