//! The path that every call takes: write it down, then attempt it.

use std::time::Duration;

use super::Client;
use super::call::{CallOptions, Meta};
use super::hosts::Host;
use super::request_id::RequestId;
use crate::error::Result;
use crate::runtime::decode::Decode;
use crate::runtime::encoder::{Encoded, Encoder};
use crate::runtime::spec::Spec;
use crate::transport::HttpRequest;

/// A call that is ready to be attempted: all that stays the same from attempt to attempt.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) encoded: Encoded,
    pub(super) request_id: RequestId,
    pub(super) timeout: Duration,
    pub(super) first_host: Host,
}

impl Client {
    /// Writes a call down and checks it.
    pub(super) fn encode(
        &self,
        spec: &'static Spec,
        encode: &(dyn Fn(&mut Encoder<'_>) + '_),
        options: Option<&CallOptions>,
    ) -> Result<Prepared> {
        let core = &*self.0;
        let mut encoder = Encoder::new(spec, &*core.random, core.check_limits);
        encode(&mut encoder);
        for (name, value) in options.iter().flat_map(|options| &options.params) {
            encoder.extra(name, value);
        }
        let encoded = encoder.finish()?;
        let request_id = match options.and_then(|options| options.request_id.as_deref()) {
            Some(id) => RequestId::chosen(spec, id)?,
            None => RequestId::fresh(&*core.random)?,
        };
        let timeout = options.and_then(|options| options.timeout).or(spec.timeout).unwrap_or(core.attempt_timeout);
        Ok(Prepared { encoded, request_id, timeout, first_host: core.hosts.first(spec, &core.region)? })
    }

    /// The request of the first attempt.
    pub(crate) fn prepare(
        &self,
        spec: &'static Spec,
        encode: &(dyn Fn(&mut Encoder<'_>) + '_),
        options: Option<&CallOptions>,
    ) -> Result<HttpRequest> {
        let prepared = self.encode(spec, encode, options)?;
        self.sign(&prepared, &prepared.first_host)
    }

    /// Attempts a call until it is settled, and reads the payload into the target.
    ///
    /// This is where attempts are repeated and hosts change once that is decided; today one attempt settles it.
    pub(super) async fn execute(&self, prepared: Prepared, target: &mut (dyn Decode + Send)) -> Result<Meta> {
        let host = prepared.first_host.clone();
        let seen = self.attempt(&prepared, &host, target).await?;
        Ok(Meta {
            request_id: prepared.request_id,
            server_request_id: seen.reply.server_request_id,
            host,
            attempts: 1,
            http_status: seen.http_status,
            body: seen.body,
            duplicate: seen.reply.duplicate,
        })
    }
}
