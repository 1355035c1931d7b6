//! The module of a resource.

use quote::quote;

use super::{Options, docs, endpoint, format, header, product as product_module, types};
use crate::model::{Product, Resource};

pub(super) fn module(product: &Product, resource: &Resource, options: Options<'_>) -> String {
    let docs = docs::inner(&module_doc(resource));
    let prelude = product_module::prelude(options);
    let endpoints =
        resource.endpoints.iter().map(|endpoint| endpoint::emit(product, resource, endpoint, options.products));
    let types = resource.types.iter().map(|(name, def)| types::emit(name, def));
    format::File::default().print(&header(&resource.file), quote!(#docs #prelude #(#endpoints)* #(#types)*))
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
