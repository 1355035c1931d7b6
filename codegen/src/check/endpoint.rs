//! Checks of one endpoint without its example.

use super::{
    Scope,
    field::{self, Site},
    groups, links,
    names::{self, Owner},
    product, types,
};
use crate::{
    defaults,
    diagnostic::{Code, Diagnostic, Diagnostics, NodePath, expected, nearest},
    document::{Encoding, Endpoint, Field, Method, Place, RetryKind, Returns, TypeDef, Wire},
    model::{PathTemplate, Scalar},
    path_template,
    type_expr::TypeExpr,
};

pub(super) fn check(scope: Scope<'_>, name: &str, endpoint: &Endpoint, found: &mut Diagnostics) {
    let at = scope.endpoint_at(name);
    let head = &endpoint.head;
    links::text(&head.title, &at.at("title"), found);
    links::link(&head.docs, &at.at("docs"), found);
    for (key, text) in [("doc", &head.doc), ("partial", &head.partial), ("rate", &head.rate)] {
        if let Some(text) = text {
            links::text(text, &at.at(key), found);
        }
    }
    links::aliases(&head.alias, &at.at("alias"), found);
    product::span(head.timeout, &at.at("timeout"), found);
    let path = match path_template::parse(&head.path) {
        Ok(path) => Some(path),
        Err(problem) => {
            found.push(
                Diagnostic::new(Code::BadPath, at.at("path").value(), format!("`{}` is not a path", head.path))
                    .help(problem),
            );
            None
        }
    };
    names::fields(&endpoint.params, &at.at("params"), Owner::Request, found);
    if let Some(path) = &path {
        placeholders(endpoint, path, &at, found);
    }
    let encoding = defaults::encoding(scope.product, endpoint);
    for (param_name, param) in endpoint.params.iter().filter(|(_, param)| !param.broken) {
        let here = at.at("params").at(&**param_name);
        field::check(scope, param_name, param, &here, found);
        placement(scope, param_name, param, path.as_ref(), encoding, &here, found);
    }
    groups::check(scope, endpoint, &at, found);
    body(scope, endpoint, encoding, &at, found);
    returns(scope, endpoint, &at.at("returns"), found);
    errors(scope, endpoint, &at, found);
}

fn placeholders(endpoint: &Endpoint, path: &PathTemplate, at: &NodePath, found: &mut Diagnostics) {
    for (number, placeholder) in path.parameters().enumerate() {
        if path.parameters().take(number).any(|earlier| earlier == placeholder) {
            found.push(
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
                found.push(
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
            Some(param) if !param.places.is_empty() && !param.places.contains(&Place::Path) => found.push(
                Diagnostic::new(
                    Code::PathPlaceholder,
                    at.at("path").value(),
                    format!("the path names `{{{placeholder}}}`, but that parameter is sent elsewhere"),
                )
                .second(at.at("params").at(placeholder).at("in").value(), "not in the path")
                .help("leave `in` out, or add `path` to it"),
            ),
            Some(param) if path.is_optional(placeholder) && param.required => found.push(
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

fn placement(
    scope: Scope<'_>,
    name: &str,
    param: &Field,
    path: Option<&PathTemplate>,
    encoding: Encoding,
    at: &NodePath,
    found: &mut Diagnostics,
) {
    let places = defaults::places(name, param, path, encoding);
    if places.contains(&Place::Path)
        && path.is_some_and(|path| path.parameters().all(|placeholder| placeholder != name))
    {
        found.push(
            Diagnostic::new(
                Code::PathParameter,
                at.at("in").value(),
                format!("`{name}` goes to the path, but the path does not name it"),
            )
            .second(
                scope.root().at("endpoints").at(endpoint_name(at)).at("path").value(),
                format!("no `{{{name}}}` here"),
            )
            .help(format!("put `{{{name}}}` into the path, or send the parameter elsewhere")),
        );
    }
    if param.ty.optional {
        found.push(
            Diagnostic::new(Code::TypeMisuse, at.at("type").value(), "a parameter's type does not end in `?`")
                .help("a parameter is optional unless it says `required: true`"),
        );
    }
    if param.ty.expr.leaf() == "file" && (encoding != Encoding::Multipart || param.ty.expr.to_string() != "file") {
        found.push(
            Diagnostic::new(Code::TypeMisuse, at.at("type").value(), "a file is sent only as a part of its own").help(
                if encoding == Encoding::Multipart {
                    "give every file a parameter of its own, of the type `file`"
                } else {
                    "say `encoding: multipart`, or use `base64` for bytes as text"
                },
            ),
        );
    }
    if param.ty.expr.leaf() == "file" && places.iter().any(|place| *place != Place::Form) {
        found.push(
            Diagnostic::new(Code::WrongPlace, at.at("in").value(), format!("the file `{name}` cannot go there"))
                .help("a file is a part of the multipart body: leave `in` out"),
        );
        return;
    }
    for (number, place) in places.iter().enumerate() {
        let misplaced = match (place, encoding) {
            (Place::Form, Encoding::Json | Encoding::Query) => Some(("form", "form")),
            (Place::Json, Encoding::Form | Encoding::Query | Encoding::Multipart) => Some(("JSON body", "json")),
            _ => None,
        };
        if let Some((part, wanted)) = misplaced {
            found.push(
                Diagnostic::new(
                    Code::WrongPlace,
                    at.at("in").at(number).value(),
                    format!("`{name}` cannot go to the {part}: this endpoint has none"),
                )
                .help(format!("send it elsewhere, or say `encoding: {wanted}` for the endpoint")),
            );
        }
    }
    let site = if places.contains(&Place::Json) { Site::Json } else { Site::Text };
    let joined_by_default = places.iter().all(|place| *place == Place::Query)
        && param.wire.is_none()
        && param.ty.expr.to_string().starts_with('[');
    if !joined_by_default {
        field::wire(scope, param, site, at, found);
    }
    let required = defaults::required(name, param, &places, path);
    field::nullable(param, site, required, at, found);
    if param.wire == Some(Wire::Repeat) && !places.iter().all(|place| matches!(place, Place::Query | Place::Form)) {
        found.push(
            Diagnostic::new(Code::WireForm, at.at("wire").value(), "only a query or a form can repeat a name")
                .help("send it there, or say `wire: comma`"),
        );
    }
    if places.contains(&Place::Header) {
        product::header(name, at.clone().key(), found);
        own_header(scope, name, at, found);
    }
    if param.wire == Some(Wire::Json) && places.contains(&Place::Path) {
        found.push(
            Diagnostic::new(Code::WireForm, at.at("wire").value(), "JSON text does not fit into a path segment")
                .help("send it elsewhere, or say `wire: comma`"),
        );
    }
}

/// Headers that every request has, with a value that no parameter may replace.
fn own_header(scope: Scope<'_>, name: &str, at: &NodePath, found: &mut Diagnostics) {
    let request_id = scope.product.request_id.header.as_str();
    let own = ["AppKey", "Nonce", "CurTime", "CheckSum", "Content-Type", "Content-Length", "Host", "User-Agent"];
    if own.into_iter().chain([request_id]).any(|own| own.eq_ignore_ascii_case(name)) {
        found.push(
            Diagnostic::new(Code::BadHeader, at.clone().key(), format!("the client sends the header `{name}` itself"))
                .help("leave the parameter out"),
        );
    }
}

/// `endpoints.<name>.params.<param>` -> `<name>`
fn endpoint_name(at: &NodePath) -> &str {
    match at.steps.get(1) {
        Some(crate::diagnostic::Step::Key(name)) => name,
        _ => "",
    }
}

fn body(scope: Scope<'_>, endpoint: &Endpoint, encoding: Encoding, at: &NodePath, found: &mut Diagnostics) {
    if defaults::method(scope.product, endpoint) == Method::Get && encoding != Encoding::Query {
        found.push(
            Diagnostic::new(Code::BodyNotAllowed, at.at("encoding").value(), "a GET has no body")
                .help("leave `encoding` out: the parameters of a GET go to the query"),
        );
    }
}

fn returns(scope: Scope<'_>, endpoint: &Endpoint, at: &NodePath, found: &mut Diagnostics) {
    match &endpoint.returns {
        Returns::Nothing => {}
        Returns::Type { ty, at: key } => {
            field::known(scope, &ty.expr, &at.at("type"), found);
            payload_key(key, &at.at("at"), found);
            if ty.expr.leaf() == "file" {
                found.push(
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
                found.push(
                    Diagnostic::new(Code::TypeMisuse, at.at("type").value(), "a payload beside the code is an object")
                        .help("name an object type or `json`, list its `fields`, or say under which key it is"),
                );
            }
            if ty.optional {
                found.push(
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
            types::object(scope, fields, &at.at("fields"), found);
            payload_key(key, &at.at("at"), found);
        }
    }
}

fn payload_key(key: &str, at: &NodePath, found: &mut Diagnostics) {
    if key != "." && !crate::naming::is_wire_name(key) {
        found.push(
            Diagnostic::new(Code::BadName, at.clone().value(), format!("`{key}` is not a key of a reply"))
                .help("write the key that holds the payload, or `.` when it stands beside the code"),
        );
    }
}

fn errors(scope: Scope<'_>, endpoint: &Endpoint, at: &NodePath, found: &mut Diagnostics) {
    for (number, name) in endpoint.head.errors.iter().enumerate() {
        let known: Vec<_> = scope.product.errors.values().map(|error| error.name.as_str()).collect();
        let place = at.at("errors").at(number).value();
        if !known.contains(&name.as_str()) {
            found.push(
                Diagnostic::new(Code::UnknownError, place, format!("`{name}` is not in the product's error table"))
                    .second(NodePath::root(scope.product_path).at("errors").key(), "the table")
                    .help(expected(name, known)),
            );
        } else if endpoint.head.errors.iter().take(number).any(|earlier| earlier == name) {
            found.push(
                Diagnostic::new(Code::DuplicateError, place, format!("`{name}` is listed twice"))
                    .help("list every error once"),
            );
        }
    }
    if endpoint.head.retry == Some(RetryKind::Deduplicated) && scope.product.request_id.dedup.is_none() {
        found.push(
            Diagnostic::new(
                Code::NoDeduplication,
                at.at("retry").value(),
                "this product does not recognise repeated request ids",
            )
            .second(NodePath::root(scope.product_path).at("request_id").key(), "no `dedup` here")
            .help("say `safe` if repeating is harmless, `never` otherwise"),
        );
    }
}
