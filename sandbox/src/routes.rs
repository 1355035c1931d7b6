//! Finds the endpoint of a path and a method.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::{fmt, mem};

use hyper::http::request::Parts;
use indexmap::IndexMap;
use yunxin_codegen::model::{Api, Endpoint, Product, Segment, TypeDef};

use crate::{path_hint, percent};

/// An endpoint with its product and types.
#[derive(Debug)]
pub(crate) struct EndpointRoute {
    /// The product, without its resources.
    pub(crate) product: Arc<Product>,
    /// Named types of the resource.
    pub(crate) types: Arc<IndexMap<String, TypeDef>>,
    pub(crate) endpoint: Endpoint,
}

/// The result of a search for an endpoint.
pub(crate) enum Found<'r, 'p> {
    /// An endpoint, and the path parameters in template order, as they were sent.
    Endpoint(&'r Arc<EndpointRoute>, Vec<&'p str>),
    /// The path of the health check.
    Health,
    /// The path exists with other methods.
    OtherMethods(&'r Arc<Product>, Vec<&'static str>),
    /// No such path. The product is the one whose paths have the longest common beginning with it.
    Nothing(Option<&'r Arc<Product>>),
}

/// Two endpoints that match the same requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// Method and path, with `{}` for parameters.
    pub route: String,
    /// The endpoints, as `product.resource.name`.
    pub endpoints: Vec<String>,
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` means several endpoints: {}", self.route, self.endpoints.join(", "))
    }
}

#[derive(Clone, Debug)]
enum Target {
    Endpoint(Arc<EndpointRoute>),
    Health(Arc<Product>),
}

impl Target {
    fn product(&self) -> &Arc<Product> {
        match self {
            Self::Endpoint(route) => &route.product,
            Self::Health(product) => product,
        }
    }

    /// Returns the name of the target, for messages.
    fn id(&self) -> String {
        match self {
            Self::Endpoint(route) => route.endpoint.id.clone(),
            Self::Health(product) => format!("the health page of {}", product.name),
        }
    }
}

/// All routes, as a tree of path segments.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    root: Node,
    endpoints: usize,
    notes: Vec<String>,
}

#[derive(Debug, Default)]
struct Node {
    literals: BTreeMap<String, Node>,
    parameter: Option<Box<Node>>,
    /// Endpoints by method.
    targets: BTreeMap<&'static str, Target>,
    /// The first product with a path through this segment.
    product: Option<Arc<Product>>,
}

/// A path pattern: literals, and `None` for parameters.
type Pattern = Vec<Option<String>>;

/// The targets with the same path pattern and method: by their full path, and by their path without the base path.
#[derive(Default)]
struct Candidates {
    full: Vec<Target>,
    without_base: Vec<Target>,
}

impl Routes {
    /// Builds the tree of all products.
    pub(crate) fn new(api: Api) -> Result<Self, Vec<Ambiguous>> {
        let mut candidates: CandidateTable = BTreeMap::new();
        let mut routes = Self::default();
        for mut product in api.products {
            let resources = mem::take(&mut product.resources);
            let product = Arc::new(product);
            if let Some(health) = &product.health {
                let target = Target::Health(Arc::clone(&product));
                // Some products treat the base path as part of the host, so that the path of their health check
                // contains it.
                add_candidate(&mut candidates, &product, literals(health), "GET", &target, true);
            }
            for resource in resources {
                let types = Arc::new(resource.types);
                for endpoint in resource.endpoints {
                    routes.endpoints += 1;
                    let method = endpoint.method.as_str();
                    let patterns = patterns(&endpoint);
                    let route = EndpointRoute { product: Arc::clone(&product), types: Arc::clone(&types), endpoint };
                    let target = Target::Endpoint(Arc::new(route));
                    for pattern in patterns {
                        add_candidate(&mut candidates, &product, pattern, method, &target, product.base_path_optional);
                    }
                }
            }
        }
        routes.resolve(candidates)?;
        Ok(routes)
    }

    /// Returns the number of endpoints.
    pub(crate) fn endpoints(&self) -> usize {
        self.endpoints
    }

    /// Returns warnings for the user.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Inserts the target of each route. Full paths take precedence over paths without a base path. Two equal full
    /// paths are an error.
    fn resolve(&mut self, candidates: CandidateTable) -> Result<(), Vec<Ambiguous>> {
        let mut ambiguous = Vec::new();
        for ((pattern, method), candidates) in candidates {
            let by_full_path = !candidates.full.is_empty();
            let targets = if by_full_path { candidates.full } else { candidates.without_base };
            let only_health = targets.iter().all(|target| matches!(target, Target::Health(_)));
            match targets.first() {
                Some(target) if targets.len() == 1 || only_health => self.insert(&pattern, method, target.clone()),
                Some(_) => {
                    let conflict = Ambiguous {
                        route: route_text(&pattern, method),
                        endpoints: targets.iter().map(Target::id).collect(),
                    };
                    // Two products may have the same paths without their base paths: then only the full paths are
                    // served.
                    if by_full_path {
                        ambiguous.push(conflict)
                    } else {
                        self.notes.push(format!("{conflict}; served only with the base path"))
                    }
                }
                None => {}
            }
        }
        if ambiguous.is_empty() { Ok(()) } else { Err(ambiguous) }
    }

    /// Adds a target to the tree.
    fn insert(&mut self, pattern: &Pattern, method: &'static str, target: Target) {
        let mut node = &mut self.root;
        for part in pattern {
            node = match part {
                Some(literal) => node.literals.entry(literal.clone()).or_default(),
                None => node.parameter.get_or_insert_default(),
            };
            node.product.get_or_insert_with(|| Arc::clone(target.product()));
        }
        node.targets.insert(method, target);
    }

    /// Returns all endpoints. An endpoint with several paths occurs several times.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<EndpointRoute>> {
        let mut nodes = vec![&self.root];
        std::iter::from_fn(move || {
            let node = nodes.pop()?;
            nodes.extend(node.literals.values().chain(node.parameter.as_deref()));
            Some(node.targets.values())
        })
        .flatten()
        .filter_map(|target| match target {
            Target::Endpoint(route) => Some(route),
            Target::Health(_) => None,
        })
    }

    /// Finds the endpoint of a request.
    pub(crate) fn find<'r, 'p>(&'r self, head: &'p Parts) -> Found<'r, 'p> {
        self.find_path(head, head.uri.path())
    }

    /// Finds the endpoint of a request with another path.
    pub(crate) fn find_path<'r, 'p>(&'r self, head: &Parts, path: &'p str) -> Found<'r, 'p> {
        let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let mut search =
            Search { head, method: head.method.as_str(), values: Vec::new(), others: Vec::new(), deepest: (0, None) };
        match search.descend(&self.root, &segments, 0) {
            Some(Target::Endpoint(route)) => Found::Endpoint(route, search.values),
            Some(Target::Health(_)) => Found::Health,
            None => match search.others.first() {
                Some(other) => {
                    let methods: BTreeSet<&'static str> = search.others.iter().map(|(method, _)| *method).collect();
                    Found::OtherMethods(other.1.product(), methods.into_iter().collect())
                }
                None => Found::Nothing(search.deepest.1),
            },
        }
    }
}

/// A search of the tree for a path.
struct Search<'r, 'p, 'm> {
    head: &'m Parts,
    method: &'m str,
    values: Vec<&'p str>,
    others: Vec<(&'static str, &'r Target)>,
    deepest: (usize, Option<&'r Arc<Product>>),
}

impl<'r, 'p> Search<'r, 'p, '_> {
    /// Tries the literal segment first, then the parameter.
    fn descend(&mut self, node: &'r Node, segments: &[&'p str], depth: usize) -> Option<&'r Target> {
        if depth > self.deepest.0 {
            self.deepest = (depth, node.product.as_ref());
        }
        let Some((segment, rest)) = segments.split_first() else { return self.target_at(node) };
        if segment.is_empty() {
            // The last segment is empty if the path ends with a slash.
            let end = node.literals.get("").filter(|_| rest.is_empty() && depth > 0)?;
            return self.descend(end, rest, depth + 1);
        }
        let decoded = percent::segment(segment);
        if let Some(next) = decoded.ok().and_then(|literal| node.literals.get(&literal))
            && let Some(target) = self.descend(next, rest, depth + 1)
        {
            return Some(target);
        }
        // A path that begins with a parameter belongs to a product with its own hosts. Here it must not match requests
        // that other products reject.
        if depth == 0 && !self.others.is_empty() {
            return None;
        }
        let next = node.parameter.as_deref()?;
        let deepest = self.deepest;
        self.values.push(segment);
        let found = self.descend(next, rest, depth + 1);
        if depth == 0 {
            // Every path matches a pattern of parameters only, so that this says nothing about the product.
            self.deepest = deepest;
        }
        if found.is_none() {
            self.values.pop();
        }
        found
    }

    /// Returns the target of the request's method at the node of a path; collects other methods if there is none.
    fn target_at(&mut self, node: &'r Node) -> Option<&'r Target> {
        let as_health =
            node.targets.get("GET").filter(|target| self.method == "HEAD" && matches!(target, Target::Health(_)));
        let found = node.targets.get(self.method).or(as_health).filter(|target| self.accepts(target));
        if found.is_none() {
            let others = node.targets.iter().filter(|(method, _)| **method != self.method);
            let accepted: Vec<_> = others.filter(|(_, target)| self.accepts(target)).collect();
            self.others.extend(accepted.into_iter().map(|(method, target)| (*method, target)));
        }
        found
    }

    /// Returns whether the request is for this target. A path that begins with a parameter matches too many requests,
    /// so that its other parameters are checked too.
    fn accepts(&self, target: &Target) -> bool {
        match target {
            Target::Endpoint(route) => {
                !path_hint::begins_with_parameter(route) || path_hint::has_distinguishing_param(route, self.head)
            }
            Target::Health(_) => true,
        }
    }
}

/// The candidates of each pattern and method.
type CandidateTable = BTreeMap<(Pattern, &'static str), Candidates>;

/// Adds a path with the base path of the product, and without it if `without_base`.
fn add_candidate(
    candidates: &mut CandidateTable,
    product: &Product,
    pattern: Pattern,
    method: &'static str,
    target: &Target,
    without_base: bool,
) {
    let full: Pattern = literals(&product.base_path).into_iter().chain(pattern.iter().cloned()).collect();
    candidates.entry((full, method)).or_default().full.push(target.clone());
    if without_base && !product.base_path.is_empty() {
        candidates.entry((pattern, method)).or_default().without_base.push(target.clone());
    }
}

/// Converts a path without parameters to a pattern.
fn literals(path: &str) -> Pattern {
    path.split('/').filter(|segment| !segment.is_empty()).map(|segment| Some(segment.to_owned())).collect()
}

/// Returns the pattern of an endpoint's path, and the pattern without an optional last segment.
fn patterns(endpoint: &Endpoint) -> Vec<Pattern> {
    let segments = &endpoint.path.segments;
    let complete: Pattern = segments
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => Some(text.clone()),
            Segment::Parameter(_) | Segment::Optional(_) => None,
        })
        .collect();
    match segments.split_last() {
        Some((Segment::Optional(_), before)) => vec![complete.iter().take(before.len()).cloned().collect(), complete],
        _ => vec![complete],
    }
}

/// Formats a method and a pattern, with `{}` for parameters.
fn route_text(pattern: &Pattern, method: &str) -> String {
    let path: String = pattern.iter().map(|part| format!("/{}", part.as_deref().unwrap_or("{}"))).collect();
    format!("{method} {path}")
}
