//! Products, their error tables and resources.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::matched::Matched;
use super::{Changes, Rule, callbacks, endpoint, types};
use crate::model::{Endpoint, ErrorCode, Product, Rejections, Resource, Segment, SharedTypes};

pub(super) fn all(old: &[Product], new: &[Product], changes: &mut Changes) {
    let matched = Matched::new(old, new, |product| &product.name);
    for product in matched.removed {
        changes.add(Rule::ProductRemoved, &product.name, "the product is removed");
        resources((product, &product.resources), (product, &[]), changes);
        callbacks::all(&product.name, product.callbacks.as_ref(), None, changes);
    }
    for product in matched.added {
        changes.add(Rule::ProductAdded, &product.name, "the product is new");
        resources((product, &[]), (product, &product.resources), changes);
        callbacks::all(&product.name, None, product.callbacks.as_ref(), changes);
    }
    for (old, new) in matched.both {
        texts(old, new, changes);
        wire(old, new, changes);
        hosts(old, new, changes);
        errors(old, new, changes);
        rejections(&new.name, &old.rejections, &new.rejections, changes);
        shared(&new.name, old.shared.as_ref(), new.shared.as_ref(), changes);
        resources((old, &old.resources), (new, &new.resources), changes);
        callbacks::all(&new.name, old.callbacks.as_ref(), new.callbacks.as_ref(), changes);
    }
}

fn texts(old: &Product, new: &Product, changes: &mut Changes) {
    changes.changed_debug(Rule::Text, &new.name, "the title", &old.title, &new.title);
    changes.changed_debug(Rule::Text, &new.name, "the doc", &old.doc, &new.doc);
    changes.changed(Rule::Link, &new.name, "the official page", &old.docs, &new.docs);
    let errors = "the errors of every endpoint";
    let defaults = (endpoint::default_errors(old), endpoint::default_errors(new));
    changes.changed_debug(Rule::ListedErrors, &new.name, errors, &defaults.0, &defaults.1);
    let rates = (old.default_rate.as_ref(), new.default_rate.as_ref());
    changes.changed_opt(Rule::Text, &new.name, "the default rate", rates.0, rates.1);
}

fn wire(old: &Product, new: &Product, changes: &mut Changes) {
    let id = &new.name;
    changes.changed(Rule::BasePath, id, "the base path", &old.base_path, &new.base_path);
    let optional = "whether the sandbox takes paths without the base path";
    changes.changed(Rule::Tolerance, id, optional, &old.base_path_optional, &new.base_path_optional);
    changes.changed_opt(Rule::Health, id, "the health path", old.health.as_ref(), new.health.as_ref());
    changes.changed(
        Rule::RequestId,
        id,
        "the header of the request id",
        &old.request_id_header,
        &new.request_id_header,
    );
    let usual = |product: &Product| (product.signing, product.encoding);
    changes.changed_debug(Rule::Raw, id, "how raw calls are signed or encoded", &usual(old), &usual(new));
    let seconds = |product: &Product| product.dedup.map(|span| format!("{}s", span.as_secs_f64()));
    changes.changed_opt(Rule::RequestId, id, "the time in which repeats are recognised", seconds(old), seconds(new));
    let (before, after) = (&old.reply, &new.reply);
    changes.changed_debug(Rule::ReplyRule, id, "the HTTP status of a success", &before.http, &after.http);
    changes.changed(Rule::ReplyRule, id, "the key of the code", &before.code_key, &after.code_key);
    let codes = |product: &Product| (product.reply.codes.clone(), product.reply.code_may_be_absent);
    changes.changed_debug(Rule::ReplyRule, id, "the codes of a success", &codes(old), &codes(new));
    changes.changed_debug(Rule::ReplyRule, id, "the keys of the error text", &before.message_keys, &after.message_keys);
    let keys = "the keys of the server's request id";
    changes.changed_debug(Rule::ReplyRule, id, keys, &before.request_id_keys, &after.request_id_keys);
}

fn hosts(old: &Product, new: &Product, changes: &mut Changes) {
    for (region, hosts) in &old.hosts {
        match new.hosts.get(region) {
            None => changes.add(Rule::RegionRemoved, &new.name, format!("the region `{region}` is removed")),
            Some(now) => changes.changed_debug(Rule::Hosts, &new.name, &format!("the hosts of `{region}`"), hosts, now),
        }
    }
    for region in new.hosts.keys().filter(|region| !old.hosts.contains_key(*region)) {
        changes.add(Rule::RegionAdded, &new.name, format!("the region `{region}` is new"));
    }
}

fn errors(old: &Product, new: &Product, changes: &mut Changes) {
    let id = &new.name;
    let mut matched = Matched::new(&old.errors, &new.errors, |error: &ErrorCode| &error.name);
    for (before, after) in &matched.both {
        changes.changed(
            Rule::ErrorNumber,
            id,
            &format!("the code of the error `{}`", after.name),
            &before.code,
            &after.code,
        );
    }
    for (before, after) in matched.join(|error| error.code) {
        let text = format!("the error {} is called `{}`, was `{}`", after.code, after.name, before.name);
        changes.add(Rule::ErrorRenamed, id, text);
    }
    for (before, after) in matched.both {
        let what = |of: &str| format!("{of} of the error `{}`", after.name);
        changes.changed_debug(Rule::ErrorKind, id, &what("the kind"), &before.kind, &after.kind);
        changes.changed(Rule::ErrorKind, id, &what("the HTTP status"), &before.http, &after.http);
        let words = what("the words that mean a wrong clock");
        changes.changed_debug(Rule::ErrorKind, id, &words, &before.clock_words, &after.clock_words);
        let words = what("the words that mean another region");
        changes.changed_debug(Rule::ErrorKind, id, &words, &before.region_words, &after.region_words);
        changes.changed_debug(Rule::Text, id, &what("the meaning"), &before.meaning, &after.meaning);
    }
    for error in matched.removed {
        changes.add(Rule::ErrorRemoved, id, format!("the error `{}` ({}) is removed", error.name, error.code));
    }
    for error in matched.added {
        changes.add(Rule::ErrorAdded, id, format!("the error `{}` ({}) is new", error.name, error.code));
    }
}

fn rejections(id: &str, old: &Rejections, new: &Rejections, changes: &mut Changes) {
    // Only shown: the client never sees this table.
    for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let what = format!("the rejection `{key}` of the sandbox");
        let shown = |rejections: &Rejections| format!("{:?}", rejections.get(key));
        changes.changed_debug(Rule::Rejection, id, &what, &shown(old), &shown(new));
    }
}

/// The types of several resources, in a module of their own.
fn shared(product: &str, old: Option<&SharedTypes>, new: Option<&SharedTypes>, changes: &mut Changes) {
    let id = format!("{product}.types");
    if let (Some(old), Some(new)) = (old, new) {
        changes.changed_debug(Rule::Text, &id, "the title", &old.title, &new.title);
        changes.changed_debug(Rule::Text, &id, "the doc", &old.doc, &new.doc);
    }
    let none = IndexMap::new();
    types::all(&id, old.map_or(&none, |old| &old.types), new.map_or(&none, |new| &new.types), changes);
}

/// Resources before and after, each with the product that they belong to.
fn resources(old: (&Product, &[Resource]), new: (&Product, &[Resource]), changes: &mut Changes) {
    let moved = endpoint::all(&routed(old.0, old.1), &routed(new.0, new.1), changes);
    let (product, matched) = (new.0, Matched::new(old.1, new.1, |resource| &resource.name));
    for resource in matched.removed {
        let id = format!("{}.{}", product.name, resource.name);
        let mut targets: Vec<_> = moved.iter().filter(|(from, _)| *from == resource.name).map(|(_, to)| *to).collect();
        let all_moved = !targets.is_empty() && targets.len() == resource.endpoints.len();
        targets.dedup();
        let text = match targets.as_slice() {
            [to] if all_moved => format!("the resource is renamed to `{to}`"),
            _ => "the resource is removed".to_owned(),
        };
        changes.add(Rule::ResourceRemoved, &id, text);
    }
    for resource in matched.added {
        changes.add(Rule::ResourceAdded, &format!("{}.{}", product.name, resource.name), "the resource is new");
    }
    for (old, new) in matched.both {
        let id = format!("{}.{}", product.name, new.name);
        changes.changed_debug(Rule::Text, &id, "the title", &old.title, &new.title);
        changes.changed_debug(Rule::Text, &id, "the doc", &old.doc, &new.doc);
        changes.changed_opt(Rule::Link, &id, "the official page", old.docs.as_ref(), new.docs.as_ref());
        types::all(&id, &old.types, &new.types, changes);
    }
}

/// An endpoint with its product, resource and route.
pub(super) struct Routed<'a> {
    pub(super) product: &'a Product,
    pub(super) resource: &'a str,
    pub(super) endpoint: &'a Endpoint,
    /// Method and path without the names of placeholders: unique in a product.
    pub(super) route: String,
}

fn routed<'a>(product: &'a Product, resources: &'a [Resource]) -> Vec<Routed<'a>> {
    let endpoints = |resource: &'a Resource| {
        resource.endpoints.iter().map(|endpoint| Routed {
            product,
            resource: &resource.name,
            endpoint,
            route: route(endpoint),
        })
    };
    resources.iter().flat_map(endpoints).collect()
}

fn route(endpoint: &Endpoint) -> String {
    let segments = endpoint.path.segments.iter().map(|segment| match segment {
        Segment::Literal(text) => text,
        Segment::Parameter(_) => "{}",
        Segment::Optional(_) => "{/}",
    });
    format!("{} {}", endpoint.method.as_str(), segments.collect::<Vec<_>>().join("/"))
}
