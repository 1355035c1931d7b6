//! The numbers as tables.

use yunxin_codegen::{
    model::Api,
    tools::coverage::{Column, Counts, Coverage},
};

/// What README.md shows of them.
const SUMMARY: [Column; 3] = [Column::Endpoints, Column::Complete, Column::Partial];

/// For the terminal: all columns, a row a product, then the total.
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

fn row(name: &str, counts: &Counts) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(Column::ALL.iter().map(|column| counts.get(*column).to_string())).collect()
}

/// Names to the left, numbers to the right.
fn line(cells: &[String], widths: &[usize]) -> String {
    let padded =
        cells.iter().zip(widths).enumerate().map(|(place, (cell, width))| {
            if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
    padded.collect::<Vec<_>>().join("  ") + "\n"
}

/// For README.md: features with the titles of their products and the most important numbers.
pub(crate) fn markdown(api: &Api, coverage: &Coverage) -> String {
    let head: String = SUMMARY.iter().map(|column| format!(" {} |", column.title())).collect();
    let mut out = format!("| feature and module | product |{head}\n|---|---|{}\n", "---:|".repeat(SUMMARY.len()));
    let mut add = |name: &str, title: &str, counts: &Counts| {
        let numbers: String = SUMMARY.iter().map(|column| format!(" {} |", counts.get(*column))).collect();
        out.push_str(&format!("| {name} | {title} |{numbers}\n"));
    };
    for (product, counts) in
        api.products.iter().filter_map(|product| Some((product, coverage.products.get(&product.name)?)))
    {
        add(&format!("`{}`", product.name), &product.title.replace('|', "\\|"), counts);
    }
    add("all", "", &coverage.total());
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
    fn columns_stand_below_each_other_and_end_in_a_total() {
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
