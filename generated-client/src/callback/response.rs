//! What the platform is told about a third-party callback.

use crate::wire::json::Json;
use crate::wire::json_writer::{JsonWriter, Object};
use crate::wire::limit::Checker;

/// The HTTP status of all answers: any other one means that the callback failed.
pub(crate) const OK: u16 = 200;

/// Their header `Content-Type`.
pub(crate) const JSON: &str = "application/json";

/// Keys and values of an answer, from the spec.
#[derive(Debug, PartialEq, Eq)]
pub struct ResponseFormat {
    /// Key of the decision.
    pub decision: &'static str,
    /// Verdict that lets the action go on.
    pub allow: i32,
    /// Verdict that refuses it.
    pub refuse: i32,
    /// Key of the code for the client.
    pub code: &'static str,
    /// Key of the values that replace those of the action.
    pub changes: &'static str,
    /// Key of text for the client.
    pub extension: &'static str,
}

/// An answer to a third-party callback: allow, refuse or modify. The callbacks module of a product makes it, such as
/// `yunxin::im::callbacks::refuse`. Send its [status](CallbackResponse::status), [content
/// type](CallbackResponse::content_type) and [body](CallbackResponse::body); with the feature `axum` it is a response.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the platform waits for it"]
pub struct CallbackResponse {
    form: &'static ResponseFormat,
    allowed: bool,
    code: Option<i32>,
    changes: Option<Json>,
    extension: Option<String>,
}

impl CallbackResponse {
    /// Lets the action go on.
    pub fn allow(form: &'static ResponseFormat) -> Self {
        Self { form, allowed: true, code: None, changes: None, extension: None }
    }

    /// Refuses the action, with a code for the client.
    pub fn refuse(form: &'static ResponseFormat, code: i32) -> Self {
        Self { allowed: false, code: Some(code), ..Self::allow(form) }
    }

    /// Lets the action go on with other values.
    pub fn modify(form: &'static ResponseFormat, changes: Json) -> Self {
        Self { changes: Some(changes), ..Self::allow(form) }
    }

    /// A code for the client.
    pub fn code(mut self, code: i32) -> Self {
        self.code = Some(code);
        self
    }

    /// Text for the client, which gets it with what it did.
    pub fn extension(mut self, text: impl Into<String>) -> Self {
        self.extension = Some(text.into());
        self
    }

    /// Whether the action goes on.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        OK
    }

    /// The header `Content-Type`.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        JSON
    }

    /// The JSON body, as the platform expects it.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = String::new();
        JsonWriter::new(&mut body, &mut Checker::new(false)).object(|out| self.members(out));
        body
    }

    fn members(&self, out: &mut Object<'_>) {
        let form = self.form;
        out.member(form.decision, if self.allowed { &form.allow } else { &form.refuse }, &[]);
        out.member(form.code, &self.code, &[]);
        out.member(form.changes, &self.changes, &[]);
        out.member(form.extension, &self.extension, &[]);
    }
}
