//! The module of a resource.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Options, docs, endpoint, fields, format, header, product as product_module, types};
use crate::model::{Product, Resource};

/// As a file of its own.
pub(super) fn file(product: &Product, resource: &Resource, options: Options<'_>) -> String {
    format::File::default().print(&header(&resource.file), content(product, resource, options))
}

/// As an item.
pub(super) fn item(product: &Product, resource: &Resource, options: Options<'_>) -> TokenStream {
    let name = fields::ident(&resource.name);
    let content = content(product, resource, options);
    quote!(pub mod #name { #content })
}

fn content(product: &Product, resource: &Resource, options: Options<'_>) -> TokenStream {
    let docs = docs::inner(&module_doc(resource));
    let prelude = product_module::prelude(options);
    let endpoints = resource.endpoints.iter().map(|endpoint| endpoint::emit(product, resource, endpoint, options));
    let types = resource.types.iter().map(|(name, def)| types::emit(name, def, options));
    quote!(#docs #prelude #(#endpoints)* #(#types)*)
}

fn module_doc(resource: &Resource) -> String {
    let mut text = format!("{}.", resource.title.trim_end_matches('.'));
    if let Some(doc) = &resource.doc {
        text.push_str("\n\n");
        text.push_str(doc.trim_end());
    }
    if let Some(docs) = &resource.docs {
        text.push_str(&format!("\n\n[Official documentation]({docs})"));
    }
    text
}
