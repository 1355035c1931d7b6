//! Checks rules between parameters.

use serde_json::Value;
use yunxin_codegen::model::rules::{Broken, Rule};
use yunxin_codegen::model::{Dependence, Field, Rules};
use yunxin_codegen::value;

use crate::content::Raw;
use crate::rejection::{RefusalKind, Rejection};

/// Returns an error for each rule that the parameters violate. `value_of` returns the value of a parameter, if it was
/// sent.
pub(crate) fn broken<'g>(
    params: &[Field],
    rules: &Rules,
    value_of: &dyn Fn(&Field) -> Option<&'g Raw>,
) -> Vec<Rejection> {
    let text_of = |name: &str| {
        let param = params.iter().find(|param| param.wire_name == name)?;
        Some(text(param, value_of(param)?))
    };
    let rejection = |broken: Broken<'_>| {
        let mut rejection = Rejection::parameter(broken.name, describe(&broken));
        if matches!(broken.rule, Rule::Ordered | Rule::Apart(_)) {
            rejection.kind = RefusalKind::Order;
        }
        rejection
    };
    rules.broken(&text_of).into_iter().map(rejection).collect()
}

/// Returns warnings about parameters that have no effect.
pub(crate) fn without_effect<'g>(
    params: &[Field],
    rules: &Rules,
    value_of: &dyn Fn(&Field) -> Option<&'g Raw>,
) -> Vec<String> {
    let text_of = |name: &str| {
        let param = params.iter().find(|param| param.wire_name == name)?;
        Some(text(param, value_of(param)?))
    };
    rules.without_effect(&text_of).into_iter().map(no_effect).collect()
}

/// Describes a parameter or field that has no effect.
pub(crate) fn no_effect(one: &Dependence) -> String {
    format!("`{}` has no effect; it has one only if {}", one.name, condition(one))
}

/// Describes a violated rule.
pub(crate) fn describe(broken: &Broken<'_>) -> String {
    let Broken { name, other, rule } = broken;
    match rule {
        Rule::AtMostOne => format!("`{name}` and `{other}` are both given; expected at most one"),
        Rule::Ordered => format!("`{name}` is not less than `{other}`"),
        Rule::Apart(distance) => {
            format!("`{name}` and `{other}` are not as far apart as expected, {}", distance.words())
        }
        Rule::Requires(one) => format!("`{name}` is given; expected only if {}", condition(one)),
        Rule::RequiredIf(one) => format!("`{name}` is missing; expected if {}", condition(one)),
    }
}

/// Describes the condition on the other parameter, with its raw values and their names.
fn condition(one: &Dependence) -> String {
    let values: Vec<_> = one
        .values
        .iter()
        .zip(&one.shown)
        .map(|(raw, name)| if raw == name { format!("`{raw}`") } else { format!("`{raw}` ({name})") })
        .collect();
    match values.as_slice() {
        [] => format!("`{}` is given", one.on),
        values => format!("`{}` is {}", one.on, values.join(" or ")),
    }
}

/// Returns the text of a value that rules compare.
fn text(field: &Field, raw: &Raw) -> String {
    match raw {
        Raw::Text(text) | Raw::Json(Value::String(text)) => value::rule_text(field, text),
        Raw::Json(value) => value::rule_text(field, &value.to_string()),
        Raw::File(_) | Raw::Unreadable => String::new(),
    }
}
