//! What values must keep to: lists of limits, as constants of the product.
//!
//! A list that stands in a call is a constant as well, but one that the compiler makes anew for each of a thousand calls.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::fields::ident;
use crate::model::{Field, Product, Range, RawValue, Scalar, Type, TypeDef, TypeKind};

/// The limits of a value, each with what it adds to the name of the list: nothing if this field alone has it, its pattern or its words.
struct List(Vec<(Option<String>, TokenStream)>);

/// The limits of a field as an argument: `super::ID_MAX_LEN_32`, or the list itself if no other field can have it.
pub(super) fn of(field: &Field) -> Option<TokenStream> {
    let list = List::of(field)?;
    Some(match list.name() {
        Some(name) => quote!(super::#name),
        None if field.pattern.is_some() => {
            let (_, limits) = pattern_names(field);
            quote!(#limits)
        }
        None => list.written(),
    })
}

/// `const ID_MAX_LEN_32: &[Limit] = ...;` for each list of the product that is not one field's own.
pub(super) fn constants(product: &Product) -> TokenStream {
    let types =
        product.resources.iter().map(|resource| &resource.types).chain(product.shared.iter().map(|it| &it.types));
    let params =
        product.resources.iter().flat_map(|resource| &resource.endpoints).flat_map(|endpoint| &endpoint.params);
    let fields = types.flat_map(|types| types.values()).flat_map(written_fields);
    let lists = params.chain(fields).filter_map(List::of);
    let constants: BTreeMap<_, _> = lists.filter_map(|list| Some((list.name()?, list.written()))).collect();
    constants.into_iter().map(|(name, list)| quote!(const #name: &[Limit] = #list;)).collect()
}

/// The fields of a type that requests contain.
fn written_fields(def: &TypeDef) -> &[Field] {
    match &def.kind {
        TypeKind::Object(fields) if def.in_request => fields,
        TypeKind::Object(_) | TypeKind::Enum(..) => &[],
    }
}

impl List {
    /// None where there is no limit.
    fn of(field: &Field) -> Option<Self> {
        let mut limits = Vec::new();
        if names_something(&field.ty) {
            limits.push((Some("ID".to_owned()), quote!(Limit::Id)));
        }
        let counts = [
            ("MAX_LEN", field.limits.max_len, quote!(MaxLen)),
            ("MAX_BYTES", field.limits.max_bytes, quote!(MaxBytes)),
            ("MAX_ITEMS", field.limits.max_items, quote!(MaxItems)),
        ];
        for (name, limit, variant) in counts {
            if let Some(limit) = limit {
                let number = Literal::u32_unsuffixed(limit);
                limits.push((Some(format!("{name}_{limit}")), quote!(Limit::#variant(#number))));
            }
        }
        limits.extend(field.limits.range.map(range));
        if !field.one_of.is_empty() {
            limits.push((None, each(&field.ty, one_of(&field.one_of))));
        }
        if !field.listed.is_empty() {
            limits.push((listed_name(&field.ty, &field.listed), each(&field.ty, one_of(&field.listed))));
        }
        if field.pattern.is_some() {
            let (pattern, _) = pattern_names(field);
            limits.push((None, quote!(Limit::Pattern(&#pattern))));
        }
        (!limits.is_empty()).then_some(Self(limits))
    }

    /// `ID_MAX_LEN_32`: it says all, so that equal names are equal lists. None if the list is one field's own.
    fn name(&self) -> Option<Ident> {
        let words: Option<Vec<_>> = self.0.iter().map(|(word, _)| word.as_deref()).collect();
        Some(ident(&words?.join("_")))
    }

    /// `&[Limit::Id, Limit::MaxLen(32)]`
    fn written(&self) -> TokenStream {
        let limits = self.0.iter().map(|(_, limit)| limit);
        quote!(&[#(#limits),*])
    }
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

/// `ONE_OF_0_1_2`, `EACH_ONE_OF_1_3`; texts are not all fit for a name.
fn listed_name(ty: &Type, allowed: &[RawValue]) -> Option<String> {
    let word = |value: &RawValue| match value {
        RawValue::Int(number) if *number < 0 => Some(format!("MINUS_{}", number.unsigned_abs())),
        RawValue::Int(number) => Some(number.to_string()),
        RawValue::Text(_) => None,
    };
    let words: Option<Vec<_>> = allowed.iter().map(word).collect();
    let each = if matches!(ty, Type::List(_)) { "EACH_" } else { "" };
    Some(format!("{each}ONE_OF_{}", words?.join("_")))
}

/// `FROM_1_TO_100`
fn range(range: Range) -> (Option<String>, TokenStream) {
    let end = |word: &str, end: Option<i64>| match end {
        Some(end) => {
            let sign = if end < 0 { "MINUS_" } else { "" };
            let number = Literal::i64_unsuffixed(end);
            (Some(format!("{word}_{sign}{}", end.unsigned_abs())), quote!(Some(#number)))
        }
        None => (None, quote!(None)),
    };
    let ((from, min), (to, max)) = (end("FROM", range.min), end("TO", range.max));
    let name = from.into_iter().chain(to).collect::<Vec<_>>().join("_");
    (Some(name), quote!(Limit::Range(#min, #max)))
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
            let (text, list) = (field.pattern.as_ref()?, List::of(field)?.written());
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
