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
    /// Prints problems and their number.
    pub(crate) fn report(self, found: &Diagnostics, sources: &Sources) {
        match self {
            Self::Human => human(found, sources),
            Self::Json => print!("{}", found.json(sources)),
            Self::Github => print!("{}", found.github(sources)),
        }
    }

    /// Prints any other line: to standard error if a program reads the problems from standard output.
    pub(crate) fn print(self, line: &str) {
        match self {
            Self::Human => println!("{line}"),
            Self::Json | Self::Github => eprintln!("{line}"),
        }
    }
}

fn human(found: &Diagnostics, sources: &Sources) {
    use anstream::eprintln;
    if found.is_empty() {
        return;
    }
    eprintln!("{}\n", found.render(sources, true));
    for line in counts(found) {
        eprintln!("{line}");
    }
    if let Some(code) = found.first_code() {
        eprintln!("for more on a code: cargo xtask explain {}", code.id());
    }
}

fn counts(found: &Diagnostics) -> Vec<String> {
    let mut lines = Vec::new();
    let errors = found.count(Severity::Error);
    if errors > 0 {
        lines.push(format!("error: {} in the specs; nothing was written", pluralize(errors, "problem")));
    }
    let warnings = found.count(Severity::Warning);
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
        let found = yunxin_codegen::compile(&sources).unwrap_err();
        let errors = found.count(Severity::Error);
        assert_eq!(
            counts(&found),
            [
                format!("error: {} in the specs; nothing was written", pluralize(errors, "problem")),
                "warning: 1 problem that can wait".to_owned()
            ]
        );
        assert_eq!(pluralize(2, "problem"), "2 problems");
    }
}
