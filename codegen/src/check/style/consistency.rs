//! Warns about parameters that have different names or types in different endpoints of a product.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::{Field, ProductFile};
use crate::model::defaults;
use crate::naming;
use crate::primitives::{Scalar, TypeExpr};
use crate::yaml::{Location, YamlPath};

/// Number of uses from which on a name is established in a product.
const ESTABLISHED: usize = 8;

/// General names, whose values differ from endpoint to endpoint.
const GENERIC: &[&str] =
    &["code", "data", "id", "ids", "key", "level", "name", "size", "state", "status", "type", "value"];

/// One parameter of an endpoint.
struct Param<'a> {
    wire_name: &'a str,
    field: &'a Field,
    /// The name in Rust.
    name: String,
    at: YamlPath,
    /// Name of the endpoint.
    endpoint: usize,
}

/// Parameters whose wire names differ only in case and underscores.
type Alike<'a> = BTreeMap<String, Vec<Param<'a>>>;

/// Checks the parameters of all endpoints of a product.
pub(super) fn check(file: &ProductFile, diagnostics: &mut Diagnostics) {
    let alike = params(file);
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (folded, params) in &alike {
        for param in params {
            owners.entry(&param.name).or_default().insert(folded);
        }
    }
    // A name that is the wire name of another parameter of the product has that meaning.
    let is_borrowed = |name: &str| owners.get(name).is_some_and(|wire_names| wire_names.len() > 1);
    for (folded, params) in &alike {
        for group in split(params, |param| &param.field.ty.expr) {
            names(&group, &is_borrowed, diagnostics);
        }
        if !GENERIC.contains(&folded.as_str()) {
            for group in split(params, |param| &param.name) {
                types(&group, diagnostics);
            }
        }
    }
}

/// Returns the parameters of all endpoints, grouped by wire name without case and underscores.
fn params(file: &ProductFile) -> Alike<'_> {
    let mut alike = Alike::new();
    let endpoints = file.resources.iter().flat_map(|resource| {
        let at = YamlPath::root(&resource.path).at("endpoints");
        resource.endpoints.iter().map(move |(name, endpoint)| (endpoint, at.at(&**name).at("params")))
    });
    for (number, (endpoint, at)) in endpoints.enumerate() {
        for (wire_name, field) in &endpoint.params {
            let name = defaults::field_name(wire_name, field);
            let param = Param { wire_name, field, name, at: at.at(&**wire_name), endpoint: number };
            alike.entry(naming::folded(wire_name)).or_default().push(param);
        }
    }
    alike
}

/// Groups items by key, in the order of their first items.
fn split<'p, 'a, K: PartialEq + ?Sized + 'p>(
    params: &'p [Param<'a>],
    key: impl Fn(&'p Param<'a>) -> &'p K,
) -> Vec<Vec<&'p Param<'a>>> {
    let mut groups: Vec<(&K, Vec<&Param<'a>>)> = Vec::new();
    for param in params {
        let own = key(param);
        match groups.iter_mut().find(|(other, _)| *other == own) {
            Some((_, group)) => group.push(param),
            None => groups.push((own, vec![param])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Reports parameters with the same wire name and type, but different Rust names.
fn names(group: &[&Param<'_>], is_borrowed: &impl Fn(&str) -> bool, diagnostics: &mut Diagnostics) {
    let count = |name: &str| group.iter().filter(|param| param.name == name).count();
    // The most frequent name; of several, the first.
    let Some(typical) = group.iter().rev().max_by_key(|param| count(&param.name)) else { return };
    for param in group.iter().filter(|param| param.name != typical.name) {
        let is_inconsistent = if param.field.name.is_some() {
            // A specific name may describe the meaning in one endpoint; a synonym of an established name does not.
            count(&typical.name) >= ESTABLISHED
                && !is_borrowed(&param.name)
                && !param.name.ends_with(&format!("_{}", typical.name))
        } else if param.wire_name == typical.wire_name {
            count(&typical.name) > count(&param.name)
        } else {
            !are_together(group, param.wire_name, typical.wire_name)
        };
        if is_inconsistent {
            let help = if typical.name == naming::field(param.wire_name) {
                "leave `name` out; if it is another thing, call it as other parameters for that are called".to_owned()
            } else {
                format!("one thing has one name in a product: `name: {}`", typical.name)
            };
            let message =
                format!("`{}` is called `{}` here and `{}` elsewhere", param.wire_name, param.name, typical.name);
            diagnostics.push(
                Diagnostic::new(Code::InconsistentName, name_place(param), message)
                    .second(name_place(typical), format!("as in {}", times(count(&typical.name))))
                    .help(help),
            );
        }
    }
}

/// Returns whether an endpoint has both names, so that they have different meanings.
fn are_together(group: &[&Param<'_>], one: &str, other: &str) -> bool {
    let of = |name| group.iter().filter(move |param| param.wire_name == name);
    of(one).any(|param| of(other).any(|beside| beside.endpoint == param.endpoint))
}

/// Returns the location of a parameter's name.
fn name_place(param: &Param<'_>) -> Location {
    if param.field.name.is_some() { param.at.at("name").value() } else { param.at.clone().key() }
}

/// Formats a number of endpoints.
fn times(count: usize) -> String {
    if count == 1 { "this endpoint".to_owned() } else { format!("{count} endpoints") }
}

/// The kind of a value, which must be the same in all endpoints.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
}

/// Returns the kind of a field's value; `None` if it is not compared.
fn kind(field: &Field) -> Option<Kind> {
    let TypeExpr::Name(name) = &field.ty.expr else { return None };
    match Scalar::named(name)? {
        scalar if scalar.is_text() => Some(Kind::Text),
        scalar if scalar.is_number() => Some(Kind::Number),
        _ => None,
    }
}

/// Reports parameters with the same name that are text in one endpoint and a number in another.
fn types(group: &[&Param<'_>], diagnostics: &mut Diagnostics) {
    let kinds: Vec<_> = group.iter().filter_map(|param| Some((*param, kind(param.field)?))).collect();
    let count = |kind: Kind| kinds.iter().filter(|(_, other)| *other == kind).count();
    let Some((typical, usual)) = kinds.iter().rev().max_by_key(|(_, kind)| count(*kind)) else { return };
    for (param, _) in kinds.iter().filter(|(_, kind)| kind != usual) {
        let (here, there) = (&param.field.ty.expr, &typical.field.ty.expr);
        diagnostics.push(
            Diagnostic::new(
                Code::InconsistentType,
                param.at.at("type").value(),
                format!("`{}` is `{here}` here and `{there}` elsewhere", param.name),
            )
            .second(typical.at.at("type").value(), format!("as in {}", times(count(*usual))))
            .help("give it the type of the others, or another name with `name:` if it is another thing"),
        );
    }
}
