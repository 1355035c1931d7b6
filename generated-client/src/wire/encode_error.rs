//! The error for a request that cannot be encoded.

use std::borrow::Cow;
use std::fmt;

/// Error for an invalid parameter, found before anything was sent, or for a text that is not JSON. Converts into
/// [`Error`](crate::Error) with `?`.
#[derive(Debug)]
pub struct EncodeError {
    /// Path of the parameter: `members[2].name`. Empty for a text that is not yet a parameter.
    pub(crate) parameter: String,
    /// What is wrong with it.
    pub(crate) what: Cow<'static, str>,
}

impl EncodeError {
    pub(crate) fn new(parameter: impl Into<String>, what: impl Into<Cow<'static, str>>) -> Self {
        Self { parameter: parameter.into(), what: what.into() }
    }

    /// Returns the path of the invalid parameter: `members[2].name`. `None` for a text that is not yet a parameter.
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
