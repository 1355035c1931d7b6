//! What parameters or fields have to do with each other: the calls that check it behind all that is written, and the docs.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{docs, fields::ident};
use crate::model::{Dependence, Distance, Field, Groups, Rules, TypeDef};

/// `out.exactly_one(...);`, `out.ordered(...);` and so on, one call for each rule.
pub(super) fn checks(fields: &[Field], groups: &Groups, rules: &Rules) -> TokenStream {
    let members = |group: &Vec<String>| -> TokenStream {
        let members = fields.iter().filter(|field| group.contains(&field.wire_name));
        members.map(|field| pair(fields, &field.wire_name)).collect()
    };
    // Here the order is that of the rule.
    let in_order = |group: &Vec<String>| -> TokenStream { group.iter().map(|name| pair(fields, name)).collect() };
    let exactly_one = groups.exactly_one.iter().map(members);
    let all_or_none = groups.all_or_none.iter().map(members);
    let ordered = rules.ordered.iter().map(in_order);
    let apart = rules.apart.iter().map(|distance| apart(fields, distance));
    let requires = rules.requires.iter().map(|one| arguments(fields, one));
    let required_if = rules.required_if.iter().map(|one| arguments(fields, one));
    quote! {
        #(out.exactly_one(&[#exactly_one]);)*
        #(out.all_or_none(&[#all_or_none]);)*
        #(out.ordered(&[#ordered]);)*
        #(out.apart(#apart);)*
        #(out.requires(#requires);)*
        #(out.required_if(#required_if);)*
    }
}

/// `("begintime", &self.begin),`
fn pair(fields: &[Field], wire_name: &str) -> TokenStream {
    let value = value(fields, wire_name);
    quote!((#wire_name, #value),)
}

/// `&self.begin`
fn value(fields: &[Field], wire_name: &str) -> TokenStream {
    let name = ident(&rust_name(fields, wire_name));
    quote!(&self.#name)
}

fn rust_name(fields: &[Field], wire_name: &str) -> String {
    let field = fields.iter().find(|field| field.wire_name == wire_name);
    field.map_or_else(|| wire_name.to_owned(), |field| field.rust_name.clone())
}

/// `&[...], None, Some(604800)`
fn apart(fields: &[Field], distance: &Distance) -> TokenStream {
    let (from, to) = (pair(fields, &distance.from), pair(fields, &distance.to));
    let end = |end: Option<i64>| match end {
        Some(end) => {
            let number = Literal::i64_unsuffixed(end);
            quote!(Some(#number))
        }
        None => quote!(None),
    };
    let (least, most) = (end(distance.at_least), end(distance.at_most));
    quote!(&[#from #to], #least, #most)
}

/// `"watermarkId", &self.watermark_id, When::given("presetId", &self.preset_id)`
fn arguments(fields: &[Field], one: &Dependence) -> TokenStream {
    let (name, on) = (&one.name, &one.on);
    let (own, other) = (value(fields, name), value(fields, on));
    let values = &one.values;
    let when = match (values.is_empty(), one.or_absent) {
        (true, _) => quote!(When::given(#on, #other)),
        (false, false) => quote!(When::is(#on, #other, &[#(#values),*])),
        (false, true) => quote!(When::is_or_absent(#on, #other, &[#(#values),*])),
    };
    quote!(#name, #own, #when)
}

/// A paragraph for each rule, by the names in Rust.
pub(super) fn docs(fields: &[Field], rules: &Rules) -> String {
    let called = |wire_name: &str| rust_name(fields, wire_name);
    let mut text = String::new();
    for group in &rules.ordered {
        let names: Vec<_> = group.iter().map(|name| format!("`{}`", called(name))).collect();
        let _ = writeln!(text, "Each of {} must be less than the next.\n", names.join(", "));
    }
    for distance in &rules.apart {
        let (from, to) = (called(&distance.from), called(&distance.to));
        let _ = writeln!(text, "From `{from}` to `{to}` there must be {}.\n", distance.words());
    }
    for one in &rules.requires {
        let _ = writeln!(text, "`{}` may be given only together with {}.\n", called(&one.name), one.asked(&called));
    }
    for one in &rules.required_if {
        let _ = writeln!(text, "`{}` must be given together with {}.\n", called(&one.name), one.asked(&called));
    }
    for one in &rules.only_with {
        let _ = writeln!(text, "`{}` has an effect only together with {}.\n", called(&one.name), one.asked(&called));
    }
    text
}

/// The same of an object, behind its own text.
pub(super) fn type_docs(fields: &[Field], def: &TypeDef) -> String {
    let mut text = String::new();
    docs::group_docs(fields, &def.groups, &mut text);
    text.push_str(&docs(fields, &def.rules));
    if text.is_empty() { text } else { format!("\n\n{}", text.trim_end()) }
}
