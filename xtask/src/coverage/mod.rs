//! `cargo xtask coverage`: counts how much of the API the specs describe, and compares it with a baseline.

pub(crate) mod baseline;
pub(crate) mod table;

use std::process::ExitCode;

use anstream::eprintln;
use anyhow::Context as _;
use serde::Serialize;
use yunxin_codegen::tools::coverage;
use yunxin_codegen::tools::coverage::{Column, Counts, Coverage, Regression};

use crate::format::Format;
use crate::lint::INVALID_SPECS;
use crate::{atomic_replace, lint, repository};

/// Exit code if a number is smaller than in the baseline.
pub(crate) const REGRESSED: u8 = 5;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Print the numbers as JSON
    #[arg(long, conflicts_with_all = ["check", "accept"])]
    json: bool,
    /// Print only the numbers that are smaller than in xtask/coverage.json. Exit code 0: none, 5: some, 100: the specs
    /// have errors
    #[arg(long)]
    check: bool,
    /// Write the numbers as they are to xtask/coverage.json, including those that became smaller
    #[arg(long, conflicts_with = "check")]
    accept: bool,
}

/// Output of `--json`.
#[derive(Serialize)]
struct JsonReport<'a> {
    products: &'a Coverage,
    total: Counts,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(ExitCode::from(INVALID_SPECS)) };
    let coverage = coverage::count(&compiled.api);
    if arguments.check {
        return Ok(if check(&coverage)? { ExitCode::SUCCESS } else { ExitCode::from(REGRESSED) });
    }
    if arguments.accept {
        return accept(&coverage);
    }
    if arguments.json {
        let numbers = JsonReport { products: &coverage, total: coverage.total() };
        println!("{}", serde_json::to_string_pretty(&numbers).context("cannot write the numbers as JSON")?);
    } else {
        print!("{}", table::plain(&coverage));
        println!("\n`cargo xtask coverage --help` says what each column counts");
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares the specs with the baseline, and prints the numbers that became smaller. Returns whether there are none.
pub(crate) fn check_baseline() -> anyhow::Result<bool> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(false) };
    check(&coverage::count(&compiled.api))
}

/// Compares the coverage with the baseline, and prints the numbers that became smaller. Returns whether there are none.
fn check(coverage: &Coverage) -> anyhow::Result<bool> {
    let path = baseline::path();
    let baseline = baseline::read(&path)?
        .with_context(|| format!("{} is missing: restore it, or write it with `cargo xtask regen`", path.display()))?;
    let regressions = coverage.regressions(&baseline);
    if regressions.is_empty() {
        println!("no number of the coverage fell");
    } else {
        eprintln!("{}", report(&regressions));
    }
    Ok(regressions.is_empty())
}

/// Formats the numbers that became smaller.
fn report(regressions: &[Regression]) -> String {
    let lines: String = regressions.iter().map(|regression| format!("error: {regression}\n")).collect();
    format!(
        "{lines}\nif the specs should say less than before: run `cargo xtask coverage --accept` and commit \
         xtask/coverage.json;\nif the numbers before were never committed: `git checkout xtask/coverage.json`"
    )
}

/// Writes the numbers to the baseline.
fn accept(coverage: &Coverage) -> anyhow::Result<ExitCode> {
    // A file that cannot be parsed is replaced too, so that this command resolves merge conflicts in it.
    let before = baseline::read(&baseline::path()).ok().flatten().unwrap_or_default();
    let file = baseline::file(&coverage.baseline())?;
    if file.change()?.is_none() {
        println!("{} has these numbers already", repository::shown(file.path()));
        return Ok(ExitCode::SUCCESS);
    }
    atomic_replace::replace(&[], &[&file], &repository::staging())?;
    for regression in coverage.regressions(&before) {
        println!("accepted: {regression}");
    }
    println!("written: {}", repository::shown(file.path()));
    Ok(ExitCode::SUCCESS)
}

/// Returns the part of `--help` that describes the columns.
pub(crate) fn columns() -> String {
    let width = Column::ALL.iter().map(|column| column.title().len()).max().unwrap_or_default();
    let lines: String =
        Column::ALL.iter().map(|column| format!("\n  {:<width$}  {}", column.title(), column.meaning())).collect();
    format!(
        "Columns:{lines}\n\n`cargo xtask regen` raises the numbers in xtask/coverage.json; only `--accept` lowers them."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_product_column_and_both_numbers() {
        let regression = Regression { product: "im".to_owned(), column: Column::WithLimits, before: 12, now: 9 };
        let report = report(&[regression]);
        assert!(report.starts_with("error: im: with limits fell from 12 to 9\n"), "{report}");
        assert!(report.contains("--accept"), "{report}");
    }

    #[test]
    fn help_says_what_every_column_counts() {
        let help = columns();
        assert!(Column::ALL.iter().all(|column| help.contains(column.title()) && help.contains(column.meaning())));
    }
}
