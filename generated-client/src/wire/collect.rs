//! Collects the lists and maps that callers give into the types that requests hold.
//!
//! One call for each argument: written out there, hundreds of chains of iterators are what the compiler notices.

use std::collections::BTreeMap;

/// Collects into a `Vec`.
#[must_use]
pub fn list<T>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().collect()
}

/// Collects into a `Vec`, converting each item.
#[must_use]
pub fn collect_into<T, I: Into<T>>(items: impl IntoIterator<Item = I>) -> Vec<T> {
    items.into_iter().map(Into::into).collect()
}

/// Collects into a map.
#[must_use]
pub fn map<T>(entries: impl IntoIterator<Item = (impl Into<String>, T)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

/// Collects into a map, converting each value.
#[must_use]
pub fn map_into<T, I: Into<T>>(entries: impl IntoIterator<Item = (impl Into<String>, I)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}
