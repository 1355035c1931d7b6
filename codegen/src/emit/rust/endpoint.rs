//! Emits one endpoint: its request type and its implementation of `Endpoint`.

use proc_macro2::TokenStream;
use quote::quote;

use super::serde_names::SerdeNames;
use super::{Options, docs, endpoint_meta, fields, limits, pages, rules};
use crate::model::{Body, Endpoint, Field, Place, Product, Resource, Returns, Scalar, Type, Wire};

/// Emits an endpoint: its request type, methods and implementations.
pub(super) fn emit(product: &Product, resource: &Resource, endpoint: &Endpoint, options: Options<'_>) -> TokenStream {
    let request = request_type(product, resource, endpoint, options);
    let methods = methods(endpoint);
    let description = endpoint_impl(endpoint);
    let pages = pages::emit(resource, endpoint);
    quote!(#request #methods #description #pages)
}

/// Emits the struct of a request.
fn request_type(product: &Product, resource: &Resource, endpoint: &Endpoint, options: Options<'_>) -> TokenStream {
    let name = fields::ident(&endpoint.rust_name);
    let docs = docs::lines(&docs::endpoint(product, resource, endpoint, options.examples));
    let wire_path = &endpoint.path.text;
    let aliases = endpoint.titles_zh.iter().chain([wire_path]).map(|alias| quote!(#[doc(alias = #alias)]));
    let stored = SerdeNames::new(&endpoint.params, options);
    let derive = stored.request();
    let held = endpoint.params.iter().map(|param| {
        let name = fields::ident(&param.rust_name);
        let ty = fields::storage_type(param);
        let attribute = stored.field(param);
        quote!(#attribute #name: #ty)
    });
    let body = if endpoint.params.is_empty() { quote!(;) } else { quote!({ #(#held),* }) };
    quote! {
        #docs
        #(#aliases)*
        #[derive(Clone, Debug, PartialEq)]
        #derive
        #[must_use = "a request does nothing until it is sent"]
        pub struct #name #body
    }
}

/// Emits the constructor and the setters of a request.
fn methods(endpoint: &Endpoint) -> TokenStream {
    let name = fields::ident(&endpoint.rust_name);
    let constructor = if endpoint.params.is_empty() {
        let docs = docs::lines("Nothing is required.");
        quote!(#docs pub fn new() -> Self { Self })
    } else {
        fields::constructor(&endpoint.params)
    };
    let setters = fields::setters(&endpoint.params);
    let lint =
        endpoint.params.iter().all(|param| !param.required).then(
            || quote!(#[allow(clippy::new_without_default, reason = "requests are made the same way everywhere")]),
        );
    quote! {
        #lint
        impl #name {
            #constructor
            #setters
        }
    }
}

/// Emits the implementation of `Endpoint`. Its functions are `#[inline]`, like those of named types, so that they are
/// compiled where they are called, and not in each debug build of the crate.
fn endpoint_impl(endpoint: &Endpoint) -> TokenStream {
    let name = fields::ident(&endpoint.rust_name);
    let reply = match &endpoint.returns {
        Returns::Nothing => quote!(()),
        Returns::At(_, ty) | Returns::Flat(ty) => fields::rust_type(ty, false),
    };
    let meta = endpoint_meta::value(endpoint);
    let writes: Vec<_> = endpoint
        .params
        .iter()
        .flat_map(|param| param.places.iter().map(|place| write(endpoint, param, *place)))
        .collect();
    let patterns = limits::patterns(&endpoint.params);
    let groups = rules::checks(&endpoint.params, &endpoint.groups, &endpoint.rules);
    let out = if writes.is_empty() { quote!(_) } else { quote!(out) };
    quote! {
        impl Endpoint for #name {
            type Reply = #reply;
            const META: EndpointMeta<'static> = #meta;

            #[inline]
            fn encode(&self, #out: &mut Encoder<'_>) {
                #patterns
                #(#writes)*
                #groups
            }
        }
    }
}

/// Emits the call that encodes a parameter.
fn write(endpoint: &Endpoint, param: &Field, place: Place) -> TokenStream {
    if param.ty == Type::Scalar(Scalar::File) && endpoint.body() == Body::Multipart {
        let name = fields::ident(&param.rust_name);
        return fields::write("part", param, &quote!(&self.#name));
    }
    let value = fields::encode_expr(param, place == Place::Query);
    let repeated = param.wire == Some(Wire::Repeat);
    let method = match place {
        Place::Path => "path",
        Place::Query if repeated => "query_each",
        Place::Form if repeated => "form_each",
        Place::Query => "query",
        Place::Form => "form",
        Place::Json => "json",
        Place::Header => "header",
    };
    fields::write(method, param, &value)
}
