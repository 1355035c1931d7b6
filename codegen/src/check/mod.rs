//! Everything that can be wrong with a spec that reads well. All checks run, so that one run reports all problems.

mod endpoint;
mod example;
mod field;
mod links;
mod names;
mod product;
mod types;
mod value;

use crate::{
    diagnostic::{Diagnostics, NodePath},
    document::{Product, ProductFile, ResourceFile, Spec, TypeDef},
    model::Scalar,
    type_expr::TypeExpr,
};

/// A spec without errors.
#[derive(Debug)]
pub struct Checked {
    spec: Spec,
}

impl Checked {
    pub(crate) fn spec(&self) -> &Spec {
        &self.spec
    }
}

/// What a check of a resource needs to know.
#[derive(Clone, Copy)]
struct Scope<'a> {
    product: &'a Product,
    product_path: &'a str,
    resource: &'a ResourceFile,
}

impl Scope<'_> {
    fn root(&self) -> NodePath {
        NodePath::root(&self.resource.path)
    }

    /// Whether the type is defined and could be read; anything else was reported where it is defined or named.
    fn is_sound(&self, expr: &TypeExpr) -> bool {
        let name = expr.leaf();
        Scalar::named(name).is_some()
            || self.resource.types.get(name).is_some_and(|def| !matches!(def, TypeDef::Broken))
    }

    fn type_at(&self, name: &str) -> NodePath {
        self.root().at("types").at(name)
    }

    fn endpoint_at(&self, name: &str) -> NodePath {
        self.root().at("endpoints").at(name)
    }
}

/// Checks a spec; nothing comes back when there are errors.
pub fn check(spec: Spec, found: &mut Diagnostics) -> Option<Checked> {
    for file in &spec.products {
        product::check(file, found);
        for resource in &file.resources {
            check_resource(file, resource, found);
        }
    }
    (!found.has_errors()).then_some(Checked { spec })
}

fn check_resource(file: &ProductFile, resource: &ResourceFile, found: &mut Diagnostics) {
    let scope = Scope { product: &file.product, product_path: &file.path, resource };
    names::resource(scope, found);
    links::resource(scope, found);
    types::check(scope, found);
    for (name, endpoint) in &resource.endpoints {
        endpoint::check(scope, name, endpoint, found);
        example::check(scope, name, endpoint, found);
    }
}
