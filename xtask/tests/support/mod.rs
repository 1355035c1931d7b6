//! A copy of the specs and generated files that tests may change.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Files and folders that `regen` writes; each must be completely old or completely new.
const GENERATED: [&str; 7] = [
    "generated-client/src/generated",
    "generated-client/tests/generated",
    "spec/schema.json",
    "spec/README.md",
    "docs/coverage.md",
    "generated-client/Cargo.toml",
    "xtask/coverage.json",
];

/// Files that regen reads: those that are partly written by hand, the previous coverage, and the format settings.
const INPUT_FILES: [&str; 4] =
    ["docs/coverage.md", "rustfmt.toml", "generated-client/Cargo.toml", "xtask/coverage.json"];

/// Products of a small copy: those that tests change.
const SMALL_PRODUCTS: [&str; 2] = ["lbs", "rtc"];

/// Content by path, for each of the generated trees and files.
pub(crate) type State = BTreeMap<&'static str, BTreeMap<PathBuf, Vec<u8>>>;

pub(crate) struct Copy {
    place: TempDir,
}

impl Copy {
    /// The shipped specs with their generated files: a regen has nothing to do.
    pub(crate) fn fresh() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let copy = Self { place: TempDir::new().unwrap() };
        copy_folder(&repository.join("spec"), &copy.path("spec"));
        for name in INPUT_FILES {
            copy.copy_file(name);
        }
        copy.regenerate();
        copy
    }

    /// A copy with a few small shipped products, for tests with many runs.
    pub(crate) fn small() -> Self {
        let copy = Self { place: TempDir::new().unwrap() };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for product in SMALL_PRODUCTS {
            copy_folder(&repository.join("spec").join(product), &copy.path("spec").join(product));
        }
        for name in ["spec/README.md", "docs/coverage.md", "rustfmt.toml", "generated-client/Cargo.toml"] {
            copy.copy_file(name);
        }
        // Without the features of the other products, which regen would report as removed.
        let manifest = fs::read_to_string(copy.path("generated-client/Cargo.toml")).unwrap();
        let (before, rest) = manifest.split_once("# products: begin\n").unwrap();
        let (_, behind) = rest.split_once("# products: end\n").unwrap();
        let manifest = format!("{before}# products: begin\n# products: end\n{behind}");
        fs::write(copy.path("generated-client/Cargo.toml"), manifest).unwrap();
        copy.regenerate();
        copy
    }

    /// Copies a file of the repository.
    fn copy_file(&self, name: &str) {
        let target = self.path(name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(name), target).unwrap();
    }

    fn regenerate(&self) {
        let output = self.xtask("regen").output().unwrap();
        assert!(output.status.success(), "{}", output_text(&output));
    }

    pub(crate) fn root(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.place.path().join(below)
    }

    /// Changes every generated file of the product `rtc`, adds a file and removes one, and adds a product.
    pub(crate) fn change_specs(&self) {
        for (file, old, new) in [
            ("spec/rtc/cloud_record.yaml", "\ntitle: ", "\ntitle: Changed "),
            ("spec/rtc/product.yaml", "\ntitle: ", "\ntitle: Changed "),
        ] {
            self.edit(file, old, new);
        }
        fs::rename(self.path("spec/rtc/history.yaml"), self.path("spec/rtc/past.yaml")).unwrap();
        self.edit("spec/rtc/past.yaml", "resource: history", "resource: past");
        self.add_product();
    }

    /// Adds the product `added`: `lbs` under another name.
    pub(crate) fn add_product(&self) {
        copy_folder(&self.path("spec/lbs"), &self.path("spec/added"));
        self.edit("spec/added/product.yaml", "product: lbs", "product: added");
    }

    /// Replaces the first occurrence of a text, which must exist.
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(old), "{file} does not contain `{old}`");
        fs::write(self.path(file), text.replacen(old, new, 1)).unwrap();
    }

    /// A command that runs this crate's binary on the copy.
    pub(crate) fn xtask(&self, command: &str) -> Command {
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask.args(command.split_whitespace()).env("YUNXIN_XTASK_ROOT", self.root());
        xtask
    }

    /// A shell script that finds the copy in `$ROOT` and the binary in `$XTASK`.
    pub(crate) fn shell(&self, program: &[&str], script: &str) -> Command {
        let (first, rest) = program.split_first().unwrap();
        let mut shell = Command::new(first);
        shell
            .args(rest)
            .arg(script)
            .env("YUNXIN_XTASK_ROOT", self.root())
            .env("ROOT", self.root())
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"));
        shell
    }

    pub(crate) fn state(&self) -> State {
        GENERATED
            .into_iter()
            .map(|name| {
                let mut files = BTreeMap::new();
                collect(&self.path(name), &mut files);
                (name, files)
            })
            .collect()
    }

    /// Restores generated files with ordinary writes.
    pub(crate) fn restore(&self, state: &State) {
        for (name, files) in state {
            let _ = fs::remove_dir_all(self.path(name)).or_else(|_| fs::remove_file(self.path(name)));
            for (path, content) in files {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
        }
    }
}

/// All that a process printed.
pub(crate) fn output_text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    } else if path.exists() {
        files.insert(path.to_owned(), fs::read(path).unwrap());
    }
}
