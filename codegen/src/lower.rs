//! Sound document -> model: names resolved, defaults filled in.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::{
    check::Checked,
    defaults,
    document::{
        self, CallbacksFile, CommonFile, Encoding, Field as FieldDoc, ProductFile, RawValue, ResourceFile, Spec,
        SuccessCode,
    },
    model::{
        Api, Callbacks, Endpoint, EnumValue, ErrorCode, Event, Example, Field, Groups, Limits, PathTemplate, Place,
        Product, Refusal, RefusalEnvelope, Refusals, ReplyRule, Resource, Returns, Rules, Scalar, SharedTypes, Type,
        TypeDef, TypeKind, Value,
    },
    naming, path_template, rules,
    type_expr::TypeExpr,
};

/// Resolves everything. Cannot fail: what could is refused by [`crate::check`].
pub fn lower(checked: &Checked) -> Api {
    lower_unchecked(checked.spec())
}

/// The same for a spec that may be unsound: what does not resolve is left away. For comparisons, never for emitters.
pub(crate) fn lower_unchecked(spec: &Spec) -> Api {
    let mut products: Vec<_> = spec.products.iter().map(|file| product(file, spec.common.as_ref())).collect();
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
        refusals: refusals(doc),
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

/// The codes of the product, and those of every product that it does not list.
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

fn refusals(doc: &document::Product) -> Refusals {
    let lower = |refusal: &document::Refusal| {
        let error = refusal.error.as_ref().and_then(|name| doc.errors.iter().find(|(_, error)| error.name == *name));
        Refusal {
            http: refusal.http.or(error.and_then(|(_, error)| error.http)).unwrap_or(200),
            envelope: error.map(|(code, error)| RefusalEnvelope {
                code: *code,
                key: refusal.key.clone().or_else(|| doc.reply.message.first().cloned()).unwrap_or_default(),
                text: refusal.text.clone().unwrap_or_else(|| error.meaning.clone()),
            }),
        }
    };
    let all = &doc.refusals;
    Refusals {
        header: lower(&all.header),
        app_key: lower(&all.app_key),
        nonce: lower(&all.nonce),
        clock: lower(&all.clock),
        checksum: lower(&all.checksum),
        region: all.region.as_ref().map(lower),
        content_type: lower(&all.content_type),
        parameter: lower(&all.parameter),
        missing_parameter: all.missing_parameter.as_ref().map(lower),
        order: lower(all.order.as_ref().unwrap_or(&all.parameter)),
        path: lower(&all.path),
        method: lower(&all.method),
    }
}

/// Where the names of types in a file are looked up.
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

/// The types of a file, and behind them all that it may use of the product's.
fn types_of(names: Names<'_>) -> IndexMap<String, TypeDef> {
    let own = names.resource.types.iter().map(|(name, def)| (name.clone(), type_def(names, def, false)));
    let shared = names.shared.into_iter().flat_map(|shared| {
        let inside = Names { resource: shared, shared: None };
        shared.types.iter().map(move |(name, def)| (name.clone(), type_def(inside, def, true)))
    });
    own.chain(shared).collect()
}

/// Of the product's types, a file has those that it uses.
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
        answer: head.answer.clone(),
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
        aliases: head.alias.clone(),
        docs: head.docs.clone().unwrap_or_else(|| file.docs.clone()),
        doc: head.doc.clone(),
        missing: head.missing.clone(),
        type_key: file.type_key.clone(),
        types: head.types.iter().map(ToString::to_string).collect(),
        present: file.present.iter().chain(&head.present).cloned().collect(),
        answered: head.answered,
        expects: match &file.answer {
            Some(answer) if head.answered => answer.expects,
            _ => file.expects,
        }
        .unwrap_or_default(),
        example: head.example.as_ref().and_then(|example| serde_json::to_string(example).ok()).unwrap_or_default(),
    }
}

fn endpoint(product: &ProductFile, names: Names<'_>, name: &str, doc: &document::Endpoint) -> Endpoint {
    let head = &doc.head;
    let rust_name = naming::camel(name);
    let path =
        path_template::parse(&head.path).unwrap_or(PathTemplate { text: head.path.clone(), segments: Vec::new() });
    let encoding = defaults::encoding(&product.product, doc);
    let returns = match &doc.returns {
        document::Returns::Nothing => Returns::Nothing,
        document::Returns::Type { at, ty } => placed(at, names.resolve(&ty.expr)),
        document::Returns::Fields { at, .. } => placed(at, Type::Object(defaults::reply_type(&rust_name))),
    };
    let example = head.example.as_ref();
    Endpoint {
        id: format!("{}.{}.{name}", product.folder, names.resource.stem),
        name: name.to_owned(),
        title: head.title.clone(),
        aliases: head.alias.clone(),
        docs: head.docs.clone(),
        doc: head.doc.clone(),
        method: defaults::method(&product.product, doc),
        params: params(names, doc, &path, encoding),
        groups: head.groups.clone(),
        rules: rules::lower(&doc.params, &head.groups, &|name| names.find(name)),
        pages: head.pages.clone(),
        encoding,
        retry: defaults::retry(&product.product, doc),
        timeout: head.timeout.map(|span| span.0),
        rate: head.rate.clone(),
        rate_note: head.rate_note.clone(),
        missing: head.missing.clone(),
        unwritten: doc.unwritten,
        signing: defaults::signing(&product.product, doc),
        returns,
        errors: head
            .errors
            .iter()
            .filter_map(|name| {
                product.product.errors.iter().find(|(_, error)| error.name == *name).map(|(code, _)| *code)
            })
            .collect(),
        example: Example {
            request: example.map(|example| example.request.clone()).unwrap_or_default(),
            reply: example.and_then(|example| reply_text(&example.reply)),
        },
        rust_name,
        path,
    }
}

fn placed(at: &str, ty: Type) -> Returns {
    if at == "." { Returns::Flat(ty) } else { Returns::At(at.to_owned(), ty) }
}

fn reply_text(reply: &Value) -> Option<String> {
    match reply {
        Value::String(word) if word == "empty" => None,
        body => serde_json::to_string(body).ok(),
    }
}

fn params(names: Names<'_>, doc: &document::Endpoint, path: &PathTemplate, encoding: Encoding) -> Vec<Field> {
    let mut params: Vec<_> = doc
        .params
        .iter()
        .map(|(name, param)| {
            let places = defaults::places(name, param, Some(path), encoding);
            Field {
                required: defaults::required(name, param, &places, Some(path)),
                places,
                ..field(names, name, param)
            }
        })
        .collect();
    // The runtime fills a path from left to right.
    let position = |param: &Field| {
        let in_path =
            path.parameters().position(|name| name == param.wire_name).filter(|_| param.places.contains(&Place::Path));
        in_path.unwrap_or(usize::MAX)
    };
    params.sort_by_key(position);
    params
}

pub(crate) fn object_field(names: Names<'_>, name: &str, doc: &FieldDoc) -> Field {
    Field { required: !doc.ty.optional, ..field(names, name, doc) }
}

fn field(names: Names<'_>, name: &str, doc: &FieldDoc) -> Field {
    let listed = rules::listed(doc, &|name| names.find(name));
    Field {
        wire_name: name.to_owned(),
        rust_name: defaults::field_name(name, doc),
        ty: names.resolve(&doc.ty.expr),
        required: false,
        places: Vec::new(),
        wire: doc.wire,
        single_quotes: doc.single_quotes,
        doc: doc.doc.clone().unwrap_or_default(),
        limits: Limits { max_len: doc.max_len, max_bytes: doc.max_bytes, max_items: doc.max_items, range: doc.range },
        pattern: doc.pattern.clone(),
        one_of: if listed.is_empty() { doc.one_of.clone() } else { Vec::new() },
        allowed: rules::allowed(doc, &|name| names.find(name)),
        listed,
        lower_case: doc.lower_case,
        default: doc.default.clone(),
        nullable: doc.nullable,
        secret: doc.secret,
        deprecated: doc.deprecated.clone(),
        accept: doc.accept.clone(),
    }
}

/// The type behind an expression.
pub(crate) fn resolve<'a>(find: &dyn Fn(&str) -> Option<&'a document::TypeDef>, expr: &TypeExpr) -> Type {
    match expr {
        TypeExpr::List(inner) => Type::List(Box::new(resolve(find, inner))),
        TypeExpr::Map(inner) => Type::Map(Box::new(resolve(find, inner))),
        TypeExpr::Name(name) => match (Scalar::named(name), find(name)) {
            (Some(scalar), _) => Type::Scalar(scalar),
            (None, Some(document::TypeDef::Enum { .. })) => Type::Enum(name.clone()),
            (None, _) => Type::Object(name.clone()),
        },
    }
}

pub(crate) fn type_def(names: Names<'_>, def: &document::TypeDef, shared: bool) -> TypeDef {
    let (closed, groups, rules) = match def {
        document::TypeDef::Object { fields, groups, .. } => {
            (false, (**groups).clone(), rules::lower(fields, groups, &|name| names.find(name)))
        }
        document::TypeDef::Enum { closed, .. } => (*closed, Groups::default(), Rules::default()),
        document::TypeDef::Broken => (false, Groups::default(), Rules::default()),
    };
    let kind = match def {
        document::TypeDef::Object { fields, .. } => {
            TypeKind::Object(fields.iter().map(|(name, field)| object_field(names, name, field)).collect())
        }
        document::TypeDef::Broken => TypeKind::Object(Vec::new()),
        document::TypeDef::Enum { repr, values, .. } => {
            TypeKind::Enum(*repr, values.iter().map(|(name, value)| enum_value(name, value)).collect())
        }
    };
    let doc = def.doc().unwrap_or_default().to_owned();
    TypeDef { doc, kind, in_request: false, in_reply: false, shared, closed, groups, rules }
}

/// The types of `types.yaml`, with the uses that all other files make of them.
fn shared_types(file: &ProductFile, resources: &[Resource], callbacks: Option<&Callbacks>) -> Option<SharedTypes> {
    let shared = file.shared.as_ref()?;
    let inside = Names { resource: shared, shared: None };
    let used_by = |name: &str, uses: fn(&TypeDef) -> bool| {
        let resources = resources.iter().map(|resource| &resource.types);
        let all = resources.chain(callbacks.map(|callbacks| &callbacks.types));
        all.filter_map(|types| types.get(name)).any(|def| def.shared && uses(def))
    };
    let types = shared.types.iter().map(|(name, def)| {
        let in_request = used_by(name, |def| def.in_request);
        let in_reply = used_by(name, |def| def.in_reply);
        (name.clone(), TypeDef { in_request, in_reply, ..type_def(inside, def, false) })
    });
    Some(SharedTypes {
        file: shared.path.clone(),
        title: shared.resource.title.clone(),
        doc: shared.resource.doc.clone(),
        types: types.collect(),
    })
}

fn enum_value(name: &str, value: &document::EnumValue) -> EnumValue {
    let raw: &RawValue = &value.raw;
    EnumValue { name: name.to_owned(), variant: naming::camel(name), raw: raw.clone(), doc: value.doc.clone() }
}

/// Which types are written, which are read: each gets only the code it needs.
fn mark_uses(types: &mut IndexMap<String, TypeDef>, endpoints: &[Endpoint]) {
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    for endpoint in endpoints {
        for param in &endpoint.params {
            reach(&param.ty, types, &mut sent);
        }
        if let Returns::At(_, ty) | Returns::Flat(ty) = &endpoint.returns {
            reach(ty, types, &mut received);
        }
    }
    for (name, def) in types {
        def.in_request = sent.contains(name);
        def.in_reply = received.contains(name);
    }
}

fn reach(ty: &Type, types: &IndexMap<String, TypeDef>, reached: &mut BTreeSet<String>) {
    match ty {
        Type::Scalar(_) => {}
        Type::List(inner) | Type::Map(inner) => reach(inner, types, reached),
        Type::Object(name) | Type::Enum(name) => {
            if !reached.insert(name.clone()) {
                return;
            }
            if let Some(TypeDef { kind: TypeKind::Object(fields), .. }) = types.get(name) {
                for field in fields {
                    reach(&field.ty, types, reached);
                }
            }
        }
    }
}
