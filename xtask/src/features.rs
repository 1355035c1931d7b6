//! Generates the Cargo features of the client, one for each product, in an otherwise hand-written file.

use std::path::PathBuf;

use anyhow::Context as _;
use yunxin_codegen::model::Api;

use crate::generated_file::{GeneratedFile, Markers, read};
use crate::repository;

const MARKERS: Markers = Markers::Toml("products");

/// Returns `generated-client/Cargo.toml` with a feature for each product.
///
/// # Errors
/// If cargo could not read the new file: then cargo could not run this program to repair the file either.
pub(crate) fn manifest(api: &Api) -> anyhow::Result<GeneratedFile> {
    let path: PathBuf = repository::root().join("generated-client/Cargo.toml");
    let products: Vec<_> = api.products.iter().map(|product| product.name.as_str()).collect();
    let current = read(&path)?.with_context(|| format!("{} is missing", path.display()))?;
    if let Some(conflict) = manifest_conflict(&current, &products) {
        anyhow::bail!("{}: {conflict}", path.display());
    }
    GeneratedFile::part(path, MARKERS, &products.iter().map(|name| format!("{name} = []\n")).collect::<String>())
}

/// Returns why cargo would reject a manifest with these products; `None` if it would not.
fn manifest_conflict(manifest: &str, products: &[&str]) -> Option<String> {
    let (before, current, behind) = MARKERS.split(manifest)?;
    let gone: Vec<_> = current
        .lines()
        .filter_map(feature)
        .filter(|(name, _)| !products.contains(name))
        .map(|(name, _)| name)
        .collect();
    let (mut section, mut key) = ("", "");
    for line in before.lines().chain(behind.lines()).filter(|line| !line.trim_start().starts_with('#')) {
        if line.starts_with('[') {
            (section, key) = (line.trim_end(), "");
        }
        // A list may continue over several lines.
        let (here, value) = feature(line).unwrap_or((key, line));
        key = here;
        if section == "[features]" && products.contains(&key) {
            return Some(format!("a product and another feature are called `{key}`: rename the product"));
        }
        if section != "[features]" && key != "required-features" {
            continue;
        }
        if let Some(name) = gone.iter().find(|name| value.contains(&format!("\"{name}\""))) {
            return Some(format!(
                "there is no product `{name}` any more; take it out of `{key}` first: {}",
                line.trim()
            ));
        }
    }
    None
}

/// Returns key and value of a line; `None` if it has none.
fn feature(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    Some((key.trim(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]
name = \"yunxin\"
keywords = [\"rtc\", \"nos\"]
[features]
default = [\"im\", \"rtc\"]
# products: begin
im = []
nos = []
rtc = []
# products: end
serde = [\"dep:serde\"]
[dependencies]
http = \"1\"
[[example]]
name = \"demo\"
required-features = [\"im\", \"nos\"]
";

    #[test]
    fn products_may_come_and_go() {
        assert_eq!(manifest_conflict(MANIFEST, &["im", "nos", "rtc", "sms", "http"]), None);
        let commented = MANIFEST.replace("required-features", "# required-features");
        assert_eq!(manifest_conflict(&commented, &["im", "rtc"]), None);
        let unused = MANIFEST.replace("required-features = [\"im\", \"nos\"]", "");
        assert_eq!(manifest_conflict(&unused, &["im", "rtc"]), None, "a keyword is no feature");
    }

    #[test]
    fn lists_over_several_lines_are_read() {
        let manifest = MANIFEST.replace("[\"im\", \"rtc\"]", "[\n  \"im\",\n  \"rtc\",\n]");
        let conflict = manifest_conflict(&manifest, &["im", "nos"]).unwrap();
        assert!(conflict.contains("`rtc` any more; take it out of `default`"), "{conflict}");
    }

    #[test]
    fn nothing_is_written_that_cargo_cannot_read() {
        for (products, word) in [
            (&["im", "nos", "rtc", "serde"][..], "`serde`: rename"),
            (&["default", "im", "nos", "rtc"], "`default`: rename"),
            (&["im", "nos"], "`rtc` any more; take it out of `default`"),
            (&["im", "rtc"], "`nos` any more; take it out of `required-features`"),
        ] {
            let conflict = manifest_conflict(MANIFEST, products).unwrap();
            assert!(conflict.contains(word), "{conflict}");
        }
    }
}
