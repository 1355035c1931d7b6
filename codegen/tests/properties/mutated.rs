//! Tests the shipped specs with random mutations.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use yunxin_codegen::Sources;

use crate::{compile_and_check, runner, support};

/// Texts that are difficult for YAML, Rust or the spec language.
const ODD_TEXTS: &[&str] = &[
    "\t",
    "\r",
    "\0",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "\u{301}",
    "👩‍👩‍👧",
    "汉",
    "\"",
    "'",
    "`",
    "\\",
    "*",
    "&a ",
    "*a ",
    "!x ",
    "%",
    "@",
    "#",
    " #",
    ": ",
    "- ",
    "? ",
    "| ",
    "> ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "~",
    "---\n",
    "...\n",
    "<<: ",
    "9999999999999999999999",
    "-1",
    "1e400",
    ".nan",
    "0x10",
    "null",
    "true",
    "type",
    "Self",
    "r#type",
    "*/",
    "/*",
    "//!",
    "{name}",
    "{/a}",
    "?",
    "\n",
    "\r\n",
    "  ",
];

#[derive(Clone, Debug)]
enum Mutation {
    Delete(Index),
    Duplicate(Index),
    Replace(Index, Index),
    Indent(Index, usize),
    SwapWords(Index, Index),
    Insert(Index, &'static str),
    Cut(Index, Index),
    End(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        1 => at().prop_map(Mutation::Delete),
        1 => at().prop_map(Mutation::Duplicate),
        1 => (at(), at()).prop_map(|(one, other)| Mutation::Replace(one, other)),
        1 => (at(), 0..8_usize).prop_map(|(line, by)| Mutation::Indent(line, by)),
        3 => (at(), at()).prop_map(|(one, other)| Mutation::SwapWords(one, other)),
        3 => (at(), select(ODD_TEXTS)).prop_map(|(place, odd)| Mutation::Insert(place, odd)),
        1 => (at(), at()).prop_map(|(from, to)| Mutation::Cut(from, to)),
        1 => at().prop_map(Mutation::End),
    ]
}

impl Mutation {
    fn apply_to(&self, text: &str) -> String {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let boundary = |index: &Index| {
            let places: Vec<_> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            places[index.index(places.len())]
        };
        if lines.is_empty() {
            return text.to_owned();
        }
        let line = |index: &Index| index.index(lines.len());
        match self {
            Self::Delete(at) => drop(lines.remove(line(at))),
            Self::Duplicate(at) => lines.insert(line(at), lines[line(at)].clone()),
            Self::Replace(one, other) => {
                let (one, other) = (line(one), line(other));
                lines[one] = lines[other].clone();
            }
            Self::Indent(at, by) => {
                let at = line(at);
                lines[at] = format!("{}{}", " ".repeat(*by), lines[at].trim_start());
            }
            Self::SwapWords(one, other) => {
                let mut words: Vec<_> = text.split_inclusive([' ', ',', '\n']).collect();
                let (one, other) = (one.index(words.len()), other.index(words.len()));
                words.swap(one, other);
                return words.concat();
            }
            Self::Insert(at, odd) => {
                let (before, after) = text.split_at(boundary(at));
                return format!("{before}{odd}{after}");
            }
            Self::Cut(from, to) => {
                // At most forty characters.
                let from = boundary(from);
                let (before, rest) = text.split_at(from);
                let piece: usize = rest.chars().take(40.min(boundary(to))).map(char::len_utf8).sum();
                return format!("{before}{}", rest.split_at(piece).1);
            }
            Self::End(at) => return text.split_at(boundary(at)).0.to_owned(),
        }
        lines.concat()
    }
}

/// Each resource with the product.yaml and types.yaml beside it, as (path, text).
pub(crate) fn small_folders() -> Vec<Vec<(String, String)>> {
    let mut all = Vec::new();
    for root in [support::path("../../spec"), support::path("fixtures")] {
        let sources = Sources::read(&root, "spec").unwrap();
        let files = |folder: &str, wanted: &dyn Fn(&str) -> bool| -> Vec<(String, String)> {
            sources
                .files()
                .iter()
                .filter(|file| file.folder == folder && wanted(&file.stem))
                .map(|file| (format!("{}/{}.yaml", file.folder, file.stem), file.text.clone()))
                .collect()
        };
        for file in sources.files().iter().filter(|file| !["product", "types"].contains(&&*file.stem)) {
            all.push(files(&file.folder, &|stem| [&file.stem, "product", "types"].contains(&stem)));
        }
    }
    all
}

pub(crate) fn sources(files: &[(String, String)]) -> Sources {
    Sources::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

#[test]
fn mutated_specs_are_refused_or_generate_valid_rust() {
    let folders = small_folders();
    let strategy = (
        any::<Index>(),
        any::<Index>(),
        proptest::collection::vec(mutation(), 1..4),
        prop_oneof![3 => Just(false), 1 => Just(true)],
    );
    let outcome = runner(200).run(&strategy, |(folder, file, mutations, windows)| {
        let mut files = folder.get(&folders).clone();
        let number = file.index(files.len());
        let text = &mut files[number].1;
        for mutation in &mutations {
            *text = mutation.apply_to(text);
        }
        if windows {
            *text = text.replace('\n', "\r\n");
        }
        compile_and_check(&sources(&files))
            .map(drop)
            .map_err(|fault| TestCaseError::fail(format!("{fault}\n{}", files[number].1)))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
