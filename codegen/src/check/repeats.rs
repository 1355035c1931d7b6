//! Reports lists that contain the same value twice.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::Product;
use crate::primitives::SuccessCode;
use crate::yaml::YamlPath;

/// Checks the lists of a product.
pub(super) fn product(product: &Product, root: &YamlPath, diagnostics: &mut Diagnostics) {
    for (region, urls) in &product.hosts {
        let hosts: Vec<_> = urls.iter().map(|url| host(url)).collect();
        list(
            &hosts,
            &root.at("hosts").at(&**region),
            "a host that is listed twice is no backup of itself",
            diagnostics,
        );
    }
    let reply = root.at("reply");
    let once = "list every key once, in the order in which they are looked for";
    list(&product.reply.message, &reply.at("message"), once, diagnostics);
    list(&product.reply.request_id, &reply.at("request_id"), once, diagnostics);
    let codes: Vec<_> = product.reply.success.code.iter().map(code).collect();
    list(&codes, &reply.at("success").at("code"), "list every code once", diagnostics);
    for (code, error) in &product.errors {
        let at = root.at("errors").at(&*code.to_string()).at("clock");
        list(&error.clock, &at, "list every word once", diagnostics);
    }
}

/// Reports values that occur twice in a list, compared as text.
pub(super) fn list(items: &[impl Display], at: &YamlPath, help: &str, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for (number, item) in items.iter().enumerate() {
        let item = item.to_string();
        match first.get(&item) {
            Some(earlier) => diagnostics.push(
                Diagnostic::new(Code::Repeated, at.at(number).value(), format!("`{item}` is listed twice"))
                    .second(at.at(*earlier).value(), "the first one")
                    .help(help),
            ),
            None => {
                first.insert(item, number);
            }
        }
    }
}

/// Returns a normalized URL: without the default port, and with the host in lower case.
fn host(url: &str) -> String {
    let url = url.to_ascii_lowercase();
    let port = if url.starts_with("http://") { ":80" } else { ":443" };
    url.strip_suffix(port).unwrap_or(&url).trim_end_matches('.').to_owned()
}

/// Formats a success code.
fn code(code: &SuccessCode) -> String {
    match code {
        SuccessCode::Value(value) => value.to_string(),
        SuccessCode::Absent => "absent".to_owned(),
    }
}
