//! The file of a cassette.

use std::path::Path;
use std::{fs, io};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::digest::sha1_hex;
use crate::testing::cassette::redact::{REDACTED, Redactor};
use crate::testing::params;
use crate::testing::params::Place;
use crate::testing::received::Received;
use crate::transport::{HttpRequest, HttpResponse};

/// The version of the format.
const VERSION: u32 = 1;

/// Response headers that are kept.
const HEADERS: [&str; 2] = ["content-type", "retry-after"];

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Tape {
    version: u32,
    /// Names of parameters that are secret, beside the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) redacted: Vec<String>,
    pub(super) exchanges: Vec<Exchange>,
}

/// A request and its response.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Exchange {
    pub(super) request: RecordedRequest,
    pub(super) response: RecordedResponse,
}

/// A request without host, headers and secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordedRequest {
    pub(super) method: String,
    pub(super) path: String,
    /// By place and name.
    pub(super) params: Vec<RecordedParam>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordedParam {
    r#in: String,
    pub(super) name: String,
    /// A file is kept as its name and digest.
    value: Value,
}

/// A response without secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RecordedResponse {
    status: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(String, String)>,
    body: RecordedBody,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedBody {
    Json(Value),
    Text(String),
    Base64(String),
}

impl Tape {
    pub(super) fn new(redacted: Vec<String>, exchanges: Vec<Exchange>) -> Self {
        Self { version: VERSION, redacted, exchanges }
    }

    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {text}", path.display()));
        let text =
            fs::read(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        let tape: Self = serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
        if tape.version != VERSION {
            return Err(invalid(format!("the format has version {}, not {VERSION}", tape.version)));
        }
        Ok(tape)
    }

    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    }
}

impl RecordedRequest {
    /// The request without its secrets, which are added to those that the redactor knows.
    pub(super) fn new(request: &HttpRequest, redactor: &mut Redactor) -> Self {
        let received = Received::new(request.clone());
        for param in received.params().iter().filter(|param| redactor.is_secret(&param.name)).collect::<Vec<_>>() {
            redactor.add_value(&param.value.text());
        }
        let params = received.params().sorted().into_iter().map(|param| RecordedParam::new(param, redactor));
        Self { method: request.method.to_string(), path: redactor.text(received.path()), params: params.collect() }
    }
}

impl RecordedParam {
    fn new(param: &params::Param, redactor: &Redactor) -> Self {
        let mut value = match &param.value {
            params::Value::Text(text) => text.as_str().into(),
            params::Value::Json(json) => json.value(),
            params::Value::File { file_name, content } => json!({ "file": file_name, "sha1": digest(content) }),
            params::Value::Bytes(content) => json!({ "sha1": digest(content) }),
        };
        if redactor.is_secret(&param.name) {
            value = REDACTED.into();
        } else {
            redactor.value(&mut value);
        }
        let place = match param.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Body => "body",
        };
        Self { r#in: place.to_owned(), name: param.name.clone(), value }
    }

    /// One line for a message.
    pub(super) fn show(&self) -> String {
        format!("{}={}", self.name, self.value)
    }
}

fn digest(content: &Bytes) -> String {
    String::from_utf8_lossy(&sha1_hex([&content[..]])).into_owned()
}

impl RecordedResponse {
    pub(super) fn new(response: &HttpResponse, redactor: &Redactor) -> Self {
        let headers =
            HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), response.headers.get(name)?.to_owned())));
        let body = match (serde_json::from_slice::<Value>(&response.body), str::from_utf8(&response.body)) {
            (Ok(mut value), _) => {
                redactor.value(&mut value);
                RecordedBody::Json(value)
            }
            (Err(_), Ok(text)) => RecordedBody::Text(redactor.text(text)),
            (Err(_), Err(_)) => RecordedBody::Base64(STANDARD.encode(&response.body)),
        };
        Self { status: response.status, headers: headers.collect(), body }
    }

    pub(super) fn play(&self) -> HttpResponse {
        let body = match &self.body {
            RecordedBody::Json(value) => value.to_string().into_bytes(),
            RecordedBody::Text(text) => text.clone().into_bytes(),
            RecordedBody::Base64(text) => STANDARD.decode(text).unwrap_or_default(),
        };
        let mut response = HttpResponse::new(self.status, body);
        for (name, value) in &self.headers {
            response.headers.set(name, value);
        }
        response
    }
}
