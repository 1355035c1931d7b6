//! JSON schemas of mappings and entries that the parser reads one by one.

pub(crate) mod entries;
pub(crate) mod maps;
