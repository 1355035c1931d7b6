//! An encoded request, without host and signature: what stays the same from attempt to attempt.

use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};

use crate::client::Client;
use crate::client::hosts::HostList;
use crate::client::options::CallOptions;
use crate::client::retry::policy::RetryPolicy;
use crate::client::retry::state::TimeLimit;
use crate::error::{Error, Result};
use crate::transport::HttpRequest;
use crate::transport::host::Host;
use crate::wire::encoder::{Encoded, Encoder, Head};
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::request_id::RequestId;

/// An encoded request with the settings of its call.
pub(crate) struct Prepared {
    pub(super) head: Head,
    pub(super) body: Bytes,
    pub(super) request_id: RequestId,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) timeout: Duration,
    pub(super) deadline: Duration,
    pub(super) policy: RetryPolicy,
    pub(super) hosts: HostList,
}

impl Client {
    /// Encodes and checks a call.
    pub(super) fn encode(
        &self,
        meta: &EndpointMeta<'_>,
        encode: &(dyn Fn(&mut Encoder<'_>) + '_),
        options: Option<&CallOptions>,
    ) -> Result<Prepared> {
        let core = &*self.0;
        let mut encoder = Encoder::new(meta, &*core.random, core.check_limits);
        encode(&mut encoder);
        for (name, value) in options.iter().flat_map(|options| &options.params) {
            encoder.extra(name, value);
        }
        let Encoded { head, body } = encoder.finish().map_err(|error| Error::invalid_request(meta, error))?;
        let request_id = match options.and_then(|options| options.request_id.as_deref()) {
            Some(id) => RequestId::from_caller(id).map_err(|error| Error::invalid_request(meta, error))?,
            None => RequestId::random(&*core.random).map_err(Error::no_random)?,
        };
        let timeout = options.and_then(|options| options.timeout).or(meta.timeout).unwrap_or(core.attempt_timeout);
        Ok(Prepared {
            head,
            body: Bytes::from(body),
            request_id,
            headers: options.map(|options| options.headers(meta)).transpose()?.unwrap_or_default(),
            timeout,
            // A deadline that the caller did not set does not cut short a single attempt that may take long.
            deadline: options.and_then(|options| options.deadline).unwrap_or(core.deadline.max(timeout)),
            policy: options.and_then(|options| options.retry).unwrap_or(core.policy),
            hosts: match options.and_then(|options| options.host.as_deref()) {
                Some(url) => core.hosts.single(Host::given(url, core.allow_plain_http)?),
                None => core.hosts.hosts(meta, &core.region)?,
            },
        })
    }

    /// The request of the first attempt.
    pub(crate) fn prepare(
        &self,
        meta: &EndpointMeta<'_>,
        encode: &(dyn Fn(&mut Encoder<'_>) + '_),
        options: Option<&CallOptions>,
    ) -> Result<HttpRequest> {
        let prepared = self.encode(meta, encode, options)?;
        let Some(first) = prepared.hosts.first() else {
            return Err(Error::config_of(meta, "there is no host to go to"));
        };
        self.sign(meta, &prepared, &first.host, self.time(), self.full_time(&prepared))
    }

    /// The time of an attempt that no deadline cuts short.
    pub(super) fn full_time(&self, prepared: &Prepared) -> TimeLimit {
        TimeLimit { attempt: prepared.timeout, connect: prepared.timeout.min(self.0.connect_timeout) }
    }
}
