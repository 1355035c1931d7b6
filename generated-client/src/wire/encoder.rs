//! Takes the parameters of one call and puts each where it belongs.

use std::fmt;

use bytes::Bytes;
use http::HeaderName;

use crate::base::random::{Random, hex_id};
use crate::wire::encode_error::EncodeError;
use crate::wire::endpoint_meta::{Body, EndpointMeta, Method};
use crate::wire::file::Part;
use crate::wire::json::Json;
use crate::wire::json_writer::{JsonWriter, Object};
use crate::wire::limit::{Checker, Limit, Measure};
use crate::wire::multipart::Multipart;
use crate::wire::text::{Escape, Text, push_bool, push_form, push_integer, push_percent};
use crate::wire::to_wire::ToWire;

/// Takes the parameters of one call, in the order of the spec.
///
/// The first thing wrong with a parameter is remembered and reported by [`finish`](Encoder::finish); encoding itself cannot fail.
pub struct Encoder<'a> {
    meta: &'a EndpointMeta<'a>,
    head: Head,
    /// Form or JSON.
    body: String,
    parts: Option<Multipart>,
    random: &'a dyn Random,
    /// What is left of the path template.
    template: &'a str,
    checker: Checker,
    /// Names and values of a request that is only shown.
    shown: Option<Vec<(String, String)>>,
}

/// A call on paper: all of it but host and signature.
pub struct Encoded {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}

impl Encoded {
    /// The body.
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

/// What parameters became, for requests to be compared by.
#[derive(PartialEq)]
pub(crate) struct Written {
    filled_path: String,
    query: String,
    headers: Vec<(HeaderName, String)>,
    body: String,
    parts: Option<Vec<u8>>,
}

/// What of a call on paper is no body.
pub(crate) struct Head {
    /// The path with its slots filled; empty if there are none.
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
    /// The URL at this host: product's base path, path and query.
    pub(crate) fn url(&self, meta: &EndpointMeta<'_>, host: &str) -> String {
        let path = match self.filled_path.as_str() {
            "" => meta.path,
            filled => filled,
        };
        [host, meta.product.base_path, path, &self.query].concat()
    }
}

impl<'a> Encoder<'a> {
    /// An encoder for one call. `check_limits` says whether limits are checked; `random` names the boundary of a multipart body.
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
            shown: None,
        }
    }

    /// An encoder for a request that is only shown.
    pub(crate) fn to_show(meta: &'a EndpointMeta<'a>, random: &'a dyn Random) -> Self {
        Self { checker: Checker::to_show(), shown: Some(Vec::new()), ..Self::new(meta, random, false) }
    }

    /// What there is to see: the parameters that are not absent, by name and as JSON.
    pub(crate) fn into_shown(self) -> Vec<(String, String)> {
        self.shown.unwrap_or_default()
    }

    /// What is written so far.
    pub(crate) fn into_written(self) -> Written {
        let Head { filled_path, query, headers, .. } = self.head;
        Written { filled_path, query, headers, body: self.body, parts: self.parts.map(Multipart::finish) }
    }

    /// Fills the next slot of the path, percent-encoded.
    pub fn path(&mut self, name: &'static str, value: &dyn ToWire) {
        self.path_within(name, value, &[]);
    }

    /// [`path`](Self::path) with limits on the value.
    pub fn path_within(&mut self, name: &'static str, value: &dyn ToWire, limits: &'static [Limit]) {
        self.path_named(name, value, limits);
    }

    /// [`path_within`](Self::path_within) by a name that came while the program runs.
    pub(crate) fn path_named(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if self.shows(name, value) {
            return;
        }
        self.watched(name, |encoder| encoder.fill_slot(name, value, limits));
    }

    /// Adds a parameter to the query, unless it is absent.
    pub fn query(&mut self, name: &'static str, value: &dyn ToWire) {
        self.query_within(name, value, &[]);
    }

    /// [`query`](Self::query) with limits on the value.
    pub fn query_within(&mut self, name: &'static str, value: &dyn ToWire, limits: &'static [Limit]) {
        self.query_named(name, value, limits);
    }

    /// [`query_within`](Self::query_within) by a name that came while the program runs.
    pub(crate) fn query_named(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() || self.shows(name, value) {
            return;
        }
        self.watched(name, |encoder| {
            encoder.checker.check(value, limits);
            encoder.head.query.push(if encoder.head.query.is_empty() { '?' } else { '&' });
            push_percent(&mut encoder.head.query, name);
            encoder.head.query.push('=');
            value.text(&mut Text::new(&mut encoder.head.query, Escape::Percent, &mut encoder.checker));
        });
    }

    /// Adds a field to the form (in a multipart body: a text part), unless it is absent. The name consists of letters, digits, `_`,
    /// `-` and `.`, as the names in a spec do.
    pub fn form(&mut self, name: &'static str, value: &dyn ToWire) {
        self.field(name, value, &[]);
    }

    /// [`form`](Self::form) with limits on the value.
    pub fn form_within(&mut self, name: &'static str, value: &dyn ToWire, limits: &'static [Limit]) {
        self.field(name, value, limits);
    }

    // Most of a call on paper is written here: a copy for each of the two saves a jump and a look at limits that are not there.
    #[inline(always)]
    fn field(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        let measure = value.measure();
        // One look is enough for most values: text, whole numbers and truth values are there, and are their own text.
        let is_plain = matches!(measure, Measure::Text(_) | Measure::Integer(_) | Measure::Bool(_));
        if (!is_plain && value.is_absent()) || self.shows(name, value) {
            return;
        }
        if self.meta.body == Body::Multipart {
            return self.text_part(name, value, limits);
        }
        let clean = self.checker.is_clean();
        if !limits.is_empty() {
            self.checker.check_measured(value, measure, limits);
        }
        // The names of a spec need no escaping, and those of `extra` have it.
        self.body.push_str(name);
        self.body.push('=');
        match measure {
            Measure::Text(text) => push_form(&mut self.body, text),
            Measure::Integer(number) => push_integer(&mut self.body, number),
            Measure::Bool(truth) => push_bool(&mut self.body, truth),
            _ => value.text(&mut Text::new(&mut self.body, Escape::Form, &mut self.checker)),
        }
        self.body.push('&');
        if clean {
            self.checker.inside_member(name);
        }
    }

    /// Adds a parameter to the query once for each item of a list.
    pub fn query_each(&mut self, name: &'static str, list: &dyn ToWire) {
        self.query_each_within(name, list, &[]);
    }

    /// [`query_each`](Self::query_each) with limits on the list.
    pub fn query_each_within(&mut self, name: &'static str, list: &dyn ToWire, limits: &'static [Limit]) {
        if self.shows(name, list) {
            return;
        }
        self.watched(name, |encoder| encoder.checker.check(list, limits));
        list.each(&mut |item| self.query(name, item));
    }

    /// Adds a field to the form once for each item of a list.
    pub fn form_each(&mut self, name: &'static str, list: &dyn ToWire) {
        self.form_each_within(name, list, &[]);
    }

    /// [`form_each`](Self::form_each) with limits on the list.
    pub fn form_each_within(&mut self, name: &'static str, list: &dyn ToWire, limits: &'static [Limit]) {
        if self.shows(name, list) {
            return;
        }
        self.watched(name, |encoder| encoder.checker.check(list, limits));
        list.each(&mut |item| self.form(name, item));
    }

    /// Adds a member to the JSON body, unless it is absent.
    pub fn json(&mut self, name: &'static str, value: &dyn ToWire) {
        self.json_within(name, value, &[]);
    }

    /// [`json`](Self::json) with limits on the value.
    pub fn json_within(&mut self, name: &'static str, value: &dyn ToWire, limits: &'static [Limit]) {
        self.json_named(name, value, limits);
    }

    fn json_named(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() || self.shows(name, value) {
            return;
        }
        let first = self.body.is_empty();
        if first {
            self.body.push('{');
        }
        Object::resume(&mut self.body, &mut self.checker, first).named(name, value, limits);
    }

    /// Adds a header, unless it is absent.
    pub fn header(&mut self, name: &'static str, value: &dyn ToWire) {
        self.header_within(name, value, &[]);
    }

    /// [`header`](Self::header) with limits on the value.
    pub fn header_within(&mut self, name: &'static str, value: &dyn ToWire, limits: &'static [Limit]) {
        if value.is_absent() || self.shows(name, value) {
            return;
        }
        self.watched(name, |encoder| {
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
    pub fn part(&mut self, name: &'static str, value: &dyn Part) {
        self.part_within(name, value, &[]);
    }

    /// [`part`](Self::part) with limits on the file.
    pub fn part_within(&mut self, name: &'static str, value: &dyn Part, limits: &'static [Limit]) {
        self.part_named(name, value, limits);
    }

    /// [`part_within`](Self::part_within) by a name that is known only at run time.
    pub(crate) fn part_named(&mut self, name: &str, value: &dyn Part, limits: &[Limit]) {
        let Some(file) = value.file() else {
            return;
        };
        if let Some(shown) = &mut self.shown {
            return shown.push((name.to_owned(), format!("{file:?}")));
        }
        self.watched(name, |encoder| {
            encoder.checker.check_size(file.content().len(), limits);
            if let Some((parts, checker)) = encoder.parts() {
                parts.file(name, file, checker);
            }
        });
    }

    /// Adds a parameter that the spec does not know, where the endpoint's other parameters are.
    pub(crate) fn extra(&mut self, name: &str, value: &Json) {
        match self.meta.body {
            Body::Form => {
                let mut escaped = String::new();
                push_form(&mut escaped, name);
                self.field(&escaped, value, &[]);
            }
            Body::Multipart => self.field(name, value, &[]),
            Body::Json => self.json_named(name, value, &[]),
            Body::None => self.query_named(name, value, &[]),
        }
    }

    /// The call on paper.
    ///
    /// # Errors
    /// Names the first parameter with something wrong.
    // A large value, which need not be moved from here to where it is wanted.
    #[inline]
    pub fn finish(mut self) -> Result<Encoded, EncodeError> {
        let meta = self.meta;
        if meta.has_placeholders {
            self.finish_path();
        }
        if meta.body == Body::Multipart {
            // A multipart body without parts still needs its end.
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
                // Of the last field.
                self.body.pop();
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

    /// Runs a step, and if it is the first to find something wrong, says with which parameter.
    fn watched(&mut self, name: &str, step: impl FnOnce(&mut Self)) {
        let clean = self.checker.is_clean();
        step(self);
        if clean {
            self.checker.inside_member(name);
        }
    }

    fn fill_slot(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
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
            self.checker.note("is not the next slot in the path template of this endpoint");
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

    fn push_segment(&mut self, value: &dyn ToWire, limits: &[Limit]) {
        self.checker.check(value, limits);
        self.checker.check_no_controls(value);
        let start = self.head.filled_path.len();
        value.text(&mut Text::new(&mut self.head.filled_path, Escape::Percent, &mut self.checker));
        // Servers and proxies fold such segments away, and the call would reach another endpoint.
        if let Some("" | "." | "..") = self.head.filled_path.get(start..) {
            self.checker.note("is part of the path and may not be empty, `.` or `..`");
        }
    }

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

    /// For what is checked behind all parameters.
    pub(super) fn checker(&mut self) -> &mut Checker {
        &mut self.checker
    }

    /// Whether this is only shown, and now is.
    #[inline]
    fn shows(&mut self, name: &str, value: &dyn ToWire) -> bool {
        let only_shown = self.shown.is_some();
        if only_shown {
            self.show(name, value);
        }
        only_shown
    }

    #[cold]
    fn show(&mut self, name: &str, value: &dyn ToWire) {
        if let Some(shown) = &mut self.shown
            && !value.is_absent()
        {
            let mut text = String::new();
            value.json(&mut JsonWriter::new(&mut text, &mut self.checker));
            shown.push((name.to_owned(), text));
        }
    }

    #[cold]
    fn text_part(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        self.watched(name, |encoder| {
            encoder.checker.check(value, limits);
            let mut text = String::new();
            value.text(&mut Text::new(&mut text, Escape::Plain, &mut encoder.checker));
            if let Some((parts, _)) = encoder.parts() {
                parts.text(name, &text);
            }
        });
    }

    /// The parts so far; begun with a boundary that no content holds, because it is random.
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

/// The rest of a JSON object; nothing where there is none and none is needed.
fn json_body(method: Method, mut body: String) -> Vec<u8> {
    if body.is_empty() {
        // These two carry a body only when there is something to say.
        if matches!(method, Method::Get | Method::Delete) {
            return Vec::new();
        }
        body.push('{');
    }
    body.push('}');
    body.into_bytes()
}
