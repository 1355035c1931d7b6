//! Tokens -> text as a careful person would lay it out.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Columns of a line; prettyplease breaks earlier, and what it broke is put together again up to here.
const WIDTH: usize = 120;

/// Macros whose calls name a type and its fields.
const LISTINGS: [&str; 2] = ["request!", "object!"];

/// A file in the making. Tables are laid out by hand: the printer does not know what belongs on one line.
#[derive(Default)]
pub(super) struct File {
    tables: Vec<String>,
}

impl File {
    /// Takes text to be printed as it is; gives the item that stands for it.
    pub(super) fn table(&mut self, text: String) -> TokenStream {
        let name = format_ident!("__table_{}", self.tables.len());
        self.tables.push(text);
        quote!(#name!();)
    }

    /// Prints a file.
    pub(super) fn print(self, header: &str, tokens: TokenStream) -> String {
        self.lay_out(header, &printed(tokens))
    }

    /// The same for items that are printed already, one behind the other.
    pub(super) fn lay_out(self, header: &str, printed: &str) -> String {
        let mut text = spaced(&joined(printed));
        for (number, table) in self.tables.iter().enumerate() {
            text = text.replacen(&format!("__table_{number}!();"), table, 1);
        }
        format!("{header}{text}")
    }
}

/// Items as the printer has them. Tokens that are no Rust come out as they are, so that the compiler shows the fault of the emitter.
pub(super) fn printed(tokens: TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    }
}

/// Prints what is read rather than called: as the printer has it, a call of a chain on a line.
pub(super) fn plain(tokens: TokenStream) -> String {
    let printed = syn::parse2::<syn::File>(tokens).map(|file| prettyplease::unparse(&file)).unwrap_or_default();
    json_spacing(&printed)
}

/// The printer does not know JSON and sets blanks on both sides of a colon.
fn json_spacing(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\" : ") {
        out.push_str(before);
        // Behind an escaped quote the colon is inside a string.
        out.push_str(if before.ends_with('\\') { "\" : " } else { "\": " });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Puts arguments, elements and fields that stand on a line each together, as many as fit.
fn joined(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut rest = lines.as_slice();
    while let [line, after @ ..] = rest {
        let together = listing(line, after).or_else(|| {
            let (items, end, taken) = group(line, after)?;
            Some((laid_out(line, &items, end), taken))
        });
        match together {
            Some((lines, taken)) => {
                out.extend(lines);
                rest = after.get(taken..).unwrap_or_default();
            }
            None => {
                out.push((*line).to_owned());
                rest = after;
            }
        }
    }
    chained(&out).iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Puts the later calls of a chain on one line, as many as fit.
fn chained(lines: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    for line in lines {
        let call = line.trim_start();
        match out.last_mut() {
            Some(previous)
                if call.starts_with('.')
                    && previous.trim_start().starts_with(['.', ')'])
                    && previous.len() + call.len() <= WIDTH =>
            {
                previous.push_str(call)
            }
            _ => out.push(line.clone()),
        }
    }
    out
}

/// A macro call that names a type and its fields, laid out; and the number of lines taken. The printer knows no more of it than tokens.
fn listing(line: &str, after: &[&str]) -> Option<(Vec<String>, usize)> {
    if !LISTINGS.iter().any(|call| line.strip_prefix(call) == Some("(")) {
        return None;
    }
    let end = after.iter().position(|next| *next == ");")?;
    let words: Vec<&str> = after.get(..end)?.iter().flat_map(|words| words.split_whitespace()).collect();
    // The closing brace stays with the last field.
    let text = words.join(" ").replace(" .", ".").replace(" }", "\u{a0}}");
    let words: Vec<&str> = text.split(' ').collect();
    let lines = laid_out(line, &words, ");");
    Some((lines.iter().map(|line| line.replace('\u{a0}', " ")).collect(), end + 1))
}

/// The lines between an opening bracket at the end of a line and its closing one: items, closing line, number of lines taken.
fn group<'a>(line: &str, after: &[&'a str]) -> Option<(Vec<&'a str>, &'a str, usize)> {
    let opener = line.chars().last().filter(|last| "([{".contains(*last))?;
    let is_struct_literal = line.trim_start() == "Self {";
    if (opener == '{' && !is_struct_literal) || line.trim_start().starts_with("//") {
        return None;
    }
    let indent = indent_of(line);
    // In a chain of calls the printer indents the arguments of the first call twice.
    let end_at = after
        .iter()
        .position(|next| next.trim_start().starts_with([')', ']', '}']) && indent_of(next) <= indent + 4)?;
    let end = *after.get(end_at)?;
    let items = after.get(..end_at)?;
    let (last, others) = items.split_last()?;
    let is_plain =
        |item: &str| indent_of(item) == indent_of(end) + 4 && !item.trim_start().starts_with(['/', '#', '|', '.']);
    // Attributes have no comma behind the last item.
    let is_item = |item: &&str| is_plain(item) && item.ends_with(',');
    let is_last = is_item(last) || (line.trim_start().starts_with("#[") && is_plain(last));
    (is_last && others.iter().all(is_item))
        .then(|| (items.iter().map(|item| item.trim_start()).collect(), end, end_at + 1))
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn laid_out(line: &str, items: &[&str], end: &str) -> Vec<String> {
    let indent = indent_of(line);
    let pad = if line.ends_with('{') { " " } else { "" };
    let flat = items.join(" ");
    let whole = format!("{line}{pad}{}{pad}{}", flat.trim_end_matches(','), end.trim_start());
    if whole.len() <= WIDTH {
        return vec![whole];
    }
    // Signatures that are too long keep a line an argument; calls and lists are filled.
    if line.trim_start().starts_with("pub fn ") {
        return std::iter::once(line.to_owned())
            .chain(items.iter().map(|item| format!("{:1$}{item}", "", indent + 4)))
            .chain([end.to_owned()])
            .collect();
    }
    let mut out = vec![line.to_owned()];
    let mut current = String::new();
    for item in items {
        if !current.is_empty() && indent + 4 + current.len() + 1 + item.len() > WIDTH {
            out.push(format!("{:1$}{current}", "", indent + 4));
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(item);
    }
    out.push(format!("{:1$}{current}", "", indent + 4));
    out.push(format!("{:1$}{2}", "", indent, end.trim_start()));
    out
}

/// Blank lines between items and between methods; the printer sets none.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = "";
    for line in text.lines() {
        if is_end_of_item(previous, line) || is_end_of_head(previous, line) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        previous = line;
    }
    out
}

fn is_end_of_item(previous: &str, line: &str) -> bool {
    let closes = |indent: &str| {
        let rest = previous.strip_prefix(indent);
        rest.is_some_and(|rest| matches!(rest, "}" | ");" | "};")) && !line.trim_start().starts_with('}')
    };
    let is_empty_type = previous.starts_with("pub struct ") && previous.ends_with(" {}");
    // Statics stand together, however many lines each has.
    let goes_on = previous == ");" && line.starts_with("static ");
    (closes("") || closes("    ") || is_empty_type) && !goes_on
}

/// After the module docs, imports, modules, constants and macro calls, and before the methods that follow the constants of an impl.
fn is_end_of_head(previous: &str, line: &str) -> bool {
    let ends_docs = previous.starts_with("//!") && !line.starts_with("//!");
    let starts_documented = line.starts_with("///") || line.starts_with("#[") || line.starts_with("__table");
    let is_group = |group: &str| previous.starts_with(group) && !line.starts_with(group);
    let ends_group = is_group("use ")
        || is_group("pub mod ")
        || is_group("mod ")
        || (["const ", "static ", ")."].iter().any(|end| previous.starts_with(end)) && starts_documented)
        || (LISTINGS.iter().chain(&["open_enum!"]).any(|call| previous.starts_with(call)) && previous.ends_with(");"));
    let starts_methods = previous.ends_with(';') && line.starts_with("    fn ");
    let ends_table = previous.starts_with("__table");
    ends_docs || ends_group || starts_methods || ends_table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_methods_stand_apart() {
        let text = "//! Doc.\nuse a::b;\nconst A: u8 = 1;\nconst B: u8 = 2;\n/// A.\npub struct A {\n    a: u8,\n}\nimpl A {\n    const C: u8 = 1;\n    fn a() {\n        match x {\n            _ => {}\n        }\n    }\n    fn b() {}\n}\nopen_enum!(B);\nstatic D: D = D::new(\n    1,\n);\nstatic E: D = D::new(\n    1,\n).e();\nstatic F: D = D::new();\n/// C.\npub struct C;\n";
        let expected = "//! Doc.\n\nuse a::b;\n\nconst A: u8 = 1;\nconst B: u8 = 2;\n\n/// A.\npub struct A {\n    a: u8,\n}\n\nimpl A {\n    const C: u8 = 1;\n\n    fn a() {\n        match x {\n            _ => {}\n        }\n    }\n\n    fn b() {}\n}\n\nopen_enum!(B);\n\nstatic D: D = D::new(\n    1,\n);\nstatic E: D = D::new(\n    1,\n).e();\nstatic F: D = D::new();\n\n/// C.\npub struct C;\n";
        assert_eq!(spaced(text), expected);
    }

    #[test]
    fn what_fits_on_a_line_stands_on_it() {
        let text = "    out.form(\n        \"a\",\n        &self.a,\n    );\n    Self {\n        a: 1,\n        b: None,\n    }\n";
        assert_eq!(joined(text), "    out.form(\"a\", &self.a);\n    Self { a: 1, b: None }\n");
    }

    #[test]
    fn json_reads_like_json() {
        assert_eq!(json_spacing(r#"json!({ "a" : 1, "b" : "x\" : y" })"#), r#"json!({ "a": 1, "b": "x\" : y" })"#);
    }

    #[test]
    fn chains_and_attributes_are_put_together() {
        let chain =
            "    const A: B = B::new(\n            1,\n            2,\n        )\n        .c(3)\n        .d(4);\n";
        assert_eq!(joined(chain), "    const A: B = B::new(1, 2)\n        .c(3).d(4);\n");
        assert_eq!(joined("#[cfg_attr(\n    a,\n    b(c)\n)]\n"), "#[cfg_attr(a, b(c))]\n");
    }

    #[test]
    fn long_lists_are_filled_and_long_signatures_are_not() {
        let items: String = (0..30).map(|number| format!("    \"item{number}\",\n")).collect();
        let filled = joined(&format!("&[\n{items}]\n"));
        assert!(filled.lines().count() <= 6 && filled.lines().all(|line| line.len() <= WIDTH), "{filled}");
        let call = format!("pub fn call(\n{items})\n");
        assert_eq!(joined(&call), call);
    }

    #[test]
    fn blocks_comments_and_nested_groups_keep_their_lines() {
        let text = "match x {\n    a => b,\n}\ncall(\n    // why\n    a,\n)\ncall(\n    a(\n        b,\n    ),\n)\n";
        assert_eq!(joined(text), "match x {\n    a => b,\n}\ncall(\n    // why\n    a,\n)\ncall(\n    a(b),\n)\n");
    }
}
