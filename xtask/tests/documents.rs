//! What the documents say that could become wrong without anybody noticing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Documents that people write.
const DOCUMENTS: [&str; 5] =
    ["README.md", "CONTRIBUTING.md", "spec/README.md", "codegen/fuzz/README.md", "generated-client/fuzz/README.md"];

/// What there is a number of, and another one tomorrow.
const COUNTED: [&str; 8] = ["endpoint", "product", "event", "resource", "test", "snapshot", "ways", "spec"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Without the parts that a command writes.
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

/// Two words in a row of which the first is a number of more than one digit and the second says of what.
fn figures(text: &str) -> Vec<String> {
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

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("generated") {
                rust_files(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn figures_are_found() {
    assert_eq!(
        figures("A regen of all 624 endpoints takes 0.6 s, or 1,000 endpoints a second."),
        ["624 endpoints", "1,000 endpoints"]
    );
    assert_eq!(figures("rows of 3 endpoints, code 404; endpoints. It has 404 rows"), Vec::<String>::new());
    let marked = "42 ways\n<!-- x: begin -->\n657 endpoints\n<!-- x: end -->\n";
    assert_eq!(figures(&written_by_hand(marked)), ["42 ways"]);
}

#[test]
fn numbers_that_change_are_not_written_by_hand() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let found = figures(&written_by_hand(&fs::read_to_string(repository().join(document)).unwrap()));
        wrong.extend(found.into_iter().map(|figure| format!("{document}: {figure}")));
    }
    let mut files = Vec::new();
    for member in ["codegen/src", "generated-client/src", "sandbox/src", "macros/src", "xtask/src"] {
        rust_files(&repository().join(member), &mut files);
    }
    assert!(files.len() > 100);
    for file in files {
        let found = figures(&comments(&fs::read_to_string(&file).unwrap()));
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
        // The environment in front of a command does not reach what it starts, or not as one thinks.
        assert!(!text.contains("INSTA_"), "{document} asks for snapshots to be accepted by the environment");
        for rest in text.split("cargo xtask ").skip(1) {
            let command: String = rest.chars().take_while(|letter| letter.is_ascii_lowercase()).collect();
            if !command.is_empty() && !rest.starts_with("lists ") {
                assert!(help.contains(&format!("\n  {command} ")), "{document}: there is no `cargo xtask {command}`");
            }
        }
    }
}

/// A crate can be published when all that its manifest names with a version is, its tests' dependencies included.
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
