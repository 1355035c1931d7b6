//! Tests loading of spec files: problems that are found before the content is checked. Nothing may crash, hang or be
//! ignored silently.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use yunxin_codegen::Sources;
use yunxin_codegen::diagnostics::{Code, Severity};
use yunxin_codegen::yaml::MAX_BYTES;

const RESOURCE: &str = "\
resource: thing
title: Things
endpoints:
  create:
    title: Make a thing
    docs: https://doc.example.com/create
    path: /thing/create
    params:
      id: { type: id, required: true, doc: Name. }
    returns: nothing
    example: { request: { id: a }, reply: { code: 200 } }
";

fn product() -> String {
    support::text(&support::path("bad/product.yaml"))
}

fn with_product(resource: &str) -> Sources {
    Sources::from_texts([("demo/product.yaml", product().as_str()), ("demo/thing.yaml", resource)])
}

fn report(resource: &str) -> String {
    support::problems(&with_product(resource)).1
}

/// A spec folder on disk that is deleted after the test.
struct TempSpecFolder(PathBuf);

impl TempSpecFolder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        let folder = Self(path);
        folder.file("demo/product.yaml", product());
        folder.file("demo/thing.yaml", RESOURCE);
        folder
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn sources(&self) -> Sources {
        Sources::read(&self.0, "spec").unwrap()
    }
}

impl Drop for TempSpecFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn all_problems_of_all_files_come_in_one_run_sorted_by_place() {
    let broken = RESOURCE.replace("/thing/create", "thing").replace("id: a }", "id: 7 }");
    let second_resource =
        RESOURCE.replace("resource: thing", "resource: zoo").replace("title: Things", "titel: Things");
    let product = product().replace("https://api.example.com", "ftp://api.example.com");
    let sources = Sources::from_texts([
        ("demo/zoo.yaml", second_resource.as_str()),
        ("demo/thing.yaml", broken.as_str()),
        ("demo/product.yaml", product.as_str()),
        ("other/product.yaml", "product: [\n"),
        ("other/thing.yaml", RESOURCE),
    ]);
    let (found, report) = support::problems(&sources);
    assert_eq!(found.count(Severity::Error), 5);
    let places: Vec<_> = report.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).collect();
    assert_eq!(
        places,
        [
            "spec/demo/product.yaml:5:21",
            "spec/demo/thing.yaml:7:11",
            "spec/demo/thing.yaml:11:31",
            "spec/demo/zoo.yaml:2:1",
            "spec/other/product.yaml:1:10",
        ],
        "{report}"
    );
}

#[test]
fn a_byte_order_mark_is_ignored() {
    support::compiled(&with_product(&format!("\u{feff}{RESOURCE}")));
    let marked = RESOURCE.replace("title: Things", "titel: Things");
    assert_eq!(report(&format!("\u{feff}{marked}")), report(&marked));
}

#[test]
fn windows_line_ends_change_neither_meaning_nor_positions() {
    let windows = |text: &str| text.replace('\n', "\r\n");
    let one = support::compiled(&with_product(RESOURCE));
    let other = support::compiled(&with_product(&windows(RESOURCE)));
    assert_eq!(format!("{:?}", one.api), format!("{:?}", other.api));
    for mistake in [
        RESOURCE.replace("title: Things", "titel: Things"),
        RESOURCE.replace("id: a }", "id: 7 }"),
        RESOURCE.replace("    path:", "\tpath:"),
        RESOURCE.replace("{ id: a }", "{ id: a "),
        format!("{RESOURCE}{}", RESOURCE.split_once("endpoints:\n").unwrap().1),
    ] {
        assert_eq!(report(&windows(&mistake)), report(&mistake));
    }
}

#[test]
fn columns_count_characters_not_bytes() {
    let report = report(
        &RESOURCE
            .replace("id: { type: id, required: true, doc: Name. }", "id: { doc: 名字, type: idd, required: true }"),
    );
    assert!(report.contains("thing.yaml:9:28"), "{report}");
    assert!(report.contains("^^^"), "{report}");
}

#[test]
fn bytes_that_are_not_utf8_are_reported() {
    let folder = TempSpecFolder::new("not_utf8");
    folder.file("demo/thing.yaml", [b"\xef\xbb\xbf", RESOURCE.replace("Things", "Th\u{fffd}ngs").as_bytes()].concat());
    support::compiled(&folder.sources());
    let latin = RESOURCE.as_bytes().iter().map(|byte| if *byte == b'T' { 0xe9 } else { *byte }).collect::<Vec<_>>();
    folder.file("demo/thing.yaml", [b"\xef\xbb\xbf", latin.as_slice()].concat());
    let (_, report) = support::problems(&folder.sources());
    assert!(report.starts_with("error[E001]: the file is not UTF-8: it has the byte 0xE9 here"), "{report}");
    assert!(report.contains("spec/demo/thing.yaml:2:8"), "{report}");
    assert!(report.contains("save it as UTF-8 text"), "{report}");
}

#[test]
fn files_that_are_not_specs_are_reported() {
    let folder = TempSpecFolder::new("stray");
    for fine in ["README.md", "schema.json", "demo/README.md", "demo/.thing.yaml.swp", ".git/config"] {
        folder.file(fine, "x");
    }
    support::compiled(&folder.sources());
    for stray in ["lost.yaml", "demo/notes.txt", "demo/thing.yml", "demo/old/thing.yaml"] {
        let folder = TempSpecFolder::new("stray_file");
        folder.file(stray, RESOURCE);
        let (found, report) = support::problems(&folder.sources());
        assert!(found.iter().all(|problem| problem.code == Code::FileName), "{report}");
        assert_eq!(found.iter().count(), 1, "{stray}");
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_named() {
    let error = Sources::read(&support::path("nowhere"), "spec").unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[test]
fn invisible_characters_are_reported_with_their_position() {
    for (letter, name) in [
        ('\0', "NUL (U+0000)"),
        ('\u{7}', "a control character (U+0007)"),
        ('\u{7f}', "a control character (U+007F)"),
        ('\u{85}', "a control character (U+0085)"),
        ('\r', "a carriage return without a line feed (U+000D)"),
        ('\u{ad}', "a soft hyphen (U+00AD)"),
        ('\u{200b}', "a blank without width (U+200B)"),
        ('\u{202e}', "a character that changes the direction of text (U+202E)"),
        ('\u{2066}', "a character that changes the direction of text (U+2066)"),
        ('\u{2028}', "a line or paragraph separator (U+2028)"),
        ('\u{feff}', "a byte order mark (U+FEFF)"),
        ('\u{e0041}', "a character that cannot be seen (U+E0041)"),
        ('\u{fffe}', "a character that cannot be seen (U+FFFE)"),
    ] {
        for (text, place) in [
            (RESOURCE.replace("Make a thing", &format!("Make{letter} a thing")), "thing.yaml:5:16"),
            (RESOURCE.replace("returns:", &format!("# 汉{letter}!\n    returns:")), "thing.yaml:10:8"),
        ] {
            let (found, report) = support::problems(&with_product(&text));
            assert!(found.iter().all(|problem| problem.code == Code::Invisible), "{report}");
            assert!(report.contains(name) && report.contains(place), "{letter:?}\n{report}");
        }
    }
    // Joiners of scripts and emoji, and ordinary spaces.
    support::compiled(&with_product(
        &RESOURCE.replace("Make a thing", "Make\u{a0}a \u{1F469}\u{200d}\u{1F469} ک\u{200c}ت"),
    ));
    let many = RESOURCE.replace("Make a thing", &"\0".repeat(10_000));
    assert!(support::problems(&with_product(&many)).0.iter().count() <= 20);
}

#[cfg(unix)]
#[test]
fn unreadable_parts_are_reported_and_hide_no_other_problems() {
    use std::os::unix::fs::symlink;
    let folder = TempSpecFolder::new("unreadable");
    folder.file(
        "demo/broken.yaml",
        RESOURCE.replace("resource: thing", "resource: broken").replace("title: Things", "titel: Things"),
    );
    symlink("loop.yaml", folder.0.join("demo/loop.yaml")).unwrap();
    symlink("nowhere.yaml", folder.0.join("demo/lost.yaml")).unwrap();
    symlink("ring_b", folder.0.join("ring_a")).unwrap();
    symlink("ring_a", folder.0.join("ring_b")).unwrap();
    let (found, report) = support::problems(&folder.sources());
    for expected in [
        "error[E016]: cannot read spec/demo/loop.yaml: Too many levels of symbolic links",
        "error[E016]: cannot read spec/demo/lost.yaml: No such file or directory",
        "error[E016]: cannot read spec/ring_a: Too many levels of symbolic links",
        "error[E003]: unknown key `titel`",
    ] {
        assert!(report.contains(expected), "{report}");
    }
    assert_eq!(found.iter().filter(|problem| problem.code == Code::Unreadable).count(), 4, "{report}");
    assert!(Sources::read_resource(&folder.0.join("demo/loop.yaml"), "loop.yaml").is_ok());
    assert!(Sources::read_resource(&folder.0.join("demo/never.yaml"), "never.yaml").is_err());
}

#[test]
fn yaml_bombs_are_reported_in_little_time_and_memory() {
    let laughs = (0..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        format!("{text}a{}: &a{} [*a{level}, *a{level}]\n", level + 1, level + 1)
    });
    let begin = Instant::now();
    for (bomb, message) in [
        (laughs, "is a YAML alias"),
        (format!("resource: {}", "[".repeat(200_000)), "nested more than 128 deep"),
        (format!("resource: {}", "{a: ".repeat(50_000)), "nested more than 128 deep"),
        ("- ".repeat(50_000), "nested more than 128 deep"),
        (format!("resource: {}\n", "x".repeat(200_000)), "lacks the key"),
        (format!("resource: \"{}", "x".repeat(200_000)), "quote is not closed"),
        (format!("{}: 1\n", "? ".repeat(10_000)), "error[E0"),
        ("x".repeat(MAX_BYTES + 1), "bytes, and a spec file has"),
    ] {
        let report = report(&bomb);
        assert!(report.contains(message), "{}", report.chars().take(2_000).collect::<String>());
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn thousands_of_problems_take_no_longer_each_than_a_few() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let begin = Instant::now();
    for (text, message) in [
        // Each of them needs another pass over the file, so that only some hundreds are searched.
        (format!("{RESOURCE}{}", many(20_000, &|number| format!("k{number}: 1\n"))), "unknown key `k1`"),
        // A regression: each report showed the line of all of them.
        (
            format!(
                "resource: thing\ntitle: x\nendpoints: {{{}}}\n",
                many(400, &|number| format!("k{number}: {{ tilte: 1 }}, "))
            ),
            "`endpoints.k399` lacks the key `path`",
        ),
    ] {
        let report = report(&text);
        assert!(report.contains(message), "{}", report.chars().take(2_000).collect::<String>());
    }
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
}

#[test]
fn odd_texts_are_errors_and_never_panics() {
    for text in [
        "",
        " ",
        "\n",
        "\t",
        "#",
        "---",
        "...",
        "--- ---",
        "~",
        "[]",
        "{}",
        "[[]]",
        "- - -",
        ": :",
        "? ?",
        "*",
        "&",
        "!",
        "!!str",
        "%",
        "@",
        "`",
        "\"",
        "'",
        "|",
        ">",
        "\0",
        "\u{85}",
        "\u{2028}",
        "a: b: c",
        "a:\n - b\n  - c",
        "<<: 1",
        "<<: [*a]",
        "? {a: 1}\n: 2",
        "1: 2",
        "null: 1",
        "true: 1",
        "resource: [",
        "resource: }",
        "endpoints: {create: }",
        "types: []",
        "resource: thing\ntitle: x\nendpoints: {a: {params: {b: ~}}}\n",
        "resource: thing\ntitle: x\nendpoints: ~\n",
        "resource: thing\ntitle: x\nendpoints: {1: {}}\n",
        "resource: thing\ntitle: x\nendpoints: {[a]: {}}\n",
        "\u{feff}\u{feff}resource: thing",
        "resource: thing\r",
        "resource: \u{7f}",
        "resource: 汉\ntitle: \"\\u0000\"\nendpoints: {}\n",
    ] {
        let (found, report) = support::problems(&with_product(text));
        assert!(found.has_errors() && report.starts_with("error[E0"), "{text:?}\n{report}");
    }
}

#[test]
fn a_broken_product_neither_hides_nor_adds_problems_of_its_resources() {
    let product = support::text(&support::path("bad/product.yaml"));
    let resource = "resource: thing\ntitle: Things\nendpoints:\n  create:\n    title: Make a thing\n    docs: https://doc.example.com/create\n    path: /thing/{id}\n    params:\n      tag: { type: Tog, doc: A label. }\n    returns: nothing\n    errors: [forbidden]\n    example: { request: { tag: a }, reply: { code: 200 } }\n";
    for (whole, broken, code) in [
        ("success: { http: 200, code: [200] }", "success: { http: 200, code: yes }", "E005"),
        ("hosts: ", "host: ", "E003"),
    ] {
        assert!(product.contains(whole));
        let texts = [("demo/product.yaml", product.replace(whole, broken)), ("demo/thing.yaml", resource.to_owned())];
        let sources = Sources::from_texts(texts.iter().map(|(path, text)| (*path, text.as_str())));
        let (found, report) = support::problems(&sources);
        let codes: BTreeSet<_> = found.iter().map(|problem| problem.code.id()).collect();
        assert_eq!(codes, BTreeSet::from([code, "E020", "E030"]), "{report}");
    }
}
