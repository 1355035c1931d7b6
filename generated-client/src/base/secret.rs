//! Text that must not be shown.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// Text that must not be shown: a token, a password. `Debug` prints a mask, and the memory is wiped when it is dropped.
///
/// With the feature `serde` it serializes as the text itself, because what is stored must be readable again: take care
/// where it is stored.
///
/// ```
/// let token = yunxin::Secret::from("t0k3n");
/// assert_eq!(token.expose(), "t0k3n");
/// assert_eq!(format!("{token:?}"), "***");
/// ```
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// What is shown in place of the text.
    pub(crate) const MASK: &str = "***";

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Whether the text is empty or only white space.
    #[cfg(any(feature = "callback", feature = "token"))]
    pub(crate) fn is_blank(&self) -> bool {
        self.expose().trim().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::MASK)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
