//! Emits groups and rules between parameters or fields: the calls that check them after encoding, and the docs.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs;
use super::fields::ident;
use crate::model::{Dependence, Distance, Field, Groups, Rules, TypeDef};

/// Emits `out.exactly_one(...);`, `out.ordered(...);` and so on, one call for each rule.
pub(super) fn checks(fields: &[Field], groups: &Groups, rules: &Rules) -> TokenStream {
    let members = |group: &Vec<String>| -> TokenStream {
        let members = fields.iter().filter(|field| group.contains(&field.wire_name));
        members.map(|field| pair(fields, &field.wire_name)).collect()
    };
    // The arguments are in the order of the rule.
    let in_order = |group: &Vec<String>| -> TokenStream { group.iter().map(|name| pair(fields, name)).collect() };
    let exactly_one = groups.exactly_one.iter().map(members);
    let all_or_none = groups.all_or_none.iter().map(members);
    let one_or_more = open_preferences(fields, groups).map(members);
    let at_most_one = rules.at_most_one.iter().map(in_order);
    let ordered = rules.ordered.iter().map(in_order);
    let apart = rules.apart.iter().map(|distance| apart(fields, distance));
    let requires = rules.requires.iter().map(|one| arguments(fields, one));
    let required_if = rules.required_if.iter().map(|one| arguments(fields, one));
    quote! {
        #(out.exactly_one(&[#exactly_one]);)*
        #(out.all_or_none(&[#all_or_none]);)*
        #(out.one_or_more(&[#one_or_more]);)*
        #(out.at_most_one(&[#at_most_one]);)*
        #(out.ordered(&[#ordered]);)*
        #(out.apart(#apart);)*
        #(out.requires(#requires);)*
        #(out.required_if(#required_if);)*
    }
}

/// Returns the groups of `prefers` without a required member, so that all members could be left out.
pub(super) fn open_preferences<'a>(fields: &'a [Field], groups: &'a Groups) -> impl Iterator<Item = &'a Vec<String>> {
    let has_required =
        |group: &Vec<String>| fields.iter().any(|field| field.required && group.contains(&field.wire_name));
    groups.prefers.iter().filter(move |group| !has_required(group))
}

/// Emits `("begintime", &self.begin),`.
fn pair(fields: &[Field], wire_name: &str) -> TokenStream {
    let value = value(fields, wire_name);
    quote!((#wire_name, #value),)
}

/// Emits `&self.begin`.
fn value(fields: &[Field], wire_name: &str) -> TokenStream {
    let name = ident(&rust_name(fields, wire_name));
    quote!(&self.#name)
}

/// Returns the Rust name of the field with this wire name.
fn rust_name(fields: &[Field], wire_name: &str) -> String {
    let field = fields.iter().find(|field| field.wire_name == wire_name);
    field.map_or_else(|| wire_name.to_owned(), |field| field.rust_name.clone())
}

/// Emits `&[...], 0, Some(604800)`.
fn apart(fields: &[Field], distance: &Distance) -> TokenStream {
    let (from, to) = (pair(fields, &distance.from), pair(fields, &distance.to));
    let least = Literal::i64_unsuffixed(distance.at_least);
    let most = match distance.at_most.map(Literal::i64_unsuffixed) {
        Some(most) => quote!(Some(#most)),
        None => quote!(None),
    };
    quote!(&[#from #to], #least, #most)
}

/// Emits `"watermarkId", &self.watermark_id, Condition::given("presetId", &self.preset_id)`.
fn arguments(fields: &[Field], one: &Dependence) -> TokenStream {
    let (name, on) = (&one.name, &one.on);
    let (own, other) = (value(fields, name), value(fields, on));
    let values = &one.values;
    let when = match (values.is_empty(), one.or_absent) {
        (true, _) => quote!(Condition::given(#on, #other)),
        (false, false) => quote!(Condition::is(#on, #other, &[#(#values),*])),
        (false, true) => quote!(Condition::is_or_absent(#on, #other, &[#(#values),*])),
    };
    quote!(#name, #own, #when)
}

/// Returns docs with a paragraph for each rule, with the Rust names.
pub(super) fn docs(fields: &[Field], rules: &Rules) -> String {
    let called = |wire_name: &str| rust_name(fields, wire_name);
    let mut text = String::new();
    for group in &rules.at_most_one {
        let names: Vec<_> = group.iter().map(|name| format!("`{}`", called(name))).collect();
        let _ = writeln!(text, "Of {} at most one may be given.\n", names.join(", "));
    }
    for group in &rules.ordered {
        let names: Vec<_> = group.iter().map(|name| format!("`{}`", called(name))).collect();
        let _ = writeln!(text, "In order: {}.\n", names.join(" < "));
    }
    for distance in &rules.apart {
        let (from, to) = (called(&distance.from), called(&distance.to));
        let _ = writeln!(text, "From `{from}` to `{to}` there must be {}.\n", distance.words());
    }
    for (all, verb) in [
        (&rules.requires, "may be given only"),
        (&rules.required_if, "must be given"),
        (&rules.only_with, "counts only"),
    ] {
        for (names, condition) in by_condition(all, &called) {
            let verb = if names.len() > 1 { verb.replace("counts", "count") } else { verb.to_owned() };
            let _ = writeln!(text, "{} {verb} if {condition}.\n", names.join(", "));
        }
    }
    text
}

/// Groups names by the condition that they depend on, in the order of the first name.
fn by_condition(all: &[Dependence], called: &dyn Fn(&str) -> String) -> Vec<(Vec<String>, String)> {
    let mut groups: Vec<(Vec<String>, String)> = Vec::new();
    for one in all {
        let (name, condition) = (format!("`{}`", called(&one.name)), one.condition(called));
        match groups.iter_mut().find(|(_, other)| *other == condition) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], condition)),
        }
    }
    groups
}

/// Returns the doc of an object type, followed by the docs of its groups and rules.
pub(super) fn type_docs(fields: &[Field], def: &TypeDef) -> String {
    let mut text = String::new();
    docs::group_docs(fields, &def.groups, &mut text);
    text.push_str(&docs(fields, &def.rules));
    if text.is_empty() { text } else { format!("\n\n{}", text.trim_end()) }
}
