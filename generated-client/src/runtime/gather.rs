//! Lists and maps that callers give, as requests keep them.
//!
//! One call for each argument: written out there, hundreds of chains of iterators are what the compiler notices.

use std::collections::BTreeMap;

/// A list of items as they are.
#[must_use]
pub fn list<T>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect()
}

/// A list of what becomes its items.
#[must_use]
pub fn list_into<T, I: Into<T>>(items: impl IntoIterator<Item = I>) -> Vec<T> {
    items.into_iter().map(Into::into).collect()
}

/// A map of values as they are.
#[must_use]
pub fn map<T>(entries: impl IntoIterator<Item = (impl Into<String>, T)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

/// A map of what becomes its values.
#[must_use]
pub fn map_into<T, I: Into<T>>(entries: impl IntoIterator<Item = (impl Into<String>, I)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}
