//! Finds paths that begin at the root of a crate, in syntax trees.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree};

use crate::Reexports;

/// Returns the names of the modules that a file declares, sorted, without test modules.
pub(crate) fn modules(root: &syn::File) -> Vec<String> {
    let mut modules: Vec<_> = root
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if !is_test(&module.attrs) => Some(module.ident.to_string()),
            _ => None,
        })
        .collect();
    modules.sort();
    modules
}

/// Returns the names that the root re-exports, each with the module that defines it.
pub(crate) fn reexports(root: &syn::File, modules: &[String]) -> Reexports {
    let mut reexports = Reexports::new();
    for item in &root.items {
        if let Item::Use(item) = item
            && let UseTree::Path(path) = &item.tree
        {
            let module = path.ident.to_string();
            if modules.contains(&module) {
                visit_names(&path.tree, &mut |name| {
                    reexports.insert(name, module.clone());
                });
            }
        }
    }
    reexports
}

/// Calls `visit` with each name that a `use` tree brings into scope.
fn visit_names(tree: &UseTree, visit: &mut impl FnMut(String)) {
    match tree {
        UseTree::Path(path) => visit_names(&path.tree, visit),
        UseTree::Name(name) => visit(name.ident.to_string()),
        UseTree::Rename(rename) => visit(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| visit_names(tree, visit)),
        UseTree::Glob(_) => {}
    }
}

/// Returns the first segment of each path that begins at the root of the crate, for a file that is `depth` modules
/// below the root. Sorted and without duplicates.
pub(crate) fn roots(file: &syn::File, depth: usize) -> Vec<String> {
    let mut names = Vec::new();
    visit_items(&file.items, depth, &mut names);
    names.sort();
    names.dedup();
    names
}

fn visit_items(all: &[Item], depth: usize, names: &mut Vec<String>) {
    for item in all {
        match item {
            Item::Mod(module) if is_test(&module.attrs) => {}
            Item::Mod(module) => {
                if let Some((_, inner)) = &module.content {
                    visit_items(inner, depth + 1, names);
                }
            }
            other => visit_tokens(other.to_token_stream(), depth, names),
        }
    }
}

/// Returns whether an item is only compiled for tests.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.meta.to_token_stream().to_string().replace(' ', "") == "cfg(test)"
    })
}

fn visit_tokens(stream: TokenStream, depth: usize, names: &mut Vec<String>) {
    let all: Vec<_> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = all.get(at) {
        if let TokenTree::Group(group) = token {
            visit_tokens(group.stream(), depth, names);
        }
        let next = after_root(&all, at, depth);
        if let Some(target) = next.and_then(|next| all.get(next)) {
            first_names(target, names);
        }
        at += 1;
    }
}

/// Returns the index after `crate::`, or after `depth` times `super::`; `None` if neither begins at this index.
fn after_root(all: &[TokenTree], at: usize, depth: usize) -> Option<usize> {
    if is_ident(all.get(at)?, "crate") {
        return after_colons(all, at + 1);
    }
    let mut here = at;
    for _ in 0..depth {
        if !is_ident(all.get(here)?, "super") {
            return None;
        }
        here = after_colons(all, here + 1)?;
    }
    Some(here).filter(|_| depth > 0)
}

/// Returns the index after `::`; `None` if there is no `::` at this index.
fn after_colons(all: &[TokenTree], at: usize) -> Option<usize> {
    let is_colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    (is_colon(all.get(at)?) && is_colon(all.get(at + 1)?)).then_some(at + 2)
}

/// Returns whether a token is this identifier.
fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

/// Collects the first segments of a path or group: `x`, or `a` and `c` for `{a::b, c}`.
fn first_names(target: &TokenTree, names: &mut Vec<String>) {
    match target {
        TokenTree::Ident(ident) => names.push(ident.to_string()),
        TokenTree::Group(group) => {
            let mut begins = true;
            for token in group.stream() {
                match &token {
                    TokenTree::Ident(ident) if begins => names.push(ident.to_string()),
                    _ => {}
                }
                begins = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
            }
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots_of(text: &str, depth: usize) -> Vec<String> {
        roots(&syn::parse_file(text).unwrap_or_else(|error| panic!("{error}")), depth)
    }

    #[test]
    fn paths_are_found_in_imports_and_in_code() {
        assert_eq!(roots_of("use crate::a::B;", 1), ["a"]);
        assert_eq!(roots_of("use crate::{a::{B, c}, d, e::F};", 1), ["a", "d", "e"]);
        assert_eq!(roots_of("fn f() { let x = crate::a::g(); h(&crate::b::C) }", 1), ["a", "b"]);
        assert_eq!(roots_of("#[cfg(feature = \"x\")] use {crate::a::B, other::C};", 1), ["a"]);
    }

    #[test]
    fn super_counts_where_it_leads_to_the_root() {
        assert_eq!(roots_of("use super::a::B;", 1), ["a"]);
        assert_eq!(roots_of("use super::a::B;", 2), Vec::<String>::new());
        assert_eq!(roots_of("use super::super::a::B;", 2), ["a"]);
        assert_eq!(roots_of("mod inner { use super::super::a::B; }", 1), ["a"]);
    }

    #[test]
    fn tests_are_not_read() {
        assert_eq!(roots_of("#[cfg(test)] mod tests { use crate::a::B; }", 1), Vec::<String>::new());
    }

    #[test]
    fn what_the_root_re_exports_comes_from_a_module() {
        let root = syn::parse_file("mod a; pub mod b; pub use a::{C, d::E}; pub use b::F as G; use std::fmt;");
        let root = root.unwrap_or_else(|error| panic!("{error}"));
        let modules = modules(&root);
        let reexports = reexports(&root, &modules);
        let shown: Vec<_> = reexports.iter().map(|(name, module)| format!("{name} {module}")).collect();
        assert_eq!((modules, shown), (vec!["a".into(), "b".into()], vec!["C a".into(), "E a".into(), "G b".into()]));
    }
}
