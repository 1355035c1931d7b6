//! Formats the numbers as tables, for the terminal and for docs/coverage.md.

use yunxin_codegen::model::Api;
use yunxin_codegen::tools::coverage::{Column, Counts, Coverage};

/// Columns of the table in docs/coverage.md.
const SUMMARY: [Column; 3] = [Column::Endpoints, Column::Complete, Column::Partial];

/// Formats the table for the terminal: all columns, one row per product, and the total.
pub(crate) fn plain(coverage: &Coverage) -> String {
    let head = std::iter::once("product").chain(Column::ALL.iter().map(|column| column.title()));
    let mut rows = vec![head.map(str::to_owned).collect::<Vec<_>>()];
    rows.extend(coverage.products.iter().map(|(name, counts)| row(name, counts)));
    rows.push(row("total", &coverage.total()));
    let widths: Vec<usize> = (0..=Column::ALL.len())
        .map(|place| rows.iter().filter_map(|row| row.get(place)).map(String::len).max().unwrap_or_default())
        .collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

/// Returns the cells of a row.
fn row(name: &str, counts: &Counts) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(Column::ALL.iter().map(|column| counts.get(*column).to_string())).collect()
}

/// Formats one line of the table: names are aligned left, numbers right.
fn line(cells: &[String], widths: &[usize]) -> String {
    let padded =
        cells.iter().zip(widths).enumerate().map(|(place, (cell, width))| {
            if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
    padded.collect::<Vec<_>>().join("  ") + "\n"
}

/// Formats the table in docs/coverage.md: one row per product with its feature, its title and the most important
/// numbers. It has no row of totals, because branches that add endpoints to different products would conflict in it.
pub(crate) fn markdown(api: &Api, coverage: &Coverage) -> String {
    let head: String = SUMMARY.iter().map(|column| format!(" {} |", column.title())).collect();
    let mut out = format!("| feature and module | product |{head}\n|---|---|{}\n", "---:|".repeat(SUMMARY.len()));
    for (product, counts) in
        api.products.iter().filter_map(|product| Some((product, coverage.products.get(&product.name)?)))
    {
        let numbers: String = SUMMARY.iter().map(|column| format!(" {} |", counts.get(*column))).collect();
        let title = product.title.replace('|', "\\|");
        out.push_str(&format!("| `{}` | {title} |{numbers}\n", product.name));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Coverage {
        serde_json::from_str(r#"{"im": {"endpoints": 3, "complete": 1, "partial": 2}, "rtc_ai": {"endpoints": 10}}"#)
            .unwrap()
    }

    #[test]
    fn columns_are_aligned_and_the_last_row_is_the_total() {
        let table = plain(&numbers());
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(
            lines.iter().map(|line| line.get(..36).unwrap()).collect::<Vec<_>>(),
            [
                "product  endpoints  complete  partial",
                "im               3         1        2",
                "rtc_ai          10         0        0",
                "total           13         1        2"
            ]
            .map(|line| line.get(..36).unwrap())
        );
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{table}");
        assert!(lines[0].ends_with("with Chinese title"), "{table}");
    }
}
