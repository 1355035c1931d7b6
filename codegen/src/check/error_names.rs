//! Checks lists of error names: those of endpoints, and those of the product's defaults.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected};
use crate::document::Product;
use crate::yaml::YamlPath;

/// The error codes of a product, and their location.
#[derive(Clone, Copy)]
pub(super) struct ErrorTable<'a> {
    pub(super) product: &'a Product,
    pub(super) path: &'a str,
}

impl<'a> ErrorTable<'a> {
    /// Checks that the errors of an endpoint are known, listed once, and not among the defaults.
    pub(super) fn check_endpoint(self, names: &[String], at: &YamlPath, diagnostics: &mut Diagnostics) {
        let defaults = YamlPath::root(self.path).at("defaults").at("errors");
        for (number, name) in self.check(names, at, diagnostics) {
            let Some(default) = self.product.defaults.errors.iter().position(|default| default == name) else {
                continue;
            };
            // The error would stay in the list if the default is removed, and the docs would show it as specific to the
            // endpoint.
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateError,
                    at.at(number).value(),
                    format!("`{name}` is an error of every endpoint of this product"),
                )
                .second(defaults.at(default).value(), "listed here")
                .help("remove it from this list: an endpoint lists only the errors that it has in addition"),
            );
        }
    }

    /// Checks that the product's default errors are known and listed once.
    pub(super) fn check_defaults(self, diagnostics: &mut Diagnostics) {
        let at = YamlPath::root(self.path).at("defaults").at("errors");
        self.check(&self.product.defaults.errors, &at, diagnostics);
    }

    /// Reports unknown and repeated names. Returns the valid ones, with their indexes.
    fn check<'n>(self, names: &'n [String], at: &YamlPath, diagnostics: &mut Diagnostics) -> Vec<(usize, &'n String)> {
        let known: Vec<_> = self.product.errors.values().map(|error| error.name.as_str()).collect();
        let mut valid = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let place = at.at(number).value();
            if !known.contains(&name.as_str()) {
                diagnostics.push(
                    Diagnostic::new(Code::UnknownError, place, format!("`{name}` is not in the product's error table"))
                        .second(YamlPath::root(self.path).at("errors").key(), "the table")
                        .help(expected(name, known.iter().copied())),
                );
            } else if names.iter().take(number).any(|earlier| earlier == name) {
                diagnostics.push(
                    Diagnostic::new(Code::DuplicateError, place, format!("`{name}` is listed twice"))
                        .help("list every error once"),
                );
            } else {
                valid.push((number, name));
            }
        }
        valid
    }
}
