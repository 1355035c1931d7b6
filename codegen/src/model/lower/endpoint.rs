//! Endpoints: defaults filled in, parameters in order.

use super::types::field;
use super::{Names, codes};
use crate::document::ProductFile;
use crate::model::{Endpoint, Example, Field, PathTemplate, Place, Returns, Type, Value, defaults, path_template};
use crate::primitives::Encoding;
use crate::{document, naming};

pub(super) fn endpoint(product: &ProductFile, names: Names<'_>, name: &str, doc: &document::Endpoint) -> Endpoint {
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
        titles_zh: head.title_zh.clone(),
        docs: head.docs.clone(),
        doc: head.doc.clone(),
        method: defaults::method(&product.product, doc),
        params: params(names, doc, &path, encoding),
        groups: head.groups.clone(),
        rules: super::rules::lower(&doc.params, &head.groups, &|name| names.find(name)),
        pages: head.pages.clone(),
        encoding,
        retry: defaults::retry(&product.product, doc),
        timeout: head.timeout.map(|span| span.0),
        rate: defaults::rate(&product.product, doc).map(str::to_owned),
        rate_note: head.rate_note.clone(),
        missing: head.missing.clone(),
        unwritten: doc.unwritten,
        signing: defaults::signing(&product.product, doc),
        returns,
        errors: codes(&product.product, &head.errors),
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
