//! Document without errors -> model: names resolved, defaults filled in.

mod endpoint;
pub(crate) mod rules;
mod types;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use self::endpoint::endpoint;
use self::types::{mark_uses, reach, shared_types};
pub(crate) use self::types::{object_field, resolve, type_def};
use crate::document::{CallbacksFile, CommonFile, Document, ProductFile, ResourceFile};
use crate::model::{
    Api, Callbacks, ErrorCode, Event, Groups, Product, RejectionEnvelope, RejectionReply, Rejections, ReplyRule,
    Resource, Rules, Type, TypeDef, TypeKind, defaults,
};
use crate::primitives::{Encoding, SuccessCode, TypeExpr};
use crate::{document, naming};

/// Resolves everything. Cannot fail: what does not resolve is left out, and was reported by the checks.
pub fn lower(document: &Document) -> Api {
    let mut products: Vec<_> = document.products.iter().map(|file| product(file, document.common.as_ref())).collect();
    products.sort_by(|a, b| a.name.cmp(&b.name));
    Api { products }
}

fn product(file: &ProductFile, common: Option<&CommonFile>) -> Product {
    let doc = &file.product;
    let mut resources: Vec<_> = file.resources.iter().map(|resource| lower_resource(file, resource)).collect();
    resources.sort_by(|a, b| a.name.cmp(&b.name));
    let callbacks = file.callbacks.as_ref().map(|callbacks| lower_callbacks(file, callbacks));
    Product {
        name: doc.product.clone(),
        file: file.path.clone(),
        title: doc.title.clone(),
        doc: doc.doc.clone(),
        docs: doc.docs.clone(),
        hosts: doc.hosts.clone(),
        base_path: doc.base_path.clone().unwrap_or_default(),
        base_path_optional: doc.base_path_optional,
        health: doc.health.clone(),
        signing: doc.signing,
        encoding: doc.defaults.encoding.unwrap_or(Encoding::Json),
        request_id_header: doc.request_id.header.clone(),
        dedup: doc.request_id.dedup.map(|span| span.0),
        reply: reply_rule(&doc.reply),
        errors: errors(doc, common),
        default_errors: codes(doc, &doc.defaults.errors),
        default_rate: doc.defaults.rate.clone(),
        rejections: rejections(doc),
        shared: shared_types(file, &resources, callbacks.as_ref()),
        resources,
        callbacks,
    }
}

fn reply_rule(doc: &document::ReplyRule) -> ReplyRule {
    let codes = doc.success.code.iter();
    ReplyRule {
        http: doc.success.http,
        code_key: doc.code.clone().unwrap_or_else(|| "code".to_owned()),
        codes: codes
            .clone()
            .filter_map(|code| match code {
                SuccessCode::Value(value) => Some(*value),
                SuccessCode::Absent => None,
            })
            .collect(),
        code_may_be_absent: codes.clone().any(|code| *code == SuccessCode::Absent),
        message_keys: doc.message.clone(),
        request_id_keys: doc.request_id.clone(),
    }
}

/// Codes of errors by their names. Names that are not in the table were reported by the checks.
fn codes(product: &document::Product, names: &[String]) -> Vec<i64> {
    let code = |name: &String| product.errors.iter().find(|(_, error)| error.name == *name).map(|(code, _)| *code);
    names.iter().filter_map(code).collect()
}

/// The error table of the product, and the codes of `common.yaml` that it does not list.
fn errors(doc: &document::Product, common: Option<&CommonFile>) -> Vec<ErrorCode> {
    let common = common.into_iter().flat_map(|file| &file.common.errors);
    let all = doc.errors.iter().chain(common.filter(|(code, _)| !doc.errors.contains_key(*code)));
    let mut errors: Vec<_> = all
        .map(|(code, error)| ErrorCode {
            code: *code,
            name: error.name.clone(),
            variant: naming::camel(&error.name),
            meaning: error.meaning.clone(),
            kind: error.kind,
            http: error.http.unwrap_or(200),
            clock_words: error.clock.clone(),
            region_words: error.region.clone(),
        })
        .collect();
    errors.sort_by_key(|error| error.code);
    errors
}

fn rejections(doc: &document::Product) -> Rejections {
    let lower = |rejection: &document::Rejection| {
        let error = rejection.error.as_ref().and_then(|name| doc.errors.iter().find(|(_, error)| error.name == *name));
        RejectionReply {
            http: rejection.http.or(error.and_then(|(_, error)| error.http)).unwrap_or(200),
            envelope: error.map(|(code, error)| RejectionEnvelope {
                code: *code,
                key: rejection.key.clone().or_else(|| doc.reply.message.first().cloned()).unwrap_or_default(),
                text: rejection.text.clone().unwrap_or_else(|| error.meaning.clone()),
            }),
        }
    };
    doc.rejections.entries().map(|(key, rejection)| (key, lower(rejection))).collect()
}

/// Looks up the names of types that a file may use.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) resource: &'a ResourceFile,
    pub(crate) shared: Option<&'a ResourceFile>,
}

impl<'a> Names<'a> {
    fn find(&self, name: &str) -> Option<&'a document::TypeDef> {
        self.resource.types.get(name).or_else(|| self.shared?.types.get(name))
    }

    fn resolve(&self, expr: &TypeExpr) -> Type {
        resolve(&|name| self.find(name), expr)
    }
}

fn lower_resource(product: &ProductFile, file: &ResourceFile) -> Resource {
    let names = Names { resource: file, shared: product.shared.as_ref() };
    let mut types = types_of(names);
    let mut endpoints = Vec::new();
    for (name, doc) in &file.endpoints {
        let endpoint = endpoint(product, names, name, doc);
        if let document::Returns::Fields { fields, .. } = &doc.returns {
            types.insert(
                defaults::reply_type(&endpoint.rust_name),
                TypeDef {
                    doc: format!("Reply to [`{}`].", endpoint.rust_name),
                    kind: TypeKind::Object(
                        fields.iter().map(|(name, field)| object_field(names, name, field)).collect(),
                    ),
                    in_request: false,
                    in_reply: false,
                    shared: false,
                    closed: false,
                    groups: Groups::default(),
                    rules: Rules::default(),
                },
            );
        }
        endpoints.push(endpoint);
    }
    mark_uses(&mut types, &endpoints);
    retain_used(&mut types);
    Resource {
        name: file.stem.clone(),
        file: file.path.clone(),
        title: file.resource.title.clone(),
        doc: file.resource.doc.clone(),
        docs: file.resource.docs.clone(),
        endpoints,
        types,
    }
}

/// The types of a file, followed by the shared types of the product.
fn types_of(names: Names<'_>) -> IndexMap<String, TypeDef> {
    let own = names.resource.types.iter().map(|(name, def)| (name.clone(), type_def(names, def, false)));
    let shared = names.shared.into_iter().flat_map(|shared| {
        let inside = Names { resource: shared, shared: None };
        shared.types.iter().map(move |(name, def)| (name.clone(), type_def(inside, def, true)))
    });
    own.chain(shared).collect()
}

/// Removes shared types that the file does not use.
fn retain_used(types: &mut IndexMap<String, TypeDef>) {
    types.retain(|_, def| !def.shared || def.in_request || def.in_reply);
}

fn lower_callbacks(product: &ProductFile, file: &CallbacksFile) -> Callbacks {
    let names = Names { resource: &file.file, shared: product.shared.as_ref() };
    let head = &file.head;
    let events: Vec<_> = file.events.iter().map(|(name, doc)| event(product, names, head, name, doc)).collect();
    let mut types = types_of(names);
    let mut received = BTreeSet::new();
    for field in events.iter().flat_map(|event| &event.fields) {
        reach(&field.ty, &types, &mut received);
    }
    for (name, def) in &mut types {
        def.in_reply = received.contains(name);
    }
    retain_used(&mut types);
    Callbacks {
        file: file.file.path.clone(),
        title: head.title.clone(),
        doc: head.doc.clone(),
        docs: head.docs.clone(),
        verification: head.verification,
        response: head.response.clone(),
        events,
        types,
    }
}

fn event(
    product: &ProductFile,
    names: Names<'_>,
    file: &document::Callbacks,
    name: &str,
    doc: &document::Event,
) -> Event {
    let head = &doc.head;
    Event {
        fields: doc.fields.iter().map(|(name, field)| object_field(names, name, field)).collect(),
        id: format!("{}.{name}", product.folder),
        name: name.to_owned(),
        rust_name: naming::camel(name),
        variant: naming::camel(&format!("{}_{name}", product.folder)),
        title: head.title.clone(),
        titles_zh: head.title_zh.clone(),
        docs: head.docs.clone().unwrap_or_else(|| file.docs.clone()),
        doc: head.doc.clone(),
        missing: head.missing.clone(),
        type_key: file.type_key.clone(),
        types: head.types.iter().map(ToString::to_string).collect(),
        has_keys: file.has_keys.iter().chain(&head.has_keys).cloned().collect(),
        expects_response: head.expects_response,
        expects: match &file.response {
            Some(response) if head.expects_response => response.expects,
            _ => file.expects,
        }
        .unwrap_or_default(),
        example: head.example.as_ref().and_then(|example| serde_json::to_string(example).ok()).unwrap_or_default(),
    }
}
