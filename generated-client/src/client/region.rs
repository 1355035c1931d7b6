//! Regions.

use std::borrow::Cow;

/// Where the app's data lives: set in the vendor's console, and the same for all calls of an app. Hosts of different
/// regions are never mixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Region {
    /// Mainland China.
    #[default]
    Mainland,
    /// Overseas (Singapore).
    Overseas,
    /// Another region, by its name in the spec.
    Other(Cow<'static, str>),
}

impl Region {
    /// Its name in the spec.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Mainland => "mainland",
            Self::Overseas => "overseas",
            Self::Other(name) => name,
        }
    }
}
