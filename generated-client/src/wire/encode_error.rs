//! Why a request cannot be written.

use std::borrow::Cow;
use std::fmt;

/// A parameter that was refused before anything was sent, or a text that is not JSON. Converts into
/// [`Error`](crate::Error), so `?` does.
#[derive(Debug)]
pub struct EncodeError {
    /// The parameter: `members[2].name`. Empty if the text belongs to none yet.
    pub(crate) parameter: String,
    /// What is wrong with it.
    pub(crate) what: Cow<'static, str>,
}

impl EncodeError {
    pub(crate) fn new(parameter: impl Into<String>, what: impl Into<Cow<'static, str>>) -> Self {
        Self { parameter: parameter.into(), what: what.into() }
    }

    /// The parameter that was refused: `members[2].name`. `None` if the text belongs to none yet.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        (!self.parameter.is_empty()).then_some(&*self.parameter)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter() {
            Some(parameter) => write!(f, "`{parameter}` {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for EncodeError {}
