//! Emits named types: objects and open enums.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::serde_names::SerdeNames;
use super::{Options, docs, fields, limits, rules};
use crate::model::{EnumRepr, EnumValue, Field, RawValue, TypeDef, TypeKind, Wire};

/// Emits a named type.
pub(super) fn emit(name: &str, def: &TypeDef, options: Options<'_>) -> TokenStream {
    match &def.kind {
        TypeKind::Object(fields) => object(name, def, fields, options),
        TypeKind::Enum(repr, values) => enumeration(name, def, *repr, values),
    }
}

/// Emits an object type with its implementations.
fn object(name: &str, def: &TypeDef, fields: &[Field], options: Options<'_>) -> TokenStream {
    let rust_name = fields::ident(name);
    let mut text = def.doc.clone();
    if def.in_request {
        text.push_str(&rules::type_docs(fields, def));
    }
    let structure = structure(name, docs::lines(&text), fields, options);
    let constructor = def.in_request.then(|| {
        let constructor = fields::constructor(fields);
        let setters = fields::setters(fields);
        quote!(impl #rust_name { #constructor #setters })
    });
    let written = def.in_request.then(|| write(name, fields, def));
    let read = def.in_reply.then(|| read(name, fields));
    quote!(#structure #constructor #written #read)
}

/// Emits a struct with public fields.
pub(super) fn structure(name: &str, docs: TokenStream, fields: &[Field], options: Options<'_>) -> TokenStream {
    let rust_name = fields::ident(name);
    let stored = SerdeNames::new(fields, options);
    let derive = stored.object();
    let members = fields.iter().map(|field| {
        let name = fields::ident(&field.rust_name);
        let ty = fields::storage_type(field);
        let docs = docs::lines(&docs::field(field));
        let attribute = stored.field(field);
        quote!(#docs #attribute pub #name: #ty)
    });
    quote! {
        #docs
        #[derive(Clone, Debug, Default, PartialEq)]
        #derive
        #[non_exhaustive]
        pub struct #rust_name { #(#members),* }
    }
}

/// Emits the implementation of `Members`, which encodes an object.
fn write(name: &str, fields: &[Field], def: &TypeDef) -> TokenStream {
    let name = fields::ident(name);
    let members = fields.iter().map(|field| fields::write("member", field, &fields::encode_expr(field, false)));
    let patterns = limits::patterns(fields);
    let checks = rules::checks(fields, &def.groups, &def.rules);
    quote! {
        impl Members for #name {
            #[inline]
            fn members(&self, out: &mut Object<'_>) { #patterns #(#members)* #checks }
        }
    }
}

/// Emits the implementation of `Fields`, which decodes a struct from a reply or event.
pub(super) fn read(name: &str, fields: &[Field]) -> TokenStream {
    let name = fields::ident(name);
    let names = fields.iter().map(|field| &field.wire_name);
    let targets = fields.iter().map(read_target);
    let aliases = aliases(fields);
    quote! {
        impl Fields for #name {
            #[inline]
            fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
                visitor.visit(&[#(#names),*], &mut [#(#targets),*]);
            }

            #aliases
        }
    }
}

/// Emits the other spellings of fields; `None` if there are none.
fn aliases(fields: &[Field]) -> Option<TokenStream> {
    let pairs: Vec<_> = fields
        .iter()
        .flat_map(|field| field.accept.iter().map(move |alias| (alias, &field.wire_name)))
        .map(|(alias, name)| quote!((#alias, #name)))
        .collect();
    (!pairs.is_empty()).then(|| {
        quote! {
            fn aliases(&self) -> &'static [(&'static str, &'static str)] {
                &[#(#pairs),*]
            }
        }
    })
}

/// Emits the target that the value of a field is decoded into.
fn read_target(field: &Field) -> TokenStream {
    let member = fields::ident(&field.rust_name);
    match field.wire {
        Some(Wire::JavaList) => quote!(&mut JavaList(&mut self.#member)),
        _ => quote!(&mut self.#member),
    }
}

/// Emits an open enum.
fn enumeration(name: &str, def: &TypeDef, repr: EnumRepr, values: &[EnumValue]) -> TokenStream {
    let rust_name = fields::ident(name);
    let docs = docs::lines(&def.doc);
    let unlisted_docs = docs::lines(if def.closed {
        "A value that this version does not list. The server refuses such values, so it is not sent."
    } else {
        "A value that this version does not list."
    });
    let variants = values.iter().map(|value| {
        let variant = fields::ident(&value.variant);
        let docs = docs::lines(&variant_doc(value));
        quote!(#docs #variant)
    });
    let raw_values = values.iter().map(|value| {
        let variant = fields::ident(&value.variant);
        let raw = match &value.raw {
            RawValue::Int(raw) => Literal::i32_unsuffixed(*raw),
            RawValue::Text(raw) => Literal::string(raw),
        };
        quote!(#variant = #raw)
    });
    let (copy, raw, unlisted) = match repr {
        EnumRepr::I32 => (Some(quote!(Copy,)), quote!(i32), quote!(i32)),
        EnumRepr::String => (None, quote!(str), quote!(String)),
    };
    quote! {
        #docs
        #[derive(Clone, #copy Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #rust_name {
            #(#variants,)*
            #unlisted_docs
            Unlisted(#unlisted),
        }
        open_enum!(#rust_name, #raw, #(#raw_values),*);
    }
}

/// Returns the doc of an enum value.
fn variant_doc(value: &EnumValue) -> String {
    let raw = match &value.raw {
        RawValue::Int(raw) => format!("`{raw}`"),
        RawValue::Text(raw) => format!("`\"{raw}\"`"),
    };
    match &value.doc {
        Some(doc) => format!("{raw}: {}", doc.trim()),
        None => format!("{raw}: {}.", value.name.replace('_', " ")),
    }
}
