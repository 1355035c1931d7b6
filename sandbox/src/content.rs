//! Reads the parameters of a request from path, query, headers and body.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::{HeaderMap, Uri};
use serde_json::Value;
use yunxin_codegen::model::{Body, Field, Place};
use yunxin_codegen::value::{display, json};

use crate::rejection::{RefusalKind, Rejection};
use crate::routes::EndpointRoute;
use crate::{media_type, percent, tolerance};

/// Maximum size of a body in bytes; far above that of any upload.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// Maximum number of parameters of a request; far above that of any endpoint.
const PARAMETER_LIMIT: usize = 10_000;

/// One parameter as it was sent.
#[derive(Debug)]
pub(crate) struct ReceivedParam {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) value: Raw,
    /// Whether it looks like a number whose `+` was decoded to a blank.
    pub(crate) lost_plus: bool,
}

impl ReceivedParam {
    fn new(name: impl Into<String>, place: Place, value: Raw) -> Self {
        Self { name: name.into(), place, value, lost_plus: false }
    }
}

/// Value of a received parameter.
#[derive(Debug)]
pub(crate) enum Raw {
    /// Decoded text.
    Text(String),
    /// A member of the JSON body.
    Json(Value),
    /// A part with a file name.
    File(Bytes),
    /// A value that cannot be decoded; the error is already reported.
    Unreadable,
}

/// The parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct ReceivedParams {
    pub(crate) given: Vec<ReceivedParam>,
    /// Places that could not be read, so that their parameters are unknown; the errors are already reported.
    pub(crate) unread: Vec<Place>,
}

impl ReceivedParams {
    /// Adds a parameter with decoded text. Returns an error if it could not be decoded; `source` names its place.
    fn text(&mut self, name: &str, place: Place, source: &str, value: Result<String, String>) -> Option<Rejection> {
        let (value, rejection) = match value {
            Ok(text) => (Raw::Text(text), None),
            Err(problem) => (Raw::Unreadable, Some(unreadable(name, source, &problem))),
        };
        self.given.push(ReceivedParam::new(name, place, value));
        rejection
    }
}

/// Reads the whole body.
pub(crate) async fn read(body: Incoming) -> Result<Bytes, Rejection> {
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(problem) if problem.is::<LengthLimitError>() => {
            Err(Rejection::new(RefusalKind::TooLarge, format!("the body has more than {BODY_LIMIT} bytes")))
        }
        Err(problem) => Err(Rejection::new(RefusalKind::Broken, format!("the body broke off: {problem}"))),
    }
}

/// Reads all parameters. Adds what cannot be read to `rejections`.
pub(crate) async fn parse_params(
    route: &EndpointRoute,
    path_values: &[&str],
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
    rejections: &mut Vec<Rejection>,
) -> ReceivedParams {
    let kind = route.endpoint.body();
    let mut received = ReceivedParams::default();
    let content_type =
        media_type::check(kind, headers, body.is_empty()).map_err(|rejection| rejections.push(rejection));
    for (name, raw) in route.endpoint.path.parameters().zip(path_values) {
        rejections.extend(received.text(name, Place::Path, "path", percent::segment(raw)));
    }
    let query = uri.query().unwrap_or_default().as_bytes();
    note(read_pairs(query, Place::Query, "query", &mut received, rejections), Place::Query, &mut received, rejections);
    for param in &route.endpoint.params {
        if param.places.contains(&Place::Header) {
            read_headers(param, headers, &mut received, rejections);
        }
    }
    let place = if kind == Body::Json || kind == Body::None { Place::Json } else { Place::Form };
    let read = match (content_type, kind) {
        // A wrong Content-Type is already reported, and the body cannot be read.
        (Err(()), _) => {
            received.unread.push(place);
            Ok(())
        }
        (Ok(_), Body::Form) => read_pairs(body, place, "form", &mut received, rejections),
        (Ok(_), Body::Json) => read_json(body, &mut received),
        (Ok(content_type), Body::Multipart) => read_parts(content_type, body, &mut received, rejections).await,
        // Some SDKs send an empty object, or repeat parameters of the query.
        (Ok(_), Body::None) => read_json(body, &mut received)
            .map_err(|rejection| Rejection::parameter("body", format!("no body is expected here; {}", rejection.what))),
    };
    note(read, place, &mut received, rejections);
    received
}

/// Returns an error if a request has more parameters than the maximum.
pub(crate) fn too_many(received: &ReceivedParams) -> Option<Rejection> {
    let parameters = received.given.len();
    (parameters > PARAMETER_LIMIT).then(|| {
        Rejection::parameter("body", format!("there are {parameters} parameters; expected at most {PARAMETER_LIMIT}"))
    })
}

/// Records that a place could not be read.
fn note(read: Result<(), Rejection>, place: Place, received: &mut ReceivedParams, rejections: &mut Vec<Rejection>) {
    if let Err(rejection) = read {
        received.unread.push(place);
        rejections.push(rejection);
    }
}

/// Reads the parameters of a query or a form.
fn read_pairs(
    raw: &[u8],
    place: Place,
    source: &str,
    received: &mut ReceivedParams,
    rejections: &mut Vec<Rejection>,
) -> Result<(), Rejection> {
    let pairs = percent::pairs(raw).map_err(|problem| unreadable(source, source, &problem))?;
    for pair in pairs {
        let decoded = pair.value.as_deref().unwrap_or_default();
        let lost_plus = pair.with_plus.is_some_and(|with_plus| tolerance::lost_plus(decoded, &with_plus));
        rejections.extend(received.text(&pair.name, place, source, pair.value));
        if let Some(given) = received.given.last_mut() {
            given.lost_plus = lost_plus;
        }
    }
    Ok(())
}

/// Reads the values of a parameter from the headers.
fn read_headers(param: &Field, headers: &HeaderMap, received: &mut ReceivedParams, rejections: &mut Vec<Rejection>) {
    for name in std::iter::once(&param.wire_name).chain(&param.accept) {
        for value in headers.get_all(name) {
            let text =
                std::str::from_utf8(value.as_bytes()).map(str::to_owned).map_err(|_| "it is not UTF-8".to_owned());
            rejections.extend(received.text(name, Place::Header, "headers", text));
        }
    }
}

/// Reads the members of a JSON body.
fn read_json(body: &[u8], received: &mut ReceivedParams) -> Result<(), Rejection> {
    if body.trim_ascii().is_empty() {
        return Ok(());
    }
    let value = json::parse(body)
        .map_err(|problem| Rejection::parameter("body", format!("the body is not JSON: {problem}")))?;
    let Value::Object(entries) = value else {
        return Err(Rejection::parameter(
            "body",
            format!("the body is {}; expected a JSON object", display::json(&value)),
        ));
    };
    received
        .given
        .extend(entries.into_iter().map(|(name, value)| ReceivedParam::new(name, Place::Json, Raw::Json(value))));
    Ok(())
}

/// Reads the parts of a multipart body.
async fn read_parts(
    content_type: Option<&str>,
    body: &Bytes,
    received: &mut ReceivedParams,
    rejections: &mut Vec<Rejection>,
) -> Result<(), Rejection> {
    let malformed =
        |problem: multer::Error| Rejection::parameter("body", format!("the multipart body is malformed: {problem}"));
    let Some(content_type) = content_type else { return Ok(()) };
    let boundary = multer::parse_boundary(content_type).map_err(|problem| {
        Rejection::new(RefusalKind::ContentType, format!("the Content-Type has no usable boundary: {problem}"))
    })?;
    let stream = Full::<Bytes>::new(body.clone()).map_err(|never: Infallible| match never {}).into_data_stream();
    let mut parts = multer::Multipart::new::<_, _, Infallible, _>(stream, boundary);
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let Some(name) = part.name().map(str::to_owned) else {
            rejections.push(Rejection::parameter("body", "a part of the multipart body has no name"));
            continue;
        };
        let is_file = part.file_name().is_some();
        let content = part.bytes().await.map_err(malformed)?;
        if is_file {
            received.given.push(ReceivedParam::new(name, Place::Form, Raw::File(content)));
        } else {
            let text = String::from_utf8(content.to_vec()).map_err(|_| "it is not UTF-8".to_owned());
            rejections.extend(received.text(&name, Place::Form, "multipart body", text));
        }
    }
    Ok(())
}

/// Creates the error for a value that cannot be decoded.
fn unreadable(name: &str, source: &str, problem: &str) -> Rejection {
    Rejection::parameter(name, format!("`{}` in the {source} cannot be decoded: {problem}", display::name(name)))
}
