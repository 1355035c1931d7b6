//! Links, headings and code blocks of Markdown documents.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a document outside of fenced code blocks.
fn prose(source: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    source.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// Lines of the code blocks in this language.
pub(crate) fn code<'s>(source: &'s str, language: &'static str) -> impl Iterator<Item = &'s str> {
    let mut inside: Option<bool> = None;
    source.lines().filter(move |line| match (line.trim_start().strip_prefix("```"), inside) {
        (Some(info), None) => {
            inside = Some(info.split(|letter: char| !letter.is_alphanumeric()).next() == Some(language));
            false
        }
        (Some(_), Some(_)) => {
            inside = None;
            false
        }
        (None, inside) => inside == Some(true),
    })
}

/// Targets of the inline links `[text](target)`, without those in code.
pub(crate) fn links(source: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(source) {
        let without_code: String = line.split('`').step_by(2).collect();
        for rest in without_code.split("](").skip(1) {
            links.extend(rest.split_once(')').map(|(target, _)| target.to_owned()));
        }
    }
    links
}

/// Checks a link of a document. Addresses of the web are not checked.
pub(crate) fn resolve(document: &Path, link: &str) -> Result<(), String> {
    if link.contains("://") {
        return Ok(());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target: PathBuf = if file.is_empty() { document.to_owned() } else { document.parent().unwrap().join(file) };
    if !target.exists() {
        return Err(format!("there is no {}", target.display()));
    }
    let Some(anchor) = anchor else { return Ok(()) };
    let text = fs::read_to_string(&target).map_err(|error| error.to_string())?;
    match anchors(&text).iter().any(|known| known == anchor) {
        true => Ok(()),
        false => Err(format!("{} has no heading for #{anchor}", target.display())),
    }
}

/// Texts of the headings.
pub(crate) fn headings(source: &str) -> Vec<String> {
    let heading = |line: &str| {
        let text = line.trim_start_matches('#');
        (text.len() < line.len() && text.starts_with(' ')).then(|| text.trim().replace('`', ""))
    };
    prose(source).filter_map(heading).collect()
}

/// Anchors of the headings, as GitHub makes them.
fn anchors(source: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = Vec::new();
    for heading in headings(source) {
        let is_kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
        let anchor: String = heading.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-");
        let times = seen.entry(anchor.clone()).or_default();
        anchors.push(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
        *times += 1;
    }
    anchors
}

/// References to documents below `docs/` in comments and texts, with the section if there is one:
/// `docs/reliability.md, "Clock"`.
pub(crate) fn references(source: &str) -> Vec<(String, Option<String>)> {
    // A reference may be wrapped in a comment of several lines.
    let mut joined = String::new();
    for line in source.lines() {
        let line = line.trim_start();
        let line = line.trim_start_matches(['/', '!', '#']).trim_start();
        joined.push_str(line);
        joined.push(' ');
    }
    let mut references = Vec::new();
    for (index, _) in joined.match_indices("docs/") {
        let (before, rest) = (&joined[..index], &joined[index + "docs/".len()..]);
        if before.ends_with('/') {
            // A part of a longer path or URL.
            continue;
        }
        let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        let name: String = rest.chars().take_while(|letter| is_of_name(*letter)).collect();
        let Some(behind) = rest[name.len()..].strip_prefix(".md") else { continue };
        let section =
            behind.strip_prefix(", \"").and_then(|text| text.split_once('"')).map(|(text, _)| text.to_owned());
        references.push((format!("docs/{name}.md"), section));
    }
    references
}

#[test]
fn links_are_found_outside_of_code() {
    let source = "See [a](b.md#c) and [`d`](e.md), not `[f](g.md)`.\n```md\n[h](i.md)\n```\n[j](https://k.example)";
    assert_eq!(links(source), ["b.md#c", "e.md", "https://k.example"]);
    assert_eq!(code("```rust,no_run\na\n```\nb\n```sh\nc\n```\n", "rust").collect::<Vec<_>>(), ["a"]);
}

#[test]
fn anchors_are_those_of_github() {
    let source =
        "# What a code says\n```\n# no heading\n```\n## Callbacks: `spec/<product>/x.yaml`\n## 时间\n## 时间\n#no";
    assert_eq!(anchors(source), ["what-a-code-says", "callbacks-specproductxyaml", "时间", "时间-1"]);
}

#[test]
fn references_may_be_wrapped() {
    let source = "// See docs/reliability.md, \"Numbers\n// of one call\"; docs/tokens.md\n";
    assert_eq!(
        references(source),
        [
            ("docs/reliability.md".to_owned(), Some("Numbers of one call".to_owned())),
            ("docs/tokens.md".to_owned(), None)
        ]
    );
}
