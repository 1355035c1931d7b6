//! Compares endpoints: their requests and replies.

use std::collections::BTreeSet;

use super::matched::Matched;
use super::product::Routed;
use super::{Changes, Rule, params};
use crate::emit::rust;
use crate::model::{Encoding, Endpoint, Product, Returns, Signing};

/// Compares all endpoints of a product; gives the resources of those that have another name: before and after.
pub(super) fn all<'a>(old: &[Routed<'a>], new: &[Routed<'a>], changes: &mut Changes) -> Vec<(&'a str, &'a str)> {
    let mut matched = Matched::new(old, new, |routed| &routed.endpoint.id);
    let mut moved = Vec::new();
    for (before, after) in matched.join(|routed| &routed.route) {
        moved.push((before.resource, after.resource));
        let text = format!("the endpoint is called `{}` now", after.endpoint.id);
        changes.add(Rule::EndpointRenamed, &before.endpoint.id, text);
    }
    for (before, after) in &matched.both {
        one(before, after, changes);
    }
    for gone in matched.removed {
        changes.add(Rule::EndpointRemoved, &gone.endpoint.id, "the endpoint is removed");
    }
    for added in matched.added {
        changes.add(Rule::EndpointAdded, &added.endpoint.id, "the endpoint is new");
    }
    moved
}

fn one(old: &Routed<'_>, new: &Routed<'_>, changes: &mut Changes) {
    // Under the name that users know.
    let id = &old.endpoint.id;
    texts(id, old, new, changes);
    sending(id, old.endpoint, new.endpoint, changes);
    reply(id, &old.endpoint.returns, &new.endpoint.returns, changes);
    params::all(id, old.endpoint, new.endpoint, changes);
}

fn texts(id: &str, old: &Routed<'_>, new: &Routed<'_>, changes: &mut Changes) {
    if errors_changed(old, new) {
        changes.add(Rule::ListedErrors, id, "the list of errors changed");
    }
    if !follows_default_rate(old, new) {
        let rate = |routed: &Routed<'_>| routed.endpoint.rate.clone();
        changes.changed_opt(Rule::Text, id, "the documented rate", rate(old), rate(new));
    }
    let (old, new) = (old.endpoint, new.endpoint);
    changes.changed_debug(Rule::Text, id, "the title", &old.title, &new.title);
    changes.changed_debug(Rule::Text, id, "the doc", &old.doc, &new.doc);
    changes.changed_debug(Rule::Text, id, "what is not known", &old.missing, &new.missing);
    changes.changed_debug(Rule::Text, id, "the note on the rate", &old.rate_note, &new.rate_note);
    changes.changed(Rule::Link, id, "the official page", &old.docs, &new.docs);
    changes.changed_debug(Rule::Alias, id, "the official titles", &old.titles_zh, &new.titles_zh);
    let example = |endpoint: &Endpoint| format!("{:?}", endpoint.example);
    changes.changed_debug(Rule::Example, id, "the example", &example(old), &example(new));
}

/// Whether the endpoint may answer with other errors, beside those that the product's defaults gained or lost: these
/// are reported once, as a change of the product. Errors are compared by name: that a name belongs to another code is a
/// change of the product.
fn errors_changed(old: &Routed<'_>, new: &Routed<'_>) -> bool {
    let names = |routed: &Routed<'_>| -> BTreeSet<String> {
        routed.product.errors_of(routed.endpoint).map(|error| error.name.clone()).collect()
    };
    let (before, after) = (default_errors(old.product), default_errors(new.product));
    names(old).symmetric_difference(&names(new)).any(|name| before.contains(name) == after.contains(name))
}

/// Names of the errors that every endpoint of a product may answer with.
pub(super) fn default_errors(product: &Product) -> BTreeSet<String> {
    let defaults = product.errors.iter().filter(|error| product.default_errors.contains(&error.code));
    defaults.map(|error| error.name.clone()).collect()
}

/// Whether the endpoint had the product's default rate and still has it: then only the product's default can have
/// changed.
fn follows_default_rate(old: &Routed<'_>, new: &Routed<'_>) -> bool {
    let is_default = |routed: &Routed<'_>| {
        routed.product.default_rate.is_some() && routed.endpoint.rate == routed.product.default_rate
    };
    is_default(old) && is_default(new)
}

fn sending(id: &str, old: &Endpoint, new: &Endpoint, changes: &mut Changes) {
    changes.changed(Rule::Method, id, "the method", &old.method.as_str(), &new.method.as_str());
    changes.changed(Rule::Path, id, "the path", &old.path.text, &new.path.text);
    changes.changed(Rule::Encoding, id, "the encoding", &encoding(old), &encoding(new));
    let retry = |endpoint: &Endpoint| format!("{:?}", endpoint.retry).to_lowercase();
    changes.changed(Rule::Retry, id, "the retry kind", &retry(old), &retry(new));
    let signing = |endpoint: &Endpoint| match endpoint.signing {
        Signing::Checksum => "checksum",
        Signing::AppKey => "app_key",
        Signing::None => "none",
    };
    changes.changed(Rule::Signing, id, "the signing", &signing(old), &signing(new));
    pages(id, old, new, changes);
    changes.changed_debug(
        Rule::Groups,
        id,
        "the groups of parameters that depend on each other",
        &old.groups,
        &new.groups,
    );
    let seconds = |endpoint: &Endpoint| endpoint.timeout.map(|span| format!("{}s", span.as_secs_f64()));
    changes.changed_opt(Rule::Timeout, id, "the time-out", seconds(old), seconds(new));
}

fn pages(id: &str, old: &Endpoint, new: &Endpoint, changes: &mut Changes) {
    match (&old.pages, &new.pages) {
        (Some(_), None) => changes.add(Rule::PagesRemoved, id, "the endpoint does not list page by page any more"),
        (None, Some(_)) => changes.add(Rule::PagesAdded, id, "the endpoint lists page by page"),
        (before, after) => changes.changed_debug(Rule::Pages, id, "the way to the next page", before, after),
    }
}

fn encoding(endpoint: &Endpoint) -> &'static str {
    match endpoint.encoding {
        Encoding::Form => "form",
        Encoding::Json => "json",
        Encoding::Query => "query",
        Encoding::Multipart => "multipart",
    }
}

fn reply(id: &str, old: &Returns, new: &Returns, changes: &mut Changes) {
    let parts = |returns: &Returns| match returns {
        Returns::Nothing => ("()".to_owned(), None),
        Returns::At(key, ty) => (rust::type_name(ty, false), Some(format!("under `{key}`"))),
        Returns::Flat(ty) => (rust::type_name(ty, false), Some("beside the code".to_owned())),
    };
    let ((old_type, old_place), (new_type, new_place)) = (parts(old), parts(new));
    changes.changed(Rule::ReplyType, id, "the reply", &old_type, &new_type);
    if let (Some(old), Some(new)) = (old_place, new_place)
        && old != new
    {
        changes.add(Rule::Payload, id, format!("the payload is {new}, was {old}"));
    }
}
