//! The callback events of the specs.

use std::path::Path;
use std::sync::OnceLock;

use yunxin_codegen::model::{Api, Expects, Verification};

use super::{CallbackRequest, SendCallbackError};
use crate::SpecError;
use crate::sandbox::{SHIPPED_SPEC, compile_specs};

/// A callback event of a spec.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// Id of the event: `product.event`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Key of the event type in the body.
    pub type_key: String,
    /// Values of that key; empty: the event is recognised by its other keys.
    pub types: Vec<String>,
    /// Whether the platform waits for a decision in the response: a third-party callback.
    pub answered: bool,
    /// Requirements on the response.
    pub expects: Expects,
    /// Key of the decision in the response; `None` for events that expect no decision.
    pub verdict_key: Option<String>,
    /// How it is signed.
    pub verification: Verification,
    /// The whole body, as the platform might send it.
    pub example: String,
}

/// The events of a spec folder, sorted by product, and within a product in the order of its file.
#[derive(Clone, Debug)]
pub struct Events(Vec<Event>);

impl Events {
    /// Returns the events of a compiled API.
    #[must_use]
    pub fn new(api: &Api) -> Self {
        let files = api.products.iter().filter_map(|product| product.callbacks.as_ref());
        let events = files.flat_map(|file| {
            file.events.iter().map(|event| Event {
                id: event.id.clone(),
                title: event.title.clone(),
                type_key: event.type_key.clone(),
                types: event.types.clone(),
                answered: event.expects_response,
                expects: event.expects,
                verdict_key: file
                    .response
                    .as_ref()
                    .filter(|_| event.expects_response)
                    .map(|response| response.decision.clone()),
                verification: file.verification,
                example: event.example.clone(),
            })
        });
        Self(events.collect())
    }

    /// Returns the events of the specs in a folder.
    ///
    /// # Errors
    /// If the folder cannot be read or its specs have mistakes.
    pub fn from_spec_dir(folder: impl AsRef<Path>) -> Result<Self, SpecError> {
        compile_specs(folder.as_ref()).map(|api| Self::new(&api))
    }

    /// Returns the events of the [specs of this project](SHIPPED_SPEC), which are read on first use.
    ///
    /// # Errors
    /// If the source folder of the project does not exist any more.
    pub fn shipped() -> Result<&'static Self, SpecError> {
        static SHIPPED: OnceLock<Events> = OnceLock::new();
        if let Some(events) = SHIPPED.get() {
            return Ok(events);
        }
        let events = Self::from_spec_dir(SHIPPED_SPEC)?;
        Ok(SHIPPED.get_or_init(|| events))
    }

    /// Iterates over all events.
    pub fn iter(&self) -> std::slice::Iter<'_, Event> {
        self.0.iter()
    }

    /// Returns the event with this id.
    ///
    /// # Errors
    /// [`SendCallbackError::UnknownEvent`], with the most similar id.
    pub fn get(&self, id: &str) -> Result<&Event, SendCallbackError> {
        let found = self.iter().find(|event| event.id == id);
        found.ok_or_else(|| SendCallbackError::unknown_event(id, self.iter().map(|event| event.id.as_str())))
    }
}

impl<'e> IntoIterator for &'e Events {
    type Item = &'e Event;
    type IntoIter = std::slice::Iter<'e, Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Event {
    /// Returns a request with the example of the event, not yet signed.
    pub fn request(&self) -> CallbackRequest {
        CallbackRequest::with_body(self.example.as_str())
    }
}
