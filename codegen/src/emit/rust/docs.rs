//! Emits texts of the spec as doc comments.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::wrap::wrapped;
use super::{Examples, example_exprs, rules};
use crate::model::{
    Endpoint, ErrorCode, Event, Field, Groups, Limits, Product, Resource, RetryKind, Signing, Type, Value,
};
use crate::naming::folded;

/// Emits `///` lines, one attribute each.
pub(super) fn lines(text: &str) -> TokenStream {
    wrapped(text)
        .lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote!(#[doc = #line])
        })
        .collect()
}

/// Emits `//!` lines.
pub(super) fn inner(text: &str) -> TokenStream {
    wrapped(text)
        .lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote!(#![doc = #line])
        })
        .collect()
}

/// Returns the docs of a module: title, description and link to the official documentation.
pub(super) fn module(title: &str, doc: Option<&str>, page: Option<&str>) -> TokenStream {
    let mut text = format!("{}.", title.trim_end_matches('.'));
    if let Some(doc) = doc {
        let _ = write!(text, "\n\n{}", doc.trim_end());
    }
    if let Some(page) = page {
        let _ = write!(text, "\n\n[Official documentation]({page})");
    }
    inner(&text)
}

/// Returns the docs of a product's module, with the errors that every endpoint may return.
pub(super) fn product(product: &Product) -> TokenStream {
    let common: Vec<_> = product.errors.iter().filter(|error| product.default_errors.contains(&error.code)).collect();
    let errors = (!common.is_empty()).then(|| {
        let links = error_links(&common, "");
        inner(&format!("\n# Errors\nEvery endpoint may answer with: {links}. Each lists only what it adds to these."))
    });
    let docs = module(&product.title, product.doc.as_deref(), Some(&product.docs));
    quote!(#docs #errors)
}

/// Returns the docs of a request type.
pub(super) fn endpoint(product: &Product, resource: &Resource, endpoint: &Endpoint, examples: Examples<'_>) -> String {
    let mut text = format!("{}.\n\n", endpoint.title.trim_end_matches('.'));
    if let Some(doc) = &endpoint.doc {
        let _ = writeln!(text, "{}\n", doc.trim_end());
    }
    if let Some(missing) = &endpoint.missing {
        let _ = writeln!(
            text,
            "**Partial**: {} What is not typed here goes by [`with_param`](Endpoint::with_param).\n",
            sentence(missing)
        );
    }
    let _ = write!(text, "`{} {}` · [official page]({})", endpoint.method.as_str(), endpoint.path.text, endpoint.docs);
    if let Some(rate) = &endpoint.rate {
        let _ = write!(text, " · at most {rate}");
    }
    if let Some(note) = &endpoint.rate_note {
        let joint = if endpoint.rate.is_some() { "," } else { " · limit:" };
        let _ = write!(text, "{joint} {}", note.trim());
    }
    text.push_str(match endpoint.retry {
        RetryKind::Never => "",
        RetryKind::Safe => " · safe to repeat",
        RetryKind::Deduplicated => " · the server recognises a repeat",
    });
    if endpoint.pages.is_some() {
        text.push_str(" · a page; [`items`](Paged::items) gets all");
    }
    text.push_str(match endpoint.signing {
        Signing::Checksum => "",
        Signing::AppKey => " · app key only, no signature",
        Signing::None => " · not signed",
    });
    text.push_str("\n\n");
    groups(endpoint, &mut text);
    text.push_str(&rules::docs(&endpoint.params, &endpoint.rules));
    errors(product, endpoint, &mut text);
    let (kind, example) = match examples {
        Examples::Compiled { products } => ("no_run", example_exprs::doc_test(product, resource, endpoint, products)),
        Examples::Shown => ("text", example_exprs::shown_call(resource, endpoint)),
    };
    let _ = write!(text, "# Example\n```{kind}\n{example}\n```");
    text
}

/// Returns the docs of the type of an event.
pub(super) fn event(event: &Event) -> String {
    let mut text = format!("{}.\n\n", event.title.trim_end_matches('.'));
    if let Some(doc) = &event.doc {
        let _ = writeln!(text, "{}\n", doc.trim_end());
    }
    if let Some(missing) = &event.missing {
        let _ = writeln!(text, "**Partial**: {}\n", sentence(missing));
    }
    let _ = write!(text, "`{}`", event.id);
    if !event.types.is_empty() {
        let types: Vec<_> = event.types.iter().map(|value| format!("`{value}`")).collect();
        let _ = write!(text, " · `{}` {}", event.type_key, types.join(" or "));
    }
    let _ = write!(text, " · [official page]({})", event.docs);
    text
}

/// Appends the docs of an endpoint's groups.
fn groups(endpoint: &Endpoint, text: &mut String) {
    group_docs(&endpoint.params, &endpoint.groups, text);
}

/// Appends the docs of groups of fields.
pub(super) fn group_docs(fields: &[Field], groups: &Groups, text: &mut String) {
    let names = |group: &[String]| {
        let members = fields.iter().filter(|field| group.contains(&field.wire_name));
        members.map(|field| format!("`{}`", field.rust_name)).collect::<Vec<_>>().join(", ")
    };
    for group in &groups.exactly_one {
        let _ = writeln!(text, "Exactly one of {} must be given.\n", names(group));
    }
    for group in &groups.all_or_none {
        let _ = writeln!(text, "Of {} all must be given, or none.\n", names(group));
    }
    // If one of the fields is required, there is no choice to describe.
    for group in super::rules::open_preferences(fields, groups) {
        let ordered = group.iter().filter_map(|name| fields.iter().find(|param| param.wire_name == *name));
        let names: Vec<_> = ordered.map(|param| format!("`{}`", param.rust_name)).collect();
        let names = names.join(", ");
        let _ = writeln!(
            text,
            "At least one of {names} must be given; of several, the server takes the first in this order.\n"
        );
    }
}

/// Appends the errors of an endpoint that are not in the product's defaults; those are in the docs of the product.
fn errors(product: &Product, endpoint: &Endpoint, text: &mut String) {
    let errors: Vec<_> = product.errors.iter().filter(|error| endpoint.errors.contains(&error.code)).collect();
    if !errors.is_empty() {
        let _ = writeln!(text, "# Errors\n{}\n", error_links(&errors, "super::"));
    }
}

/// Returns links to error codes, separated by commas.
fn error_links(errors: &[&ErrorCode], path: &str) -> String {
    let link = |error: &&ErrorCode| format!("[`{}`]({path}ErrorCode::{}) ({})", error.name, error.variant, error.code);
    errors.iter().map(link).collect::<Vec<_>>().join(", ")
}

/// Returns the docs of a parameter or field: its text, its limits, and its wire name if a search would not find it.
pub(super) fn field(field: &Field) -> String {
    let mut text = sentence(&field.doc);
    for limit in limits(field.limits, &field.ty) {
        let _ = write!(text, " {limit}.");
    }
    if !field.one_of.is_empty() {
        let allowed: Vec<_> = field.one_of.iter().map(|value| format!("`{value}`")).collect();
        let _ = write!(text, " One of {}.", allowed.join(", "));
    }
    if let Some(pattern) = &field.pattern {
        let _ = write!(text, " Of the form `{pattern}`.");
    }
    if !field.listed.is_empty() && !field.allowed.is_empty() {
        let allowed: Vec<_> = field.allowed.iter().map(|value| format!("`{value}`")).collect();
        let _ = write!(text, " Only {}.", allowed.join(", "));
    }
    if field.lower_case {
        text.push_str(" Kept in lower case.");
    }
    if let Some(default) = &field.default {
        let _ = write!(text, " Default: `{}`.", default_text(default));
    }
    if !is_found_by_wire_name(field) {
        let _ = write!(text, " On the wire: `{}`.", field.wire_name);
    }
    text
}

fn default_text(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

/// Returns a text with a full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

/// Returns whether a search for the wire name finds the Rust name: rustdoc's search ignores case and underscores.
pub(super) fn is_found_by_wire_name(field: &Field) -> bool {
    folded(&field.wire_name) == folded(&field.rust_name)
}

/// Returns sentences about the limits of a value.
fn limits(limits: Limits, ty: &Type) -> Vec<String> {
    let counted =
        |limit: u32, one: &str, many: &str| format!("At most {limit} {}", if limit == 1 { one } else { many });
    let items = if matches!(ty, Type::Map(_)) { "entries" } else { "elements" };
    let range = limits.range.map(|range| match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => format!("Always {min}"),
        (Some(min), Some(max)) => format!("From {min} to {max}"),
        (Some(min), None) => format!("At least {min}"),
        (None, Some(max)) => format!("At most {max}"),
        (None, None) => "Any number".to_owned(),
    });
    [
        limits.max_len.map(|limit| counted(limit, "character", "characters")),
        limits.max_bytes.map(|limit| counted(limit, "byte", "bytes")),
        limits.max_items.map(|limit| {
            if limit == 1 {
                format!("At most 1 {}", items.trim_end_matches('s').replace("entrie", "entry"))
            } else {
                counted(limit, "element", items)
            }
        }),
        range,
    ]
    .into_iter()
    .flatten()
    .collect()
}
