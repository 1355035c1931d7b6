//! Prints tokens as text with prettyplease, with blank lines between items. rustfmt formats the text afterwards.

use std::mem;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ImplItem, Item, parse_quote};

/// Placeholder item for a blank line. prettyplease prints no blank lines, and rustfmt keeps blank lines but adds none.
const BLANK_LINE: &str = "__blank_line!();";

/// A file that is being printed. The input of macro calls is formatted by hand, because prettyplease does not format
/// it.
#[derive(Default)]
pub(super) struct File {
    tables: Vec<String>,
}

impl File {
    /// Adds text that is printed unchanged; returns the placeholder item for it.
    pub(super) fn table(&mut self, text: String) -> TokenStream {
        let name = format_ident!("__table_{}", self.tables.len());
        self.tables.push(text);
        quote!(#name!();)
    }

    /// Prints the whole file.
    pub(super) fn print(self, header: &str, tokens: TokenStream) -> String {
        let mut text = printed(tokens);
        for (number, table) in self.tables.iter().enumerate() {
            text = text.replacen(&format!("__table_{number}!();"), table, 1);
        }
        format!("{header}{text}")
    }
}

/// Prints items. Tokens that are not valid Rust are printed unformatted, so that the compiler reports the bug of the
/// emitter.
pub(super) fn printed(tokens: TokenStream) -> String {
    let Ok(mut file) = syn::parse2::<syn::File>(tokens.clone()) else { return tokens.to_string() };
    let blank = || -> Item { parse_quote!(__blank_line!();) };
    file.items = separated(mem::take(&mut file.items), items_stay_together, blank);
    if !file.attrs.is_empty() {
        file.items.insert(0, blank());
    }
    for item in &mut file.items {
        if let Item::Impl(block) = item {
            let blank = || -> ImplItem { parse_quote!(__blank_line!();) };
            block.items = separated(mem::take(&mut block.items), members_stay_together, blank);
        }
    }
    let text = prettyplease::unparse(&file);
    text.lines()
        .map(|line| if line.trim_start() == BLANK_LINE { "\n".to_owned() } else { format!("{line}\n") })
        .collect()
}

/// Inserts a blank line between neighbours that do not belong together.
fn separated<T>(items: Vec<T>, stay_together: fn(&T, &T) -> bool, blank: impl Fn() -> T) -> Vec<T> {
    let mut out: Vec<T> = Vec::with_capacity(items.len() * 2);
    for item in items {
        if out.last().is_some_and(|previous| !stay_together(previous, &item)) {
            out.push(blank());
        }
        out.push(item);
    }
    out
}

/// Returns whether two items have no blank line between them: imports; declarations of modules and constants without
/// docs and attributes.
fn items_stay_together(previous: &Item, next: &Item) -> bool {
    match (previous, next) {
        (Item::Use(_), Item::Use(_)) => true,
        (Item::Mod(previous), Item::Mod(next)) => previous.attrs.is_empty() && next.attrs.is_empty(),
        (Item::Const(previous), Item::Const(next)) => previous.attrs.is_empty() && next.attrs.is_empty(),
        (Item::Static(previous), Item::Static(next)) => previous.attrs.is_empty() && next.attrs.is_empty(),
        _ => false,
    }
}

/// Returns whether two members of an `impl` have no blank line between them: types and constants.
fn members_stay_together(previous: &ImplItem, next: &ImplItem) -> bool {
    !matches!(previous, ImplItem::Fn(_)) && !matches!(next, ImplItem::Fn(_))
}

/// Prints code with `json!` calls, and removes the space that prettyplease prints before a colon in them.
pub(super) fn with_json(tokens: TokenStream) -> String {
    json_spacing(&printed(tokens))
}

/// Indents calls as rustfmt does. prettyplease indents the arguments of the first call of a chain twice, and what
/// follows the chain's head once; rustfmt indents neither.
pub(super) fn chains_like_rustfmt(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for head in 0..lines.len() {
        let (Some(line), Some(rest)) = (lines.get(head), lines.get(head + 1..)) else { break };
        let inner = indent(line) + 4;
        let closes = |line: &&&str| indent(line) <= inner && line.trim_start().starts_with([')', ']']);
        let is_chain = line.ends_with(['(', '[']) && rest.iter().find(closes).is_some_and(|end| indent(end) == inner);
        if is_chain {
            let length = rest.iter().take_while(|line| indent(line) >= inner).count();
            for line in lines.iter_mut().skip(head + 1).take(length) {
                *line = line.get(4..).unwrap_or(line);
            }
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Removes the space before a colon in `json!` calls.
fn json_spacing(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\" : ") {
        out.push_str(before);
        // After an escaped quote the colon is inside a string.
        out.push_str(if before.ends_with('\\') { "\" : " } else { "\": " });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_functions_are_separated() {
        let tokens = quote! {
            //! Doc.
            use a::b;
            use a::c;
            const A: u8 = 1;
            const B: u8 = 2;
            /// C.
            const C: u8 = 3;
            mod d;
            mod e;
            #[cfg(x)]
            mod f;
            impl A {
                type D = u8;
                const E: u8 = 1;
                fn a() { match x { _ => {} } }
                fn b() {}
            }
            open_enum!(B);
        };
        let expected = "//! Doc.\n\nuse a::b;\nuse a::c;\n\nconst A: u8 = 1;\nconst B: u8 = 2;\n\n/// C.\nconst C: u8 = 3;\n\n\
            mod d;\nmod e;\n\n#[cfg(x)]\nmod f;\n\nimpl A {\n    type D = u8;\n    const E: u8 = 1;\n\n    fn a() {\n        match x {\n\
            \x20           _ => {}\n        }\n    }\n\n    fn b() {}\n}\n\nopen_enum!(B);\n";
        assert_eq!(printed(tokens), expected);
    }

    #[test]
    fn chains_are_indented_like_rustfmt_does() {
        let text = "let a = A::new(\n        1,\n        B::new(\n                2,\n            )\n            .c(3),\n    )\n    .d(4)\n    .e();\nf(\n    5,\n);\n";
        let expected =
            "let a = A::new(\n    1,\n    B::new(\n        2,\n    )\n    .c(3),\n)\n.d(4)\n.e();\nf(\n    5,\n);\n";
        assert_eq!(chains_like_rustfmt(text), expected);
    }

    #[test]
    fn tables_are_printed_as_they_are() {
        let mut file = File::default();
        let table = file.table("events! {\n    A,\n}".to_owned());
        assert_eq!(file.print("// Header\n", quote!(use a; #table)), "// Header\nuse a;\n\nevents! {\n    A,\n}\n");
    }

    #[test]
    fn tokens_that_are_not_rust_are_not_lost() {
        assert_eq!(printed(quote!(fn fn)), "fn fn");
    }

    #[test]
    fn json_has_no_blank_before_a_colon() {
        assert_eq!(json_spacing(r#"json!({ "a" : 1, "b" : "x\" : y" })"#), r#"json!({ "a": 1, "b": "x\" : y" })"#);
    }
}
