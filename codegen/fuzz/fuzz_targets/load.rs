//! Any bytes as a spec folder: they are rejected with a report, or become valid Rust files. Nothing crashes or hangs.
//!
//! The input is product.yaml, a resource and types.yaml, separated by lines `%%%%`. Each of the three may be missing.
#![no_main]

// The same checks as in the property tests.
#[path = "../../tests/support/emitted.rs"]
mod emitted;

use libfuzzer_sys::fuzz_target;
use yunxin_codegen::{Sources, compile};

const SEPARATOR: &str = "\n%%%%\n";

fuzz_target!(|input: &[u8]| {
    let input = String::from_utf8_lossy(input);
    let mut parts = input.splitn(3, SEPARATOR);
    let mut next = || parts.next().unwrap_or_default();
    let (product, resource, types) = (next(), next(), next());
    // Files are named after their content, or every input would be rejected for its name.
    let folder = named(product, "product: ").unwrap_or("demo");
    let stem = named(resource, "resource: ").unwrap_or("thing");
    let paths = [format!("{folder}/product.yaml"), format!("{folder}/{stem}.yaml"), format!("{folder}/types.yaml")];
    let texts = paths.iter().map(String::as_str).zip([product, resource, types]);
    let sources = Sources::from_texts(texts.filter(|(_, text)| !text.is_empty()));
    match compile(&sources) {
        Ok(compiled) => {
            compiled.warnings.render(&sources, true);
            if let Err(fault) = emitted::check(&compiled.api) {
                panic!("{fault}");
            }
        }
        Err(found) => assert!(!found.render(&sources, true).is_empty(), "refused without a word"),
    }
});

/// The value of a key at the beginning of a line, if it can be part of a path.
fn named<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let name = text.lines().find_map(|line| line.strip_prefix(key))?.trim();
    (!name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')).then_some(name)
}
