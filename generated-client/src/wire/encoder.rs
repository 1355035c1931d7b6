//! Encodes the parameters of one request into path, query, headers and body.

use std::fmt;

use bytes::Bytes;
use http::HeaderName;

use crate::base::random::{Random, hex_id};
use crate::wire::encode_error::EncodeError;
use crate::wire::endpoint_meta::{Body, EndpointMeta, Method};
use crate::wire::file::Part;
use crate::wire::json::Json;
use crate::wire::json_writer::Object;
use crate::wire::limit::{Checker, Limit};
use crate::wire::multipart::Multipart;
use crate::wire::text::{Escape, Text, push_form, push_percent};
use crate::wire::to_wire::ToWire;

/// Encodes the parameters of one request, in the order of the spec.
///
/// The first problem with a parameter is kept and returned by [`finish`](Encoder::finish); encoding itself cannot fail.
pub struct Encoder<'a> {
    meta: &'a EndpointMeta<'a>,
    head: Head,
    /// The form or JSON body so far.
    body: String,
    parts: Option<Multipart>,
    random: &'a dyn Random,
    /// The part of the path template that is not yet filled.
    template: &'a str,
    checker: Checker,
}

/// An encoded request, without host and signature.
pub struct Encoded {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}

impl Encoded {
    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded").field("head", &self.head).field("body_bytes", &self.body.len()).finish()
    }
}

/// An encoded request without its body.
pub(crate) struct Head {
    /// The path with its placeholders filled; empty if it has none.
    filled_path: String,
    query: String,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) content_type: Option<Bytes>,
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parameters may be secret.
        f.debug_struct("Head").finish_non_exhaustive()
    }
}

impl Head {
    /// Returns the URL at this host: host, the product's base path, path and query.
    pub(crate) fn url(&self, meta: &EndpointMeta<'_>, host: &str) -> String {
        let path = match self.filled_path.as_str() {
            "" => meta.path,
            filled => filled,
        };
        [host, meta.product.base_path, path, &self.query].concat()
    }
}

impl<'a> Encoder<'a> {
    /// Creates an encoder for one call. `check_limits`: whether limits are checked. `random`: source of the boundary of
    /// a multipart body.
    #[must_use]
    pub fn new(meta: &'a EndpointMeta<'a>, random: &'a dyn Random, check_limits: bool) -> Self {
        let body = match meta.body {
            Body::Form | Body::Json => String::with_capacity(256),
            Body::None | Body::Multipart => String::new(),
        };
        Self {
            meta,
            head: Head { filled_path: String::new(), query: String::new(), headers: Vec::new(), content_type: None },
            body,
            parts: None,
            random,
            template: meta.path,
            checker: Checker::new(check_limits),
        }
    }

    /// Fills the next placeholder of the path, percent-encoded.
    pub fn path(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        self.encode_parameter(name, |encoder| encoder.fill_placeholder(name, value, limits));
    }

    /// Adds a parameter to the query, unless it is absent.
    pub fn query(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() {
            return;
        }
        self.encode_parameter(name, |encoder| {
            encoder.checker.check(value, limits);
            encoder.head.query.push(if encoder.head.query.is_empty() { '?' } else { '&' });
            push_percent(&mut encoder.head.query, name);
            encoder.head.query.push('=');
            value.text(&mut Text::new(&mut encoder.head.query, Escape::Percent, &mut encoder.checker));
        });
    }

    /// Adds a parameter to the query once for each item of a list.
    pub fn query_each(&mut self, name: &str, list: &dyn ToWire, limits: &[Limit]) {
        self.encode_parameter(name, |encoder| encoder.checker.check(list, limits));
        list.each(&mut |item| self.query(name, item, &[]));
    }

    /// Adds a field to the form (in a multipart body: a text part), unless it is absent.
    pub fn form(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() {
            return;
        }
        if self.meta.body == Body::Multipart {
            return self.text_part(name, value, limits);
        }
        self.encode_parameter(name, |encoder| {
            encoder.checker.check(value, limits);
            if !encoder.body.is_empty() {
                encoder.body.push('&');
            }
            push_form(&mut encoder.body, name);
            encoder.body.push('=');
            value.text(&mut Text::new(&mut encoder.body, Escape::Form, &mut encoder.checker));
        });
    }

    /// Adds a field to the form once for each item of a list.
    pub fn form_each(&mut self, name: &str, list: &dyn ToWire, limits: &[Limit]) {
        self.encode_parameter(name, |encoder| encoder.checker.check(list, limits));
        list.each(&mut |item| self.form(name, item, &[]));
    }

    /// Adds a member to the JSON body, unless it is absent.
    pub fn json(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() {
            return;
        }
        let first = self.body.is_empty();
        if first {
            self.body.push('{');
        }
        Object::resume(&mut self.body, &mut self.checker, first).member(name, value, limits);
    }

    /// Adds a header, unless it is absent.
    pub fn header(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() {
            return;
        }
        self.encode_parameter(name, |encoder| {
            encoder.checker.check(value, limits);
            let mut text = String::new();
            value.text(&mut Text::new(&mut text, Escape::Plain, &mut encoder.checker));
            encoder.checker.check_no_controls(&text);
            match HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) => encoder.head.headers.push((name, text)),
                Err(_) => encoder.checker.note("is not a header name"),
            }
        });
    }

    /// Adds a file to the multipart body, unless it is absent.
    pub fn part(&mut self, name: &str, value: &dyn Part, limits: &[Limit]) {
        let Some(file) = value.file() else {
            return;
        };
        self.encode_parameter(name, |encoder| {
            encoder.checker.check_size(file.content().len(), limits);
            if let Some((parts, checker)) = encoder.parts() {
                parts.file(name, file, checker);
            }
        });
    }

    /// Adds a parameter that the spec does not list, to the body, or to the query if the endpoint has no body.
    pub(crate) fn extra(&mut self, name: &str, value: &Json) {
        match self.meta.body {
            Body::Form | Body::Multipart => self.form(name, value, &[]),
            Body::Json => self.json(name, value, &[]),
            Body::None => self.query(name, value, &[]),
        }
    }

    /// Returns the encoded request.
    ///
    /// # Errors
    /// The first problem, with the path of its parameter.
    pub fn finish(mut self) -> Result<Encoded, EncodeError> {
        let meta = self.meta;
        if meta.has_placeholders {
            self.finish_path();
        }
        if meta.body == Body::Multipart {
            // A multipart body without parts still needs its closing boundary.
            self.parts();
        }
        if let Some(error) = self.checker.into_error() {
            return Err(error);
        }
        let body = match (meta.body, self.parts) {
            (_, Some(parts)) => {
                self.head.content_type = Some(Bytes::from(parts.content_type()));
                parts.finish()
            }
            (Body::Form, None) => {
                self.head.content_type = Some(Bytes::from_static(FORM));
                self.body.into_bytes()
            }
            (Body::Json, None) => {
                let body = json_body(meta.method, self.body);
                self.head.content_type = (!body.is_empty()).then(|| Bytes::from_static(JSON));
                body
            }
            (Body::None | Body::Multipart, None) => Vec::new(),
        };
        Ok(Encoded { head: self.head, body })
    }

    /// Runs the encoding of a parameter. If it causes the first problem, adds the parameter's name to the problem.
    fn encode_parameter(&mut self, name: &str, step: impl FnOnce(&mut Self)) {
        let clean = self.checker.is_clean();
        step(self);
        if clean {
            self.checker.inside_member(name);
        }
    }

    /// Writes the template up to the next placeholder, and the value in place of the placeholder.
    fn fill_placeholder(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        let slot = self.template.split_once('{').and_then(|(literal, rest)| {
            let (slot, rest) = rest.split_once('}')?;
            Some((literal, slot, rest))
        });
        let Some((literal, slot, rest)) = slot else {
            self.checker.note("is not in the path template of this endpoint");
            return;
        };
        self.head.filled_path.push_str(literal);
        self.template = rest;
        let (optional, slot) = match slot.strip_prefix('/') {
            Some(slot) => (true, slot),
            None => (false, slot),
        };
        if slot != name {
            self.checker.note("is not the next placeholder in the path template of this endpoint");
            return;
        }
        match (value.is_absent(), optional) {
            (true, true) => {}
            (true, false) => self.checker.note("is part of the path and must be given"),
            (false, optional) => {
                if optional {
                    self.head.filled_path.push('/');
                }
                self.push_segment(value, limits);
            }
        }
    }

    /// Appends a value to the path as one segment.
    fn push_segment(&mut self, value: &dyn ToWire, limits: &[Limit]) {
        self.checker.check(value, limits);
        self.checker.check_no_controls(value);
        let start = self.head.filled_path.len();
        value.text(&mut Text::new(&mut self.head.filled_path, Escape::Percent, &mut self.checker));
        // Servers and proxies remove such segments, and the call would reach another endpoint.
        if let Some("" | "." | "..") = self.head.filled_path.get(start..) {
            self.checker.note("is part of the path and may not be empty, `.` or `..`");
        }
    }

    /// Writes the rest of the template; a problem if a required placeholder was not filled.
    fn finish_path(&mut self) {
        match self.template.split_once('{') {
            None => self.head.filled_path.push_str(self.template),
            Some((literal, rest)) => {
                self.head.filled_path.push_str(literal);
                let slot = rest.split('}').next().unwrap_or_default();
                if !slot.starts_with('/') {
                    self.checker.note("is part of the path and must be given");
                    self.checker.inside_member(slot);
                }
            }
        }
    }

    /// Returns the checker, for rules about several parameters.
    pub(super) fn checker(&mut self) -> &mut Checker {
        &mut self.checker
    }

    #[cold]
    fn text_part(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        self.encode_parameter(name, |encoder| {
            encoder.checker.check(value, limits);
            let mut text = String::new();
            value.text(&mut Text::new(&mut text, Escape::Plain, &mut encoder.checker));
            if let Some((parts, _)) = encoder.parts() {
                parts.text(name, &text);
            }
        });
    }

    /// Returns the multipart body, which is created on first use; `None` if there are no random bytes for its boundary.
    /// The boundary is random, so that no content contains it.
    fn parts(&mut self) -> Option<(&mut Multipart, &mut Checker)> {
        if self.parts.is_none() {
            match hex_id(self.random) {
                Ok(id) => {
                    let id = String::from_utf8_lossy(&id);
                    self.parts = Some(Multipart::new(format!("yunxin-{id}")));
                }
                Err(error) => self.checker.note(format!("cannot be sent without random bytes: {error}")),
            }
        }
        let parts = self.parts.as_mut()?;
        Some((parts, &mut self.checker))
    }
}

const FORM: &[u8] = b"application/x-www-form-urlencoded;charset=utf-8";
const JSON: &[u8] = b"application/json;charset=utf-8";

/// Closes the JSON object of a body. Returns an empty body for a GET or DELETE without members.
fn json_body(method: Method, mut body: String) -> Vec<u8> {
    if body.is_empty() {
        // These two methods have a body only if it has members.
        if matches!(method, Method::Get | Method::Delete) {
            return Vec::new();
        }
        body.push('{');
    }
    body.push('}');
    body.into_bytes()
}
