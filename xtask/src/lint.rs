//! `cargo xtask lint`: reads and checks the specs.

use std::process::ExitCode;

use anstream::eprintln;
use yunxin_codegen::{Compiled, Sources, compile, diagnostic::Severity};

use crate::repository;

/// Exit code for specs that cannot be used.
pub(crate) const BROKEN: u8 = 100;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let Some(compiled) = load()? else { return Ok(ExitCode::from(BROKEN)) };
    let endpoints: usize = compiled
        .api
        .products
        .iter()
        .flat_map(|product| &product.resources)
        .map(|resource| resource.endpoints.len())
        .sum();
    println!("{} products, {endpoints} endpoints, no errors", compiled.api.products.len());
    Ok(ExitCode::SUCCESS)
}

/// The specs, or nothing after all problems were printed.
pub(crate) fn load() -> anyhow::Result<Option<Compiled>> {
    let sources = Sources::read(&repository::root().join("spec"), "spec")?;
    match compile(&sources) {
        Ok(compiled) => {
            if !compiled.warnings.is_empty() {
                eprintln!("{}\n", compiled.warnings.render(&sources, true));
            }
            Ok(Some(compiled))
        }
        Err(found) => {
            eprintln!("{}\n", found.render(&sources, true));
            eprintln!("error: {} problems in the specs; nothing was written", found.count(Severity::Error));
            Ok(None)
        }
    }
}
