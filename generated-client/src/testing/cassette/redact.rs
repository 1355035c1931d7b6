//! Removes secrets from what is recorded.

use serde_json::Value;

use crate::transport::HttpRequest;

/// What stands for a secret.
pub(super) const REDACTED: &str = "***";

/// Parts of names, in lower case and without `-` and `_`, that make a parameter or a header secret.
const SECRET_NAMES: [&str; 12] = [
    "accesskey",
    "apikey",
    "appkey",
    "authorization",
    "checksum",
    "credential",
    "nonce",
    "passwd",
    "password",
    "secret",
    "signature",
    "token",
];

/// Names that would be secret by the list above, but only say where a page begins.
const CURSORS: [&str; 3] = ["nextpagetoken", "nexttoken", "pagetoken"];

/// A shorter value may be a part of others by chance.
const SHORTEST_VALUE: usize = 6;

/// Knows which names and which values are secret.
#[derive(Clone, Debug, Default)]
pub(super) struct Redactor {
    /// Names that the user adds.
    names: Vec<String>,
    /// Secrets of the present exchange.
    values: Vec<String>,
}

impl Redactor {
    pub(super) fn new(names: &[String]) -> Self {
        Self { names: names.iter().map(|name| plain(name)).collect(), values: Vec::new() }
    }

    /// With the secrets that the headers of a request have: they may be in its path, or in the reply too.
    pub(super) fn for_request(mut self, request: &HttpRequest) -> Self {
        for (name, value) in request.headers.iter() {
            if self.is_secret(name) {
                self.add_value(&String::from_utf8_lossy(value));
            }
        }
        self
    }

    pub(super) fn add_value(&mut self, value: &str) {
        if value.len() >= SHORTEST_VALUE && value != REDACTED {
            self.values.push(value.to_owned());
        }
    }

    pub(super) fn is_secret(&self, name: &str) -> bool {
        let name = plain(name);
        let is_usual = || SECRET_NAMES.iter().any(|part| name.contains(part)) && !CURSORS.contains(&&*name);
        self.names.contains(&name) || is_usual()
    }

    /// Removes secrets from a text: known values, those of JSON in it, and those in the query of a URL.
    pub(super) fn text(&self, text: &str) -> String {
        if text.starts_with(['{', '['])
            && let Ok(mut value) = serde_json::from_str(text)
        {
            self.value(&mut value);
            return value.to_string();
        }
        let text = match text.split_once('?') {
            Some((address, query)) if address.contains("://") => format!("{address}?{}", self.query(query)),
            _ => text.to_owned(),
        };
        self.values.iter().fold(text, |text, secret| text.replace(secret, REDACTED))
    }

    fn query(&self, query: &str) -> String {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if self.is_secret(name) => format!("{name}={REDACTED}"),
            _ => pair.to_owned(),
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Removes secrets from JSON, at any depth.
    pub(super) fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => {
                for (name, value) in members {
                    if self.is_secret(name) { self.remove(value) } else { self.value(value) }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Replaces a secret by one of the same type, so that the reply can still be read.
    pub(super) fn remove(&self, value: &mut Value) {
        match value {
            Value::String(text) if !text.is_empty() => *text = REDACTED.to_owned(),
            Value::Number(number) => *number = 0.into(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.remove(item)),
            Value::Object(members) => members.values_mut().for_each(|member| self.remove(member)),
            Value::String(_) | Value::Null | Value::Bool(_) => {}
        }
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|one| !matches!(one, '-' | '_')).flat_map(char::to_lowercase).collect()
}
