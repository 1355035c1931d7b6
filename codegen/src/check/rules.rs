//! Checks rules between parameters, or between fields of an object: order, distance, dependence.

use indexmap::IndexMap;

use super::value::Side;
use super::{Scope, value};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected};
use crate::document::{Field, TypeDef};
use crate::model::Value;
use crate::model::lower::rules;
use crate::model::rules::{Broken, Dependence, Rule};
use crate::primitives::{Apart, Condition, Groups, Scalar};
use crate::yaml::YamlPath;

/// Parameters of an endpoint or fields of a type, and their groups.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) fields: &'a IndexMap<String, Field>,
    pub(super) groups: &'a Groups,
    /// Names of those that are always given.
    pub(super) required: &'a dyn Fn(&str, &Field) -> bool,
    /// Beginning of a message: "the endpoint has no parameter".
    pub(super) lacks: &'static str,
}

/// Checks that the rules are valid.
pub(super) fn check(scope: Scope<'_>, subject: Subject<'_>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let groups = subject.groups;
    for (number, group) in groups.at_most_one.iter().enumerate() {
        excluding(subject, group, &at.at("at_most_one").at(number), diagnostics);
    }
    for (number, group) in groups.ordered.iter().enumerate() {
        ordered(subject, group, &at.at("ordered").at(number), diagnostics);
    }
    for (number, apart) in groups.apart.iter().enumerate() {
        distance(subject, apart, &at.at("apart").at(number), diagnostics);
    }
    let kinds =
        [("requires", &groups.requires), ("required_if", &groups.required_if), ("only_with", &groups.only_with)];
    for (kind, conditions) in kinds {
        for (name, condition) in conditions {
            dependence(scope, subject, (name, condition), &at.at(kind).at(&**name), diagnostics);
        }
    }
}

/// Checks a group of which at most one may be given.
fn excluding(subject: Subject<'_>, group: &[String], at: &YamlPath, diagnostics: &mut Diagnostics) {
    if group.len() < 2 {
        diagnostics.push(
            Diagnostic::new(Code::BadGroup, at.clone().value(), "nothing excludes itself")
                .help("name two parameters or more of which at most one is given"),
        );
    }
    for (position, name) in group.iter().enumerate() {
        let place = at.at(position);
        let Some(field) = find_field(subject, name, &place, diagnostics) else { continue };
        if (subject.required)(name, field) {
            diagnostics.push(
                Diagnostic::new(
                    Code::BadGroup,
                    place.value(),
                    format!("`{name}` is required, so the others never are"),
                )
                .help("make it optional, or take it out of the group"),
            );
        } else if group.iter().take(position).any(|earlier| earlier == name) {
            diagnostics.push(
                Diagnostic::new(Code::BadGroup, place.value(), format!("`{name}` is listed twice in its group"))
                    .help("name every member of a group once"),
            );
        }
    }
}

/// Checks a group whose values must be in ascending order.
fn ordered(subject: Subject<'_>, group: &[String], at: &YamlPath, diagnostics: &mut Diagnostics) {
    if group.len() < 2 {
        diagnostics.push(
            Diagnostic::new(Code::BadGroup, at.clone().value(), "an order has two members or more")
                .help("name them from the least to the greatest: `[[begin, end]]`"),
        );
    }
    let mut first: Option<&str> = None;
    for (position, name) in group.iter().enumerate() {
        let place = at.at(position);
        if group.iter().take(position).any(|earlier| earlier == name) {
            diagnostics.push(
                Diagnostic::new(Code::BadGroup, place.value(), format!("`{name}` cannot be less than itself"))
                    .help("name every member of an order once"),
            );
            continue;
        }
        let Some(field) = find_field(subject, name, &place, diagnostics) else { continue };
        let ty = field.ty.expr.to_string();
        if !Scalar::named(&ty).is_some_and(Scalar::is_integer) {
            diagnostics.push(
                Diagnostic::new(Code::BadGroup, place.value(), format!("`{name}` has no order: its type is `{ty}`"))
                    .help("only whole numbers, moments and spans of time can be compared"),
            );
        } else if let Some(other) = first.filter(|other| *other != ty) {
            diagnostics.push(
                Diagnostic::new(
                    Code::BadGroup,
                    place.value(),
                    format!("`{name}` has the type `{ty}`, and the one before it has the type `{other}`"),
                )
                .help("only values of one type can be compared"),
            );
        } else {
            first = rules::plain_type(field);
        }
    }
}

/// Checks a rule about the distance of two times.
fn distance(subject: Subject<'_>, apart: &Apart, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let from = find_field(subject, &apart.from, &at.at("from"), diagnostics);
    let to = find_field(subject, &apart.to, &at.at("to"), diagnostics);
    if apart.at_least.is_none() && apart.at_most.is_none() {
        diagnostics.push(
            Diagnostic::new(Code::BadGroup, at.clone().value(), "nothing is said about the distance")
                .help("add `at_most: 7d`, `at_least: 1d`, or both"),
        );
    }
    if let (Some(least), Some(most)) = (apart.at_least, apart.at_most)
        && least.0 > most.0
    {
        diagnostics.push(
            Diagnostic::new(Code::ImpossibleLimit, at.at("at_most").value(), "no distance is in this range")
                .second(at.at("at_least").value(), "more than the most")
                .help("swap the two, or fix one"),
        );
    }
    let (Some(from), Some(to)) = (from, to) else { return };
    let (unit, other) = (rules::unit(from), rules::unit(to));
    let Some(unit) = unit.filter(|_| unit == other) else {
        diagnostics.push(
            Diagnostic::new(
                Code::BadGroup,
                at.clone().value(),
                format!("`{}` and `{}` are no moments in one unit", apart.from, apart.to),
            )
            .help("both have the same type: `timestamp_s`, `timestamp_ms`, or a duration"),
        );
        return;
    };
    for (key, span) in [("at_least", apart.at_least), ("at_most", apart.at_most)] {
        if span.is_some_and(|span| span.0.is_zero() || !span.0.as_millis().is_multiple_of(unit)) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ImpossibleLimit,
                    at.at(key).value(),
                    format!("a span of time that `{}` cannot express", from.ty.expr),
                )
                .help("write a whole number of its units, and more than none"),
            );
        }
    }
}

/// Checks a rule by which a parameter depends on another one.
fn dependence(
    scope: Scope<'_>,
    subject: Subject<'_>,
    (name, condition): (&String, &Condition),
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    if let Some(field) = find_field_at(subject, name, at.clone().key(), diagnostics)
        && (subject.required)(name, field)
    {
        diagnostics.push(
            Diagnostic::new(
                Code::BadGroup,
                at.clone().key(),
                format!("`{name}` is required, so it depends on no other"),
            )
            .help("make it optional, or take the rule away"),
        );
    }
    let place = if condition.values.is_empty() { at.clone().value() } else { at.at(&*condition.on).key() };
    if condition.on == *name {
        diagnostics.push(
            Diagnostic::new(Code::BadGroup, place, format!("`{name}` cannot depend on itself"))
                .help("name the parameter or field that it depends on"),
        );
        return;
    }
    let Some(on) = find_field_at(subject, &condition.on, place.clone(), diagnostics) else { return };
    if condition.values.is_empty() && (subject.required)(&condition.on, on) {
        diagnostics.push(
            Diagnostic::new(
                Code::BadGroup,
                place.clone(),
                format!("`{}` is required, so it is given anyway", condition.on),
            )
            .help(format!("say which value it must have: `{name}: {{ {}: VALUE }}`", condition.on)),
        );
    }
    values(scope, condition, on, &at.at(&*condition.on), diagnostics);
}

/// Checks that the other parameter can have the values of a condition, and that they can be compared.
fn values(scope: Scope<'_>, condition: &Condition, on: &Field, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if condition.values.is_empty() || !scope.is_valid(&on.ty.expr) {
        return;
    }
    let is_plain = rules::plain_type(on).is_some_and(|name| match Scalar::named(name) {
        Some(scalar) => scalar.is_text() || scalar.is_integer() || scalar == Scalar::Bool,
        None => matches!(scope.find(name), Some(TypeDef::Enum { .. })),
    });
    if !is_plain {
        diagnostics.push(
            Diagnostic::new(
                Code::BadGroup,
                at.clone().value(),
                format!("`{}` has no single value: its type is `{}`", condition.on, on.ty.expr),
            )
            .help(format!("name `{}` alone: then it must be given, whatever its value", condition.on)),
        );
        return;
    }
    for (number, value) in condition.values.iter().enumerate() {
        let mut value_problems = Diagnostics::default();
        value::field(scope, on, value, Side::Request, &at.at(number), &mut value_problems);
        for value_problem in value_problems.iter() {
            let mut problem = value_problem.clone();
            problem.code = Code::BadGroup;
            diagnostics.push(problem);
        }
    }
}

/// Finds a member of a rule; reports an error if there is none.
fn find_field<'a>(subject: Subject<'a>, name: &str, at: &YamlPath, diagnostics: &mut Diagnostics) -> Option<&'a Field> {
    find_field_at(subject, name, at.clone().value(), diagnostics)
}

/// Finds a member of a rule; reports an error at this location if there is none.
fn find_field_at<'a>(
    subject: Subject<'a>,
    name: &str,
    place: crate::yaml::Location,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Field> {
    let field = subject.fields.get(name);
    if field.is_none() {
        let names: Vec<_> = subject.fields.keys().map(String::as_str).collect();
        diagnostics.push(
            Diagnostic::new(Code::BadGroup, place, format!("{} `{name}`", subject.lacks)).help(expected(name, names)),
        );
    }
    field.filter(|field| !field.recovered)
}

/// Checks an example against the rules. `at` is the example, `declared_at` where the rules are declared.
pub(super) fn example(
    scope: Scope<'_>,
    subject: Subject<'_>,
    value_of: &dyn Fn(&str) -> Option<Value>,
    (at, declared_at): (&YamlPath, &YamlPath),
    diagnostics: &mut Diagnostics,
) {
    let rules = rules::lower(subject.fields, subject.groups, &|name| scope.find(name));
    let text_of = |name: &str| {
        let ty = subject.fields.get(name).and_then(|field| scope.find(field.ty.expr.leaf()));
        value_of(name).map(|value| rules::text(&value, ty))
    };
    for one in rules.broken(&text_of) {
        diagnostics.push(broken(&one, (at, declared_at)));
    }
    for one in rules.without_effect(&text_of) {
        diagnostics.push(without_effect(one, (at, declared_at)));
    }
}

/// Returns the diagnostic for a rule that an example violates. `at` is the example, `declared_at` where the rules are
/// declared.
pub(super) fn broken(broken: &Broken<'_>, (at, declared_at): (&YamlPath, &YamlPath)) -> Diagnostic {
    let (kind, what) = describe(broken);
    Diagnostic::new(Code::ExampleGroup, at.clone().key(), format!("in the example {what}"))
        .second(declared_at.at(kind).key(), "the rule")
        .help("fix the example, or the rule")
}

/// Returns the diagnostic for a parameter or field of an example that has no effect.
pub(super) fn without_effect(one: &Dependence, (at, declared_at): (&YamlPath, &YamlPath)) -> Diagnostic {
    let condition = one.condition(&str::to_owned);
    let message = format!("in the example `{}` has no effect: it has one only if {condition}", one.name);
    Diagnostic::new(Code::ExampleGroup, at.clone().key(), message)
        .second(declared_at.at("only_with").key(), "the rule")
        .help("fix the example, or the rule")
}

/// Returns the key of the violated rule, and the message.
fn describe(broken: &Broken<'_>) -> (&'static str, String) {
    let Broken { name, other, rule } = broken;
    match rule {
        Rule::AtMostOne => ("at_most_one", format!("`{name}` and `{other}` are both given")),
        Rule::Ordered => ("ordered", format!("`{name}` is not less than `{other}`")),
        Rule::Apart(distance) => ("apart", format!("`{name}` and `{other}` are not {} apart", distance.words())),
        Rule::Requires(one) => {
            ("requires", format!("`{name}` is given, as it may be only if {}", one.condition(&str::to_owned)))
        }
        Rule::RequiredIf(one) => {
            ("required_if", format!("`{name}` is missing, although {}", one.condition(&str::to_owned)))
        }
    }
}
