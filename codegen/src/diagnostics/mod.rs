//! Problems of specs: their codes, their places, and reports of them.

mod codes;
mod diagnostic;
mod excerpt;
mod explain;
mod finding;
mod github;
mod json;
mod locate;
mod location;
mod render;
mod suggest;

pub use codes::{Code, Severity};
pub use diagnostic::Diagnostic;
pub use explain::explain;
pub use location::Target;
pub(crate) use suggest::shown;
pub use suggest::{expected, listed, nearest};

use crate::yaml::Sources;

/// The problems of one run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// All problems, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.all.iter()
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether any problem is an error.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.all.iter().filter(|diagnostic| diagnostic.code.severity() == severity).count()
    }

    /// The report as text, sorted by file and position; `colour` adds terminal colours.
    pub fn render(&self, sources: &Sources, colour: bool) -> String {
        render::render(&locate::locate(&self.all, sources), colour)
    }

    /// The report for programs: a JSON object on each line, sorted by file and position.
    pub fn json(&self, sources: &Sources) -> String {
        json::json(&locate::locate(&self.all, sources))
    }

    /// The report for GitHub's workflows: a command on each line, sorted by file and position.
    pub fn github(&self, sources: &Sources) -> String {
        github::github(&locate::locate(&self.all, sources))
    }

    /// The code of the first error, or else of the first warning, as the report begins with it.
    pub fn first_code(&self) -> Option<Code> {
        self.all.iter().map(|diagnostic| diagnostic.code).min_by_key(|code| code.severity())
    }

    /// Each error as a separate text, sorted by file and position, for compile errors of a macro.
    pub fn render_errors(&self, sources: &Sources) -> Vec<String> {
        let errors: Vec<_> =
            self.all.iter().filter(|diagnostic| diagnostic.code.severity() == Severity::Error).cloned().collect();
        locate::locate(&errors, sources).chunks(1).map(|one| render::render(one, false)).collect()
    }
}
