//! The parameters of a request, from wherever they stand, before anything is known about them.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{HeaderMap, Uri, body::Incoming};
use serde_json::Value;
use yunxin_codegen::model::{Body, Field, Place};

use crate::{
    json, media_type, percent,
    refuse::{Complaint, RefusalKind},
    routes::Served,
    shown,
};

/// Bytes of a body that the sandbox reads; uploads are the largest, and stay well below.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// Parameters that one request may have; servers of this kind have such a limit too, and no endpoint comes near.
const PARAMETER_LIMIT: usize = 10_000;

/// One parameter as it was sent.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) value: Raw,
}

/// Its value.
#[derive(Debug)]
pub(crate) enum Raw {
    /// Decoded text.
    Text(String),
    /// A member of the JSON body.
    Json(Value),
    /// A part with a file name.
    File(Bytes),
}

/// Reads the whole body.
pub(crate) async fn read(body: Incoming) -> Result<Bytes, Complaint> {
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(problem) if problem.is::<LengthLimitError>() => {
            Err(Complaint::new(RefusalKind::TooLarge, format!("the body has more than {BODY_LIMIT} bytes")))
        }
        Err(problem) => Err(Complaint::new(RefusalKind::Broken, format!("the body broke off: {problem}"))),
    }
}

/// Takes the request apart.
pub(crate) async fn take_apart(
    served: &Served,
    path_values: &[&str],
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Vec<Given>, Complaint> {
    let kind = served.endpoint.body();
    let content_type = media_type::check(kind, headers, body.is_empty())?;
    let mut given = Vec::new();
    for (name, raw) in served.endpoint.path.parameters().zip(path_values) {
        let value = percent::segment(raw).map_err(|problem| unreadable(name, "path", &problem))?;
        given.push(Given { name: name.to_owned(), place: Place::Path, value: Raw::Text(value) });
    }
    take_pairs(uri.query().unwrap_or_default().as_bytes(), Place::Query, "query", &mut given)?;
    for param in &served.endpoint.params {
        if param.places.contains(&Place::Header) {
            take_headers(param, headers, &mut given)?;
        }
    }
    match kind {
        Body::Form => take_pairs(body, Place::Form, "form", &mut given)?,
        Body::Json => take_json(body, &mut given)?,
        Body::Multipart => take_parts(content_type, body, &mut given).await?,
        // Some SDKs send an empty object, or repeat parameters of the query.
        Body::None => take_json(body, &mut given).map_err(|complaint| {
            Complaint::parameter("body", format!("no body is expected here; {}", complaint.what))
        })?,
    }
    if given.len() > PARAMETER_LIMIT {
        let what = format!("there are {} parameters; expected at most {PARAMETER_LIMIT}", given.len());
        return Err(Complaint::parameter("body", what));
    }
    Ok(given)
}

fn take_pairs(raw: &[u8], place: Place, whereabouts: &str, given: &mut Vec<Given>) -> Result<(), Complaint> {
    let pairs = percent::pairs(raw).map_err(|problem| unreadable(whereabouts, whereabouts, &problem))?;
    for pair in pairs {
        let value = pair.value.map_err(|problem| unreadable(&pair.name, whereabouts, &problem))?;
        given.push(Given { name: pair.name, place, value: Raw::Text(value) });
    }
    Ok(())
}

fn take_headers(param: &Field, headers: &HeaderMap, given: &mut Vec<Given>) -> Result<(), Complaint> {
    for name in std::iter::once(&param.wire_name).chain(&param.accept) {
        for value in headers.get_all(name) {
            let text =
                std::str::from_utf8(value.as_bytes()).map_err(|_| unreadable(name, "headers", "it is not UTF-8"))?;
            given.push(Given { name: name.clone(), place: Place::Header, value: Raw::Text(text.to_owned()) });
        }
    }
    Ok(())
}

fn take_json(body: &[u8], given: &mut Vec<Given>) -> Result<(), Complaint> {
    if body.trim_ascii().is_empty() {
        return Ok(());
    }
    let value = json::parse(body)
        .map_err(|problem| Complaint::parameter("body", format!("the body is not JSON: {problem}")))?;
    let Value::Object(entries) = value else {
        return Err(Complaint::parameter(
            "body",
            format!("the body is {}; expected a JSON object", shown::json(&value)),
        ));
    };
    given.extend(entries.into_iter().map(|(name, value)| Given { name, place: Place::Json, value: Raw::Json(value) }));
    Ok(())
}

async fn take_parts(content_type: Option<&str>, body: &Bytes, given: &mut Vec<Given>) -> Result<(), Complaint> {
    let malformed =
        |problem: multer::Error| Complaint::parameter("body", format!("the multipart body is malformed: {problem}"));
    let Some(content_type) = content_type else { return Ok(()) };
    let boundary = multer::parse_boundary(content_type).map_err(|problem| {
        Complaint::new(RefusalKind::ContentType, format!("the Content-Type has no usable boundary: {problem}"))
    })?;
    let stream = Full::<Bytes>::new(body.clone()).map_err(|never: Infallible| match never {}).into_data_stream();
    let mut parts = multer::Multipart::new::<_, _, Infallible, _>(stream, boundary);
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let Some(name) = part.name().map(str::to_owned) else {
            return Err(Complaint::parameter("body", "a part of the multipart body has no name"));
        };
        let is_file = part.file_name().is_some();
        let content = part.bytes().await.map_err(malformed)?;
        let value = if is_file {
            Raw::File(content)
        } else {
            let text = String::from_utf8(content.to_vec())
                .map_err(|_| unreadable(&name, "multipart body", "it is not UTF-8"))?;
            Raw::Text(text)
        };
        given.push(Given { name, place: Place::Form, value });
    }
    Ok(())
}

fn unreadable(name: &str, whereabouts: &str, problem: &str) -> Complaint {
    Complaint::parameter(name, format!("`{}` in the {whereabouts} cannot be decoded: {problem}", shown::name(name)))
}
