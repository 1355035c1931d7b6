//! Responses of the sandbox.

use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, DATE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Map, Value};
use yunxin_codegen::model::{HttpSuccess, Product, RejectionEnvelope};
use yunxin_codegen::value::display;

use crate::rejection::Rejection;
use crate::routes::EndpointRoute;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=utf-8");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain;charset=utf-8");

/// A response, not yet in the types of hyper.
#[derive(Debug)]
pub(crate) struct ResponseParts {
    pub(crate) status: StatusCode,
    /// The code in the envelope of a rejection; `None` for other responses.
    pub(crate) code: Option<i64>,
    content_type: Option<HeaderValue>,
    body: String,
    allow: Option<HeaderValue>,
}

impl ResponseParts {
    /// Returns the example reply.
    pub(crate) fn success(route: &EndpointRoute) -> Self {
        let status = match route.product.reply.http {
            HttpSuccess::Status(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
            HttpSuccess::Any2xx => StatusCode::OK,
        };
        let reply = route.endpoint.example.reply.clone();
        Self {
            status,
            code: None,
            content_type: reply.is_some().then_some(JSON),
            body: reply.unwrap_or_default(),
            allow: None,
        }
    }

    /// Returns the response for a repeated request: the example reply with `"duplicate":true`.
    pub(crate) fn replay(route: &EndpointRoute) -> Self {
        let mut response = Self::success(route);
        // Edited as text, so that the rest is unchanged, including the digits of numbers.
        if let Some(before) = response.body.strip_suffix('}') {
            let comma = if before.ends_with('{') { "" } else { "," };
            response.body = format!("{before}{comma}\"duplicate\":true}}");
        }
        response
    }

    /// Returns the response to a health check.
    pub(crate) fn healthy() -> Self {
        Self { status: StatusCode::OK, code: None, content_type: Some(PLAIN), body: "ok\n".to_owned(), allow: None }
    }

    /// Returns the product's response for an error; the status as plain text if there is none.
    pub(crate) fn rejection(product: Option<&Product>, rejection: &Rejection) -> Self {
        let reply = product.and_then(|product| rejection.reply(product));
        let status = reply.map_or(rejection.kind.default_status(), |reply| reply.http);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        match (product, reply.and_then(|reply| reply.envelope.as_ref())) {
            (Some(product), Some(envelope)) => {
                let body = envelope_text(product, envelope, rejection.parameter.as_deref().unwrap_or_default());
                Self { status, code: Some(envelope.code), content_type: Some(JSON), body, allow: None }
            }
            _ => Self { status, code: None, content_type: Some(PLAIN), body: format!("{status}\n"), allow: None },
        }
    }

    /// Adds an `Allow` header.
    pub(crate) fn allowing(mut self, methods: &[&str]) -> Self {
        self.allow = HeaderValue::try_from(methods.join(", ")).ok();
        self
    }

    /// Converts it to HTTP, with a date of the sandbox's clock.
    pub(crate) fn into_response(self, now: SystemTime) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(content_type) = self.content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, allow);
        }
        if let Ok(date) = HeaderValue::try_from(date(now)) {
            headers.insert(DATE, date);
        }
        response
    }
}

/// Formats the `Date` header. Times outside of the years 1970 to 9999, for which the formatter panics, become 1970.
fn date(now: SystemTime) -> String {
    const END: i128 = 253_402_300_800;
    let known = (0..END).contains(&crate::clock::unix_seconds(now)) && now >= SystemTime::UNIX_EPOCH;
    httpdate::fmt_http_date(if known { now } else { SystemTime::UNIX_EPOCH })
}

/// Returns the JSON body of a rejection.
fn envelope_text(product: &Product, envelope: &RejectionEnvelope, parameter: &str) -> String {
    let text = envelope.text.replace("{name}", &display::name(parameter));
    let body = Map::from_iter([
        (product.reply.code_key.clone(), Value::from(envelope.code)),
        (envelope.key.clone(), Value::from(text)),
    ]);
    Value::Object(body).to_string()
}
