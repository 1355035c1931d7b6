//! What a product sends to the app's server.

use indexmap::IndexMap;

use super::{CallbackResponse, Expects, Field, TypeDef, Verification};

/// The content of `callbacks.yaml`.
#[derive(Clone, Debug)]
pub struct Callbacks {
    /// Spec file.
    pub file: String,
    /// One line.
    pub title: String,
    /// More lines.
    pub doc: Option<String>,
    /// Official page.
    pub docs: String,
    /// How events are verified.
    pub verification: Verification,
    /// What the app's server sends back for a third-party callback.
    pub response: Option<CallbackResponse>,
    /// In the order of the file.
    pub events: Vec<Event>,
    /// Named types by their Rust name, in the order of the file; followed by the shared types that are used.
    pub types: IndexMap<String, TypeDef>,
}

/// A notification or question that the platform posts.
#[derive(Clone, Debug)]
pub struct Event {
    /// `product.name`
    pub id: String,
    /// Name in the spec.
    pub name: String,
    /// Name of its type.
    pub rust_name: String,
    /// Name of its variant among the events of all products.
    pub variant: String,
    pub title: String,
    pub titles_zh: Vec<String>,
    pub docs: String,
    pub doc: Option<String>,
    /// What is not known about a partial event; `None` when it is complete.
    pub missing: Option<String>,
    /// Key of the body that names the event.
    pub type_key: String,
    /// Values of that key, as text; empty if the event does not have the key.
    pub types: Vec<String>,
    /// Keys that tell it from other events.
    pub has_keys: Vec<String>,
    /// Whether the platform waits for a response: a third-party callback.
    pub expects_response: bool,
    /// What the response must be.
    pub expects: Expects,
    /// In the order of the file.
    pub fields: Vec<Field>,
    /// The whole body as JSON text.
    pub example: String,
}
