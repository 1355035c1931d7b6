//! Parameters or fields that depend on each other.

use indexmap::IndexMap;
use serde::Deserialize;

#[cfg(feature = "schema")]
use {super::json_schema::shapes, schemars::JsonSchema};

use super::{Apart, Condition};

/// Parameters that depend on each other. Of `exactly_one`, `all_or_none` and `prefers` each is optional, but for the
/// first of a `prefers`, and belongs to one group at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// Groups of which exactly one parameter must be given.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub exactly_one: Vec<Vec<String>>,
    /// Groups whose parameters go together.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub all_or_none: Vec<Vec<String>>,
    /// Groups of which the server takes one, the first in this order that is given; at least one must be given. Only
    /// the first may be `required`: the client always sends it, and the server takes any other in its place.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub prefers: Vec<Vec<String>>,
    /// Parameters that exclude each other.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub at_most_one: Vec<Vec<String>>,
    /// Numbers or moments of which each that is given is less than the next.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::GroupList"))]
    pub ordered: Vec<Vec<String>>,
    /// How far two moments may be from each other; the second is not before the first.
    #[serde(default)]
    pub apart: Vec<Apart>,
    /// `{ A: B }`: A is given only together with B. `{ A: { B: VALUE } }`: only if B has this value, or one of a list
    /// of values. The `default` of B counts, and an A that is `false` asks for nothing.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Conditions"))]
    pub requires: IndexMap<String, Condition>,
    /// `{ A: { B: VALUE } }`: A must be given if B has this value.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Conditions"))]
    pub required_if: IndexMap<String, Condition>,
    /// As `requires`, where the server does not refuse A otherwise, but ignores it: documentation, and a warning of the
    /// sandbox.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "shapes::Conditions"))]
    pub only_with: IndexMap<String, Condition>,
}
