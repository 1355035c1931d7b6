//! Emits the module of a resource.

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;

use super::{Options, docs, endpoint, fields, header, print, product as product_module, types};
use crate::model::{Endpoint, Product, Resource, SharedTypes, TypeDef};
use crate::parallel;

/// Number of items that are printed at once.
const CHUNK: usize = 16;

/// Emits the module as a file. Items are printed in chunks, which needs less memory and uses all cores.
pub(super) fn file(product: &Product, resource: &Resource, options: Options<'_>) -> String {
    let endpoint = |endpoint: &Endpoint| print::printed(endpoint::emit(product, resource, endpoint, options));
    let own: Vec<_> = resource.types.iter().filter(|(_, def)| !def.shared).collect();
    let parts = [
        vec![print::printed(head(resource, options))],
        parallel::map(&resource.endpoints, CHUNK, endpoint),
        parallel::map(&own, CHUNK, |(name, def)| print::printed(types::emit(name, def, options))),
    ];
    header(&resource.file) + &parts.concat().join("\n")
}

/// Emits the module as an item.
pub(super) fn item(product: &Product, resource: &Resource, options: Options<'_>) -> TokenStream {
    let name = fields::ident(&resource.name);
    let content = content(product, resource, options);
    quote!(pub mod #name { #content })
}

/// Emits the content of a resource's module.
fn content(product: &Product, resource: &Resource, options: Options<'_>) -> TokenStream {
    let head = head(resource, options);
    let endpoints = resource.endpoints.iter().map(|endpoint| endpoint::emit(product, resource, endpoint, options));
    let own = resource.types.iter().filter(|(_, def)| !def.shared);
    let types = own.map(|(name, def)| types::emit(name, def, options));
    quote!(#head #(#endpoints)* #(#types)*)
}

/// Emits docs and imports of a resource's module.
fn head(resource: &Resource, options: Options<'_>) -> TokenStream {
    let docs = docs::module(&resource.title, resource.doc.as_deref(), resource.docs.as_deref());
    let imports = imports(&resource.types, options);
    quote!(#docs #imports)
}

/// Emits the imports of a file with named types.
pub(super) fn imports(types: &IndexMap<String, TypeDef>, options: Options<'_>) -> TokenStream {
    let prelude = product_module::prelude(options);
    let shared: Vec<_> = types.iter().filter(|(_, def)| def.shared).map(|(name, _)| fields::ident(name)).collect();
    // Re-exported, so that users find all types of a resource in its module.
    let shared = (!shared.is_empty()).then(|| quote!(pub use super::types::{#(#shared),*};));
    quote!(#prelude #shared)
}

/// Emits the types that several resources use as a file.
pub(super) fn shared_file(shared: &SharedTypes, options: Options<'_>) -> String {
    print::File::default().print(&header(&shared.file), shared_content(shared, options))
}

/// Emits the types that several resources use as an item.
pub(super) fn shared_item(shared: &SharedTypes, options: Options<'_>) -> TokenStream {
    let content = shared_content(shared, options);
    quote!(pub mod types { #content })
}

/// Emits the content of the module of shared types.
fn shared_content(shared: &SharedTypes, options: Options<'_>) -> TokenStream {
    let docs = docs::module(&shared.title, shared.doc.as_deref(), None);
    let prelude = product_module::prelude(options);
    let types = shared.types.iter().map(|(name, def)| types::emit(name, def, options));
    quote!(#docs #prelude #(#types)*)
}
