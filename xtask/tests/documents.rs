//! Tests statements of the documents that could become wrong unnoticed: commands, links, numbers, the order of
//! publishing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a failed expectation is the failure of a test"
)]

mod markdown;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Documents for users and contributors.
const DOCUMENTS: [&str; 12] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/callbacks.md",
    "docs/compile-cost.md",
    "docs/coverage.md",
    "docs/private-endpoints.md",
    "docs/reliability.md",
    "docs/tokens.md",
    "spec/README.md",
    "codegen/fuzz/README.md",
    "generated-client/fuzz/README.md",
];

/// Longest line of a document, outside of tables and lines with a URL.
const LONGEST_LINE: usize = 120;

/// README.md is the first page that a reader sees, not the manual.
const LONGEST_README: usize = 250;

/// Nouns whose number changes with every new endpoint.
const COUNTED: [&str; 8] = ["endpoint", "product", "event", "resource", "test", "snapshot", "ways", "spec"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The text without the parts that a command writes.
fn written_by_hand(text: &str) -> String {
    let mut is_generated = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.starts_with("<!-- ") && line.ends_with(": begin -->") {
            is_generated = true;
        }
        if !is_generated {
            kept.push_str(line);
            kept.push('\n');
        }
        if line.starts_with("<!-- ") && line.ends_with(": end -->") {
            is_generated = false;
        }
    }
    kept
}

/// The doc comments of a Rust file.
fn comments(text: &str) -> String {
    text.lines().map(str::trim_start).filter(|line| line.starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// Pairs of words such as `657 endpoints`: a number of at least two digits and a counted noun.
fn written_numbers(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &str| {
        word.len() > 1
            && word.chars().all(|letter| letter.is_ascii_digit() || ",.".contains(letter))
            && word.starts_with(|first: char| first.is_ascii_digit())
            && word.ends_with(|last: char| last.is_ascii_digit())
    };
    words
        .windows(2)
        .filter_map(|pair| match pair {
            [number, of] if is_number(number) && COUNTED.iter().any(|what| of.starts_with(what)) => {
                Some(format!("{number} {of}"))
            }
            _ => None,
        })
        .collect()
}

/// Files with this extension below a folder, without what is built or generated.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !["target", ".git", "generated", "corpus", "artifacts"].iter().any(|name| path.ends_with(name)) {
                found.extend(files(&path, extension));
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn text(document: &str) -> String {
    fs::read_to_string(repository().join(document)).unwrap()
}

#[test]
fn figures_are_found() {
    assert_eq!(
        written_numbers("A regen of all 624 endpoints takes 0.6 s, or 1,000 endpoints a second."),
        ["624 endpoints", "1,000 endpoints"]
    );
    assert_eq!(written_numbers("rows of 3 endpoints, code 404; endpoints. It has 404 rows"), Vec::<String>::new());
    let marked = "42 ways\n<!-- x: begin -->\n657 endpoints\n<!-- x: end -->\n";
    assert_eq!(written_numbers(&written_by_hand(marked)), ["42 ways"]);
}

#[test]
fn numbers_that_change_are_not_written_by_hand() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let found = written_numbers(&written_by_hand(&fs::read_to_string(repository().join(document)).unwrap()));
        wrong.extend(found.into_iter().map(|figure| format!("{document}: {figure}")));
    }
    let members = ["codegen/src", "generated-client/src", "sandbox/src", "macros/src", "xtask/src"];
    let sources: Vec<_> = members.iter().flat_map(|member| files(&repository().join(member), "rs")).collect();
    assert!(sources.len() > 100);
    for file in sources {
        let found = written_numbers(&comments(&fs::read_to_string(&file).unwrap()));
        wrong.extend(found.into_iter().map(|figure| format!("{}: {figure}", file.display())));
    }
    assert!(wrong.is_empty(), "leave the number out, or let a command write it: {wrong:#?}");
}

#[test]
fn commands_of_the_documents_exist() {
    let help = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for document in DOCUMENTS {
        let text = fs::read_to_string(repository().join(document)).unwrap();
        // A variable in front of `cargo xtask` does not always reach the tests that it starts.
        assert!(!text.contains("INSTA_"), "{document} asks for snapshots to be accepted by the environment");
        for rest in text.split("cargo xtask ").skip(1) {
            let command: String = rest.chars().take_while(|letter| letter.is_ascii_lowercase()).collect();
            if !command.is_empty() {
                assert!(help.contains(&format!("\n  {command} ")), "{document}: there is no `cargo xtask {command}`");
            }
        }
    }
}

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    let documents = files(&repository(), "md");
    assert!(DOCUMENTS.iter().all(|document| documents.contains(&repository().join(document))));
    let mut broken = Vec::new();
    for document in &documents {
        let source = fs::read_to_string(document).unwrap();
        for link in markdown::links(&source) {
            if let Err(problem) = markdown::resolve(document, &link) {
                broken.push(format!("{}: ({link}): {problem}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Comments refer to a section as `docs/reliability.md, "Clock"`.
#[test]
fn sections_that_sources_refer_to_exist() {
    let mut references = 0;
    let mut broken = Vec::new();
    for file in ["rs", "yaml", "md"].iter().flat_map(|extension| files(&repository(), extension)) {
        let source = fs::read_to_string(&file).unwrap();
        for (document, section) in markdown::references(&source) {
            references += usize::from(section.is_some());
            let target = repository().join(&document);
            let exists = match (fs::read_to_string(&target), &section) {
                (Err(_), _) => false,
                (Ok(_), None) => true,
                (Ok(target), Some(section)) => markdown::headings(&target).contains(section),
            };
            if !exists {
                broken.push(format!("{}: {document}, {section:?}", file.display()));
            }
        }
    }
    assert!(references > 15, "references are not found");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn documents_fit_a_screen() {
    let mut wide = Vec::new();
    for document in DOCUMENTS.iter().filter(|document| !document.starts_with("spec/")) {
        for (index, line) in text(document).lines().enumerate() {
            if line.chars().count() > LONGEST_LINE && !line.starts_with('|') && !line.contains("://") {
                wide.push(format!("{document}:{}", index + 1));
            }
        }
    }
    assert!(wide.is_empty(), "wider than {LONGEST_LINE} columns: {wide:#?}");
    let lines = text("README.md").lines().count();
    assert!(lines <= LONGEST_README, "README.md has {lines} lines; move text to docs/");
}

/// rustdoc hides lines that begin with `# `, but GitHub shows them.
#[test]
fn examples_have_no_lines_for_rustdoc_alone() {
    for document in DOCUMENTS {
        let source = text(document);
        let hidden: Vec<_> = markdown::code(&source, "rust")
            .filter(|line| line.trim() == "#" || line.trim_start().starts_with("# "))
            .collect();
        assert!(hidden.is_empty(), "{document}: {hidden:#?}");
    }
}

/// The repository has no public address yet: dependencies are by path.
#[test]
fn no_document_asks_for_an_address_that_does_not_exist() {
    for document in DOCUMENTS.iter().copied().chain(["Cargo.toml", "macros/src/lib.rs", "CHANGELOG.md"]) {
        let source = text(document);
        assert!(!source.contains("github.com/yunxin-rs") && !source.contains("git = \""), "{document}");
    }
}

/// The test command in README.md is the one that CI runs as its step `test`.
#[test]
fn the_test_command_of_the_readme_is_part_of_ci() {
    let readme = text("README.md");
    assert!(markdown::code(&readme, "sh").any(|line| line == "cargo xtask test"));
    assert!(text(".ci/run").lines().any(|line| line == "cargo xtask ci"));
}

/// A crate can be published after all crates that its manifest names with a version, including those of its tests.
#[test]
fn crates_are_published_after_those_they_need() {
    let page = fs::read_to_string(repository().join("CONTRIBUTING.md")).unwrap();
    let (_, release) = page.split_once("\n## Release\n").unwrap();
    let (_, publish) = release.split_once("`cargo publish -p ").unwrap();
    let is_of_name = |letter: char| letter == '-' || letter.is_alphanumeric();
    let order: Vec<&str> = publish
        .split(':')
        .next()
        .unwrap()
        .split("-p ")
        .map(|rest| rest.split(|letter| !is_of_name(letter)).next().unwrap())
        .collect();

    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(repository())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata.get("packages").unwrap().as_array().unwrap();
    let text = |value: &serde_json::Value, key: &str| value.get(key).unwrap().as_str().unwrap_or_default().to_owned();
    let published: Vec<_> =
        packages.iter().filter(|package| package.get("publish").is_none_or(serde_json::Value::is_null)).collect();
    let mut names: Vec<_> = published.iter().map(|package| text(package, "name")).collect();
    let mut sorted = order.clone();
    names.sort();
    sorted.sort_unstable();
    assert_eq!(sorted, names, "CONTRIBUTING.md publishes other crates than there are");
    for package in published {
        let name = text(package, "name");
        let place = |name: &str| order.iter().position(|other| *other == name);
        for needed in package.get("dependencies").unwrap().as_array().unwrap() {
            // A dependency by path alone is for tests and left out of what is published.
            if let Some(before) = place(&text(needed, "name")).filter(|_| text(needed, "req") != "*") {
                assert!(Some(before) < place(&name), "{name} needs {}, which comes later", text(needed, "name"));
            }
        }
    }
}
