//! Emits all examples as requests, so that tests can visit every endpoint without listing them.

use quote::quote;

use super::{each, example_exprs, fields, header, print};
use crate::model::{Api, Product};

/// Emits the module that visits the examples of all products.
pub(super) fn index(api: &Api) -> String {
    let modules = each(api, |product| {
        let name = fields::ident(&product.name);
        let feature = &product.name;
        quote!(#[cfg(feature = #feature)] #[allow(deprecated, reason = "examples may show what is deprecated")] mod #name;)
    });
    let visits = each(api, |product| {
        let name = fields::ident(&product.name);
        let feature = &product.name;
        quote!(#[cfg(feature = #feature)] #name::visit(visitor);)
    });
    let tokens = quote! {
        use crate::support::Visitor;
        #(#modules)*
        /// Hands the example request of every endpoint to the visitor.
        pub(crate) fn visit(visitor: &mut impl Visitor) { #(#visits)* }
    };
    header("spec/") + &print::with_json(tokens)
}

/// Emits the module that visits the examples of a product.
pub(super) fn module(product: &Product) -> String {
    let name = fields::ident(&product.name);
    let resources = product.resources.iter().map(|resource| fields::ident(&resource.name));
    let visits = product.resources.iter().flat_map(|resource| {
        let names = example_exprs::Names { resource, krate: "yunxin" };
        resource.endpoints.iter().map(move |endpoint| {
            let request = example_exprs::request(endpoint, names);
            quote!(visitor.endpoint(#request);)
        })
    });
    let tokens = quote! {
        use yunxin::#name::{#(#resources),*};
        use crate::support::Visitor;
        pub(crate) fn visit(visitor: &mut impl Visitor) { #(#visits)* }
    };
    header(&product.file) + &print::with_json(tokens)
}
