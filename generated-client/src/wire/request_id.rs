//! The request id of a call, which all its attempts share.

use std::io;

use bytes::Bytes;
use http::header::{HeaderValue, InvalidHeaderValue};

use crate::base::random::{Random, hex_id};
use crate::wire::encode_error::EncodeError;

/// Maximum number of characters that the server accepts.
const MAX_LEN: usize = 128;

/// A request id, cheap to clone. Always ASCII.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(Bytes);

impl RequestId {
    /// Creates a random id of 32 hex digits.
    pub(crate) fn random(random: &dyn Random) -> io::Result<Self> {
        hex_id(random).map(|id| Self(Bytes::copy_from_slice(&id)))
    }

    /// Checks an id that the caller chose.
    pub(crate) fn from_caller(id: &str) -> Result<Self, EncodeError> {
        let what = if id.is_empty() {
            "is empty; leave it out to get a new one".to_owned()
        } else if !id.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            "may hold printable ASCII only, as it goes into a header".to_owned()
        } else if id.len() > MAX_LEN {
            format!("has {} characters, and at most {MAX_LEN} are allowed", id.len())
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
