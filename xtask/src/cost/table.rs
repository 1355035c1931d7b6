//! Formats the result as Markdown.

use std::fs;
use std::process::Command;

use super::{Cost, Row};

/// Returns the line above the table: machine, compiler and date.
pub(super) fn conditions(runs: u32) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = output_of(Command::new("rustc").arg("--version"));
    let date = output_of(Command::new("date").args(["-u", "+%F"]));
    format!("Measured on {} ({cores} cores) with {rustc} on {date}, minimum of {runs} runs:", processor())
}

/// Formats the table of costs.
pub(super) fn table(bare: Cost, rows: &[Row], all: Cost) -> String {
    let endpoints: usize = rows.iter().map(|row| row.endpoints).sum();
    let lines: usize = rows.iter().map(|row| row.lines).sum();
    let mut lines_of_table = vec![
        "| products | endpoints | lines | check, s | debug build, s | rlib, KiB | check, s / 100 endpoints | build, s / 100 |".to_owned(),
        "|---|--:|--:|--:|--:|--:|--:|--:|".to_owned(),
        line("none", 0, 0, bare),
    ];
    lines_of_table
        .extend(rows.iter().map(|row| line(&format!("+ `{}`", row.name), row.endpoints, row.lines, row.added)));
    lines_of_table.push(line("all", endpoints, lines, all));
    lines_of_table.push(line("all, less none", endpoints, lines, all.without(bare)));
    lines_of_table.join("\n")
}

/// Formats one line of the table.
fn line(name: &str, endpoints: usize, lines: usize, cost: Cost) -> String {
    let Cost { check, build, rlib } = cost;
    format!(
        "| {name} | {endpoints} | {lines} | {check:.2} | {build:.2} | {} | {} | {} |",
        rlib / 1024,
        per_hundred(check, endpoints),
        per_hundred(build, endpoints),
    )
}

/// Formats the cost per hundred endpoints.
fn per_hundred(seconds: f64, endpoints: usize) -> String {
    match u32::try_from(endpoints) {
        // For few endpoints the quotient is not meaningful.
        Ok(endpoints) if endpoints >= 40 => format!("{:.2}", seconds * 100.0 / f64::from(endpoints)),
        _ => String::new(),
    }
}

/// Returns the name of the processor.
fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known.lines().find_map(|line| line.strip_prefix("model name")).and_then(|rest| rest.split_once(':'));
    model.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

/// Returns the output of a program; empty if it cannot be run.
fn output_of(command: &mut Command) -> String {
    command.output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_what_a_product_adds_and_the_last_rows_are_totals() {
        let bare = Cost { check: 0.5, build: 1.0, rlib: 10 * 1024 };
        let all = Cost { check: 1.5, build: 4.0, rlib: 50 * 1024 };
        let row = Row { name: "im".to_owned(), endpoints: 200, lines: 9000, added: all.without(bare) };
        let text = table(bare, &[row], all);
        let rows: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| none | 0 | 0 | 0.50 | 1.00 | 10 |  |  |",
                "| + `im` | 200 | 9000 | 1.00 | 3.00 | 40 | 0.50 | 1.50 |",
                "| all | 200 | 9000 | 1.50 | 4.00 | 50 | 0.75 | 2.00 |",
                "| all, less none | 200 | 9000 | 1.00 | 3.00 | 40 | 0.50 | 1.50 |",
            ]
        );
    }
}
