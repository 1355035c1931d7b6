//! Text -> YAML values, and why a text is no YAML.

use std::ops::Range;

use serde_yaml::Value;

use crate::{
    diagnostic::{Code, Diagnostic},
    source::{Fault, MAX_BYTES, SourceFile},
    yaml_tree::Tree,
};

/// The one document of a file, or everything that keeps it from being one.
pub(super) fn document(file: &SourceFile) -> Result<Value, Vec<Diagnostic>> {
    if let Some(fault) = file.fault {
        return Err(vec![unreadable(file, fault)]);
    }
    if file.text.trim().is_empty() {
        let problem = Diagnostic::at_bytes(Code::Syntax, &file.path, 0..0, format!("{} is empty", file.path));
        let help = match file.stem.as_str() {
            "product" => "begin with `product:`, `title:`, `docs:` and `hosts:`".to_owned(),
            stem => format!("begin with `resource: {stem}`, `title:` and `endpoints:`, or remove the file"),
        };
        return Err(vec![problem.help(help)]);
    }
    // Before they are followed: a few aliases of aliases are gigabytes.
    if may_have_aliases(&file.text) {
        let aliases = aliases(file);
        if !aliases.is_empty() {
            return Err(aliases);
        }
    }
    serde_yaml::from_str(&file.text).map_err(|error| problems(file, &error))
}

fn unreadable(file: &SourceFile, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NotUtf8 { offset, byte } => Diagnostic::at_bytes(
            Code::Syntax,
            &file.path,
            offset..offset + 1,
            format!("the file is not UTF-8: it has the byte 0x{byte:02X} here"),
        )
        .help("save it as UTF-8 text"),
        Fault::TooLarge { bytes } => Diagnostic::at_bytes(
            Code::Syntax,
            &file.path,
            0..0,
            format!("{} has {bytes} bytes, and a spec file has {MAX_BYTES} at most", file.path),
        )
        .help("split it into several resources, or remove what does not belong there"),
        Fault::Stray => Diagnostic::at_bytes(Code::FileName, &file.path, 0..0, format!("{} is no spec", file.path)),
    }
}

/// Whether a `*name` stands where a value could begin. Seldom right, never wrong about there being none.
fn may_have_aliases(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| {
        matches!(pair, [b'*', next] if !next.is_ascii_whitespace())
            && at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|before| b" \t\r\n[{,:".contains(before))
    })
}

fn aliases(file: &SourceFile) -> Vec<Diagnostic> {
    Tree::new(&file.text)
        .aliases()
        .into_iter()
        .map(|(span, anchored)| {
            let name = file.text.get(span.clone()).unwrap_or_default().trim();
            let problem = Diagnostic::at_bytes(
                Code::Alias,
                &file.path,
                span,
                format!("`{name}` is a YAML alias, and specs have none"),
            )
            .help("write out what it stands for, so that each entry can be read by itself; text that begins with `*` goes in quotes");
            match anchored {
                Some(anchored) => problem.second_bytes(anchored, "it stands for this"),
                None => problem,
            }
        })
        .collect()
}

fn problems(file: &SourceFile, error: &serde_yaml::Error) -> Vec<Diagnostic> {
    let message = error.to_string();
    if message.contains("duplicate entry") {
        let duplicates = duplicates(file);
        if !duplicates.is_empty() {
            return duplicates;
        }
    }
    vec![syntax(file, error, &message)]
}

fn duplicates(file: &SourceFile) -> Vec<Diagnostic> {
    Tree::new(&file.text)
        .duplicate_keys()
        .into_iter()
        .map(|(key, again, first)| {
            Diagnostic::at_bytes(
                Code::DuplicateKey,
                &file.path,
                again,
                format!("the key `{key}` stands twice in one mapping"),
            )
            .label("the second one")
            .second_bytes(first, "the first one")
            .help("rename one of the two, or merge them")
        })
        .collect()
}

fn syntax(file: &SourceFile, error: &serde_yaml::Error, message: &str) -> Diagnostic {
    let text = &file.text;
    let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
    let what = message.split(" at line ").next().unwrap_or(message);
    let span = point(text, line, column);
    let tab = tab_in_indent(text, line);
    let (what, span, help) = if let Some(tab) = tab {
        ("a tab cannot be part of the indentation", tab, "YAML is indented with spaces: two a level")
    } else if what.contains("recursion limit") {
        ("the file is nested more than 128 deep", span, "specs are ten levels deep at most: remove what does not belong there")
    } else if what.contains("more than one document") {
        let second = text.find("\n---").map_or(span, |at| at + 1..at + 4);
        ("the file holds more than one YAML document", second, "one file is one document: remove the `---`")
    } else if what.contains("mapping values are not allowed") {
        ("a `:` stands where no key can be", span, "put quotes around text with `: ` in it, or mend the indentation of this line")
    } else if what.contains("found character that cannot start any token") {
        ("text cannot begin with this character", span, "put quotes around it")
    } else if what.contains("unexpected end of stream") || what.contains("found unexpected document indicator") {
        ("a quote is not closed", context(text, message).map_or(span, |(_, begin)| begin), "close it with the same quote")
    } else if what.contains("did not find expected ',' or") {
        let opened = context(text, message).map_or(span.clone(), |(_, begin)| begin);
        return Diagnostic::at_bytes(Code::Syntax, &file.path, span, "a `,` or the closing bracket is missing before this")
            .second_bytes(opened, "the bracket that is open")
            .help("close the bracket, or put quotes around text with `,`, `[`, `]`, `{` or `}` in it");
    } else {
        (what, span, "check the indentation of this line and the one before it, and put quotes around text with `: `, ` #`, `{`, `[`, `*` or `&` in it")
    };
    let mut problem = Diagnostic::at_bytes(Code::Syntax, &file.path, span, what).help(help);
    if let Some((parsed, begin)) = context(text, message) {
        problem = problem.second_bytes(begin, parsed);
    }
    problem
}

/// What the parser was in the middle of, and where that began.
fn context(text: &str, message: &str) -> Option<(String, Range<usize>)> {
    let (_, rest) = message.split_once(", while ")?;
    let (doing, place) = rest.split_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((format!("while {doing}"), point(text, line.parse().ok()?, column.trim().parse().ok()?)))
}

/// The tab that indents the line of an error or the one before it, where the parser often fails.
fn tab_in_indent(text: &str, line: usize) -> Option<Range<usize>> {
    [line, line.saturating_sub(1), line + 1].into_iter().find_map(|line| {
        let start = point(text, line, 1).start;
        let content = text.get(start..)?.lines().next()?;
        let indent = content.len() - content.trim_start_matches([' ', '\t']).len();
        let tab = content.get(..indent)?.find('\t')?;
        Some(start + tab..start + tab + 1)
    })
}

/// The character at a line and column that both count characters from 1.
fn point(text: &str, line: usize, column: usize) -> Range<usize> {
    let mut start = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number + 1 == line {
            let trimmed = content.trim_end();
            let within = content
                .char_indices()
                .nth(column.saturating_sub(1))
                .map_or(trimmed.len(), |(index, _)| index.min(trimmed.len()));
            // At the end of a line there is nothing to underline but its last letter.
            let within = if within == trimmed.len() && within > 0 {
                trimmed.char_indices().next_back().map_or(0, |(index, _)| index)
            } else {
                within
            };
            return start + within..start + within + 1;
        }
        start += content.len();
    }
    let end = text.trim_end();
    let last = end.char_indices().next_back().map_or(0, |(index, _)| index);
    last..end.len()
}
