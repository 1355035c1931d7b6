//! Checks product.yaml, and what the resources of a product have in common.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::error_names::ErrorTable;
use super::{links, names, rates, repeats};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, expected};
use crate::document::{CommonFile, ErrorCode, Product, ProductFile, Rejection};
use crate::model::defaults;
use crate::naming;
use crate::primitives::{RetryKind, Signing, Span};
use crate::yaml::{Location, YamlPath};

/// Checks product.yaml.
pub(super) fn check(file: &ProductFile, diagnostics: &mut Diagnostics) {
    let root = YamlPath::root(&file.path);
    let product = &file.product;
    if product.product != file.folder {
        diagnostics.push(
            Diagnostic::new(
                Code::FileName,
                root.at("product").value(),
                format!("the folder `{}` says that it is the product `{}`", file.folder, product.product),
            )
            .help(format!("write `product: {}`, or rename the folder", file.folder)),
        );
    }
    names::module(&file.folder, &root.at("product"), diagnostics);
    links::text(&product.title, &root.at("title"), diagnostics);
    links::optional_texts([("doc_zh", product.doc_zh.as_deref())], &root, diagnostics);
    links::link(&product.docs, &root.at("docs"), diagnostics);
    hosts(product, &root.at("hosts"), diagnostics);
    repeats::product(product, &root, diagnostics);
    for (key, path) in [("base_path", &product.base_path), ("health", &product.health)] {
        if let Some(path) = path
            .as_deref()
            .filter(|path| !path.starts_with('/') || path.ends_with('/') || path.contains(['?', '{', ' ']))
        {
            diagnostics.push(
                Diagnostic::new(Code::BadPath, root.at(key).value(), format!("`{path}` is not a path"))
                    .help("write `/name`, without a `/` at its end"),
            );
        }
    }
    if product.base_path_optional && product.base_path.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::BadPath,
                root.at("base_path_optional").key(),
                "there is no base path that could be left out",
            )
            .help("drop `base_path_optional`, or write the `base_path`"),
        );
    }
    let request_id = root.at("request_id");
    header(&product.request_id.header, request_id.at("header").value(), diagnostics);
    span(product.request_id.dedup, &request_id.at("dedup"), diagnostics);
    defaults(file, &root, diagnostics);
    reply_keys(product, &root.at("reply"), diagnostics);
    errors(&product.errors, &root.at("errors"), diagnostics);
    for (name, rejection) in product.rejections.entries() {
        check_rejection(product, rejection, &root.at("rejections").at(name), diagnostics);
    }
    routes(file, diagnostics);
}

/// Checks the defaults of endpoints.
fn defaults(file: &ProductFile, root: &YamlPath, diagnostics: &mut Diagnostics) {
    let (product, at) = (&file.product, root.at("defaults"));
    if product.defaults.retry == Some(RetryKind::Deduplicated) && product.request_id.dedup.is_none() {
        diagnostics.push(
            Diagnostic::new(
                Code::NoDeduplication,
                at.at("retry").value(),
                "this product does not recognise repeated request ids",
            )
            .second(root.at("request_id").key(), "no `dedup` here")
            .help("say `never` here, and `safe` at the endpoints where repeating is harmless"),
        );
    }
    rates::check_defaults(product.defaults.rate.as_deref(), &at.at("rate"), diagnostics);
    ErrorTable { product, path: &file.path }.check_defaults(diagnostics);
}

/// Checks the hosts of each region.
fn hosts(product: &Product, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if product.hosts.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::NoHosts, at.clone().key(), "the product has no hosts")
                .help("write `hosts: { mainland: [https://...] }`, the preferred host first"),
        );
    }
    for (region, urls) in &product.hosts {
        if urls.is_empty() {
            diagnostics.push(
                Diagnostic::new(Code::NoHosts, at.at(&**region).key(), format!("the region `{region}` has no hosts"))
                    .help(format!(
                        "write `{region}: [https://...]`, the preferred host first, or leave the region out"
                    )),
            );
        }
        names::snake(region, at.at(&**region).key(), "a region name", diagnostics);
        for (number, url) in urls.iter().enumerate() {
            let plain = (product.signing == Signing::None).then(|| url.strip_prefix("http://")).flatten();
            let rest = url.strip_prefix("https://").or(plain);
            let good = rest.is_some_and(|rest| {
                !rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter))
            });
            if !good {
                diagnostics.push(
                    Diagnostic::new(
                        Code::BadHost,
                        at.at(&**region).at(number).value(),
                        format!("`{url}` is not the https URL of a host"),
                    )
                    .help(if url.starts_with("http://") {
                        "write `https://host`; only a product with `signing: none` may have hosts without TLS"
                    } else {
                        "write `https://host`; a path common to all hosts goes to `base_path`"
                    }),
                );
            }
        }
    }
}

/// Checks a header name.
pub(super) fn header(name: &str, place: Location, diagnostics: &mut Diagnostics) {
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
        diagnostics.push(
            Diagnostic::new(Code::BadHeader, place, format!("`{name}` is not a header name"))
                .help("header names consist of letters, digits and `-`"),
        );
    }
}

/// Checks that a duration is not zero.
pub(super) fn span(span: Option<Span>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    if span.is_some_and(|span| span.0.is_zero()) {
        diagnostics.push(
            Diagnostic::new(Code::ImpossibleLimit, at.clone().value(), "a span of time of zero")
                .help("write the real span, or leave it out"),
        );
    }
}

/// Checks the keys of the reply's envelope.
fn reply_keys(product: &Product, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let rule = &product.reply;
    let lists = [("message", &rule.message), ("request_id", &rule.request_id)];
    let listed = lists.into_iter().flat_map(|(list, keys)| {
        let at = at.at(list);
        keys.iter().enumerate().map(move |(number, key)| (key, at.at(number)))
    });
    for (key, at) in rule.code.iter().map(|key| (key, at.at("code"))).chain(listed) {
        if !naming::is_wire_name(key) {
            diagnostics.push(
                Diagnostic::new(Code::BadName, at.value(), format!("`{key}` is not a key of a reply"))
                    .help("keys consist of letters, digits and `_`, `-`, `.`"),
            );
        }
    }
    if rule.success.code.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::ImpossibleLimit, at.at("success").at("code").value(), "no reply is a success")
                .help("list the codes of a success, such as `[200]`"),
        );
    }
}

/// Checks `common.yaml`, which is above the folders of the products.
pub(super) fn check_common(file: &CommonFile, diagnostics: &mut Diagnostics) {
    let root = YamlPath::root(&file.path);
    links::text(&file.common.common, &root.at("common"), diagnostics);
    errors(&file.common.errors, &root.at("errors"), diagnostics);
}

/// Checks that a product does not use the name of a common code for another code.
pub(super) fn check_against_common(file: &ProductFile, common: &CommonFile, diagnostics: &mut Diagnostics) {
    let at = |path: &str, code: i64| YamlPath::root(path).at("errors").at(&*code.to_string()).at("name").value();
    let added = common.common.errors.iter().filter(|(code, _)| !file.product.errors.contains_key(*code));
    for (code, error) in added {
        let variant = naming::camel(&error.name);
        let taken = file.product.errors.iter().find(|(_, own)| naming::camel(&own.name) == variant);
        if let Some((own, _)) = taken {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateError,
                    at(&file.path, *own),
                    format!("the codes {own} and {code} are both called `{}`", error.name),
                )
                .second(at(&common.path, *code), "every product has this one")
                .help(format!("choose another name, or list {code} here as well, with a name of its own")),
            );
        }
    }
}

/// Checks the error codes.
fn errors(errors: &IndexMap<i64, ErrorCode>, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, (i64, &String)> = BTreeMap::new();
    for (number, (code, error)) in errors.iter().enumerate() {
        let here = at.at(&*code.to_string());
        let variant = naming::camel(&error.name);
        if names::snake(&error.name, here.at("name").value(), "an error name", diagnostics)
            && matches!(variant.as_str(), "Unlisted" | "Self")
        {
            diagnostics.push(
                Diagnostic::new(
                    Code::ReservedName,
                    here.at("name").value(),
                    format!("every error table already has `{variant}`"),
                )
                .help("choose another name"),
            );
        }
        links::text(&error.meaning, &here.at("meaning"), diagnostics);
        links::optional_texts([("meaning_zh", error.meaning_zh.as_deref())], &here, diagnostics);
        if let Some((other, name)) = first.insert(variant.clone(), (*code, &error.name))
            && *name != error.name
        {
            diagnostics.push(
                Diagnostic::new(
                    Code::NameCollision,
                    here.at("name").value(),
                    format!("`{name}` and `{}` both become the Rust variant `{variant}`", error.name),
                )
                .second(at.at(&*other.to_string()).at("name").value(), "the first one")
                .help("rename one of them"),
            );
        } else if let Some(other) = errors.iter().take(number).find(|(_, earlier)| earlier.name == error.name) {
            let other = other.0;
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateError,
                    here.at("name").value(),
                    format!("the codes {other} and {code} are both called `{}`", error.name),
                )
                .second(at.at(&*other.to_string()).at("name").value(), "the first one")
                .help("endpoints name errors, so every code needs a name of its own"),
            );
        }
        if let Some(status) = error.http.filter(|status| !(100..600).contains(status)) {
            diagnostics.push(
                Diagnostic::new(Code::WrongShape, here.at("http").value(), format!("{status} is not an HTTP status"))
                    .help("write one from 100 to 599, or leave it out: 200 is the default"),
            );
        }
    }
}

/// Checks a rejection: its code, key and text.
fn check_rejection(product: &Product, rejection: &Rejection, at: &YamlPath, diagnostics: &mut Diagnostics) {
    match &rejection.error {
        None if rejection.http.is_none() || rejection.text.is_some() || rejection.key.is_some() => diagnostics.push(
            Diagnostic::new(
                Code::BadRejection,
                at.clone().key(),
                "a rejection is either an envelope or a bare HTTP status",
            )
            .help("write `{ error: NAME, text: ... }` or `{ http: STATUS }`"),
        ),
        Some(name) if !product.errors.values().any(|error| error.name == *name) => {
            let known = || product.errors.values().map(|error| error.name.as_str());
            diagnostics.push(
                Diagnostic::new(
                    Code::UnknownError,
                    at.at("error").value(),
                    format!("`{name}` is not in the error table"),
                )
                .help(expected(name, known().collect::<Vec<_>>())),
            );
        }
        _ => {}
    }
}

/// Reports errors that no endpoint, default or rejection names, unless they are `general`.
pub(super) fn unused_errors(file: &ProductFile, diagnostics: &mut Diagnostics) {
    let product = &file.product;
    let endpoints = file.resources.iter().flat_map(|resource| resource.endpoints.values());
    let mut used: BTreeSet<&str> = endpoints.flat_map(|endpoint| &endpoint.head.errors).map(String::as_str).collect();
    used.extend(product.defaults.errors.iter().map(String::as_str));
    used.extend(product.rejections.entries().filter_map(|(_, rejection)| rejection.error.as_deref()));
    for (code, error) in product.errors.iter().filter(|(_, error)| !error.general && !used.contains(&*error.name)) {
        diagnostics.push(
            Diagnostic::new(
                Code::UnusedError,
                YamlPath::root(&file.path).at("errors").at(&*code.to_string()).at("name").value(),
                format!("no endpoint answers with `{}`", error.name),
            )
            .help("list it at the endpoints that do, say `general: true` if any endpoint may, or remove it"),
        );
    }
}

/// Reports endpoints with the same method and path, in all files of a product. Names of placeholders are ignored.
pub(super) fn routes(file: &ProductFile, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, YamlPath> = BTreeMap::new();
    for resource in &file.resources {
        for (name, endpoint) in &resource.endpoints {
            let at = YamlPath::root(&resource.path).at("endpoints").at(&**name);
            let method = defaults::method(&file.product, endpoint).as_str();
            for path in shapes(&endpoint.head.path) {
                let route = format!("{method} {path}");
                if let Some(other) = first.get(&route) {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::DuplicateRoute,
                            at.at("path").value(),
                            format!("`{route}` is described twice"),
                        )
                        .second(other.at("path").value(), "the first description")
                        .help("keep one of them; merge what the other knows"),
                    );
                } else {
                    first.insert(route, at.clone());
                }
            }
        }
    }
}

/// Returns the paths that a template matches, with unnamed placeholders: two if its last segment is optional.
fn shapes(template: &str) -> Vec<String> {
    let (always, optional) = match template.split_once("{/") {
        Some((always, _)) => (always, true),
        None => (template, false),
    };
    let segments: Vec<_> =
        always.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment }).collect();
    let path = segments.join("/");
    if optional { vec![format!("{path}/{{}}"), path] } else { vec![path] }
}
