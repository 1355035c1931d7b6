//! The limits of a value, written where the value is.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Field, Range, RawValue, Scalar, Type};

/// The limits of a field as an argument: `&[Limit::Id, Limit::MaxLen(32)]`. None where there is no limit.
pub(super) fn of(field: &Field) -> Option<TokenStream> {
    if field.pattern.is_some() {
        let (_, limits) = pattern_names(field);
        return Some(quote!(#limits));
    }
    list(field)
}

fn list(field: &Field) -> Option<TokenStream> {
    let mut limits = Vec::new();
    if names_something(&field.ty) {
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
        let (pattern, _) = pattern_names(field);
        limits.push(quote!(Limit::Pattern(&#pattern)));
    }
    (!limits.is_empty()).then(|| quote!(&[#(#limits),*]))
}

/// `Limit::OneOf(&["0", "1"])`
fn one_of(allowed: &[RawValue]) -> TokenStream {
    let allowed = allowed.iter().map(ToString::to_string);
    quote!(Limit::OneOf(&[#(#allowed),*]))
}

/// The limit, for each item where the type is a list.
fn each(ty: &Type, limit: TokenStream) -> TokenStream {
    match ty {
        Type::List(inner) => {
            let limit = each(inner, limit);
            quote!(Limit::Each(&[#limit]))
        }
        _ => limit,
    }
}

/// `Limit::Range(Some(1), Some(100))`
fn range(range: Range) -> TokenStream {
    let end = |end: Option<i64>| match end.map(Literal::i64_unsuffixed) {
        Some(end) => quote!(Some(#end)),
        None => quote!(None),
    };
    let (min, max) = (end(range.min), end(range.max));
    quote!(Limit::Range(#min, #max))
}

/// Whether a value, or each of a list or map, is an id.
fn names_something(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => *scalar == Scalar::Id,
        Type::List(inner) | Type::Map(inner) => names_something(inner),
        Type::Object(_) | Type::Enum(_) => false,
    }
}

/// `static PHONE: Pattern = ...;` and `static PHONE_LIMITS: &[Limit] = ...;` for each field that has one: a pattern is compiled once, and a
/// constant cannot refer to what is compiled when it is first needed.
pub(super) fn patterns(fields: &[Field]) -> TokenStream {
    fields
        .iter()
        .filter_map(|field| {
            let (text, list) = (field.pattern.as_ref()?, list(field)?);
            let (pattern, limits) = pattern_names(field);
            Some(quote! {
                static #pattern: Pattern = Pattern::new(#text);
                static #limits: &[Limit] = #list;
            })
        })
        .collect()
}

/// Names of the statics that hold the pattern of a field, and its limits.
fn pattern_names(field: &Field) -> (Ident, Ident) {
    let name = field.rust_name.to_uppercase();
    (format_ident!("{name}"), format_ident!("{name}_LIMITS"))
}
