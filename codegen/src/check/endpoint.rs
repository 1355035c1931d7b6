//! Checks one endpoint, except its example.

use super::error_names::ErrorTable;
use super::names::Owner;
use super::{Scope, field, groups, links, names, pages, placement, product, rates, types};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest};
use crate::document::{Endpoint, Returns, TypeDef};
use crate::model::{PathTemplate, defaults, path_template};
use crate::primitives::{Completeness, Encoding, Method, Place, RetryKind, Scalar, TypeExpr};
use crate::yaml::YamlPath;

/// Checks an endpoint.
pub(super) fn check(scope: Scope<'_>, name: &str, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let at = scope.endpoint_at(name);
    let head = &endpoint.head;
    links::text(&head.title, &at.at("title"), diagnostics);
    links::link(&head.docs, &at.at("docs"), diagnostics);
    links::optional_texts(
        [
            ("doc_zh", head.doc_zh.as_deref()),
            ("doc", head.doc.as_deref()),
            ("missing", head.missing.as_deref()),
            ("rate_note", head.rate_note.as_deref()),
        ],
        &at,
        diagnostics,
    );
    rates::check_endpoint(head.rate.as_deref(), scope.product, &at.at("rate"), diagnostics);
    links::titles_zh(&head.title_zh, &at.at("title_zh"), diagnostics);
    product::span(head.timeout, &at.at("timeout"), diagnostics);
    let path = match path_template::parse(&head.path) {
        Ok(path) => Some(path),
        Err(problem) => {
            diagnostics.push(
                Diagnostic::new(Code::BadPath, at.at("path").value(), format!("`{}` is not a path", head.path))
                    .help(problem),
            );
            None
        }
    };
    names::fields(&endpoint.params, &at.at("params"), Owner::Request, diagnostics);
    if let Some(path) = &path {
        placeholders(endpoint, path, &at, diagnostics);
    }
    let encoding = defaults::encoding(scope.product, endpoint);
    for (param_name, param) in endpoint.params.iter().filter(|(_, param)| !param.recovered) {
        let here = at.at("params").at(&**param_name);
        field::check(scope, param_name, param, &here, diagnostics);
        placement::check(scope, param_name, param, path.as_ref(), encoding, &here, diagnostics);
    }
    groups::check(scope, endpoint, &at, diagnostics);
    body(scope, endpoint, encoding, &at, diagnostics);
    returns(scope, endpoint, &at.at("returns"), diagnostics);
    if !scope.product_recovered {
        errors(scope, endpoint, &at, diagnostics);
    }
    completeness(head.completeness, head.missing.as_deref(), &at, diagnostics);
    pages::check(scope, endpoint, &at.at("pages"), diagnostics);
}

/// Checks that `missing` is present for a partial endpoint, and absent for a complete one.
pub(super) fn completeness(
    completeness: Completeness,
    missing: Option<&str>,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    match (completeness, missing) {
        (Completeness::Partial, None) => diagnostics.push(
            Diagnostic::new(
                Code::Completeness,
                at.at("completeness").key(),
                "it is partial, but does not say what is missing",
            )
            .help("add `missing: ` and a sentence that tells users what is not known"),
        ),
        (Completeness::Complete, Some(_)) => diagnostics.push(
            Diagnostic::new(
                Code::Completeness,
                at.at("missing").key(),
                "something is missing, but it counts as complete",
            )
            .help("add `completeness: partial`, or remove `missing`"),
        ),
        _ => {}
    }
}

/// Checks that the placeholders of the path are parameters of the endpoint.
fn placeholders(endpoint: &Endpoint, path: &PathTemplate, at: &YamlPath, diagnostics: &mut Diagnostics) {
    for (number, placeholder) in path.parameters().enumerate() {
        if path.parameters().take(number).any(|earlier| earlier == placeholder) {
            diagnostics.push(
                Diagnostic::new(
                    Code::BadPath,
                    at.at("path").value(),
                    format!("the path names `{{{placeholder}}}` twice"),
                )
                .help("one parameter fills one place: give the other one a name of its own"),
            );
            continue;
        }
        match endpoint.params.get(placeholder) {
            None => {
                let names: Vec<_> = endpoint.params.keys().map(String::as_str).collect();
                diagnostics.push(
                    Diagnostic::new(
                        Code::PathPlaceholder,
                        at.at("path").value(),
                        format!("the path names `{{{placeholder}}}`, but there is no such parameter"),
                    )
                    .help(match nearest(placeholder, names) {
                        Some(near) => format!("did you mean `{{{near}}}`? Otherwise add `{placeholder}` to `params`"),
                        None => format!("add `{placeholder}: {{ type: id, doc: ... }}` to `params`"),
                    }),
                );
            }
            Some(param) if !param.places.is_empty() && !param.places.contains(&Place::Path) => diagnostics.push(
                Diagnostic::new(
                    Code::PathPlaceholder,
                    at.at("path").value(),
                    format!("the path names `{{{placeholder}}}`, but that parameter is sent elsewhere"),
                )
                .second(at.at("params").at(placeholder).at("in").value(), "not in the path")
                .help("leave `in` out, or add `path` to it"),
            ),
            Some(param) if path.is_optional(placeholder) && param.required => diagnostics.push(
                Diagnostic::new(
                    Code::OptionalSegment,
                    at.at("params").at(placeholder).at("required").key(),
                    format!("`{placeholder}` is required, but `{{/{placeholder}}}` may be left away"),
                )
                .help(format!("write `/{{{placeholder}}}` in the path, or drop `required`")),
            ),
            Some(_) => {}
        }
    }
}

/// Checks that a GET has no body.
fn body(scope: Scope<'_>, endpoint: &Endpoint, encoding: Encoding, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if defaults::method(scope.product, endpoint) == Method::Get && encoding != Encoding::Query {
        diagnostics.push(
            Diagnostic::new(Code::BodyNotAllowed, at.at("encoding").value(), "a GET has no body")
                .help("leave `encoding` out: the parameters of a GET go to the query"),
        );
    }
}

/// Checks the declaration of the reply.
fn returns(scope: Scope<'_>, endpoint: &Endpoint, at: &YamlPath, diagnostics: &mut Diagnostics) {
    match &endpoint.returns {
        Returns::Nothing => {}
        Returns::Type { ty, at: key } => {
            field::is_defined(scope, &ty.expr, &at.at("type"), diagnostics);
            payload_key(key, &at.at("at"), diagnostics);
            if ty.expr.leaf() == "file" {
                diagnostics.push(
                    Diagnostic::new(Code::TypeMisuse, at.at("type").value(), "a reply is JSON and holds no file")
                        .help("use `json`, or describe the payload"),
                );
            }
            let is_flat_object = match (Scalar::named(ty.expr.leaf()), &ty.expr) {
                (Some(scalar), TypeExpr::Name(_)) => scalar == Scalar::Json,
                (None, TypeExpr::Name(name)) => !matches!(scope.find(name), Some(TypeDef::Enum { .. })),
                _ => false,
            };
            if key == "." && !is_flat_object {
                diagnostics.push(
                    Diagnostic::new(Code::TypeMisuse, at.at("type").value(), "a payload beside the code is an object")
                        .help("name an object type or `json`, list its `fields`, or say under which key it is"),
                );
            }
            if ty.optional {
                diagnostics.push(
                    Diagnostic::new(
                        Code::TypeMisuse,
                        at.at("type").value(),
                        "the type of a payload does not end in `?`",
                    )
                    .help("fields inside it may be optional; the payload itself is there or the call failed"),
                );
            }
        }
        Returns::Fields { fields, at: key } => {
            types::object(scope, fields, &at.at("fields"), diagnostics);
            payload_key(key, &at.at("at"), diagnostics);
        }
    }
}

/// Checks the key of the payload.
fn payload_key(key: &str, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if key != "." && !crate::naming::is_wire_name(key) {
        diagnostics.push(
            Diagnostic::new(Code::BadName, at.clone().value(), format!("`{key}` is not a key of a reply"))
                .help("write the key that holds the payload, or `.` when its fields are beside the code"),
        );
    }
}

/// Checks the list of errors.
fn errors(scope: Scope<'_>, endpoint: &Endpoint, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let table = ErrorTable { product: scope.product, path: scope.product_path };
    table.check_endpoint(&endpoint.head.errors, &at.at("errors"), diagnostics);
    if endpoint.head.retry == Some(RetryKind::Deduplicated) && scope.product.request_id.dedup.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::NoDeduplication,
                at.at("retry").value(),
                "this product does not recognise repeated request ids",
            )
            .second(YamlPath::root(scope.product_path).at("request_id").key(), "no `dedup` here")
            .help("say `safe` if repeating is harmless, `never` otherwise"),
        );
    }
}
