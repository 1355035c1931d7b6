//! Prints diagnostics as commands of GitHub's workflows.

use super::finding::{Position, lines};
use super::locate::Located;

/// A command a line: GitHub shows each at its place in the changes of a pull request.
pub(crate) fn github(located: &[Located<'_>]) -> String {
    lines(located, |finding| {
        let mut properties = vec![format!("file={}", property(finding.file))];
        if let Some(position) = finding.position {
            let Position { line, column, end_line, end_column } = position;
            properties.push(format!("line={line},col={column},endLine={end_line},endColumn={end_column}"));
        }
        properties.push(format!("title={}", property(finding.code)));
        let label = finding.label.map(|label| format!("\n{label}")).unwrap_or_default();
        let help = finding.help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let text = data(&format!("{}{label}{help}", finding.message));
        format!("::{} {}::{text}", finding.severity, properties.join(","))
    })
}

/// Text behind the `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text in front of it, where commas and colons are signs of the command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_is_made_of_is_escaped() {
        assert_eq!(property("a:b,c\n50%"), "a%3Ab%2Cc%0A50%25");
        assert_eq!(data("a: b, c\r\n50%"), "a: b, c%0D%0A50%25");
    }
}
