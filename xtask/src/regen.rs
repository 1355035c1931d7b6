//! `cargo xtask regen`: writes the generated files, or compares them with the specs.

use std::process::ExitCode;
use std::time::Instant;

use similar::{ChangeTag, TextDiff};
use yunxin_codegen::model::Api;

use crate::format::Format;
use crate::generated_dir::Change;
use crate::lint;
use crate::lint::INVALID_SPECS;
use crate::outputs::Outputs;

/// Exit code for generated files that are out of date.
pub(crate) const STALE: u8 = 4;

/// Maximum number of different lines that are shown per file.
const LINES_SHOWN: usize = 6;

pub(crate) fn run(check: bool, format: Format) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let Some(compiled) = lint::load(format)? else { return Ok(ExitCode::from(INVALID_SPECS)) };
    let outputs = Outputs::new(&compiled.api)?;
    if check { compare(&outputs, format) } else { write(&compiled.api, &outputs, format, start) }
}

/// Returns whether the generated files are up to date; prints those that are not.
pub(crate) fn is_fresh() -> anyhow::Result<bool> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(false) };
    is_up_to_date(&compiled.api)
}

/// Returns whether the generated files are up to date with this API; prints those that are not.
pub(crate) fn is_up_to_date(api: &Api) -> anyhow::Result<bool> {
    report(&Outputs::new(api)?, Format::Human).map(|stale| stale == 0)
}

/// Writes the files that are out of date, and prints a summary.
fn write(api: &Api, outputs: &Outputs, format: Format, start: Instant) -> anyhow::Result<ExitCode> {
    let stale = outputs.stale()?;
    outputs.write(&stale)?;
    let (mut written, mut removed) = (0, 0);
    for (path, change, _) in outputs.each(&stale) {
        format.print(&format!("{:>8} {path}", change.verb()));
        *if *change == Change::Unexpected { &mut removed } else { &mut written } += 1;
    }
    format.print(&summary(api, outputs));
    format.print(&format!("{written} files written, {removed} removed, in {:.0?}", start.elapsed()));
    Ok(ExitCode::SUCCESS)
}

/// Returns a line with the number of endpoints, files and lines.
fn summary(api: &Api, outputs: &Outputs) -> String {
    let endpoints: usize =
        api.products.iter().flat_map(|product| &product.resources).map(|resource| resource.endpoints.len()).sum();
    let lines = outputs.lines_of_endpoints();
    format!(
        "{} products, {endpoints} endpoints, {} files; {lines} lines of calls, {} an endpoint",
        api.products.len(),
        outputs.len(),
        lines / endpoints.max(1)
    )
}

/// Compares the files with those on disk, and prints those that are out of date.
fn compare(outputs: &Outputs, format: Format) -> anyhow::Result<ExitCode> {
    let stale = report(outputs, format)?;
    if stale == 0 {
        format.print("generated files are fresh");
        return Ok(ExitCode::SUCCESS);
    }
    format.print(&format!("\n{stale} files do not fit the specs: run `cargo xtask regen` and commit what it writes"));
    Ok(ExitCode::from(STALE))
}

/// Prints every file that is out of date; returns their number.
fn report(outputs: &Outputs, format: Format) -> anyhow::Result<usize> {
    let stale = outputs.stale()?;
    let mut number = 0;
    for (path, change, expected) in outputs.each(&stale) {
        number += 1;
        match change {
            Change::Missing => format.print(&format!("   missing {path}")),
            Change::Unexpected => format.print(&format!("unexpected {path} (no spec names it)")),
            Change::Different(current) => {
                format.print(&format!(" different {path}"));
                format.print(first_differences(current, expected).trim_end_matches('\n'));
            }
        }
    }
    Ok(number)
}

/// Returns the first lines that differ between two texts.
fn first_differences(current: &str, expected: &str) -> String {
    let diff = TextDiff::from_lines(current, expected);
    let mut out = String::new();
    for change in diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).take(LINES_SHOWN) {
        let (sign, line) = match change.tag() {
            ChangeTag::Delete => ('-', change.old_index()),
            _ => ('+', change.new_index()),
        };
        out.push_str(&format!(
            "{:>10} {sign} {}",
            line.map_or(0, |line| line + 1),
            change.value().trim_end_matches('\n')
        ));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_the_lines() {
        assert_eq!(first_differences("a\nb\nc\n", "a\nB\nc\n"), "         2 - b\n         2 + B\n");
    }
}
