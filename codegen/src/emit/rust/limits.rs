//! Emits the limits of fields.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Field, Range, RawValue, Scalar, Type};

/// Emits the limits of a field: `Limit::Id`, `Limit::MaxLen(32)`.
pub(super) fn emit(field: &Field) -> Vec<TokenStream> {
    let mut limits = Vec::new();
    if is_id(&field.ty) {
        limits.push(quote!(Limit::Id));
    }
    let counts = [
        (field.limits.max_len, quote!(MaxLen)),
        (field.limits.max_bytes, quote!(MaxBytes)),
        (field.limits.max_items, quote!(MaxItems)),
    ];
    for (limit, variant) in counts {
        if let Some(limit) = limit {
            let number = Literal::u32_unsuffixed(limit);
            limits.push(quote!(Limit::#variant(#number)));
        }
    }
    limits.extend(field.limits.range.map(range));
    for allowed in [&field.one_of, &field.listed] {
        if !allowed.is_empty() {
            limits.push(each(&field.ty, one_of(allowed)));
        }
    }
    if field.pattern.is_some() {
        let pattern = pattern_name(field);
        limits.push(quote!(Limit::Pattern(&#pattern)));
    }
    limits
}

/// Emits `Limit::OneOf(&["0", "1"])`.
fn one_of(allowed: &[RawValue]) -> TokenStream {
    let allowed = allowed.iter().map(ToString::to_string);
    quote!(Limit::OneOf(&[#(#allowed),*]))
}

/// Emits a limit; for a list as a limit of each item.
fn each(ty: &Type, limit: TokenStream) -> TokenStream {
    match ty {
        Type::List(inner) => {
            let limit = each(inner, limit);
            quote!(Limit::Each(&[#limit]))
        }
        _ => limit,
    }
}

/// Emits `Limit::Range(Some(1), Some(100))`.
fn range(range: Range) -> TokenStream {
    let end = |end: Option<i64>| match end.map(Literal::i64_unsuffixed) {
        Some(end) => quote!(Some(#end)),
        None => quote!(None),
    };
    let (min, max) = (end(range.min), end(range.max));
    quote!(Limit::Range(#min, #max))
}

/// Returns whether a value is an id, or a list or map of ids.
fn is_id(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => *scalar == Scalar::Id,
        Type::List(inner) | Type::Map(inner) => is_id(inner),
        Type::Object(_) | Type::Enum(_) => false,
    }
}

/// Emits `static PHONE: Pattern = ...;` for each field with a pattern, so that it is compiled only once.
pub(super) fn patterns(fields: &[Field]) -> TokenStream {
    fields
        .iter()
        .filter_map(|field| {
            let (name, text) = (pattern_name(field), field.pattern.as_ref()?);
            Some(quote!(static #name: Pattern = Pattern::new(#text);))
        })
        .collect()
}

/// Returns the name of the static with the pattern of a field.
fn pattern_name(field: &Field) -> Ident {
    format_ident!("{}", field.rust_name.to_uppercase())
}
