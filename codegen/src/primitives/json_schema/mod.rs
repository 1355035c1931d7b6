//! JSON schemas of texts and values, for the types of the documents.

pub(crate) mod rules;
pub(crate) mod shapes;
pub(crate) mod text;
pub(crate) mod types;
