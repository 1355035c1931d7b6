//! One attempt: sign, send, judge.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use super::Client;
use super::execute::Prepared;
use super::hosts::Host;
use super::sign::Signature;
use crate::error::{Answer, Error, Result, Scene};
use crate::runtime::decode::Decode;
use crate::runtime::reply::{self, Reply};
use crate::runtime::spec::Signing;
use crate::transport::{Headers, HttpRequest};

const APP_KEY: HeaderName = HeaderName::from_static("appkey");
const NONCE: HeaderName = HeaderName::from_static("nonce");
const CUR_TIME: HeaderName = HeaderName::from_static("curtime");
const CHECK_SUM: HeaderName = HeaderName::from_static("checksum");

/// An attempt that succeeded.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) http_status: u16,
    pub(super) body: Bytes,
    pub(super) reply: Reply,
}

impl Client {
    /// Sends a call once, to one host, and reads the reply. On success the payload is in the target; the error says what became of
    /// the call.
    pub(super) async fn attempt(
        &self,
        prepared: &Prepared,
        host: &Host,
        target: &mut (dyn Decode + Send),
    ) -> Result<Seen> {
        let scene = Scene { spec: prepared.encoded.spec, host, request_id: &prepared.request_id };
        let request = self.sign(prepared, host)?;
        let response = match self.0.transport.send(request).await {
            Ok(response) => response,
            Err(error) => return Err(Error::transport(&scene, error)),
        };
        let answer = Answer { status: response.status, body: &response.body };
        let reply = reply::read(&scene, &answer, target)?;
        Ok(Seen { http_status: response.status, body: response.body, reply })
    }

    /// The request of one attempt: new nonce, time and checksum; all else as in every attempt of the call.
    pub(super) fn sign(&self, prepared: &Prepared, host: &Host) -> Result<HttpRequest> {
        let core = &*self.0;
        let encoded = &prepared.encoded;
        let mut headers = HeaderMap::with_capacity(8 + encoded.headers.len());
        if encoded.spec.signing != Signing::None {
            headers.insert(APP_KEY, core.app_key.clone());
        }
        if encoded.spec.signing == Signing::CheckSum {
            let signature =
                Signature::new(&core.credentials.app_secret, &*core.clock, &*core.random).map_err(Error::no_random)?;
            put_signature(&mut headers, &signature)?;
        }
        let request_id = encoded.spec.product.request_id.header;
        headers.insert(header_name(request_id)?, prepared.request_id.to_header()?);
        if let Some(content_type) = &encoded.content_type {
            headers.insert(CONTENT_TYPE, header_value(content_type.clone())?);
        }
        headers.insert(USER_AGENT, core.user_agent.clone());
        for (name, text) in &encoded.headers {
            let mut value = header_value(Bytes::copy_from_slice(text.as_bytes()))?;
            // Nobody told whether it is a secret.
            value.set_sensitive(true);
            headers.insert(header_name(name)?, value);
        }
        Ok(HttpRequest {
            method: encoded.spec.method,
            url: encoded.url(host.as_str()),
            headers: Headers::from_map(headers),
            body: encoded.body.clone(),
            timeout: prepared.timeout,
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
