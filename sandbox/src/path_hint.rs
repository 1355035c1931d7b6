//! Guesses which endpoint was meant by an unknown path.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyper::http::request::Parts;
use yunxin_codegen::diagnostics::nearest;
use yunxin_codegen::model::{Field, Place, Product, Segment};
use yunxin_codegen::value::display;

use crate::percent;
use crate::routes::{EndpointRoute, Found, Routes};

/// Maximum difference in length between a path and a suggested one.
const MOST_SLIPS: usize = 3;

/// What is known about a path without an endpoint.
#[derive(Debug, Default)]
pub(crate) struct PathHint<'r> {
    /// The product that it probably belongs to.
    pub(crate) product: Option<&'r Arc<Product>>,
    /// End of the error message; may be empty.
    pub(crate) hint: String,
}

impl<'r> PathHint<'r> {
    /// Examines the path of a request for which there is no endpoint.
    pub(crate) fn of(routes: &'r Routes, head: &Parts) -> Self {
        let path = head.uri.path();
        if path.len() > 1 && path.ends_with('/') {
            return Self { product: None, hint: "; it must not end with a slash".to_owned() };
        }
        if meant(routes, head, &format!("{path}/")).is_some() {
            return Self { product: None, hint: "; it must end with a slash".to_owned() };
        }
        let all: Vec<_> = routes.all().collect();
        let bases = all.iter().map(|route| route.product.base_path.as_str()).filter(|base| !base.is_empty());
        let bases: BTreeSet<&str> = bases.collect();
        let with_base = bases.iter().find_map(|base| Self::with_base(routes, head, base));
        with_base
            .or_else(|| bases.iter().find_map(|base| Self::without_base(routes, head, base)))
            .or_else(|| all.iter().find_map(|route| Self::unmarked(route, head)))
            .or_else(|| Self::similar(&all, path))
            .unwrap_or_default()
    }

    /// The base path is missing.
    fn with_base(routes: &'r Routes, head: &Parts, base: &str) -> Option<Self> {
        let path = format!("{base}{}", head.uri.path());
        let (product, id) = meant(routes, head, &path).filter(|(product, _)| product.base_path == base)?;
        let hint = format!("; with the base path of the product it is `{}` ({id})", display::name(&path));
        Some(Self { product: Some(product), hint })
    }

    /// The path has the base path of another product in front of it.
    fn without_base(routes: &'r Routes, head: &Parts, base: &str) -> Option<Self> {
        let path = head.uri.path().strip_prefix(base).filter(|rest| rest.starts_with('/'))?;
        let (product, id) = meant(routes, head, path)?;
        let hosts: Vec<_> = product.hosts.values().filter_map(|hosts| hosts.first()).map(String::as_str).collect();
        let hint = format!(
            "; without `{base}` it is a path of the product `{}` ({id}), which has the hosts {}",
            product.name,
            hosts.join(", ")
        );
        Some(Self { product: None, hint })
    }

    /// The path fits an endpoint whose path begins with a parameter, but the request has none of its other parameters.
    fn unmarked(route: &'r Arc<EndpointRoute>, head: &Parts) -> Option<Self> {
        let segments: Vec<_> = head.uri.path().split('/').skip(1).collect();
        let fits = begins_with_parameter(route)
            && route.endpoint.method.as_str() == head.method.as_str()
            && segments.len() == route.endpoint.path.segments.len()
            && segments.iter().zip(&route.endpoint.path.segments).all(|(segment, wanted)| match wanted {
                Segment::Literal(text) => text == segment,
                Segment::Parameter(_) | Segment::Optional(_) => !segment.is_empty(),
            });
        if !fits {
            return None;
        }
        let marks: Vec<_> = marks(route).map(|param| format!("`{}`", param.wire_name)).collect();
        let hint = format!(
            "; it could be `{}` ({}), but has none of the parameters {}",
            route.endpoint.path.text,
            route.endpoint.id,
            marks.join(", ")
        );
        Some(Self { product: None, hint })
    }

    /// The path is almost that of an endpoint.
    fn similar(all: &[&'r Arc<EndpointRoute>], path: &str) -> Option<Self> {
        let known = all.iter().filter(|route| !begins_with_parameter(route));
        let base = known
            .clone()
            .map(|route| route.product.base_path.as_str())
            .find(|base| !base.is_empty() && path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/')));
        // A common base path would make all paths similar.
        let path = base.and_then(|base| path.strip_prefix(base)).unwrap_or(path);
        // Others are too different to be compared.
        let alike = |text: &&str| text.len().abs_diff(path.len()) <= MOST_SLIPS;
        let near = nearest(path, known.clone().map(|route| route.endpoint.path.text.as_str()).filter(alike))?;
        let route = known.into_iter().find(|route| route.endpoint.path.text == near)?;
        let hint = format!("; did you mean `{}{near}` ({})?", route.product.base_path, route.endpoint.id);
        Some(Self { product: None, hint })
    }
}

/// The product of a path and what is at it, with any method.
fn meant<'r>(routes: &'r Routes, head: &Parts, path: &str) -> Option<(&'r Arc<Product>, String)> {
    match routes.find_path(head, path) {
        Found::Endpoint(route, _) => Some((&route.product, route.endpoint.id.clone())),
        Found::OtherMethods(product, methods) => {
            Some((product, format!("{}, under {}", product.name, methods.join(" and "))))
        }
        Found::Health | Found::Nothing(_) => None,
    }
}

/// Whether the first segment of the path is a parameter.
pub(crate) fn begins_with_parameter(route: &EndpointRoute) -> bool {
    route.product.base_path.is_empty()
        && matches!(route.endpoint.path.segments.first(), Some(Segment::Parameter(_) | Segment::Optional(_)))
}

/// Required parameters outside of the body.
fn marks(route: &EndpointRoute) -> impl Iterator<Item = &Field> {
    route.endpoint.params.iter().filter(|param| {
        param.required && param.places.iter().any(|place| matches!(place, Place::Query | Place::Header))
    })
}

/// Whether a request has one of those parameters, if there are any.
pub(crate) fn has_mark(route: &EndpointRoute, head: &Parts) -> bool {
    let query = percent::pairs(head.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let is_there = |param: &Field| {
        head.headers.contains_key(&param.wire_name) || query.iter().any(|pair| pair.name == param.wire_name)
    };
    marks(route).next().is_none() || marks(route).any(is_there)
}
