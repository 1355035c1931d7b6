//! Emits the implementation of `Paged`: how a request is changed to get the next page.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::fields;
use crate::model::{Endpoint, Field, Pages, Resource, Returns, Scalar, Type, TypeKind, Value};

/// Emits the implementation of `Paged`; `None` if the endpoint has no pages.
pub(super) fn emit(resource: &Resource, endpoint: &Endpoint) -> Option<TokenStream> {
    let pages = endpoint.pages.as_ref()?;
    let (Returns::At(_, payload) | Returns::Flat(payload)) = &endpoint.returns else { return None };
    let name = fields::ident(&endpoint.rust_name);
    let reply = fields::rust_type(payload, false);
    let (items, item) = items(resource, payload, &pages.items)?;
    let item_type = fields::rust_type(item, false);
    let more = more(resource, endpoint, pages, payload, item)?;
    Some(quote! {
        impl Paged for #name {
            type Item = #item_type;

            fn next_page(&mut self, reply: #reply) -> (Vec<#item_type>, bool) {
                let items = #items;
                let more = #more;
                (items, more)
            }
        }
    })
}

/// Returns the expression for the list of a page, and the type of its items.
fn items<'a>(resource: &'a Resource, payload: &'a Type, name: &str) -> Option<(TokenStream, &'a Type)> {
    if let Type::List(item) = payload {
        return Some((quote!(reply), item));
    }
    let (owner, field) = field_of(resource, payload, name, quote!(reply))?;
    let Type::List(item) = &field.ty else { return None };
    Some((take_value(owner, field), item))
}

/// Emits the expression that moves a request to the next page, and is true if there is one.
fn more(resource: &Resource, endpoint: &Endpoint, pages: &Pages, payload: &Type, item: &Type) -> Option<TokenStream> {
    let mut conditions = Vec::new();
    if let Some((parameter, field)) = pages.token.first() {
        let target = target(endpoint, parameter)?;
        let (owner, field) = field_of(resource, payload, field, quote!(reply))?;
        let value = take_value(owner, field);
        conditions.push(quote!(pages::set_cursor(#target, #value)));
    }
    if !pages.last.is_empty() {
        let moves = pages
            .last
            .iter()
            .map(|(parameter, field)| {
                let target = target(endpoint, parameter)?;
                let (owner, field) = field_of(resource, item, field, quote!(last))?;
                let value = clone_value(owner, field);
                Some(quote!(pages::set_cursor(#target, #value)))
            })
            .collect::<Option<Vec<_>>>()?;
        // All parameters must be set, so `|` is used instead of `||`.
        conditions.push(quote!(items.last().is_some_and(|last| #(#moves)|*)));
    }
    if let Some(parameter) = &pages.offset {
        let target = target(endpoint, parameter)?;
        let first = first(endpoint, parameter, 0);
        conditions.push(quote!(pages::add(#target, #first, items.len())));
    }
    if let Some(parameter) = &pages.page {
        let target = target(endpoint, parameter)?;
        let first = first(endpoint, parameter, 1);
        conditions.push(quote!(!items.is_empty() && pages::add(#target, #first, 1)));
    }
    if let Some(parameter) = &pages.limit {
        let param = param(endpoint, parameter)?;
        let name = fields::ident(&param.rust_name);
        let size = if param.required {
            quote!(Some(self.#name))
        } else {
            match param.default.as_ref().and_then(Value::as_u64) {
                Some(default) => {
                    let default = Literal::u64_unsuffixed(default);
                    quote!(self.#name.or(Some(#default)))
                }
                None => quote!(self.#name),
            }
        };
        conditions.push(quote!(pages::is_full(#size, items.len())));
    }
    if let Some(field) = &pages.more {
        let (owner, field) = field_of(resource, payload, field, quote!(reply))?;
        conditions.push(take_value(owner, field));
    }
    Some(quote!(#(#conditions)&&*))
}

/// Finds a field by its name, or by a path through objects. Returns the expression for its owner, and the field.
fn field_of<'a>(resource: &'a Resource, ty: &Type, path: &str, owner: TokenStream) -> Option<(TokenStream, &'a Field)> {
    let Type::Object(name) = ty else { return None };
    let TypeKind::Object(fields) = &resource.types.get(name)?.kind else { return None };
    if let Some(field) = fields.iter().find(|field| field.wire_name == path) {
        return Some((owner, field));
    }
    let (outer, inner) = path.split_once('.')?;
    let outer = fields.iter().find(|field| field.wire_name == outer)?;
    let name = fields::ident(&outer.rust_name);
    field_of(resource, &outer.ty, inner, quote!(#owner.#name))
}

/// Returns the parameter with this wire name.
fn param<'a>(endpoint: &'a Endpoint, wire_name: &str) -> Option<&'a Field> {
    endpoint.params.iter().find(|param| param.wire_name == wire_name)
}

/// Emits the parameter that is set for the next page.
fn target(endpoint: &Endpoint, wire_name: &str) -> Option<TokenStream> {
    let name = fields::ident(&param(endpoint, wire_name)?.rust_name);
    Some(quote!(&mut self.#name))
}

/// Emits the first value of a counting parameter that the caller did not set.
fn first(endpoint: &Endpoint, wire_name: &str, fallback: u64) -> TokenStream {
    let default = param(endpoint, wire_name).and_then(|param| param.default.as_ref()).and_then(Value::as_u64);
    let first = Literal::u64_unsuffixed(default.unwrap_or(fallback));
    quote!(#first)
}

/// Emits the value of a field, moved out; the default if it is absent.
fn take_value(owner: TokenStream, field: &Field) -> TokenStream {
    let name = fields::ident(&field.rust_name);
    if field.required { quote!(#owner.#name) } else { quote!(#owner.#name.unwrap_or_default()) }
}

/// Emits a clone of the value of a field behind a reference.
fn clone_value(owner: TokenStream, field: &Field) -> TokenStream {
    let name = fields::ident(&field.rust_name);
    let is_copy = matches!(&field.ty, Type::Scalar(scalar) if *scalar != Scalar::Base64 && !scalar.is_text());
    match (field.required, is_copy) {
        (true, true) => quote!(#owner.#name),
        (true, false) => quote!(#owner.#name.clone()),
        (false, true) => quote!(#owner.#name.unwrap_or_default()),
        (false, false) => quote!(#owner.#name.clone().unwrap_or_default()),
    }
}
