//! Parameters that depend on each other.

use std::collections::BTreeMap;

use super::Scope;
use crate::{
    defaults,
    diagnostic::{Code, Diagnostic, Diagnostics, NodePath, expected},
    document::Endpoint,
    path_template,
};

pub(super) fn check(scope: Scope<'_>, endpoint: &Endpoint, at: &NodePath, found: &mut Diagnostics) {
    let before = found.iter().count();
    let mut taken: BTreeMap<&str, NodePath> = BTreeMap::new();
    for (kind, groups) in kinds(endpoint) {
        for (number, group) in groups.iter().enumerate() {
            let here = at.at("groups").at(kind).at(number);
            if group.len() < 2 {
                found.push(
                    Diagnostic::new(Code::BadGroup, here.clone().value(), "a group has two parameters or more")
                        .help("for one parameter say `required: true`, or nothing"),
                );
            }
            for (position, name) in group.iter().enumerate() {
                let place = here.at(position);
                let may_be_required = kind == "prefers" && position == 0;
                if let Some(problem) = member(scope, endpoint, name, may_be_required, &place) {
                    found.push(problem);
                } else if let Some(first) = taken.insert(name, place.clone()) {
                    found.push(
                        Diagnostic::new(Code::BadGroup, place.value(), format!("`{name}` is in two groups"))
                            .second(first.value(), "the first one")
                            .help("a parameter belongs to one group at most"),
                    );
                }
            }
        }
    }
    // What a broken group asks of the example is not known.
    if found.iter().count() == before {
        example(endpoint, at, found);
    }
}

fn kinds(endpoint: &Endpoint) -> [(&'static str, &Vec<Vec<String>>); 3] {
    let groups = &endpoint.head.groups;
    [("exactly_one", &groups.exactly_one), ("all_or_none", &groups.all_or_none), ("prefers", &groups.prefers)]
}

fn member(
    scope: Scope<'_>,
    endpoint: &Endpoint,
    name: &str,
    may_be_required: bool,
    at: &NodePath,
) -> Option<Diagnostic> {
    let Some(param) = endpoint.params.get(name) else {
        let names: Vec<_> = endpoint.params.keys().map(String::as_str).collect();
        return Some(
            Diagnostic::new(Code::BadGroup, at.clone().value(), format!("the endpoint has no parameter `{name}`"))
                .help(expected(name, names)),
        );
    };
    if may_be_required {
        return None;
    }
    let path = path_template::parse(&endpoint.head.path).ok();
    let encoding = defaults::encoding(scope.product, endpoint);
    let places = defaults::places(name, param, path.as_ref(), encoding);
    defaults::required(name, param, &places, path.as_ref()).then(|| {
        Diagnostic::new(Code::BadGroup, at.clone().value(), format!("`{name}` is required, so it depends on no other"))
            .help("drop `required`, or take it out of the group")
    })
}

fn example(endpoint: &Endpoint, at: &NodePath, found: &mut Diagnostics) {
    let Some(example) = &endpoint.head.example else { return };
    for (kind, groups) in kinds(endpoint) {
        for (number, group) in groups.iter().enumerate() {
            let given = group.iter().filter(|name| example.request.contains_key(*name)).count();
            let kept = match kind {
                "exactly_one" => given == 1,
                "prefers" => given >= 1,
                _ => given == 0 || given == group.len(),
            };
            if !kept {
                found.push(
                    Diagnostic::new(
                        Code::ExampleGroup,
                        at.at("example").at("request").key(),
                        format!("the example gives {given} of the parameters {}", group.join(", ")),
                    )
                    .second(
                        at.at("groups").at(kind).at(number).value(),
                        match kind {
                            "exactly_one" => "exactly one of these",
                            "prefers" => "at least one of these",
                            _ => "all of these, or none",
                        },
                    )
                    .help("mend the example, or the group"),
                );
            }
        }
    }
}
