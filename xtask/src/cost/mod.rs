//! `cargo xtask cost`: measures the CPU time of compiling the client, without its dependencies.

mod rustc;
mod table;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use yunxin_codegen::model::Product;

use crate::format::Format;
use crate::generated_file::{GeneratedFile, Markers};
use crate::lint::INVALID_SPECS;
use crate::{lint, repository};
pub(crate) use rustc::wrapped;
use rustc::{Kind, cpu_seconds, rlib_bytes};

/// The document with the table that `--write` replaces.
const DOCUMENT: &str = "docs/compile-cost.md";

/// Compile cost of one set of features.
#[derive(Clone, Copy)]
struct Cost {
    /// CPU seconds of `cargo check`.
    check: f64,
    /// CPU seconds of `cargo build`.
    build: f64,
    /// Size of the library in bytes.
    rlib: u64,
}

/// A row of the table: a product, and the cost that it adds to the crate.
struct Row {
    name: String,
    endpoints: usize,
    lines: usize,
    added: Cost,
}

pub(crate) fn run(runs: u32, write: bool, serde: bool) -> anyhow::Result<ExitCode> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(ExitCode::from(INVALID_SPECS)) };
    anyhow::ensure!(!(write && serde), "the table in {DOCUMENT} is without `serde`");
    let products = &compiled.api.products;
    let names: Vec<_> = products.iter().map(|product| product.name.as_str()).collect();
    let mut sets = vec![String::new()];
    sets.extend(names.iter().map(|&name| name.to_owned()));
    sets.push(names.join(","));
    let costs = min_costs(&sets, runs, serde)?;
    let [bare, each @ .., all] = costs.as_slice() else { anyhow::bail!("there are no products") };
    let rows = products
        .iter()
        .zip(each)
        .map(|(product, cost)| Ok(row(product, cost.without(*bare), lines_of(&product.name)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;

    let text = format!("{}\n\n{}", table::conditions(runs), table::table(*bare, &rows, *all));
    println!("{text}");
    if write {
        let document = GeneratedFile::part(repository::root().join(DOCUMENT), Markers::Markdown("cost"), &text)?;
        fs::write(document.path(), document.expected()).with_context(|| format!("cannot write {DOCUMENT}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the minimum cost of each set of features over all runs. Each run measures all sets in turn, so that other
/// load on the machine affects one run of some sets, and not all runs of one set.
fn min_costs(sets: &[String], runs: u32, serde: bool) -> anyhow::Result<Vec<Cost>> {
    let mut costs = vec![Cost { check: f64::INFINITY, build: f64::INFINITY, rlib: 0 }; sets.len()];
    for run in 1..=runs {
        for (set, cost) in sets.iter().zip(&mut costs) {
            eprintln!("run {run} of {runs}: {}", if set.is_empty() { "no product" } else { set });
            let features = if serde { format!("{set},serde") } else { set.clone() };
            cost.check = cost.check.min(cpu_seconds(Kind::Check, &features)?);
            cost.build = cost.build.min(cpu_seconds(Kind::Build, &features)?);
            cost.rlib = rlib_bytes()?;
        }
    }
    Ok(costs)
}

impl Cost {
    /// Subtracts the cost of the crate without products.
    fn without(self, bare: Self) -> Self {
        Self {
            check: self.check - bare.check,
            build: self.build - bare.build,
            rlib: self.rlib.saturating_sub(bare.rlib),
        }
    }
}

/// Returns the row of a product.
fn row(product: &Product, added: Cost, lines: usize) -> Row {
    let endpoints = product.resources.iter().map(|resource| resource.endpoints.len()).sum();
    Row { name: product.name.clone(), endpoints, lines, added }
}

/// Returns the number of lines of the generated module of a product.
fn lines_of(product: &str) -> anyhow::Result<usize> {
    let folder = repository::root().join("generated-client/src/generated").join(product);
    let lines = |path: &Path| -> anyhow::Result<usize> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(text.lines().count())
    };
    fs::read_dir(&folder)
        .with_context(|| format!("cannot read {}; `cargo xtask regen` writes it", folder.display()))?
        .map(|entry| lines(&entry?.path()))
        .sum()
}
