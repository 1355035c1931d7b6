//! What is settled for one call alone, apart from its parameters.

use std::fmt;
use std::time::Duration;

use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};

use crate::base::secret::Secret;
use crate::client::attempt::{APP_KEY, CHECK_SUM, CUR_TIME, NONCE};
use crate::client::retry::policy::RetryPolicy;
use crate::error::{Error, Result};
use crate::wire::encode_error::EncodeError;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::json::Json;

/// Settings of one call.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct CallOptions {
    pub(super) timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) request_id: Option<String>,
    pub(super) host: Option<String>,
    /// Nobody told whether a value is a secret, so all are kept as such.
    pub(super) headers: Vec<(String, Secret)>,
    pub(super) params: Vec<(String, Json)>,
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nor did anybody tell which further parameters are secret.
        let params: Vec<_> = self.params.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .field("request_id", &self.request_id)
            .field("host", &self.host)
            .field("headers", &self.headers)
            .field("params", &params)
            .finish()
    }
}

impl CallOptions {
    /// The extra headers, if they are fit to be sent.
    pub(super) fn headers(&self, meta: &EndpointMeta<'_>) -> Result<Vec<(HeaderName, HeaderValue)>> {
        let refuse = |name: &str, what: &'static str| Err(Error::invalid_request(meta, EncodeError::new(name, what)));
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let Ok(known) = HeaderName::from_bytes(name.as_bytes()) else {
                return refuse(name, "is not a header name");
            };
            let own = [
                APP_KEY,
                NONCE,
                CUR_TIME,
                CHECK_SUM,
                CONTENT_TYPE,
                CONTENT_LENGTH,
                TRANSFER_ENCODING,
                CONNECTION,
                HOST,
            ];
            if own.contains(&known) || known.as_str().eq_ignore_ascii_case(meta.product.request_id.header) {
                return refuse(name, "is a header that the client sets itself");
            }
            let Ok(mut value) = HeaderValue::from_str(value.expose()) else {
                return refuse(name, "has a value that cannot stand in a header");
            };
            value.set_sensitive(true);
            headers.push((known, value));
        }
        Ok(headers)
    }
}
