//! Reads the imports between the top-level modules of a crate from its sources, and checks them against a list of
//! allowed imports.
//!
//! An import is any path that begins at the root of the crate, `crate::x::...` or `super::` repeated up to the root, in
//! `use` declarations and in code. Names that the root re-exports count as imports of the module that defines them.
//! Code in `#[cfg(test)]` is ignored: tests may import every module.

mod allowed;
mod paths;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use allowed::Allowed;

/// One import of a top-level module by another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The module that imports.
    pub from: String,
    /// The module that is imported.
    pub to: String,
    /// The file with the import, relative to the source folder.
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
    pub imports: Vec<Import>,
}

/// Reads the sources of a crate; `src` is the folder of its `lib.rs`.
///
/// # Errors
/// A message with the file that cannot be read or parsed.
pub fn read(src: &Path) -> Result<Graph, String> {
    let root = parse_file(&src.join("lib.rs"))?.1;
    let modules = paths::modules(&root);
    let reexports = paths::reexports(&root, &modules);
    let mut imports = Vec::new();
    for module in &modules {
        let (file, folder) = (src.join(format!("{module}.rs")), src.join(module));
        let mut files = if file.is_file() { vec![file] } else { Vec::new() };
        rust_files(&folder, &mut files)?;
        for file in files {
            let (text, syntax) = parse_file(&file)?;
            let relative = file.strip_prefix(src).unwrap_or(&file);
            for name in paths::roots(&syntax, depth(relative)) {
                let to = if modules.contains(&name) { Some(&name) } else { reexports.get(&name) };
                if let Some(to) = to.filter(|to| *to != module) {
                    let line = line_of(&text, &name);
                    imports.push(Import { from: module.clone(), to: to.clone(), file: relative.to_owned(), line });
                }
            }
        }
    }
    imports.sort();
    imports.dedup();
    Ok(Graph { modules, imports })
}

/// Returns the depth of a file's module below the root, from its path relative to the source folder.
fn depth(relative: &Path) -> usize {
    let parts = relative.components().count();
    if relative.file_name().is_some_and(|name| name == "mod.rs") { parts - 1 } else { parts }
}

/// Reads and parses a file. Returns its text and its syntax tree.
fn parse_file(file: &Path) -> Result<(String, syn::File), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let syntax = syn::parse_file(&text).map_err(|error| format!("cannot parse {}: {error}", file.display()))?;
    Ok((text, syntax))
}

/// Collects the Rust files below a folder, except tests. A folder that does not exist has none.
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

/// Returns the line of the first import of a name. Tokens have no line numbers here, so the text is searched.
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

/// Re-exported names, each with its module.
type Reexports = BTreeMap<String, String>;
