//! Checks the declaration of how to get the next page.

use indexmap::IndexMap;

use super::Scope;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected};
use crate::document::{Endpoint, Field, Returns, TypeDef};
use crate::model::Type;
use crate::primitives::{Pages, Scalar, TypeExpr};
use crate::yaml::{Location, YamlPath};

/// Checks the paging of an endpoint.
pub(super) fn check(scope: Scope<'_>, endpoint: &Endpoint, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let Some(pages) = &endpoint.head.pages else { return };
    one_method(pages, at, diagnostics);
    let Some(payload) = Payload::find(scope, endpoint) else {
        refuse(
            at.clone().key(),
            "the reply has no fields that are known",
            "give the reply a type, or drop `pages`",
            diagnostics,
        );
        return;
    };
    let item = item(scope, pages, &payload, at, diagnostics);
    for (parameter, field) in &pages.token {
        let here = at.at("token").at(&**parameter);
        moves(scope, endpoint, parameter, ("the payload", payload.fields), field, &here, diagnostics);
    }
    for (parameter, field) in &pages.last {
        let here = at.at("last").at(&**parameter);
        let fields = item.as_ref().and_then(|item| object(scope, item));
        moves(scope, endpoint, parameter, ("an item", fields), field, &here, diagnostics);
    }
    for (key, name) in [("offset", &pages.offset), ("page", &pages.page), ("limit", &pages.limit)] {
        if let Some(name) = name
            && let Some(param) = parameter(endpoint, name, at.at(key).value(), diagnostics)
            && !scalar(scope, param).is_some_and(|scalar| matches!(scalar, Scalar::I32 | Scalar::I64 | Scalar::U64))
        {
            refuse(
                at.at(key).value(),
                format!("`{name}` does not count: its type is `{}`", param.ty.expr),
                "it must be `i32`, `i64` or `u64`",
                diagnostics,
            );
        }
    }
    if let Some(name) = &pages.more {
        let place = at.at("more").value();
        let Some(more) = find(scope, payload.fields, name, "the payload", place.clone(), diagnostics) else { return };
        if scalar(scope, more) != Some(Scalar::Bool) || more.ty.optional {
            refuse(
                place,
                format!("`{name}` does not say yes or no: its type is `{}`", more.ty.expr),
                "it must be `bool`, without `?`; 0 and 1 are read as such",
                diagnostics,
            );
        }
    }
}

/// The payload of a reply.
struct Payload<'a> {
    /// The fields of the payload; `None` if it is not an object.
    fields: Option<&'a IndexMap<String, Field>>,
    /// The item type of the payload; `None` if it is not a list.
    items: Option<TypeExpr>,
}

impl<'a> Payload<'a> {
    /// Returns the payload of an endpoint's reply; `None` if it has none, or if it is neither an object nor a list.
    fn find(scope: Scope<'a>, endpoint: &'a Endpoint) -> Option<Self> {
        match &endpoint.returns {
            Returns::Nothing => None,
            Returns::Fields { fields, .. } => Some(Self { fields: Some(fields), items: None }),
            Returns::Type { ty, .. } => match &ty.expr {
                TypeExpr::List(inner) => Some(Self { fields: None, items: Some((**inner).clone()) }),
                TypeExpr::Map(_) => None,
                expr @ TypeExpr::Name(_) => Some(Self { fields: Some(object(scope, expr)?), items: None }),
            },
        }
    }
}

/// Returns the fields of an object type; `None` for other types.
fn object<'a>(scope: Scope<'a>, expr: &TypeExpr) -> Option<&'a IndexMap<String, Field>> {
    match (expr, scope.find(expr.leaf())) {
        (TypeExpr::Name(_), Some(TypeDef::Object { fields, .. })) => Some(fields),
        _ => None,
    }
}

/// Checks that exactly one method of paging is declared.
fn one_method(pages: &Pages, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let methods = [!pages.token.is_empty(), !pages.last.is_empty(), pages.offset.is_some(), pages.page.is_some()];
    if methods.into_iter().filter(|given| *given).count() != 1 || pages.token.len() > 1 {
        refuse(
            at.clone().key(),
            "there is not exactly one way to the next page",
            "give one of `token: { PARAMETER: FIELD }`, `last: { PARAMETER: FIELD }`, `offset` and `page`",
            diagnostics,
        );
    }
}

/// Returns the type of an item of the list; reports an error if there is no such list.
fn item(
    scope: Scope<'_>,
    pages: &Pages,
    payload: &Payload<'_>,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) -> Option<TypeExpr> {
    let place = at.at("items").value();
    if pages.items == "." {
        if payload.items.is_none() {
            refuse(place, "the payload is not a list", "name the field of the payload that has the items", diagnostics);
        }
        return payload.items.clone();
    }
    let field = find(scope, payload.fields, &pages.items, "the payload", place.clone(), diagnostics)?;
    match &field.ty.expr {
        TypeExpr::List(inner) if scope.is_valid(inner) => Some((**inner).clone()),
        TypeExpr::List(_) => None,
        other => {
            refuse(
                place,
                format!("`{}` is not a list: its type is `{other}`", pages.items),
                "name the field that has the items of a page",
                diagnostics,
            );
            None
        }
    }
}

/// Checks that parameters and the fields that they are set from have the same type.
fn moves(
    scope: Scope<'_>,
    endpoint: &Endpoint,
    name: &str,
    (owner, fields): (&str, Option<&IndexMap<String, Field>>),
    field: &str,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    let param = parameter(endpoint, name, at.clone().key(), diagnostics);
    let source = find(scope, fields, field, owner, at.clone().value(), diagnostics);
    let (Some(param), Some(source)) = (param, source) else { return };
    let kind =
        |field: &Field| scalar(scope, field).map(|scalar| if scalar.is_text() { Scalar::String } else { scalar });
    let secret = param.secret || source.secret;
    if kind(param).is_none() || kind(param) != kind(source) || secret || param.nullable {
        refuse(
            at.clone().value(),
            format!(
                "`{field}` of the type `{}` cannot become `{name}` of the type `{}`",
                source.ty.expr, param.ty.expr
            ),
            "both must be the same built-in type, not secret and not nullable",
            diagnostics,
        );
    }
}

/// Finds a parameter of the endpoint; reports an error if there is none.
fn parameter<'a>(
    endpoint: &'a Endpoint,
    name: &str,
    place: Location,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Field> {
    let param = endpoint.params.get(name);
    if param.is_none() {
        let names: Vec<_> = endpoint.params.keys().map(String::as_str).collect();
        refuse(place, format!("the endpoint has no parameter `{name}`"), expected(name, names), diagnostics);
    }
    param.filter(|param| !param.recovered)
}

/// Finds a field by its name, or by a path through objects: `page_info.next`.
fn find<'a>(
    scope: Scope<'a>,
    fields: Option<&'a IndexMap<String, Field>>,
    name: &str,
    owner: &str,
    place: Location,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Field> {
    if let (Some(fields), Some((outer, inner))) = (fields, name.split_once('.'))
        && !fields.contains_key(name)
        && let Some(field) = fields.get(outer)
    {
        if field.ty.optional {
            refuse(
                place,
                format!("`{outer}` may be absent"),
                "drop the `?` of its type: an absent one is empty",
                diagnostics,
            );
            return None;
        }
        return find(scope, object(scope, &field.ty.expr), inner, &format!("`{outer}`"), place, diagnostics);
    }
    let field = fields.and_then(|fields| fields.get(name));
    if field.is_none() {
        let help = match fields {
            Some(fields) => expected(name, fields.keys().map(String::as_str).collect::<Vec<_>>()),
            None => format!("{owner} is no object whose fields are known"),
        };
        refuse(place, format!("{owner} has no field `{name}`"), help, diagnostics);
    }
    field.filter(|field| !field.recovered)
}

/// Returns the built-in type of a field; `None` for other types.
fn scalar(scope: Scope<'_>, field: &Field) -> Option<Scalar> {
    if !scope.is_valid(&field.ty.expr) {
        return None;
    }
    match scope.resolve(&field.ty.expr) {
        Type::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

/// Reports an error about paging.
fn refuse(place: Location, message: impl Into<String>, help: impl Into<String>, diagnostics: &mut Diagnostics) {
    diagnostics.push(Diagnostic::new(Code::BadPages, place, message).help(help));
}
