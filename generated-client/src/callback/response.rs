//! The response to a third-party callback: allow, refuse or modify the action.

use crate::wire::json::Json;
use crate::wire::json_writer::{JsonWriter, Object};
use crate::wire::limit::Checker;

/// The HTTP status of all responses: any other one means that the callback failed.
pub(crate) const OK: u16 = 200;

/// The header `Content-Type` of all responses.
pub(crate) const JSON: &str = "application/json";

/// Keys and values of a product's responses, from the spec.
#[derive(Debug, PartialEq, Eq)]
pub struct ResponseFormat {
    /// Key of the decision.
    pub decision: &'static str,
    /// Value of the decision that allows the action.
    pub allow: i32,
    /// Value of the decision that refuses the action.
    pub refuse: i32,
    /// Key of the error code for the user's client.
    pub code: &'static str,
    /// Key of the values that replace those of the action.
    pub changes: &'static str,
    /// Key of the text for the user's client.
    pub extension: &'static str,
}

/// The response to a third-party callback: allow, refuse or modify. Create it with the callbacks module of a product,
/// for example `yunxin::im::callbacks::refuse`. Send its [status](CallbackResponse::status), [content
/// type](CallbackResponse::content_type) and [body](CallbackResponse::body); with the feature `axum` it implements
/// `IntoResponse`.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the platform waits for it"]
pub struct CallbackResponse {
    format: &'static ResponseFormat,
    allowed: bool,
    code: Option<i32>,
    changes: Option<Json>,
    extension: Option<String>,
}

impl CallbackResponse {
    /// Allows the action.
    pub fn allow(format: &'static ResponseFormat) -> Self {
        Self { format, allowed: true, code: None, changes: None, extension: None }
    }

    /// Refuses the action, with an error code for the user's client.
    pub fn refuse(format: &'static ResponseFormat, code: i32) -> Self {
        Self { allowed: false, code: Some(code), ..Self::allow(format) }
    }

    /// Allows the action with other values.
    pub fn modify(format: &'static ResponseFormat, changes: Json) -> Self {
        Self { changes: Some(changes), ..Self::allow(format) }
    }

    /// Sets the error code for the user's client.
    pub fn code(mut self, code: i32) -> Self {
        self.code = Some(code);
        self
    }

    /// Sets the text that the user's client gets with the result of its action.
    pub fn extension(mut self, text: impl Into<String>) -> Self {
        self.extension = Some(text.into());
        self
    }

    /// Returns whether the action is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        OK
    }

    /// Returns the value of the header `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        JSON
    }

    /// Returns the JSON body, as the platform expects it.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = String::new();
        JsonWriter::new(&mut body, &mut Checker::new(false)).object(|out| self.members(out));
        body
    }

    fn members(&self, out: &mut Object<'_>) {
        let format = self.format;
        out.member(format.decision, if self.allowed { &format.allow } else { &format.refuse }, &[]);
        out.member(format.code, &self.code, &[]);
        out.member(format.changes, &self.changes, &[]);
        out.member(format.extension, &self.extension, &[]);
    }
}
