//! Checks official rate limits: those of endpoints, and those of the product's defaults.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::Product;
use crate::model::{defaults, rate};
use crate::yaml::YamlPath;

/// Checks the rate of an endpoint: a limit, or `none` if the product's default does not apply.
pub(super) fn check_endpoint(text: Option<&str>, product: &Product, at: &YamlPath, diagnostics: &mut Diagnostics) {
    match text {
        Some(defaults::NO_RATE) if product.defaults.rate.is_none() => diagnostics.push(
            Diagnostic::new(Code::BadRate, at.clone().value(), "this product has no default rate")
                .help("remove the key: an endpoint without `rate` has none"),
        ),
        Some(defaults::NO_RATE) | None => {}
        Some(text) => limit(text, at, diagnostics),
    }
}

/// Checks the rate of the product's defaults.
pub(super) fn check_defaults(text: Option<&str>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if let Some(text) = text {
        limit(text, at, diagnostics);
    }
}

/// Checks that a limit can be parsed.
fn limit(text: &str, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if rate::parse(text).is_none() {
        diagnostics.push(Diagnostic::new(Code::BadRate, at.clone().value(), format!("`{text}` is not a rate")).help(
            "write `100/s`, `10/min`, `50/h`, `400/day` or `100 in 5 min`, and `for ...` behind it \
                 where others share it; other words go to `rate_note`",
        ));
    }
}
