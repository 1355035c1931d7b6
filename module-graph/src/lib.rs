//! Which top-level modules of a crate import which others, read from its sources, and whether they may.
//!
//! An import is any path that begins at the root of the crate, `crate::x::...` or as many `super::` as lead there, in
//! `use` declarations and in code. Names that the root re-exports count as imports of the module that they come from.
//! Code below `#[cfg(test)]` is not read: tests may use what they like.

mod allowed;
mod paths;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use allowed::Allowed;

/// One import of a top-level module by another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// The module that imports.
    pub from: String,
    /// The module that is imported.
    pub to: String,
    /// The file with the import, below the folder of the sources.
    pub file: PathBuf,
    /// Line of the import, from 1.
    pub line: usize,
}

/// The imports between the top-level modules of a crate.
#[derive(Debug)]
pub struct Graph {
    /// Names of the top-level modules, sorted.
    pub modules: Vec<String>,
    /// All imports, sorted.
    pub arrows: Vec<Arrow>,
}

/// Reads the sources of a crate; `src` is the folder of its `lib.rs`.
///
/// # Errors
/// What could not be read, as text.
pub fn read(src: &Path) -> Result<Graph, String> {
    let root = parsed(&src.join("lib.rs"))?.1;
    let modules = paths::modules(&root);
    let reexports = paths::reexports(&root, &modules);
    let mut arrows = Vec::new();
    for module in &modules {
        let (file, folder) = (src.join(format!("{module}.rs")), src.join(module));
        let mut files = if file.is_file() { vec![file] } else { Vec::new() };
        rust_files(&folder, &mut files)?;
        for file in files {
            let (text, syntax) = parsed(&file)?;
            let below = file.strip_prefix(src).unwrap_or(&file);
            for name in paths::roots(&syntax, depth(below)) {
                let to = if modules.contains(&name) { Some(&name) } else { reexports.get(&name) };
                if let Some(to) = to.filter(|to| *to != module) {
                    let line = line_of(&text, &name);
                    arrows.push(Arrow { from: module.clone(), to: to.clone(), file: below.to_owned(), line });
                }
            }
        }
    }
    arrows.sort();
    arrows.dedup();
    Ok(Graph { modules, arrows })
}

/// How many modules a file is below the root.
fn depth(below: &Path) -> usize {
    let parts = below.components().count();
    if below.file_name().is_some_and(|name| name == "mod.rs") { parts - 1 } else { parts }
}

fn parsed(file: &Path) -> Result<(String, syn::File), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let syntax = syn::parse_file(&text).map_err(|error| format!("cannot parse {}: {error}", file.display()))?;
    Ok((text, syntax))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|error| format!("cannot read {}: {error}", folder.display()))?.path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() && !is_test {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test {
            files.push(path);
        }
    }
    Ok(())
}

/// Line of the first import of a name. Tokens have no lines here, so it is looked for in the text.
fn line_of(text: &str, name: &str) -> usize {
    let imports = |line: &&str| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + name.len()..).unwrap_or_default());
            let begins = before.trim().is_empty() || before.ends_with("::") || before.ends_with(['{', ' ', '(']);
            begins && after.starts_with("::") | after.starts_with([',', ';', '}']) && !before.contains("//")
        })
    };
    text.lines().position(|line| imports(&line)).map_or(1, |line| line + 1)
}

/// Modules by name.
type Reexports = BTreeMap<String, String>;
