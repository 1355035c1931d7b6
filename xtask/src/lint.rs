//! `cargo xtask lint`: reads and checks the specs.
//!
//! Warnings are fixed by the author of a change; CI denies them.

use std::process::ExitCode;

use yunxin_codegen::{Compiled, Sources, compile};

use crate::format::Format;
use crate::repository;

/// Exit code for specs with errors.
pub(crate) const INVALID_SPECS: u8 = 100;

/// Exit code for specs with warnings if warnings are denied.
pub(crate) const DENIED: u8 = 5;

pub(crate) fn run(format: Format, deny_warnings: bool) -> anyhow::Result<ExitCode> {
    let Some(compiled) = load(format)? else { return Ok(ExitCode::from(INVALID_SPECS)) };
    if deny_warnings && !compiled.warnings.is_empty() {
        format.print("warnings are denied here");
        return Ok(ExitCode::from(DENIED));
    }
    let endpoints: usize = compiled
        .api
        .products
        .iter()
        .flat_map(|product| &product.resources)
        .map(|resource| resource.endpoints.len())
        .sum();
    format.print(&format!("{} products, {endpoints} endpoints, no errors", compiled.api.products.len()));
    Ok(ExitCode::SUCCESS)
}

/// Reads, compiles and checks the specs, and prints all problems. `None` if there are errors.
pub(crate) fn load(format: Format) -> anyhow::Result<Option<Compiled>> {
    let sources = Sources::read(&repository::root().join("spec"), "spec")?;
    match compile(&sources) {
        Ok(compiled) => {
            format.report(&compiled.warnings, &sources);
            Ok(Some(compiled))
        }
        Err(diagnostics) => {
            format.report(&diagnostics, &sources);
            Ok(None)
        }
    }
}
