//! HTTP headers.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

/// HTTP headers. Names are compared without regard to case.
#[derive(Clone, Default)]
pub struct Headers(HeaderMap);

impl Headers {
    pub(crate) fn from_map(map: HeaderMap) -> Self {
        Self(map)
    }

    pub(crate) fn into_map(self) -> HeaderMap {
        self.0
    }

    /// The value of a header, if it is there and is text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        str::from_utf8(self.0.get(name)?.as_bytes()).ok()
    }

    /// Sets a header. Returns false, and sets nothing, if the name or the value is not valid in HTTP.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        match (name, value) {
            (Ok(name), Ok(value)) => {
                self.0.insert(name, value);
                true
            }
            _ => false,
        }
    }

    /// Removes a header. Returns whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// All headers, names in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values marked as sensitive mask themselves.
        self.0.fmt(f)
    }
}
