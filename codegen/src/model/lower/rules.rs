//! Resolves rules between parameters or fields.

use indexmap::IndexMap;

use crate::document;
use crate::document::{Field, TypeDef};
use crate::model::{Dependence, Distance, Rules, Value};
use crate::primitives::{Apart, Condition, Groups, RawValue, Scalar, Span, TypeExpr};

/// Finds types by name.
pub(crate) type Find<'f, 'a> = &'f dyn Fn(&str) -> Option<&'a TypeDef>;

/// Resolves the rules of parameters or fields. What does not resolve is left out.
pub(crate) fn lower(fields: &IndexMap<String, Field>, groups: &Groups, find: Find<'_, '_>) -> Rules {
    let all = |entries: &IndexMap<String, Condition>| {
        entries.iter().filter_map(|(name, condition)| dependence(fields, name, condition, find)).collect()
    };
    Rules {
        at_most_one: groups.at_most_one.clone(),
        ordered: groups.ordered.clone(),
        apart: groups.apart.iter().filter_map(|apart| distance(fields, apart)).collect(),
        requires: all(&groups.requires),
        required_if: all(&groups.required_if),
        only_with: all(&groups.only_with),
    }
}

fn distance(fields: &IndexMap<String, Field>, apart: &Apart) -> Option<Distance> {
    let unit = unit(fields.get(&apart.from)?)?;
    let number = |span: Option<Span>| i64::try_from(span?.0.as_millis() / unit).ok();
    Some(Distance {
        from: apart.from.clone(),
        to: apart.to.clone(),
        at_least: number(apart.at_least).unwrap_or(0),
        at_most: number(apart.at_most),
        spans: (apart.at_least.map(|span| span.0), apart.at_most.map(|span| span.0)),
    })
}

/// Milliseconds in one unit of a field's time type.
pub(crate) fn unit(field: &Field) -> Option<u128> {
    match Scalar::named(plain_type(field)?)? {
        Scalar::TimestampS | Scalar::DurationS => Some(1_000),
        Scalar::TimestampMs | Scalar::DurationMs => Some(1),
        Scalar::DurationH => Some(3_600_000),
        _ => None,
    }
}

/// Name of a type that is neither list nor map.
pub(crate) fn plain_type(field: &Field) -> Option<&str> {
    match &field.ty.expr {
        TypeExpr::Name(name) => Some(name),
        TypeExpr::List(_) | TypeExpr::Map(_) => None,
    }
}

fn dependence(
    fields: &IndexMap<String, Field>,
    name: &str,
    condition: &Condition,
    find: Find<'_, '_>,
) -> Option<Dependence> {
    let on = fields.get(&condition.on)?;
    let ty = find(on.ty.expr.leaf());
    let values: Vec<_> = condition.values.iter().map(|value| text(value, ty)).collect();
    let default = on.default.as_ref().map(|default| text(default, ty));
    Some(Dependence {
        name: name.to_owned(),
        on: condition.on.clone(),
        is_switch: fields.get(name).and_then(plain_type).is_some_and(|ty| ty == "bool"),
        or_absent: default.is_some_and(|default| values.contains(&default)),
        shown: condition.values.iter().map(|value| shown(value, ty)).collect(),
        values,
    })
}

/// The text of a plain value; for the name of an enum value, its wire value.
pub(crate) fn text(value: &Value, ty: Option<&TypeDef>) -> String {
    match (value, ty) {
        (Value::String(name), Some(TypeDef::Enum { values, .. })) => {
            values.get(name).map_or_else(|| name.clone(), |value| value.raw.to_string())
        }
        (Value::String(text), _) => text.clone(),
        (Value::Number(number), _) => number.to_string(),
        (Value::Bool(flag), _) => flag.to_string(),
        _ => String::new(),
    }
}

/// The text of a plain value; for an enum value, its name.
fn shown(value: &Value, ty: Option<&TypeDef>) -> String {
    let raw = text(value, ty);
    match ty {
        Some(TypeDef::Enum { values, .. }) => {
            let named = values.iter().find(|(_, value)| value.raw.to_string() == raw);
            named.map_or(raw, |(name, _)| name.clone())
        }
        _ => raw,
    }
}

/// The values of a closed enum, or those of them that `one_of` names, as they are on the wire; none where any value may
/// be sent.
pub(crate) fn listed(field: &Field, find: Find<'_, '_>) -> Vec<RawValue> {
    let Some(TypeDef::Enum { values, closed, .. }) = find(field.ty.expr.leaf()) else { return Vec::new() };
    if !field.one_of.is_empty() {
        return field.one_of.iter().map(|value| raw(value, values)).collect();
    }
    if *closed { values.values().map(|value| value.raw.clone()).collect() } else { Vec::new() }
}

/// Names of the enum values that `one_of` allows.
pub(crate) fn allowed(field: &Field, find: Find<'_, '_>) -> Vec<String> {
    let Some(TypeDef::Enum { values, .. }) = find(field.ty.expr.leaf()) else { return Vec::new() };
    let raws: Vec<_> = field.one_of.iter().map(|value| raw(value, values)).collect();
    values.iter().filter(|(_, value)| raws.contains(&value.raw)).map(|(name, _)| name.clone()).collect()
}

fn raw(value: &RawValue, values: &IndexMap<String, document::EnumValue>) -> RawValue {
    match value {
        RawValue::Text(name) => values.get(name).map_or_else(|| value.clone(), |value| value.raw.clone()),
        RawValue::Int(_) => value.clone(),
    }
}
