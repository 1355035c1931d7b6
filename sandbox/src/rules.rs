//! Rules between parameters, and between the fields of an object.

use serde_json::{Map, Value};
use yunxin_codegen::model::{
    Dependence, Field, Rules, Scalar, Type, TypeDef,
    rules::{Broken, Rule},
};

use crate::{
    content::Raw,
    rejection::{RefusalKind, Rejection},
};

/// The rules that parameters break. `value_of` gives what was sent under a name on the wire, if anything was.
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
        let mut rejection = Rejection::parameter(broken.name, words(&broken));
        if matches!(broken.rule, Rule::Ordered | Rule::Apart(_)) {
            rejection.kind = RefusalKind::Order;
        }
        rejection
    };
    rules.broken(&text_of).into_iter().map(rejection).collect()
}

/// Parameters that were sent without effect, as warnings.
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

/// What is wrong with an object: groups and rules of its fields.
pub(crate) fn of_object(def: &TypeDef, fields: &[Field], entries: &Map<String, Value>) -> Option<(String, String)> {
    let value_of = |name: &str| {
        let field = fields.iter().find(|field| field.wire_name == name)?;
        let spellings = std::iter::once(&field.wire_name).chain(&field.accept);
        let value = spellings.filter_map(|spelling| entries.get(spelling)).find(|value| !value.is_null())?;
        Some((field, value))
    };
    let count = |group: &[String]| group.iter().filter(|name| value_of(name).is_some()).count();
    for group in &def.groups.prefers {
        if count(group) == 0 {
            return Some((format!("there with none of {}", group.join(", ")), "at least one of them".to_owned()));
        }
    }
    for group in &def.groups.exactly_one {
        let given = count(group);
        if given != 1 {
            return Some((format!("there with {given} of {}", group.join(", ")), "exactly one of them".to_owned()));
        }
    }
    for group in &def.groups.all_or_none {
        let given = count(group);
        if given != 0 && given != group.len() {
            return Some((format!("there with {given} of {}", group.join(", ")), "all of them or none".to_owned()));
        }
    }
    let text_of = |name: &str| value_of(name).map(|(field, value)| json_text(field, value));
    let broken = def.rules.broken(&text_of).into_iter().next()?;
    Some((format!("wrong: {}", words(&broken)), "what the rules of its type ask".to_owned()))
}

/// Fields of an object that were sent without effect, as warnings.
pub(crate) fn object_without_effect(def: &TypeDef, fields: &[Field], entries: &Map<String, Value>) -> Vec<String> {
    let text_of = |name: &str| {
        let field = fields.iter().find(|field| field.wire_name == name)?;
        Some(json_text(field, entries.get(name).filter(|value| !value.is_null())?))
    };
    def.rules.without_effect(&text_of).into_iter().map(no_effect).collect()
}

fn no_effect(one: &Dependence) -> String {
    format!("`{}` has no effect; it has one only if {}", one.name, asked(one))
}

fn words(broken: &Broken<'_>) -> String {
    let Broken { name, other, rule } = broken;
    match rule {
        Rule::AtMostOne => format!("`{name}` and `{other}` are both given; expected at most one"),
        Rule::Ordered => format!("`{name}` is not less than `{other}`"),
        Rule::Apart(distance) => {
            format!("`{name}` and `{other}` are not as far apart as expected, {}", distance.words())
        }
        Rule::Requires(one) => format!("`{name}` is given; expected only if {}", asked(one)),
        Rule::RequiredIf(one) => format!("`{name}` is missing; expected if {}", asked(one)),
    }
}

/// The other parameter, with the values on the wire beside their names.
fn asked(one: &Dependence) -> String {
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

/// The text of a value: truth values as such, whatever their form on the wire.
fn text(field: &Field, raw: &Raw) -> String {
    match raw {
        Raw::Text(text) => truth(field, text),
        Raw::Json(value) => json_text(field, value),
        Raw::File(_) | Raw::Unreadable => String::new(),
    }
}

fn json_text(field: &Field, value: &Value) -> String {
    match value {
        Value::String(text) => truth(field, text),
        other => truth(field, &other.to_string()),
    }
}

fn truth(field: &Field, text: &str) -> String {
    match (&field.ty, text) {
        (Type::Scalar(Scalar::Bool), "1") => "true".to_owned(),
        (Type::Scalar(Scalar::Bool), "0") => "false".to_owned(),
        _ => text.to_owned(),
    }
}
