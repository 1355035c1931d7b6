//! Checks groups of parameters or fields that depend on each other.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::rules::Subject;
use super::{Scope, rules};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected};
use crate::document::{Endpoint, Field};
use crate::model::{defaults, path_template};
use crate::primitives::Groups;
use crate::yaml::YamlPath;

/// Checks the groups of an endpoint's parameters, and the example against them.
pub(super) fn check(scope: Scope<'_>, endpoint: &Endpoint, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let path = path_template::parse(&endpoint.head.path).ok();
    let encoding = defaults::encoding(scope.product, endpoint);
    let required = |name: &str, param: &Field| {
        let places = defaults::places(name, param, path.as_ref(), encoding);
        defaults::required(name, param, &places, path.as_ref())
    };
    let subject = Subject {
        fields: &endpoint.params,
        groups: &endpoint.head.groups,
        required: &required,
        lacks: "the endpoint has no parameter",
    };
    let here = at.at("groups");
    // The example cannot be checked against invalid groups.
    if valid(scope, subject, &here, diagnostics)
        && let Some(given) = endpoint.head.example.as_ref().map(|example| &example.request)
    {
        let example_at = at.at("example").at("request");
        example(subject, &|name| given.contains_key(name), (&example_at, &here), diagnostics);
        rules::example(scope, subject, &|name| given.get(name).cloned(), (&example_at, &here), diagnostics);
    }
}

/// Checks the groups of a type's fields; `at` is the type.
pub(super) fn check_type(
    scope: Scope<'_>,
    fields: &IndexMap<String, Field>,
    groups: &Groups,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    valid(scope, type_subject(fields, groups), at, diagnostics);
}

/// Returns whether the groups and rules of a type are valid. Invalid ones are reported where they are declared, and no
/// value is checked against them.
pub(super) fn are_valid(scope: Scope<'_>, fields: &IndexMap<String, Field>, groups: &Groups) -> bool {
    let root = YamlPath::root("");
    valid(scope, type_subject(fields, groups), &root, &mut Diagnostics::default())
}

/// Returns the fields and groups of a type as the subject of the checks.
fn type_subject<'a>(fields: &'a IndexMap<String, Field>, groups: &'a Groups) -> Subject<'a> {
    Subject { fields, groups, required: &|_, field| !field.ty.optional, lacks: "the type has no field" }
}

/// Checks groups and rules. Returns whether they are valid.
fn valid(scope: Scope<'_>, subject: Subject<'_>, at: &YamlPath, diagnostics: &mut Diagnostics) -> bool {
    let before = diagnostics.iter().count();
    let mut taken: BTreeMap<&str, YamlPath> = BTreeMap::new();
    for (kind, groups) in kinds(subject.groups) {
        for (number, group) in groups.iter().enumerate() {
            let here = at.at(kind).at(number);
            if group.len() < 2 {
                diagnostics.push(
                    Diagnostic::new(Code::BadGroup, here.clone().value(), "a group has two parameters or more")
                        .help("for one parameter say `required: true`, or nothing"),
                );
            }
            for (position, name) in group.iter().enumerate() {
                let place = here.at(position);
                let may_be_required = kind == "prefers" && position == 0;
                if let Some(problem) = member_problem(subject, name, may_be_required, &place) {
                    diagnostics.push(problem);
                } else if let Some(first) = taken.insert(name, place.clone()) {
                    diagnostics.push(
                        Diagnostic::new(Code::BadGroup, place.value(), format!("`{name}` is in two groups"))
                            .second(first.value(), "the first one")
                            .help("a parameter belongs to one group at most"),
                    );
                }
            }
        }
    }
    rules::check(scope, subject, at, diagnostics);
    diagnostics.iter().count() == before
}

/// Returns the groups by their keys in the spec.
fn kinds(groups: &Groups) -> [(&'static str, &Vec<Vec<String>>); 3] {
    [("exactly_one", &groups.exactly_one), ("all_or_none", &groups.all_or_none), ("prefers", &groups.prefers)]
}

/// Returns the problem with a member of a group; `None` if there is none.
fn member_problem(subject: Subject<'_>, name: &str, may_be_required: bool, at: &YamlPath) -> Option<Diagnostic> {
    let Some(field) = subject.fields.get(name) else {
        let names: Vec<_> = subject.fields.keys().map(String::as_str).collect();
        return Some(
            Diagnostic::new(Code::BadGroup, at.clone().value(), format!("{} `{name}`", subject.lacks))
                .help(expected(name, names)),
        );
    };
    if may_be_required {
        return None;
    }
    (subject.required)(name, field).then(|| {
        Diagnostic::new(Code::BadGroup, at.clone().value(), format!("`{name}` is required, so it depends on no other"))
            .help("drop `required`, or take it out of the group")
    })
}

/// Checks an example against groups. `at` is the example, `declared_at` where the groups are declared.
fn example(
    subject: Subject<'_>,
    is_given: &dyn Fn(&str) -> bool,
    (at, declared_at): (&YamlPath, &YamlPath),
    diagnostics: &mut Diagnostics,
) {
    for (kind, groups) in kinds(subject.groups) {
        for (number, group) in groups.iter().enumerate() {
            let given = group.iter().filter(|name| is_given(name)).count();
            let is_met = match kind {
                "exactly_one" => given == 1,
                "prefers" => given >= 1,
                _ => given == 0 || given == group.len(),
            };
            if !is_met {
                diagnostics.push(broken(kind, number, group, given, (at, declared_at)));
            }
        }
    }
}

/// Returns the diagnostic for a group with the wrong number of given members. `at` is the example, `declared_at` where
/// the groups are declared.
pub(super) fn broken(
    kind: &str,
    number: usize,
    group: &[String],
    given: usize,
    (at, declared_at): (&YamlPath, &YamlPath),
) -> Diagnostic {
    let message = format!("the example gives {given} of the parameters {}", group.join(", "));
    let expected = match kind {
        "exactly_one" => "exactly one of these",
        "prefers" => "at least one of these",
        _ => "all of these, or none",
    };
    Diagnostic::new(Code::ExampleGroup, at.clone().key(), message)
        .second(declared_at.at(kind).at(number).value(), expected)
        .help("fix the example, or the group")
}
