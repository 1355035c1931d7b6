//! What values must keep to: lists of limits, as constants of the product.
//!
//! A list that stands in a call is a constant as well, but one that the compiler makes anew for each of a thousand calls.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::fields::ident;
use crate::model::{Field, Product, Range, Scalar, Type, TypeDef, TypeKind};

/// The limits of a value, each with what it adds to the name of the list.
struct List {
    limits: Vec<(String, TokenStream)>,
    /// Whether this field alone has it: its pattern, its words.
    own: bool,
}

/// The limits of a field as an argument: `super::ID_MAX_LEN_32`, or the list itself if no other field can have it.
pub(super) fn of(field: &Field) -> Option<TokenStream> {
    let list = List::of(field)?;
    let written = if list.own {
        list.written()
    } else {
        let name = list.name();
        quote!(super::#name)
    };
    Some(written)
}

/// `const ID_MAX_LEN_32: &[Limit] = ...;` for each list of the product that is not one field's own.
pub(super) fn constants(product: &Product) -> TokenStream {
    let types =
        product.resources.iter().map(|resource| &resource.types).chain(product.shared.iter().map(|it| &it.types));
    let params =
        product.resources.iter().flat_map(|resource| &resource.endpoints).flat_map(|endpoint| &endpoint.params);
    let fields = types.flat_map(|types| types.values()).flat_map(written_fields);
    let lists = params.chain(fields).filter_map(List::of).filter(|list| !list.own);
    let constants: BTreeMap<_, _> = lists.map(|list| (list.name(), list.written())).collect();
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
            limits.push(("ID".to_owned(), quote!(Limit::Id)));
        }
        let counts = [
            ("MAX_LEN", field.limits.max_len, quote!(MaxLen)),
            ("MAX_BYTES", field.limits.max_bytes, quote!(MaxBytes)),
            ("MAX_ITEMS", field.limits.max_items, quote!(MaxItems)),
        ];
        for (name, limit, variant) in counts {
            if let Some(limit) = limit {
                let number = Literal::u32_unsuffixed(limit);
                limits.push((format!("{name}_{limit}"), quote!(Limit::#variant(#number))));
            }
        }
        limits.extend(field.limits.range.map(range));
        if !field.one_of.is_empty() {
            let allowed = field.one_of.iter().map(ToString::to_string);
            limits.push((String::new(), quote!(Limit::OneOf(&[#(#allowed),*]))));
        }
        if field.pattern.is_some() {
            let pattern = pattern_name(field);
            limits.push((String::new(), quote!(Limit::Pattern(&#pattern))));
        }
        let own = !field.one_of.is_empty() || field.pattern.is_some();
        (!limits.is_empty()).then_some(Self { limits, own })
    }

    /// `ID_MAX_LEN_32`: it says all, so that equal names are equal lists.
    fn name(&self) -> Ident {
        ident(&self.limits.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("_"))
    }

    /// `&[Limit::Id, Limit::MaxLen(32)]`
    fn written(&self) -> TokenStream {
        let limits = self.limits.iter().map(|(_, limit)| limit);
        quote!(&[#(#limits),*])
    }
}

/// `FROM_1_TO_100`
fn range(range: Range) -> (String, TokenStream) {
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
    (name, quote!(Limit::Range(#min, #max)))
}

/// Whether a value, or each of a list or map, is an id.
fn names_something(ty: &Type) -> bool {
    match ty {
        Type::Scalar(scalar) => *scalar == Scalar::Id,
        Type::List(inner) | Type::Map(inner) => names_something(inner),
        Type::Object(_) | Type::Enum(_) => false,
    }
}

/// Name of the static that holds the pattern of a field.
pub(super) fn pattern_name(field: &Field) -> Ident {
    format_ident!("{}", field.rust_name.to_uppercase())
}
