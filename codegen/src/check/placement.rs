//! Checks that a parameter can be sent where the spec puts it.

use super::field::Site;
use super::{Scope, field, product, repeats};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::Field;
use crate::model::{PathTemplate, defaults};
use crate::primitives::{Encoding, Place, Wire};
use crate::yaml::{YamlPath, YamlPathSegment};

/// A parameter, with everything that determines where it may be sent.
struct Placed<'a> {
    scope: Scope<'a>,
    name: &'a str,
    param: &'a Field,
    places: Vec<Place>,
    path: Option<&'a PathTemplate>,
    encoding: Encoding,
    at: &'a YamlPath,
}

/// Checks where a parameter is sent.
pub(super) fn check(
    scope: Scope<'_>,
    name: &str,
    param: &Field,
    path: Option<&PathTemplate>,
    encoding: Encoding,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) {
    let places = defaults::places(name, param, path, encoding);
    let named: Vec<_> = param.places.iter().map(|place| format!("{place:?}").to_lowercase()).collect();
    repeats::list(&named, &at.at("in"), "name every part of the request once", diagnostics);
    let placed = Placed { scope, name, param, places, path, encoding, at };
    placed.path(diagnostics);
    if param.ty.optional {
        diagnostics.push(
            Diagnostic::new(Code::TypeMisuse, at.at("type").value(), "a parameter's type does not end in `?`")
                .help("a parameter is optional unless it says `required: true`"),
        );
    }
    if placed.param.ty.expr.leaf() == "file" && !placed.file(diagnostics) {
        return;
    }
    placed.body(diagnostics);
    placed.wire(diagnostics);
    if placed.places.contains(&Place::Header) {
        product::header(name, at.clone().key(), diagnostics);
        own_header(scope, name, at, diagnostics);
    }
}

impl Placed<'_> {
    /// Checks a parameter of the path against the placeholders.
    fn path(&self, diagnostics: &mut Diagnostics) {
        let is_named = self.path.is_none_or(|path| path.parameters().any(|placeholder| placeholder == self.name));
        if !self.places.contains(&Place::Path) || is_named {
            return;
        }
        let (name, at) = (self.name, self.at);
        diagnostics.push(
            Diagnostic::new(
                Code::PathParameter,
                at.at("in").value(),
                format!("`{name}` goes to the path, but the path does not name it"),
            )
            .second(
                self.scope.root().at("endpoints").at(endpoint_name(at)).at("path").value(),
                format!("no `{{{name}}}` here"),
            )
            .help(format!("put `{{{name}}}` into the path, or send the parameter elsewhere")),
        );
    }

    /// Checks the place of a file. Returns whether the other checks apply.
    fn file(&self, diagnostics: &mut Diagnostics) -> bool {
        let multipart = self.encoding == Encoding::Multipart;
        if !multipart || self.param.ty.expr.to_string() != "file" {
            let help = if multipart {
                "give every file a parameter of its own, of the type `file`"
            } else {
                "say `encoding: multipart`, or use `base64` for bytes as text"
            };
            diagnostics.push(
                Diagnostic::new(
                    Code::TypeMisuse,
                    self.at.at("type").value(),
                    "a file is sent only as a part of its own",
                )
                .help(help),
            );
        }
        let elsewhere = self.places.iter().any(|place| *place != Place::Form);
        if elsewhere {
            diagnostics.push(
                Diagnostic::new(
                    Code::WrongPlace,
                    self.at.at("in").value(),
                    format!("the file `{}` cannot go there", self.name),
                )
                .help("a file is a part of the multipart body: leave `in` out"),
            );
        }
        !elsewhere
    }

    /// Checks that the body has the encoding of the parameter's place.
    fn body(&self, diagnostics: &mut Diagnostics) {
        for (number, place) in self.places.iter().enumerate() {
            let (part, encoding) = match (place, self.encoding) {
                (Place::Form, Encoding::Json | Encoding::Query) => ("form", "form"),
                (Place::Json, Encoding::Form | Encoding::Query | Encoding::Multipart) => ("JSON body", "json"),
                _ => continue,
            };
            diagnostics.push(
                Diagnostic::new(
                    Code::WrongPlace,
                    self.at.at("in").at(number).value(),
                    format!("`{}` cannot go to the {part}: this endpoint has none", self.name),
                )
                .help(format!("send it elsewhere, or say `encoding: {encoding}` for the endpoint")),
            );
        }
    }

    /// Checks the wire form of a parameter.
    fn wire(&self, diagnostics: &mut Diagnostics) {
        let Self { scope, param, places, at, .. } = self;
        let site = if places.contains(&Place::Json) { Site::Json } else { Site::Text };
        let joined_by_default = places.iter().all(|place| *place == Place::Query)
            && param.wire.is_none()
            && param.ty.expr.to_string().starts_with('[');
        if !joined_by_default {
            field::wire(*scope, param, site, at, diagnostics);
        }
        field::not_sent(param, at, diagnostics);
        field::nullable(param, site, defaults::required(self.name, param, places, self.path), at, diagnostics);
        let problem = match param.wire {
            Some(Wire::Repeat) if !places.iter().all(|place| matches!(place, Place::Query | Place::Form)) => {
                Some("only a query or a form can repeat a name")
            }
            Some(Wire::Json) if places.contains(&Place::Path) => Some("JSON text does not fit into a path segment"),
            _ => None,
        };
        if let Some(problem) = problem {
            diagnostics.push(
                Diagnostic::new(Code::WireForm, at.at("wire").value(), problem)
                    .help("send it elsewhere, or say `wire: comma`"),
            );
        }
    }
}

/// Rejects headers that the client sets itself.
fn own_header(scope: Scope<'_>, name: &str, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let request_id = scope.product.request_id.header.as_str();
    let own = ["AppKey", "Nonce", "CurTime", "CheckSum", "Content-Type", "Content-Length", "Host", "User-Agent"];
    if own.into_iter().chain([request_id]).any(|own| own.eq_ignore_ascii_case(name)) {
        diagnostics.push(
            Diagnostic::new(Code::BadHeader, at.clone().key(), format!("the client sends the header `{name}` itself"))
                .help("leave the parameter out"),
        );
    }
}

/// Returns `<name>` of the path `endpoints.<name>.params.<param>`.
fn endpoint_name(at: &YamlPath) -> &str {
    match at.segments.get(1) {
        Some(YamlPathSegment::Key(name)) => name,
        _ => "",
    }
}
