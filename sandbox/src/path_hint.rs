//! Suggests the endpoint that was probably intended by an unknown path.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyper::http::request::Parts;
use yunxin_codegen::diagnostics::nearest;
use yunxin_codegen::model::{Field, Place, Product, Segment};
use yunxin_codegen::value::display;

use crate::percent;
use crate::routes::{EndpointRoute, Found, Routes};

/// Maximum difference in length between a path and a suggested one.
const MAX_LENGTH_DIFFERENCE: usize = 3;

/// A suggestion for a path without an endpoint.
#[derive(Debug, Default)]
pub(crate) struct PathHint<'r> {
    /// The product that the path probably belongs to; `None` if unknown.
    pub(crate) product: Option<&'r Arc<Product>>,
    /// End of the error message; may be empty.
    pub(crate) hint: String,
}

impl<'r> PathHint<'r> {
    /// Finds a suggestion for a request without an endpoint.
    pub(crate) fn new(routes: &'r Routes, head: &Parts) -> Self {
        let path = head.uri.path();
        if path.len() > 1 && path.ends_with('/') {
            return Self { product: None, hint: "; it must not end with a slash".to_owned() };
        }
        if find_target(routes, head, &format!("{path}/")).is_some() {
            return Self { product: None, hint: "; it must end with a slash".to_owned() };
        }
        let all: Vec<_> = routes.all().collect();
        let bases = all.iter().map(|route| route.product.base_path.as_str()).filter(|base| !base.is_empty());
        let bases: BTreeSet<&str> = bases.collect();
        let with_base = bases.iter().find_map(|base| Self::with_base(routes, head, base));
        with_base
            .or_else(|| bases.iter().find_map(|base| Self::without_base(routes, head, base)))
            .or_else(|| all.iter().find_map(|route| Self::without_other_parameters(route, head)))
            .or_else(|| Self::similar(&all, path))
            .unwrap_or_default()
    }

    /// Suggests the path with a base path, if the base path is missing.
    fn with_base(routes: &'r Routes, head: &Parts, base: &str) -> Option<Self> {
        let path = format!("{base}{}", head.uri.path());
        let (product, id) = find_target(routes, head, &path).filter(|(product, _)| product.base_path == base)?;
        let hint = format!("; with the base path of the product it is `{}` ({id})", display::name(&path));
        Some(Self { product: Some(product), hint })
    }

    /// Suggests the path without a base path, if it begins with the base path of another product.
    fn without_base(routes: &'r Routes, head: &Parts, base: &str) -> Option<Self> {
        let path = head.uri.path().strip_prefix(base).filter(|rest| rest.starts_with('/'))?;
        let (product, id) = find_target(routes, head, path)?;
        let hosts: Vec<_> = product.hosts.values().filter_map(|hosts| hosts.first()).map(String::as_str).collect();
        let hint = format!(
            "; without `{base}` it is a path of the product `{}` ({id}), which has the hosts {}",
            product.name,
            hosts.join(", ")
        );
        Some(Self { product: None, hint })
    }

    /// Suggests an endpoint whose path begins with a parameter and matches, if the request has none of its other
    /// parameters.
    fn without_other_parameters(route: &'r Arc<EndpointRoute>, head: &Parts) -> Option<Self> {
        let segments: Vec<_> = head.uri.path().split('/').skip(1).collect();
        let matches = begins_with_parameter(route)
            && route.endpoint.method.as_str() == head.method.as_str()
            && segments.len() == route.endpoint.path.segments.len()
            && segments.iter().zip(&route.endpoint.path.segments).all(|(segment, expected)| match expected {
                Segment::Literal(text) => text == segment,
                Segment::Parameter(_) | Segment::Optional(_) => !segment.is_empty(),
            });
        if !matches {
            return None;
        }
        let names: Vec<_> = distinguishing_params(route).map(|param| format!("`{}`", param.wire_name)).collect();
        let hint = format!(
            "; it could be `{}` ({}), but has none of the parameters {}",
            route.endpoint.path.text,
            route.endpoint.id,
            names.join(", ")
        );
        Some(Self { product: None, hint })
    }

    /// Suggests an endpoint with a similar path.
    fn similar(all: &[&'r Arc<EndpointRoute>], path: &str) -> Option<Self> {
        let known = all.iter().filter(|route| !begins_with_parameter(route));
        let base = known
            .clone()
            .map(|route| route.product.base_path.as_str())
            .find(|base| !base.is_empty() && path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/')));
        // A common base path would make all paths similar.
        let path = base.and_then(|base| path.strip_prefix(base)).unwrap_or(path);
        // Paths with very different lengths are not compared.
        let similar_length = |text: &&str| text.len().abs_diff(path.len()) <= MAX_LENGTH_DIFFERENCE;
        let near = nearest(path, known.clone().map(|route| route.endpoint.path.text.as_str()).filter(similar_length))?;
        let route = known.into_iter().find(|route| route.endpoint.path.text == near)?;
        let hint = format!("; did you mean `{}{near}` ({})?", route.product.base_path, route.endpoint.id);
        Some(Self { product: None, hint })
    }
}

/// Returns the product of a path, and the endpoint or the methods at this path; `None` if there is no endpoint.
fn find_target<'r>(routes: &'r Routes, head: &Parts, path: &str) -> Option<(&'r Arc<Product>, String)> {
    match routes.find_path(head, path) {
        Found::Endpoint(route, _) => Some((&route.product, route.endpoint.id.clone())),
        Found::OtherMethods(product, methods) => {
            Some((product, format!("{}, under {}", product.name, methods.join(" and "))))
        }
        Found::Health | Found::Nothing(_) => None,
    }
}

/// Returns whether the first segment of the path is a parameter.
pub(crate) fn begins_with_parameter(route: &EndpointRoute) -> bool {
    route.product.base_path.is_empty()
        && matches!(route.endpoint.path.segments.first(), Some(Segment::Parameter(_) | Segment::Optional(_)))
}

/// Returns the required parameters in query and headers, which distinguish endpoints with the same path.
fn distinguishing_params(route: &EndpointRoute) -> impl Iterator<Item = &Field> {
    route.endpoint.params.iter().filter(|param| {
        param.required && param.places.iter().any(|place| matches!(place, Place::Query | Place::Header))
    })
}

/// Returns whether a request has one of those parameters. True if the endpoint has none.
pub(crate) fn has_distinguishing_param(route: &EndpointRoute, head: &Parts) -> bool {
    let query = percent::pairs(head.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let is_present = |param: &Field| {
        head.headers.contains_key(&param.wire_name) || query.iter().any(|pair| pair.name == param.wire_name)
    };
    distinguishing_params(route).next().is_none() || distinguishing_params(route).any(is_present)
}
