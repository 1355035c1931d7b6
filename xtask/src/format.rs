//! Output formats of reports.

use clap::ValueEnum;
use yunxin_codegen::diagnostics::Severity;
use yunxin_codegen::{Diagnostics, Sources};

/// Output format of problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the lines of the specs, on the terminal
    #[default]
    Human,
    /// JSON, one object per line and problem, on standard output
    Json,
    /// Commands that GitHub shows at the changed lines, on standard output
    Github,
}

impl Format {
    /// Prints problems, and for people their number.
    pub(crate) fn report(self, diagnostics: &Diagnostics, sources: &Sources) {
        match self {
            Self::Human => human(diagnostics, sources),
            Self::Json => print!("{}", diagnostics.json(sources)),
            Self::Github => print!("{}", diagnostics.github(sources)),
        }
    }

    /// Prints any other line: to standard output, or to standard error if standard output has a machine-readable
    /// format.
    pub(crate) fn print(self, line: &str) {
        match self {
            Self::Human => println!("{line}"),
            Self::Json | Self::Github => eprintln!("{line}"),
        }
    }
}

/// Prints problems for people, and their number.
fn human(diagnostics: &Diagnostics, sources: &Sources) {
    use anstream::eprintln;
    if diagnostics.is_empty() {
        return;
    }
    eprintln!("{}\n", diagnostics.render(sources, true));
    for line in counts(diagnostics) {
        eprintln!("{line}");
    }
    if let Some(code) = diagnostics.first_code() {
        eprintln!("for more on a code: cargo xtask explain {}", code.id());
    }
}

/// Returns lines with the number of errors and warnings.
fn counts(diagnostics: &Diagnostics) -> Vec<String> {
    let mut lines = Vec::new();
    let errors = diagnostics.count(Severity::Error);
    if errors > 0 {
        lines.push(format!("error: {} in the specs; nothing was written", pluralize(errors, "problem")));
    }
    let warnings = diagnostics.count(Severity::Warning);
    if warnings > 0 {
        lines.push(format!("warning: {} that can wait", pluralize(warnings, "problem")));
    }
    lines
}

fn pluralize(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_warnings_are_counted_apart() {
        let text = "resource: thing\ntitle: TODO\nendpoints: {}\n";
        let sources = Sources::from_texts([("demo/thing.yaml", text)]);
        let diagnostics = yunxin_codegen::compile(&sources).unwrap_err();
        let errors = diagnostics.count(Severity::Error);
        assert_eq!(
            counts(&diagnostics),
            [
                format!("error: {} in the specs; nothing was written", pluralize(errors, "problem")),
                "warning: 1 problem that can wait".to_owned()
            ]
        );
        assert_eq!(pluralize(2, "problem"), "2 problems");
    }
}
