//! Compares two versions of the API: what each difference means for users of the crate.
//!
//! The models are compared, not the YAML: a default value and the same value written out are equal. Each kind of
//! change is a line of the table in [`rules`].

mod callbacks;
mod endpoint;
mod field;
mod limits;
mod matched;
mod params;
mod product;
pub mod rules;
mod types;

use std::fmt;

pub use rules::{Impact, Rule};

use crate::diagnostics::{Diagnostics, Severity};
use crate::model::Api;
use crate::yaml::Sources;
use crate::{document, model};

/// One difference. Sorted by impact, then by what it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What it means for users.
    pub impact: Impact,
    /// Product, resource, endpoint or type: `im`, `im.user`, `im.user.create`, `im.user.Account`.
    pub id: String,
    /// What is different.
    pub text: String,
    /// The kind of change.
    pub rule: Rule,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<9} {}: {}", self.impact, self.id, self.text)
    }
}

/// All differences, sorted.
pub fn compare(old: &Api, new: &Api) -> Vec<Change> {
    let mut changes = Changes { found: Vec::new() };
    product::all(&old.products, &new.products, &mut changes);
    changes.found.sort();
    changes.found.dedup();
    changes.found
}

/// Reads specs for a comparison. They need not pass the checks: those of an older revision may be stricter by now.
///
/// # Errors
/// The problems of what could not be read.
pub fn read(sources: &Sources) -> Result<Api, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let document = document::parse(sources, &mut diagnostics);
    if diagnostics.count(Severity::Error) > 0 {
        return Err(diagnostics);
    }
    // What does not resolve is left out; emitters never see this model.
    Ok(model::lower(&document))
}

/// Collects differences.
struct Changes {
    found: Vec<Change>,
}

impl Changes {
    fn add(&mut self, rule: Rule, id: &str, text: impl Into<String>) {
        self.found.push(Change { impact: rule.impact(), id: id.to_owned(), text: text.into(), rule });
    }

    /// Something that is worth a line only when it is different.
    fn changed_debug<T: PartialEq>(&mut self, rule: Rule, id: &str, what: &str, old: &T, new: &T) {
        if old != new {
            self.add(rule, id, format!("{what} changed"));
        }
    }

    /// The same, with both values.
    fn changed<T: PartialEq + fmt::Display>(&mut self, rule: Rule, id: &str, what: &str, old: &T, new: &T) {
        if old != new {
            self.add(rule, id, format!("{what} is `{new}`, was `{old}`"));
        }
    }

    /// The same, for values that may be missing.
    fn changed_opt<T: PartialEq + fmt::Display>(
        &mut self,
        rule: Rule,
        id: &str,
        what: &str,
        old: Option<T>,
        new: Option<T>,
    ) {
        match (old, new) {
            (Some(old), Some(new)) => self.changed(rule, id, what, &old, &new),
            (Some(old), None) => self.add(rule, id, format!("{what} is gone, was `{old}`")),
            (None, Some(new)) => self.add(rule, id, format!("{what} is `{new}`, was not given")),
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests;
