//! `cargo xtask coverage`: how much of the API the specs describe, and whether it became less.

pub(crate) mod floor;
pub(crate) mod table;

use std::process::ExitCode;

use anstream::eprintln;
use anyhow::Context as _;
use serde::Serialize;
use yunxin_codegen::tools::coverage::{self, Column, Counts, Coverage, Regression};

use crate::{
    format::Format,
    lint::{self, BROKEN},
    repository, swap,
};

/// Exit code for numbers that fell.
pub(crate) const FELL: u8 = 5;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Print the numbers as JSON
    #[arg(long, conflicts_with_all = ["check", "accept"])]
    json: bool,
    /// Print only the numbers that fell below those in xtask/coverage.json. Exit code 0: none, 5: some, 100: the specs are broken
    #[arg(long)]
    check: bool,
    /// Write the numbers as they are to xtask/coverage.json, those that fell included
    #[arg(long, conflicts_with = "check")]
    accept: bool,
}

/// The numbers for programs.
#[derive(Serialize)]
struct Machine<'a> {
    products: &'a Coverage,
    total: Counts,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(ExitCode::from(BROKEN)) };
    let coverage = coverage::count(&compiled.api);
    if arguments.check {
        return Ok(if holds(&coverage)? { ExitCode::SUCCESS } else { ExitCode::from(FELL) });
    }
    if arguments.accept {
        return accept(&coverage);
    }
    if arguments.json {
        let numbers = Machine { products: &coverage, total: coverage.total() };
        println!("{}", serde_json::to_string_pretty(&numbers).context("cannot write the numbers as JSON")?);
    } else {
        print!("{}", table::plain(&coverage));
        println!("\n`cargo xtask coverage --help` says what each column counts");
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether no number fell; prints those that did.
pub(crate) fn is_kept() -> anyhow::Result<bool> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(false) };
    holds(&coverage::count(&compiled.api))
}

fn holds(coverage: &Coverage) -> anyhow::Result<bool> {
    let path = floor::path();
    let floor = floor::read(&path)?.with_context(|| {
        format!("{} is missing: take it back, or write it with `cargo xtask regen`", path.display())
    })?;
    let falls = coverage.regressions(&floor);
    if falls.is_empty() {
        println!("no number of the coverage fell");
    } else {
        eprintln!("{}", complaint(&falls));
    }
    Ok(falls.is_empty())
}

fn complaint(falls: &[Regression]) -> String {
    let lines: String = falls.iter().map(|fall| format!("error: {fall}\n")).collect();
    format!(
        "{lines}\nif the specs should say less than they did: `cargo xtask coverage --accept`, and commit xtask/coverage.json; \
         if the\nnumbers before were never committed: `git checkout xtask/coverage.json`"
    )
}

fn accept(coverage: &Coverage) -> anyhow::Result<ExitCode> {
    // What cannot be read is replaced all the same: this is the way out of a conflict in the file.
    let before = floor::read(&floor::path()).ok().flatten().unwrap_or_default();
    let file = floor::file(&coverage.baseline())?;
    if file.change()?.is_none() {
        println!("{} has these numbers already", repository::shown(file.path()));
        return Ok(ExitCode::SUCCESS);
    }
    swap::replace(&[], &[&file], &repository::scratch())?;
    for fall in coverage.regressions(&before) {
        println!("accepted: {fall}");
    }
    println!("written: {}", repository::shown(file.path()));
    Ok(ExitCode::SUCCESS)
}

/// What each column counts, for `--help`.
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
    fn a_complaint_names_product_column_and_both_numbers() {
        let fall = Regression { product: "im".to_owned(), column: Column::WithLimits, before: 12, now: 9 };
        let complaint = complaint(&[fall]);
        assert!(complaint.starts_with("error: im: with limits fell from 12 to 9\n"), "{complaint}");
        assert!(complaint.contains("--accept"), "{complaint}");
    }

    #[test]
    fn help_says_what_every_column_counts() {
        let help = columns();
        assert!(Column::ALL.iter().all(|column| help.contains(column.title()) && help.contains(column.meaning())));
    }
}
