//! Emits parameters and fields: their Rust types, constructors, setters and encoding.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::{docs, limits};
use crate::model::{Field, Scalar, Type, Wire};

/// Returns the identifier for a name.
pub(super) fn ident(name: &str) -> Ident {
    // Keywords are rejected by the checks; a raw identifier keeps the output valid Rust anyway.
    if crate::naming::is_keyword(name) { Ident::new_raw(name, Span::call_site()) } else { format_ident!("{}", name) }
}

/// Emits the Rust type of a value.
pub(super) fn rust_type(ty: &Type, secret: bool) -> TokenStream {
    match ty {
        Type::Scalar(scalar) if secret && scalar.is_text() => quote!(Secret),
        Type::Scalar(scalar) => match scalar {
            Scalar::String | Scalar::Id => quote!(String),
            Scalar::Bool => quote!(bool),
            Scalar::I32 => quote!(i32),
            Scalar::I64 => quote!(i64),
            Scalar::U64 => quote!(u64),
            Scalar::F64 => quote!(f64),
            Scalar::TimestampS => quote!(UnixSeconds),
            Scalar::TimestampMs => quote!(UnixMillis),
            Scalar::DurationS => quote!(Seconds),
            Scalar::DurationMs => quote!(Millis),
            Scalar::DurationH => quote!(Hours),
            Scalar::Json => quote!(Json),
            Scalar::Base64 => quote!(Base64),
            Scalar::File => quote!(File),
        },
        Type::List(inner) => {
            let inner = rust_type(inner, secret);
            quote!(Vec<#inner>)
        }
        Type::Map(inner) => {
            let inner = rust_type(inner, secret);
            quote!(BTreeMap<String, #inner>)
        }
        Type::Object(name) | Type::Enum(name) => {
            let name = ident(name);
            quote!(#name)
        }
    }
}

/// Emits the type of a struct field: an `Option` for optional fields.
pub(super) fn storage_type(field: &Field) -> TokenStream {
    let ty = rust_type(&field.ty, field.secret);
    match (field.required, field.nullable) {
        (true, _) => ty,
        (false, false) => quote!(Option<#ty>),
        (false, true) => quote!(Option<Nullable<#ty>>),
    }
}

/// Returns whether an argument has the type `impl Into<T>`, because callers rarely have a value of the type itself.
fn takes_into(ty: &Type) -> bool {
    match ty {
        Type::Enum(_) => true,
        Type::Scalar(scalar) => !matches!(scalar, Scalar::Bool | Scalar::I32 | Scalar::I64 | Scalar::U64 | Scalar::F64),
        _ => false,
    }
}

/// Emits the type of an argument.
pub(super) fn argument_type(ty: &Type, secret: bool) -> TokenStream {
    let own = rust_type(ty, secret);
    match ty {
        Type::List(inner) => {
            let item = item_type(inner, secret);
            quote!(impl IntoIterator<Item = #item>)
        }
        Type::Map(inner) => {
            let item = item_type(inner, secret);
            quote!(impl IntoIterator<Item = (impl Into<String>, #item)>)
        }
        _ if takes_into(ty) => quote!(impl Into<#own>),
        _ => own,
    }
}

/// Emits the type of an item in the argument of a list.
fn item_type(ty: &Type, secret: bool) -> TokenStream {
    let own = rust_type(ty, secret);
    if takes_into(ty) { quote!(impl Into<#own>) } else { own }
}

/// Emits the conversion of an argument into the value of a field.
pub(super) fn convert_expr(ty: &Type, argument: &Ident) -> TokenStream {
    match ty {
        Type::List(inner) if takes_into(inner) => quote!(#argument.into_iter().map(Into::into).collect()),
        Type::List(_) => quote!(#argument.into_iter().collect()),
        Type::Map(inner) if takes_into(inner) => {
            quote!(#argument.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
        }
        Type::Map(_) => quote!(#argument.into_iter().map(|(key, value)| (key.into(), value)).collect()),
        _ if takes_into(ty) => quote!(#argument.into()),
        _ => quote!(#argument),
    }
}

/// Emits `pub fn new(required...)`.
pub(super) fn constructor(fields: &[Field]) -> TokenStream {
    let required: Vec<_> = fields.iter().filter(|field| field.required).collect();
    let arguments = required.iter().map(|field| {
        let name = ident(&field.rust_name);
        let ty = argument_type(&field.ty, field.secret);
        quote!(#name: #ty)
    });
    let values = fields.iter().map(|field| {
        let name = ident(&field.rust_name);
        if !field.required {
            return quote!(#name: None);
        }
        let converted = convert_expr(&field.ty, &name);
        // Field init shorthand if nothing is converted.
        if name == converted.to_string() { quote!(#name) } else { quote!(#name: #converted) }
    });
    let docs = docs::lines(&if required.is_empty() {
        "Nothing is required.".to_owned()
    } else {
        required
            .iter()
            .map(|field| format!("* `{}`: {}", field.rust_name, docs::field(field)))
            .collect::<Vec<_>>()
            .join("\n")
    });
    let too_many = (required.len() > 7)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "the server requires them all")]));
    quote! {
        #docs
        #too_many
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#values),* }
        }
    }
}

/// Emits a setter for each optional field.
pub(super) fn setters(fields: &[Field]) -> TokenStream {
    fields
        .iter()
        .filter(|field| !field.required)
        .map(|field| {
            let name = ident(&field.rust_name);
            let ty = argument_type(&field.ty, field.secret);
            let converted = convert_expr(&field.ty, &name);
            let docs = docs::lines(&docs::field(field));
            let alias = (!docs::is_found_by_wire_name(field)).then(|| {
                let wire_name = &field.wire_name;
                quote!(#[doc(alias = #wire_name)])
            });
            let deprecated = field.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
            let value = if field.nullable { quote!(Nullable::Value(#converted)) } else { converted };
            let null = field.nullable.then(|| null_setter(field));
            quote! {
                #docs
                #alias
                #deprecated
                pub fn #name(mut self, #name: #ty) -> Self {
                    self.#name = Some(#value);
                    self
                }
                #null
            }
        })
        .collect()
}

/// Emits the setter that sends an explicit null; nothing if the field is not nullable.
fn null_setter(field: &Field) -> TokenStream {
    let name = ident(&field.rust_name);
    let setter = ident(&format!("{}_null", field.rust_name));
    let docs = docs::lines(&format!(
        "Sends `null` for [`{0}`](Self::{0}), which is something else than leaving it out.",
        field.rust_name
    ));
    quote! {
        #docs
        pub fn #setter(mut self) -> Self {
            self.#name = Some(Nullable::Null);
            self
        }
    }
}

/// Emits the value as an argument of the encoder: `&self.tags`, in a wrapper if it has a special encoding.
pub(super) fn encode_expr(field: &Field, in_query: bool) -> TokenStream {
    let name = ident(&field.rust_name);
    let wire = field.wire.or((in_query && matches!(field.ty, Type::List(_))).then_some(Wire::Comma));
    match wire {
        // The encoder splits a repeated list; a list in Java's notation is never sent.
        None | Some(Wire::Repeat | Wire::JavaList) => quote!(&self.#name),
        Some(Wire::Json | Wire::JsonText) => quote!(&JsonText(&self.#name)),
        Some(Wire::Comma) => quote!(&Comma(&self.#name)),
        Some(Wire::Bit) => quote!(&Bit(&self.#name)),
        Some(Wire::Text) => quote!(&Quoted(&self.#name)),
    }
}

/// Emits `out.form("accid", &self.accid, &[Limit::Id, Limit::MaxLen(32)]);`.
pub(super) fn write(method: &str, field: &Field, value: &TokenStream) -> TokenStream {
    let (method, wire_name, limits) = (ident(method), &field.wire_name, limits::emit(field));
    quote!(out.#method(#wire_name, #value, &[#(#limits),*]);)
}
