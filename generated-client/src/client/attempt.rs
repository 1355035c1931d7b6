//! One attempt: sign, send, read the reply.

use std::time::{Duration, SystemTime};

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::client::clock_offset::Sent;
use crate::client::prepared::Prepared;
use crate::client::reply::Reply;
use crate::client::retry::pause;
use crate::client::retry::state::TimeLimit;
use crate::client::sign::Signature;
use crate::client::{Client, clock_offset, reply};
use crate::error::{AttemptClass, CallContext, Error, RawResponse, Result};
use crate::transport::host::Host;
use crate::transport::{Headers, HttpRequest};
use crate::wire::endpoint_meta::{EndpointMeta, Signing};
use crate::wire::from_wire::FromWire;

pub(super) const APP_KEY: HeaderName = HeaderName::from_static("appkey");
pub(super) const NONCE: HeaderName = HeaderName::from_static("nonce");
pub(super) const CUR_TIME: HeaderName = HeaderName::from_static("curtime");
pub(super) const CHECK_SUM: HeaderName = HeaderName::from_static("checksum");

/// An attempt that succeeded.
pub(super) struct AttemptOk {
    pub(super) http_status: u16,
    pub(super) body: Bytes,
    pub(super) reply: Reply,
}

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct AttemptError {
    pub(super) error: Error,
    /// It was signed with a wrong time, and the next one would be signed with a better one.
    pub(super) clock_was_corrected: bool,
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        Self { error, clock_was_corrected: false }
    }
}

/// The time of this machine's clock, and what is added to it, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time {
    wall: SystemTime,
    offset: i64,
}

impl Client {
    /// The time to sign with.
    pub(super) fn time(&self) -> Time {
        Time { wall: self.0.clock.now(), offset: self.0.clock_offset.millis() }
    }

    /// Sends a call once, to one host, and reads the reply. On success the payload is in the target.
    pub(super) async fn attempt(
        &self,
        meta: &EndpointMeta<'_>,
        prepared: &Prepared,
        host: &Host,
        begun: Duration,
        limit: TimeLimit,
        target: &mut (dyn FromWire + Send),
    ) -> Result<AttemptOk, AttemptError> {
        let core = &*self.0;
        let context = CallContext { meta, host, request_id: &prepared.request_id };
        let time = self.time();
        let request = self.sign(meta, prepared, host, time, limit)?;
        let response = match core.transport.send(request).await {
            Ok(response) => response,
            Err(error) => return Err(Error::transport(&context, error).into()),
        };
        // The clock is read only if it is needed.
        let sent = || {
            let round_trip = core.clock.monotonic().saturating_sub(begun);
            Sent { wall: time.wall, offset: time.offset, round_trip }
        };
        if core.correct_clock && core.clock_offset.millis() != 0 {
            core.clock_offset.renew(&response.headers, &sent());
        }
        let answer = RawResponse { status: response.status, body: &response.body };
        match reply::read(&context, &answer, target) {
            Ok(reply) => Ok(AttemptOk { http_status: response.status, body: response.body, reply }),
            Err(error) => {
                let error = error.through_proxy(response.proxy);
                Err(self.annotate_error(error, meta.signing, &response.headers, &sent()))
            }
        }
    }

    /// Adds what the response headers say to an error.
    #[cold]
    fn annotate_error(&self, mut error: Error, signing: Signing, headers: &Headers, sent: &Sent) -> AttemptError {
        let core = &*self.0;
        if let Some(text) = headers.get("retry-after") {
            let date = headers.get("date").and_then(|date| httpdate::parse_http_date(date).ok());
            let server_now = date.unwrap_or_else(|| clock_offset::shifted(sent.wall, sent.offset));
            error = error.with_retry_after(pause::retry_after(text, server_now));
        }
        let mut clock_was_corrected = false;
        if error.class() == AttemptClass::Clock {
            let measured = clock_offset::measure(headers, sent);
            // If this response has no date, the offset in use is what is known.
            if let Some(skew) = measured.or((sent.offset != 0).then_some(sent.offset)) {
                error = error.with_clock_reading(skew, sent.offset);
            }
            if let Some(skew) = measured {
                clock_was_corrected =
                    core.correct_clock && signing == Signing::CheckSum && core.clock_offset.correct(sent, skew);
            }
        }
        AttemptError { error, clock_was_corrected }
    }

    /// The request of one attempt: with a new nonce, time and checksum; the rest is the same in every attempt of the
    /// call.
    pub(super) fn sign(
        &self,
        meta: &EndpointMeta<'_>,
        prepared: &Prepared,
        host: &Host,
        time: Time,
        limit: TimeLimit,
    ) -> Result<HttpRequest> {
        let core = &*self.0;
        let head = &prepared.head;
        let mut headers = HeaderMap::with_capacity(8 + head.headers.len() + prepared.headers.len());
        if meta.signing != Signing::None {
            headers.insert(APP_KEY, core.app_key.clone());
        }
        if meta.signing == Signing::CheckSum {
            let now = clock_offset::shifted(time.wall, time.offset);
            let signature =
                Signature::new(&core.credentials.app_secret, &now, &*core.random).map_err(Error::no_random)?;
            put_signature(&mut headers, &signature)?;
        }
        let request_id = meta.product.request_id.header;
        headers.insert(
            header_name(request_id)?,
            prepared
                .request_id
                .to_header()
                .map_err(|error| Error::config("the request id cannot stand in a header").caused_by(error))?,
        );
        if let Some(content_type) = &head.content_type {
            headers.insert(CONTENT_TYPE, header_value(content_type.clone())?);
        }
        headers.insert(USER_AGENT, core.user_agent.clone());
        for (name, text) in &head.headers {
            let mut value = header_value(Bytes::copy_from_slice(text.as_bytes()))?;
            // It is not known whether it is a secret.
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        for (name, value) in &prepared.headers {
            headers.insert(name, value.clone());
        }
        Ok(HttpRequest {
            method: meta.method,
            url: head.url(meta, host.as_str()),
            headers: Headers::from_map(headers),
            body: prepared.body.clone(),
            timeout: limit.attempt,
            connect_timeout: limit.connect,
        })
    }
}

/// All three values share one allocation.
fn put_signature(headers: &mut HeaderMap, signature: &Signature) -> Result<()> {
    let mut cur_time = itoa::Buffer::new();
    let cur_time = cur_time.format(signature.cur_time());
    let mut text = BytesMut::with_capacity(96);
    text.put_slice(signature.nonce());
    let nonce = text.split().freeze();
    text.put_slice(cur_time.as_bytes());
    let cur_time = text.split().freeze();
    text.put_slice(signature.check_sum());
    let check_sum = text.freeze();
    headers.insert(NONCE, header_value(nonce)?);
    headers.insert(CUR_TIME, header_value(cur_time)?);
    let mut check_sum = header_value(check_sum)?;
    check_sum.set_sensitive(true);
    headers.insert(CHECK_SUM, check_sum);
    Ok(())
}

fn header_value(text: Bytes) -> Result<HeaderValue> {
    HeaderValue::from_maybe_shared(text)
        .map_err(|error| Error::config("a header has a value that HTTP cannot carry").caused_by(error))
}

fn header_name(name: &str) -> Result<HeaderName> {
    HeaderName::from_bytes(name.as_bytes())
        .map_err(|error| Error::config(format!("`{name}` is not a header name")).caused_by(error))
}
