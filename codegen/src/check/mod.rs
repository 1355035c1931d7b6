//! All checks of parsed specs. All of them run, so that one run reports all problems.

mod callbacks;
mod endpoint;
mod error_names;
mod example;
mod field;
mod groups;
mod links;
mod names;
mod pages;
mod placement;
mod product;
mod rates;
mod repeats;
mod rules;
mod secrets;
mod style;
mod types;
mod value;

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostics;
use crate::document::{Document, Product, ProductFile, ResourceFile, TypeDef};
use crate::model::{Type, lower};
use crate::primitives::{Scalar, TypeExpr};
use crate::yaml::YamlPath;

/// Context of the checks of a file: its product, and the types that it may use.
#[derive(Clone, Copy)]
struct Scope<'a> {
    product: &'a Product,
    /// Whether product.yaml has errors, so that parts of the product are placeholders.
    product_recovered: bool,
    product_path: &'a str,
    resource: &'a ResourceFile,
    /// Types that all resources of the product may use.
    shared: Option<&'a ResourceFile>,
}

impl<'a> Scope<'a> {
    /// Finds a named type of the resource or a shared type of the product.
    fn find(&self, name: &str) -> Option<&'a TypeDef> {
        self.resource.types.get(name).or_else(|| self.shared?.types.get(name))
    }

    /// Returns the names of all types that may be used, those of the resource first.
    fn type_names(&self) -> impl Iterator<Item = &'a str> {
        let shared = self.shared.into_iter().flat_map(|shared| shared.types.keys());
        self.resource.types.keys().chain(shared).map(String::as_str)
    }

    /// Returns the type of an expression.
    fn resolve(&self, expr: &TypeExpr) -> Type {
        lower::resolve(&|name| self.find(name), expr)
    }

    /// Returns the location of the file.
    fn root(&self) -> YamlPath {
        YamlPath::root(&self.resource.path)
    }

    /// Returns whether the type is defined and was parsed without errors. Otherwise an error is already reported.
    fn is_valid(&self, expr: &TypeExpr) -> bool {
        let name = expr.leaf();
        Scalar::named(name).is_some() || self.find(name).is_some_and(|def| !matches!(def, TypeDef::Recovered))
    }

    /// Returns the location of a named type.
    fn type_at(&self, name: &str) -> YamlPath {
        let file = match self.shared {
            Some(shared) if !self.resource.types.contains_key(name) && shared.types.contains_key(name) => shared,
            _ => self.resource,
        };
        YamlPath::root(&file.path).at("types").at(name)
    }

    /// Returns the location of an endpoint.
    fn endpoint_at(&self, name: &str) -> YamlPath {
        self.root().at("endpoints").at(name)
    }
}

/// Reports every mistake in a parsed document.
pub fn check(document: &Document, diagnostics: &mut Diagnostics) {
    let common = document.common.as_ref().filter(|common| !common.recovered);
    if let Some(common) = common {
        product::check_common(common, diagnostics);
    }
    for file in &document.products {
        if let Some(common) = common.filter(|_| !file.recovered) {
            product::check_against_common(file, common, diagnostics);
        }
        if file.recovered {
            product::routes(file, diagnostics);
        } else {
            product::check(file, diagnostics);
        }
        for resource in &file.resources {
            check_resource(file, resource, diagnostics);
        }
        if let Some(shared) = &file.shared {
            check_shared(file, shared, diagnostics);
        }
        if let Some(callbacks) = &file.callbacks {
            callbacks::check(scope_of(file, &callbacks.file), &file.folder, callbacks, diagnostics);
        }
    }
    callbacks::ambiguous(document, diagnostics);
    // It is not known what a spec with errors uses.
    if diagnostics.has_errors() {
        return;
    }
    for file in &document.products {
        product::unused_errors(file, diagnostics);
        style::check(file, diagnostics);
    }
}

/// Returns the scope of a file that may use the shared types of its product.
fn scope_of<'a>(file: &'a ProductFile, resource: &'a ResourceFile) -> Scope<'a> {
    Scope {
        product: &file.product,
        product_recovered: file.recovered,
        product_path: &file.path,
        resource,
        shared: file.shared.as_ref(),
    }
}

/// Checks a resource file.
fn check_resource(file: &ProductFile, resource: &ResourceFile, diagnostics: &mut Diagnostics) {
    let scope = scope_of(file, resource);
    names::resource(scope, diagnostics);
    links::resource(scope, diagnostics);
    types::check(scope, &types::used(scope), diagnostics);
    for (name, endpoint) in &resource.endpoints {
        endpoint::check(scope, name, endpoint, diagnostics);
        example::check(scope, name, endpoint, diagnostics);
        secrets::check(scope, endpoint, &scope.endpoint_at(name), diagnostics);
    }
}

/// Checks the file of shared types.
fn check_shared(file: &ProductFile, shared: &ResourceFile, diagnostics: &mut Diagnostics) {
    let own = Scope { shared: None, ..scope_of(file, shared) };
    names::shared(own, diagnostics);
    links::resource(own, diagnostics);
    let mut used: BTreeSet<_> =
        file.resources.iter().flat_map(|resource| types::used(scope_of(file, resource))).collect();
    let mut incomplete = shared.incomplete || file.resources.iter().any(|resource| resource.incomplete);
    if let Some(callbacks) = &file.callbacks {
        used.extend(callbacks::used(scope_of(file, &callbacks.file), callbacks));
        incomplete |= callbacks.file.incomplete;
    }
    types::check_all(own, &used, incomplete, diagnostics);
}
