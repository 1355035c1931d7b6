//! The steps of a walk-through in a document, and a copy of the repository in which they are executed.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Folders that are not needed for building and testing.
const SKIPPED_FOLDERS: [&str; 5] = ["target", ".git", "fuzz", "corpus", "artifacts"];

/// A command, or a text for the spec file.
#[derive(Debug)]
pub(crate) enum Step {
    Command(String),
    Endpoint(String),
}

/// The fenced blocks below a heading, without the indentation of their list item: a step for each line of `sh`, one for
/// all of `yaml`.
pub(crate) fn steps(page: &str, heading: &str) -> Vec<Step> {
    let page = fs::read_to_string(repository().join(page)).unwrap();
    let (_, section) = page.split_once(&format!("\n{heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut blocks = section.split("   ```").skip(1);
    let mut steps = Vec::new();
    while let (Some(block), Some(_between)) = (blocks.next(), blocks.next()) {
        let (language, lines) = block.split_once('\n').unwrap();
        let lines: Vec<_> = lines.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect();
        match language {
            "sh" => {
                steps.extend(lines.iter().filter(|line| !line.is_empty()).map(|line| Step::Command((*line).to_owned())))
            }
            "yaml" => steps.push(Step::Endpoint(lines.join("\n") + "\n")),
            other => panic!("nobody knows what to do with a block of {other}"),
        }
    }
    steps
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A copy of the whole repository that can be built: always the same folder, so that little is built a second time.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    /// Lock that is held while the copy is used: other test runs wait.
    _lock: File,
}

impl Workspace {
    /// The repository as it is, with the generated files that fit its specs.
    pub(crate) fn fresh() -> Self {
        // target/debug/xtask
        let target = Path::new(env!("CARGO_BIN_EXE_xtask")).ancestors().nth(2).unwrap().to_owned();
        let root = target.join("walk-through");
        fs::create_dir_all(&root).unwrap();
        let lock = File::create(target.join("walk-through.lock")).unwrap();
        lock.lock().unwrap();
        // Not the folder that the tests themselves are built in: the copy would replace what doctests still have to be
        // linked with.
        let workspace = Self { root, target: target.join("walk-through-target"), _lock: lock };
        let mut files = BTreeSet::new();
        list(&repository(), &repository(), &mut files);
        for file in &files {
            workspace.copy_file(file);
        }
        let mut old = BTreeSet::new();
        list(&workspace.root, &workspace.root, &mut old);
        for gone in old.difference(&files) {
            fs::remove_file(workspace.root.join(gone)).unwrap();
        }
        let regenerated = workspace.run("cargo xtask regen");
        assert!(regenerated.status.success(), "{}", super::output_text(&regenerated));
        workspace
    }

    /// Copies a file unless it is the same: an unchanged file is not built again.
    fn copy_file(&self, file: &Path) {
        let (from, to) = (repository().join(file), self.root.join(file));
        let wanted = fs::read(&from).unwrap();
        if fs::read(&to).is_ok_and(|current| current == wanted) {
            return;
        }
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, wanted).unwrap();
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.root.join(file), text).unwrap();
    }

    /// Runs a `cargo xtask` command as users do, with their backtraces switched on.
    pub(crate) fn run(&self, command: &str) -> Output {
        let arguments = command.strip_prefix("cargo xtask ").unwrap();
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments.split_whitespace())
            .env("YUNXIN_XTASK_ROOT", &self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("RUST_BACKTRACE", "1")
            .env_remove("INSTA_UPDATE")
            .output()
            .unwrap()
    }
}

/// All files below a folder, relative to the root.
fn list(folder: &Path, root: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type().unwrap().is_dir() {
            if !SKIPPED_FOLDERS.contains(&&*name) {
                list(&entry.path(), root, files);
            }
        } else if !name.ends_with(".snap.new") && name != ".git" {
            files.insert(entry.path().strip_prefix(root).unwrap().to_owned());
        }
    }
}
