//! Formats generated Rust files with the workspace's rustfmt.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs, io};

use anyhow::Context as _;
use yunxin_codegen::FileSet;

use crate::repository;
use crate::staging::Staging;

/// Environment variable with the path of another rustfmt; `cargo fmt` uses it too.
const OVERRIDE: &str = "RUSTFMT";

/// Help for a missing rustfmt.
const INSTALL: &str = "install it with `rustup component add rustfmt`, or name it in the variable RUSTFMT";

/// The file that declares all others as modules, directly or indirectly. rustfmt formats them with it, in one process.
const ROOT: &str = "mod.rs";

/// Returns the files, formatted.
///
/// # Errors
/// If there is no rustfmt, or a file is not Rust.
pub(crate) fn formatted(files: FileSet) -> anyhow::Result<FileSet> {
    let staging = Staging::new(&repository::staging())?;
    write(&files, staging.path())?;
    let program = env::var_os(OVERRIDE).unwrap_or_else(|| "rustfmt".into());
    let output = Command::new(program)
        .arg("--config-path")
        .arg(repository::root().join("rustfmt.toml"))
        .arg(ROOT)
        .current_dir(staging.path())
        .output();
    check(output)?;
    read(files, staging.path())
}

fn write(files: &FileSet, folder: &Path) -> anyhow::Result<()> {
    for (path, text) in files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

fn read(files: FileSet, folder: &Path) -> anyhow::Result<FileSet> {
    let text = |path: &str| {
        let file = folder.join(path);
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
    };
    files.into_keys().map(|path| Ok((path.clone(), text(&path)?))).collect()
}

/// Returns an error with help if rustfmt failed.
fn check(output: io::Result<Output>) -> anyhow::Result<()> {
    let output = output.with_context(|| format!("cannot run rustfmt, which formats generated code: {INSTALL}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    // rustup installs a placeholder for a missing component.
    if stderr.contains("is not installed for the toolchain") {
        anyhow::bail!("rustfmt, which formats generated code, is missing: {INSTALL}");
    }
    anyhow::ensure!(output.status.success(), "rustfmt does not accept the generated code:\n{}", stderr.trim_end());
    Ok(())
}
