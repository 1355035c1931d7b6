//! The id that a call keeps for all its attempts.

use std::io;

use bytes::Bytes;
use http::header::{HeaderValue, InvalidHeaderValue};

use crate::base::random::{Random, hex_id};
use crate::wire::encode_error::EncodeError;

/// The most characters that the server takes.
const LONGEST: usize = 128;

/// A request id, shared cheaply between headers, meta and errors. Always ASCII, so always text.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(Bytes);

impl RequestId {
    /// A new one: 32 hex digits.
    pub(crate) fn fresh(random: &dyn Random) -> io::Result<Self> {
        hex_id(random).map(|id| Self(Bytes::copy_from_slice(&id)))
    }

    /// The caller's own.
    pub(crate) fn chosen(id: &str) -> Result<Self, EncodeError> {
        let what = if id.is_empty() {
            "is empty; leave it out to get a new one".to_owned()
        } else if !id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            "may hold printable ASCII only, as it goes into a header".to_owned()
        } else if id.len() > LONGEST {
            format!("has {} characters, and at most {LONGEST} are allowed", id.len())
        } else if id.trim() != id {
            "begins or ends with a blank, which would be cut off on the way".to_owned()
        } else {
            return Ok(Self(Bytes::copy_from_slice(id.as_bytes())));
        };
        Err(EncodeError::new("request_id", what))
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) fn to_header(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::from_maybe_shared(self.0.clone())
    }
}
