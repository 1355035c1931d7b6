//! Options of one call.

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

/// Options of one call. What is not set is that of the client.
///
/// ```no_run
/// # #[cfg(feature = "im")]
/// # async fn example(client: &yunxin::Client) -> yunxin::Result<()> {
/// use std::time::Duration;
/// use yunxin::{CallOptions, Endpoint, RetryPolicy, im};
///
/// let patient = CallOptions::new().deadline(Duration::from_secs(60)).retry(RetryPolicy::new().attempts(5));
/// im::user::Create::new("alice").with_options(patient.clone()).send(client).await?;
/// im::user::Create::new("bob").with_options(patient).with_timeout(Duration::from_secs(9)).send(client).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Default, PartialEq)]
#[must_use = "options do nothing until a call has them"]
pub struct CallOptions {
    pub(super) timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) request_id: Option<String>,
    pub(super) host: Option<String>,
    /// It is not known whether a value is a secret, so all are kept as such.
    pub(super) headers: Vec<(String, Secret)>,
    pub(super) params: Vec<(String, Json)>,
}

impl CallOptions {
    /// No options.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long one attempt may take, from connecting to the last byte of the reply.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the call may take with all its attempts and pauses, from when it is first polled. It is a hard limit:
    /// the last attempt gets no more time than what is left.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// How often the call is attempted, and with which pauses.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// The request id: at most 128 characters, no control characters. Without it each call gets a new one.
    ///
    /// A product that [recognises repeats](crate::meta::RequestIdRule::dedup) answers a second call with the same id
    /// with the reply of the first, for that time and no longer: an id that a job queue keeps is worthless a minute
    /// later.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = Some(request_id.into());
        self
    }

    /// The one host that the call goes to: a base URL such as `https://api.example.com`.
    pub fn host(mut self, url: impl Into<String>) -> Self {
        self.host = Some(url.into());
        self
    }

    /// Adds a header to all attempts of the call. Headers that sign and describe the request cannot be set.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter that this version does not know. It goes where the endpoint's other parameters are: into the
    /// form, the JSON body or the query.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// These options, with those on top.
    pub(super) fn and(mut self, top: Self) -> Self {
        self.headers.extend(top.headers);
        self.params.extend(top.params);
        Self {
            timeout: top.timeout.or(self.timeout),
            deadline: top.deadline.or(self.deadline),
            retry: top.retry.or(self.retry),
            request_id: top.request_id.or(self.request_id),
            host: top.host.or(self.host),
            headers: self.headers,
            params: self.params,
        }
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It is not known which parameters are secret, so only their names are shown.
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
    /// The headers, checked.
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
