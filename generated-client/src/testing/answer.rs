//! What a mock answers.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::endpoint::Endpoint;
use crate::transport::{Headers, HttpResponse, TransportError, TransportErrorKind};
use crate::wire::codes::ApiCode;
use crate::wire::endpoint_meta::{EndpointMeta, HttpSuccess, Payload};
use crate::wire::json::Json;

/// An answer to one attempt of a call of the endpoint `E`.
///
/// The replies are written in the envelope of the endpoint's product, so that the client reads them as those of the
/// server.
pub struct Answer<E> {
    content: Content,
    endpoint: PhantomData<fn() -> E>,
}

/// What an answer is, whatever the endpoint.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Response { status: u16, headers: Headers, body: Bytes },
    Failure(TransportErrorKind),
}

impl Content {
    pub(super) fn result(self) -> Result<HttpResponse, TransportError> {
        match self {
            Self::Response { status, headers, body } => {
                let mut response = HttpResponse::new(status, body);
                response.headers = headers;
                Ok(response)
            }
            Self::Failure(kind) => Err(TransportError::new(kind)),
        }
    }
}

impl<E: Endpoint> Answer<E> {
    fn new(content: Content) -> Self {
        Self { content, endpoint: PhantomData }
    }

    fn response(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(Content::Response { status, headers: Headers::default(), body: body.into() })
    }

    /// A success with this payload.
    ///
    /// # Panics
    /// If the payload cannot be written as JSON, or if it has to be an object and is not.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "fails the test that sets up an answer which cannot be written")]
    pub fn reply(payload: &E::Reply) -> Self
    where
        E::Reply: Serialize,
    {
        match serde_json::to_value(payload) {
            Ok(payload) => Self::payload(payload),
            Err(error) => panic!("the reply of {} cannot be written as JSON: {error}", E::META.id),
        }
    }

    /// A success with an empty payload that the function fills in.
    ///
    /// # Panics
    /// As [`reply`](Answer::reply).
    #[must_use]
    #[track_caller]
    pub fn reply_with(fill_in: impl FnOnce(&mut E::Reply)) -> Self
    where
        E::Reply: Serialize,
    {
        let mut payload = E::Reply::default();
        fill_in(&mut payload);
        Self::reply(&payload)
    }

    /// A success with this payload as JSON, in the names of the API: what is read as [`Endpoint::Reply`], without the
    /// envelope around it. Numbers beyond 64 bits lose digits; [`http`](Answer::http) takes a body to the letter.
    ///
    /// # Panics
    /// If the payload has to be an object and is not.
    #[must_use]
    #[track_caller]
    pub fn json(payload: impl Into<Json>) -> Self {
        Self::payload(payload.into().value())
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "fails the test that sets up an answer which cannot be written")]
    fn payload(payload: Value) -> Self {
        let mut envelope = envelope(&E::META);
        match (E::META.payload, payload) {
            (Payload::Nothing, _) | (Payload::Flat, Value::Null) => {}
            (Payload::At(key), payload) => {
                envelope.insert(key.to_owned(), payload);
            }
            (Payload::Flat, Value::Object(payload)) => envelope.extend(payload),
            (Payload::Flat, other) => panic!("the reply of {} is an object, not {other}", E::META.id),
        }
        let status = match E::META.product.reply.http {
            HttpSuccess::Status(status) => status,
            HttpSuccess::Any2xx => 200,
        };
        Self::response(status, Value::Object(envelope).to_string())
    }

    /// A refusal with this code: a number, or an `ErrorCode` of the endpoint's product. It comes under the HTTP status
    /// that the spec lists for it, without an explanation.
    ///
    /// # Panics
    /// If it is a code of another product, or one that means success.
    #[must_use]
    #[track_caller]
    pub fn code(code: impl ApiCode) -> Self {
        Self::code_with_message(code, "")
    }

    /// A refusal with this code and this explanation, see [`code`](Answer::code).
    ///
    /// # Panics
    /// As [`code`](Answer::code).
    #[must_use]
    #[track_caller]
    pub fn code_with_message(code: impl ApiCode, message: &str) -> Self {
        let (product, value) = (E::META.product, code.value());
        let (id, name) = (E::META.id, product.name);
        if let Some(other) = code.product() {
            assert!(other == name, "{id} cannot answer with the code {value} of {other}: it belongs to {name}");
        }
        let rule = product.reply;
        assert!(!rule.codes.contains(&value), "the code {value} means success in {name}: use `reply` or `json`");
        let mut body = Map::new();
        body.insert(rule.code_key.to_owned(), value.into());
        if let (Some(key), false) = (rule.message_keys.first(), message.is_empty()) {
            body.insert((*key).to_owned(), message.into());
        }
        let status = product.code(value).map_or(200, |info| info.http);
        Self::response(status, Value::Object(body).to_string())
    }

    /// A response as it comes over HTTP: status and body.
    #[must_use]
    pub fn http(status: u16, body: impl Into<Bytes>) -> Self {
        Self::response(status, body)
    }

    /// Adds a header to a response.
    ///
    /// # Panics
    /// If it is not a header that HTTP can carry, or if the answer is a failure without a response.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "fails the test that sets up an answer which cannot be written")]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match &mut self.content {
            Content::Response { headers, .. } => assert!(headers.set(name, value), "`{name}` is not a valid header"),
            Content::Failure(kind) => panic!("the failure {kind:?} has no headers"),
        }
        self
    }

    /// No connection: the request is not sent, and the call has no effect.
    #[must_use]
    pub fn not_sent() -> Self {
        Self::failure(TransportErrorKind::Connect)
    }

    /// The connection breaks after the request was sent: whether the call had an effect is not known.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::failure(TransportErrorKind::Interrupted)
    }

    /// No reply comes in the time of the attempt: whether the call had an effect is not known. The test does not wait
    /// for it.
    #[must_use]
    pub fn timeout() -> Self {
        Self::failure(TransportErrorKind::Timeout)
    }

    /// A failure of the transport.
    #[must_use]
    pub fn failure(kind: TransportErrorKind) -> Self {
        Self::new(Content::Failure(kind))
    }

    pub(super) fn into_content(self) -> Content {
        self.content
    }
}

/// The envelope of a success, without a payload.
fn envelope(meta: &EndpointMeta<'_>) -> Map<String, Value> {
    let rule = meta.product.reply;
    rule.codes.first().map(|code| (rule.code_key.to_owned(), (*code).into())).into_iter().collect()
}

impl<E> Clone for Answer<E> {
    fn clone(&self) -> Self {
        Self { content: self.content.clone(), endpoint: PhantomData }
    }
}

impl<E> fmt::Debug for Answer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content.fmt(f)
    }
}
