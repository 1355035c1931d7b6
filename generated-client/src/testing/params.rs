//! The parameters of a request, read back from path, query and body.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::testing::{multipart, path_template};
use crate::wire::json::Json;

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Params(Vec<Param>);

/// One parameter.
#[derive(Clone, Debug)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) value: Value,
}

/// Where a parameter was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Path,
    Query,
    Body,
}

/// The value of a parameter.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// In a path, a query, a form, a text part.
    Text(String),
    /// A member of a JSON body.
    Json(Json),
    /// A file in a multipart body.
    File { file_name: String, content: Bytes },
    /// A body that is none of the known ones.
    Bytes(Bytes),
}

impl Params {
    /// Reads query and body. The placeholders of the path are added with [`push`](Params::push).
    pub(super) fn read(query: &str, content_type: Option<&str>, body: &Bytes) -> Self {
        let mut params = Self::default();
        for (name, value) in path_template::pairs(query.as_bytes()) {
            params.push(name, Place::Query, Value::Text(value.into_owned()));
        }
        params.read_body(content_type.unwrap_or_default(), body);
        params
    }

    fn read_body(&mut self, content_type: &str, body: &Bytes) {
        if body.is_empty() {
            return;
        }
        if content_type.starts_with("application/x-www-form-urlencoded") {
            for (name, value) in path_template::pairs(body) {
                self.push(name, Place::Body, Value::Text(value.into_owned()));
            }
            return;
        }
        if let Some(parts) = multipart::read(content_type, body) {
            for (name, value) in parts {
                self.push(name, Place::Body, value);
            }
            return;
        }
        match serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(body) {
            Ok(members) => {
                for (name, value) in members {
                    let json = Json::parse(value.get()).unwrap_or_default();
                    self.push(name, Place::Body, Value::Json(json));
                }
            }
            Err(_) => self.push("", Place::Body, Value::Bytes(body.clone())),
        }
    }

    pub(super) fn push<'n>(&mut self, name: impl Into<Cow<'n, str>>, place: Place, value: Value) {
        self.0.push(Param { name: name.into().into_owned(), place, value });
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Param> {
        self.0.iter()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|param| param.name == name).map(|param| &param.value)
    }

    /// By place and name; repeated ones in the order in which they came.
    pub(super) fn sorted(&self) -> Vec<&Param> {
        let mut params: Vec<_> = self.0.iter().collect();
        params.sort_by_key(|param| (param.place, &param.name));
        params
    }
}

/// The same values under the same names, in any order.
impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        let (own, others) = (self.sorted(), other.sorted());
        own.len() == others.len()
            && own
                .iter()
                .zip(others)
                .all(|(own, other)| (own.place, &own.name) == (other.place, &other.name) && own.value == other.value)
    }
}

impl Value {
    /// A text as it is, any other value as JSON; bytes that are no text as their number.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::Json(json) => json.text().unwrap_or_else(|| json.raw().into()),
            Self::File { content, .. } | Self::Bytes(content) => match str::from_utf8(content) {
                Ok(text) => text.into(),
                Err(_) => format!("{} bytes", content.len()).into(),
            },
        }
    }

    /// The value as JSON: a text that is JSON is parsed.
    pub(super) fn json(&self) -> Json {
        match self {
            Self::Json(json) => json.clone(),
            other => Json::parse(&other.text()).unwrap_or_else(|_| Json::from(&*other.text())),
        }
    }

    /// Whether this is how the value is written here. In a form, numbers and lists are texts.
    pub(super) fn is(&self, expected: &Json) -> bool {
        match self {
            Self::Json(json) => json == expected,
            other => match expected.text() {
                Some(text) => other.text() == text,
                None => other.json() == *expected,
            },
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(own), Self::Text(other)) => own == other || is_same_structure(own, other),
            (Self::Json(own), Self::Json(other)) => own == other,
            (
                Self::File { file_name: own_name, content: own },
                Self::File { file_name: other_name, content: other },
            ) => own_name == other_name && own == other,
            (Self::Bytes(own), Self::Bytes(other)) => own == other,
            _ => false,
        }
    }
}

/// Whether two texts hold the same list or object.
fn is_same_structure(own: &str, other: &str) -> bool {
    let is_structure = |text: &str| text.starts_with(['{', '[']);
    is_structure(own)
        && is_structure(other)
        && matches!((Json::parse(own), Json::parse(other)), (Ok(own), Ok(other)) if own == other)
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no parameters");
        }
        for (index, param) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}=", param.name)?;
            match &param.value {
                Value::Text(text) => write!(f, "{text:?}")?,
                Value::Json(json) => write!(f, "{json}")?,
                Value::File { file_name, content } => write!(f, "file {file_name:?} of {} bytes", content.len())?,
                Value::Bytes(content) => write!(f, "{} bytes", content.len())?,
            }
        }
        Ok(())
    }
}
