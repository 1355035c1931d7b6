//! One problem of a spec.

use std::ops::Range;

use super::{Code, Target};
use crate::yaml::Location;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// The problem, in a sentence.
    pub message: String,
    /// Where.
    pub target: Target,
    /// Text beside the underline; may be empty.
    pub label: String,
    /// A second place that explains the first.
    pub second: Option<(Target, String)>,
    /// How to fix it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem with a node.
    pub fn new(code: Code, place: Location, message: impl Into<String>) -> Self {
        Self::with_target(code, Target::Node(place), message)
    }

    /// A problem with bytes of a file that could not be parsed.
    pub fn at_bytes(code: Code, file: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self::with_target(code, Target::Bytes { file: file.to_owned(), span }, message)
    }

    fn with_target(code: Code, target: Target, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), target, label: String::new(), second: None, help: None }
    }

    /// Adds the text beside the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn second(mut self, place: Location, label: impl Into<String>) -> Self {
        self.second = Some((Target::Node(place), label.into()));
        self
    }

    /// Adds a second place in the same file.
    #[must_use]
    pub fn second_bytes(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.second = Some((Target::Bytes { file: self.target.file().to_owned(), span }, label.into()));
        self
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
