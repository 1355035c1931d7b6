//! Checks that emitted files are valid Rust and that each name in them is defined once. The fuzz target includes this
//! file as well.

use std::collections::BTreeSet;

use syn::{FnArg, ImplItem, Item, Pat, Type};
use yunxin_codegen::emit::rust;
use yunxin_codegen::model::Api;

/// Emits all files with all options and checks them.
///
/// # Errors
/// Describes the first file that is not valid Rust or defines a name twice, with its text.
pub(crate) fn check(api: &Api) -> Result<(), String> {
    let foreign = rust::Options {
        runtime: "::yunxin::__private",
        examples: rust::Examples::Shown,
        serde: rust::Serde::On,
        features: rust::Features::None,
    };
    for files in [rust::modules(api, rust::Options::CLIENT), rust::modules(api, foreign), rust::example_calls(api)] {
        for (path, text) in files {
            let file = syn::parse_file(&text).map_err(|error| format!("{path} is no Rust: {error}\n{text}"))?;
            once(&file.items).map_err(|name| format!("{path} has `{name}` twice\n{text}"))?;
        }
    }
    let tokens = rust::tokens(api, foreign);
    syn::parse2::<syn::File>(tokens).map(drop).map_err(|error| format!("the tokens are no Rust: {error}"))
}

/// Returns the first name that is defined twice as an error.
fn once(items: &[Item]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for item in items {
        match item {
            Item::Struct(item) => {
                claim(&mut names, format!("type {}", item.ident))?;
                for field in &item.fields {
                    if let Some(name) = &field.ident {
                        claim(&mut names, format!("{}.{name}", item.ident))?;
                    }
                }
            }
            Item::Enum(item) => {
                claim(&mut names, format!("type {}", item.ident))?;
                for variant in &item.variants {
                    claim(&mut names, format!("{}::{}", item.ident, variant.ident))?;
                }
            }
            Item::Fn(item) => claim(&mut names, format!("fn {}", item.sig.ident))?,
            Item::Mod(item) => {
                claim(&mut names, format!("mod {}", item.ident))?;
                if let Some((_, items)) = &item.content {
                    once(items)?;
                }
            }
            Item::Impl(item) => methods(item, &mut names)?,
            _ => {}
        }
    }
    Ok(())
}

fn methods(block: &syn::ItemImpl, names: &mut BTreeSet<String>) -> Result<(), String> {
    // A trait method may have the name of an inherent method.
    let of_trait = block.trait_.is_some();
    let owner = match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        _ => return Ok(()),
    };
    for item in &block.items {
        let ImplItem::Fn(method) = item else { continue };
        if !of_trait {
            claim(names, format!("{owner}::{}", method.sig.ident))?;
        }
        let mut arguments = BTreeSet::new();
        for argument in &method.sig.inputs {
            if let FnArg::Typed(argument) = argument
                && let Pat::Ident(name) = &*argument.pat
            {
                claim(&mut arguments, name.ident.to_string())?;
            }
        }
    }
    Ok(())
}

fn claim(names: &mut BTreeSet<String>, name: String) -> Result<(), String> {
    match names.replace(name) {
        Some(earlier) => Err(earlier),
        None => Ok(()),
    }
}
