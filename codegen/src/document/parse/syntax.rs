//! Reads text as YAML values, and explains why a text is not YAML.

use std::ops::Range;

use serde_yaml::Value;

use crate::diagnostics::{Code, Diagnostic};
use crate::document::parse::invisible;
use crate::yaml::{Fault, MAX_BYTES, SourceFile, Tree, YamlPath};

/// The one document of a file, or everything that keeps it from being one.
pub(super) fn document(file: &SourceFile) -> Result<Value, Vec<Diagnostic>> {
    if let Some(fault) = &file.fault {
        return Err(vec![unreadable(file, fault)]);
    }
    let invisible = invisible::in_text(file);
    if !invisible.is_empty() {
        return Err(invisible);
    }
    if file.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
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
    // Before they are parsed: open brackets cost the parser the square of their number.
    if may_be_deep(&file.text)
        && let Some(here) = Tree::new(&file.text).too_deep()
    {
        return Err(vec![too_deep(file, here)]);
    }
    let value = serde_yaml::from_str(&file.text).map_err(|error| problems(file, &error))?;
    let mut tagged = Vec::new();
    tags(&value, &YamlPath::root(&file.path), &mut tagged);
    if tagged.is_empty() { Ok(value) } else { Err(tagged) }
}

/// Reports YAML tags: specs have none, and nothing is ignored silently.
fn tags(value: &Value, at: &YamlPath, found: &mut Vec<Diagnostic>) {
    match value {
        Value::Tagged(tagged) => found.push(
            Diagnostic::new(
                Code::NotPlain,
                at.clone().value(),
                format!("this has the YAML tag `{}`, and specs have none", tagged.tag),
            )
            .help("remove the tag; text that begins with `!` goes in quotes"),
        ),
        Value::Sequence(items) => {
            for (number, item) in items.iter().enumerate().filter(|(_, item)| has_tags(item)) {
                tags(item, &at.at(number), found);
            }
        }
        Value::Mapping(entries) => {
            for (key, item) in entries.iter().filter(|(_, item)| has_tags(item)) {
                tags(item, &at.at(key.as_str().unwrap_or_default()), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn has_tags(value: &Value) -> bool {
    match value {
        Value::Tagged(_) => true,
        Value::Sequence(items) => items.iter().any(has_tags),
        Value::Mapping(entries) => entries.values().any(has_tags),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

pub(super) fn unreadable(file: &SourceFile, fault: &Fault) -> Diagnostic {
    match fault {
        Fault::NotUtf8 { offset, byte } => Diagnostic::at_bytes(
            Code::Syntax,
            &file.path,
            *offset..offset + 1,
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
        Fault::Unreadable { cause } => {
            Diagnostic::at_bytes(Code::Unreadable, &file.path, 0..0, format!("cannot read {}: {cause}", file.path))
                .help("make it a file or folder that can be read, or remove it")
        }
        Fault::Unexpected => {
            Diagnostic::at_bytes(Code::FileName, &file.path, 0..0, format!("{} is no spec", file.path))
        }
    }
}

fn too_deep(file: &SourceFile, here: Range<usize>) -> Diagnostic {
    Diagnostic::at_bytes(Code::Syntax, &file.path, here, "the file is nested more than 128 deep")
        .help("specs are ten levels deep at most: remove what does not belong there")
}

/// Whether there are many brackets that are not closed, in text or elsewhere. Seldom right, never wrong about there
/// being few.
fn may_be_deep(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > 100
    })
}

/// Whether a `*name` is where a value could begin. May be true without an alias, never false with one.
fn may_have_aliases(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| {
        matches!(pair, [b'*', next] if !next.is_ascii_whitespace())
            && at
                .checked_sub(1)
                .and_then(|before| bytes.get(before))
                .is_none_or(|before| b" \t\r\n[{,:".contains(before))
    })
}

fn aliases(file: &SourceFile) -> Vec<Diagnostic> {
    Tree::new(&file.text)
        .aliases()
        .into_iter()
        .map(|(span, anchored)| {
            let name = file.text.get(span.clone()).unwrap_or_default().trim();
            let problem = Diagnostic::at_bytes(
                Code::NotPlain,
                &file.path,
                span,
                format!("`{name}` is a YAML alias, and specs have none"),
            )
            .help(
                "write the content here as well, so that each entry can be read by itself; \
                 text that begins with `*` goes in quotes",
            );
            match anchored {
                Some(anchored) => problem.second_bytes(anchored, "its content"),
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
                format!("the mapping has the key `{key}` twice"),
            )
            .label("the second one")
            .second_bytes(first, "the first one")
            .help("rename one of the two, or merge them")
        })
        .collect()
}

/// Explains an error of libyaml to authors of specs.
fn syntax(file: &SourceFile, error: &serde_yaml::Error, message: &str) -> Diagnostic {
    let text = &file.text;
    let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
    let what = message.split(" at line ").next().unwrap_or(message);
    let here = point(text, line, column);
    let problem = |span: Range<usize>, what: &str| Diagnostic::at_bytes(Code::Syntax, &file.path, span, what);
    if let Some(tab) = tab_in_indent(text, line) {
        return problem(tab, "a tab cannot be part of the indentation")
            .help("YAML is indented with spaces, two for each level");
    }
    if what.contains("recursion limit") {
        return too_deep(file, here);
    }
    if what.contains("more than one document") {
        let second = text.find("\n---").map_or(here, |at| at + 1..at + 4);
        return problem(second, "the file holds more than one YAML document")
            .help("one file is one document: remove the `---`");
    }
    if what.contains("unknown anchor") {
        return Diagnostic::at_bytes(Code::NotPlain, &file.path, here, "text that begins with `*` is a YAML alias")
            .help("put quotes around it");
    }
    let failure = Failure { file, what, here, begin: context(text, message) };
    failure.entry().or_else(|| failure.scalar()).or_else(|| failure.collection()).unwrap_or_else(|| {
        problem(failure.here.clone(), what)
            .help(format!("check the indentation of this line and the one before it, and {QUOTES}"))
    })
}

const QUOTES: &str = "put quotes around text with `: `, ` #`, `{`, `[`, `*` or `&` in it";

/// Where and why libyaml gave up.
struct Failure<'a> {
    file: &'a SourceFile,
    what: &'a str,
    here: Range<usize>,
    /// Where the node begins that was being read.
    begin: Option<Range<usize>>,
}

impl Failure<'_> {
    fn has(&self, words: &str) -> bool {
        self.what.contains(words)
    }

    fn problem(&self, span: Range<usize>, message: &str) -> Diagnostic {
        Diagnostic::at_bytes(Code::Syntax, &self.file.path, span, message)
    }

    /// A problem here, with a label at the begin of the node.
    fn inside(&self, message: &str, label: &str) -> Diagnostic {
        let problem = self.problem(self.here.clone(), message);
        match self.begin.clone() {
            Some(begin) => problem.second_bytes(begin, label),
            None => problem,
        }
    }

    /// A key and its colon.
    fn entry(&self) -> Option<Diagnostic> {
        if self.has("mapping values are not allowed") {
            let problem = self.problem(self.here.clone(), "there is a `:` where no key can be");
            return Some(problem.help("put quotes around text with `: ` in it, or fix the indentation of this line"));
        }
        if self.has("could not find expected ':'") {
            let key = self.begin.clone().map_or(self.here.clone(), |begin| {
                let rest = self.file.text.get(begin.start..);
                let line = rest.and_then(|rest| rest.lines().next()).unwrap_or_default();
                begin.start..begin.start + line.len().max(1)
            });
            let problem = self.problem(key, "this line is no entry: it has no `:` behind a key");
            return Some(problem.help("write `key: value`; text that goes on is indented deeper than its key"));
        }
        None
    }

    /// A text.
    fn scalar(&self) -> Option<Diagnostic> {
        if self.has("cannot start any token") {
            let problem = self.problem(self.here.clone(), "text cannot begin with this character");
            return Some(problem.help("put quotes around it"));
        }
        if self.has("unexpected end of stream") || self.has("unexpected document indicator") {
            let begin = self.begin.clone().unwrap_or(self.here.clone());
            return Some(self.problem(begin, "a quote is not closed").help("close it with the same quote"));
        }
        if self.has("unknown escape character") {
            let problem = self.problem(self.here.clone(), "this is not an escape in double quotes");
            return Some(problem.help("write `\\\\` for a backslash, or use single quotes"));
        }
        None
    }

    /// Brackets, entries and items.
    fn collection(&self) -> Option<Diagnostic> {
        const BRACKET: &str = "the bracket that is open";
        if self.has("did not find expected ',' or") && self.file.text.get(self.here.clone()) == Some(":") {
            return Some(self.inside("there is a `:` inside of a text", BRACKET).help(
                "inside of brackets, put quotes around text with `: ` or a comma in it: \
                 `doc: \"Name: unique, in small letters.\"`",
            ));
        }
        if self.has("did not find expected ',' or") {
            let problem = self.inside("a `,` or the closing bracket is missing before this", BRACKET);
            return Some(
                problem.help("close the bracket, or put quotes around text with `,`, `: `, `[`, `]`, `{` or `}` in it"),
            );
        }
        if self.has("did not find expected node content") {
            let problem = self.problem(self.here.clone(), "a value is missing here");
            return Some(problem.help(format!("write one or close the bracket; {QUOTES}")));
        }
        if self.has("did not find expected key") || self.has("did not find expected '-' indicator") {
            let problem = self
                .inside("this does not line up with the lines around it", "the lines that belong together begin here");
            return Some(problem.help(format!("indent it like its neighbours, two spaces for each level; {QUOTES}")));
        }
        None
    }
}

/// Begin of the node that the parser was reading.
fn context(text: &str, message: &str) -> Option<Range<usize>> {
    let (_, place) = message.split_once(", while ")?.1.split_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some(point(text, line.parse().ok()?, column.trim().parse().ok()?))
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
