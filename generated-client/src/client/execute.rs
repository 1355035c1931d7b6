//! The path that every call takes: write it down, then attempt it until it is settled.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use tracing::Instrument;

use crate::client::Client;
use crate::client::call::ResponseMeta;
use crate::client::circuit_breaker::{HostEntry, HostLease};
use crate::client::host_selector::HostSelector;
use crate::client::hosts::HostList;
use crate::client::options::CallOptions;
use crate::client::retry::policy::RetryPolicy;
use crate::client::retry::state::{Failure, RetryDecision, RetryState, TimeLimit};
use crate::client::spans;
use crate::error::AttemptClass;
use crate::error::{Attempt, CallContext, Error, Result};
use crate::error::{HealthSignal, StopReason};
use crate::transport::host::Host;
use crate::transport::{HttpRequest, TransportErrorKind};
use crate::wire::encoder::{Encoded, Encoder, Head};
use crate::wire::endpoint_meta::{EndpointMeta, Retry};
use crate::wire::from_wire::FromWire;
use crate::wire::request_id::RequestId;

/// An attempt that was cut short by the deadline says something about its host after this time, or after half of what it should have had.
const ENOUGH_TIME: Duration = Duration::from_secs(1);

/// How long a block lasts where the server does not say: 10 s for a quota by the second, which is the usual one, a minute for one by
/// the minute, a day for one by the day.
fn penalty(meta: &EndpointMeta<'_>) -> Duration {
    match meta.rate.map_or(1, |rate| rate.per.as_secs()) {
        0..=1 => Duration::from_secs(10),
        2..=3_600 => Duration::from_secs(60),
        _ => Duration::from_secs(24 * 60 * 60),
    }
}

/// A call that is ready to be attempted: all that stays the same from attempt to attempt.
pub(crate) struct Prepared {
    pub(super) head: Head,
    pub(super) body: Bytes,
    pub(super) request_id: RequestId,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) timeout: Duration,
    pub(super) deadline: Duration,
    policy: RetryPolicy,
    hosts: HostList,
}

/// Where a payload goes. Each attempt finds it empty: an earlier one may have broken off in the middle.
pub(super) trait ReplyTarget: Send {
    fn fresh(&mut self) -> &mut (dyn FromWire + Send);
}

impl<R: FromWire + Default + Send> ReplyTarget for R {
    fn fresh(&mut self) -> &mut (dyn FromWire + Send) {
        *self = R::default();
        self
    }
}

impl Client {
    /// Writes a call down and checks it.
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
            Some(id) => RequestId::chosen(id).map_err(|error| Error::invalid_request(meta, error))?,
            None => RequestId::fresh(&*core.random).map_err(Error::no_random)?,
        };
        let timeout = options.and_then(|options| options.timeout).or(meta.timeout).unwrap_or(core.attempt_timeout);
        Ok(Prepared {
            head,
            body: Bytes::from(body),
            request_id,
            headers: options.map(|options| options.headers(meta)).transpose()?.unwrap_or_default(),
            timeout,
            // A single attempt that may take long is not cut short by a deadline that nobody set for it.
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

    /// Runs a call inside its tracing span and records metrics.
    pub(super) async fn execute_traced(
        &self,
        meta: &EndpointMeta<'_>,
        prepared: &Prepared,
        target: &mut (dyn ReplyTarget + '_),
    ) -> Result<ResponseMeta> {
        self.ensure_background_jobs();
        let span = spans::call_span(meta, prepared);
        let began = self.0.clock.monotonic();
        // Pinned here, since it is large and would be moved into what watches it.
        let execution = pin!(self.execute(meta, prepared, began, target));
        let result = execution.instrument(span.clone()).await;
        spans::called(&span, meta, &*self.0.clock, began, &result);
        result
    }

    /// Waits for the rate limiter, if there is one, and returns the time.
    async fn wait_for_turn(&self, meta: &EndpointMeta<'_>, prepared: &Prepared, now: Duration) -> Result<Duration> {
        let core = &*self.0;
        let Some(limiter) = &core.limiter else { return Ok(now) };
        let turn = match limiter.reserve(meta, now, prepared.deadline) {
            Ok(None) => return Ok(now),
            // Boxed, since few calls wait and all of them would carry it.
            Ok(Some(turn)) => Box::pin(turn.come(&*core.sleeper, &*core.clock)).await,
            Err(wait) => Err(wait),
        };
        turn.map_err(|wait| Error::limited(meta, &prepared.request_id, wait))
    }

    /// Keeps what an attempt showed of a host.
    fn record_health(&self, entry: &HostEntry, lease: HostLease, showed: HealthSignal, now: Duration) {
        lease.report(showed, now);
        #[cfg(feature = "metrics")]
        crate::client::call_metrics::state(&entry.host, &entry.health, self.clock_offset_millis());
        #[cfg(not(feature = "metrics"))]
        let _ = entry;
    }

    /// Whether an attempt had enough time to say something about its host, if it ended because its time was over. What counts is the time
    /// that it was given: the measured time may be a fraction of a millisecond shorter.
    fn had_time(&self, prepared: &Prepared, error: &Error, limit: TimeLimit) -> bool {
        let enough = ENOUGH_TIME.min(prepared.timeout / 2);
        match error.transport_kind() {
            Some(TransportErrorKind::ConnectTimeout) => limit.connect >= self.0.connect_timeout.min(enough),
            Some(TransportErrorKind::Timeout) => limit.attempt >= enough,
            _ => true,
        }
    }

    /// A random number for a pause.
    fn random_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        // Without a random source nothing can be signed either; until that is noticed, rather wait too long.
        self.0.random.fill(&mut bytes).map_or(u64::MAX, |()| u64::from_le_bytes(bytes))
    }

    /// Makes attempts until the call succeeds or is given up, and reads the payload into `target`.
    async fn execute(
        &self,
        meta: &EndpointMeta<'_>,
        prepared: &Prepared,
        began: Duration,
        target: &mut (dyn ReplyTarget + '_),
    ) -> Result<ResponseMeta> {
        let core = &*self.0;
        let deadline = began.saturating_add(prepared.deadline);
        let began = self.wait_for_turn(meta, prepared, began).await?;
        let mut state = RetryState::new(meta, &prepared.policy, &core.budget, began, deadline);
        let mut earlier: Vec<Attempt> = Vec::new();
        let mut selector = HostSelector::through(&prepared.hosts, meta.retry != Retry::Never);
        let mut now = began;
        let mut waited_for = None;
        let mut last: Option<Error> = None;
        loop {
            let Some((selected, lease)) = selector.next(now) else {
                return Err(Error::config_of(meta, "there is no host to go to"));
            };
            let entry = selected.entry;
            let mut limit = state.time_for_attempt(now, prepared.timeout, selector.has_other_than(&selected));
            limit.connect = limit.connect.min(core.connect_timeout);
            let context = CallContext { meta, host: &entry.host, request_id: &prepared.request_id };
            if limit.attempt.is_zero() {
                return Err(out_of_time(&context, earlier, last));
            }
            let begun = now;
            let permit = match waited_for.take() {
                Some((index, permit)) if index == selected.index => Some(permit),
                // A permit of another host goes back.
                _ => entry.permits.take(),
            };
            if permit.is_none() {
                let waiting = Box::pin(entry.permits.wait(core.sleeper.sleep(limit.attempt)));
                waited_for = waiting.await.map(|permit| (selected.index, permit));
                now = core.clock.monotonic();
                if waited_for.is_some() {
                    // The circuit may have opened meanwhile, so the host is selected again.
                    continue;
                }
            }
            let span = spans::attempt_span(meta, &entry.host, earlier.len());
            let result = if permit.is_some() {
                let attempt = pin!(self.attempt(meta, prepared, &entry.host, now, limit, target.fresh()));
                attempt.instrument(span.clone()).await
            } else {
                Err(Error::too_many_calls(&context).into())
            };
            spans::attempted(&span, meta, &entry.host, &*core.clock, begun, &result);
            let failed = match result {
                Ok(ok) => {
                    // The exact time makes no difference to a closed circuit.
                    self.record_health(entry, lease, HealthSignal::Success, now);
                    state.succeeded();
                    return Ok(ResponseMeta {
                        request_id: prepared.request_id.clone(),
                        server_request_id: ok.reply.server_request_id,
                        host: entry.host.clone(),
                        earlier,
                        http_status: ok.http_status,
                        body: ok.body,
                        duplicate: ok.reply.duplicate,
                    });
                }
                Err(failed) => failed,
            };
            now = core.clock.monotonic();
            let mut error = failed.error.with_elapsed(now.saturating_sub(begun));
            if error.class() == AttemptClass::QuotaBlocked {
                error = error.with_penalty(penalty(meta));
            }
            let showed =
                if self.had_time(prepared, &error, limit) { error.health_signal() } else { HealthSignal::Neutral };
            self.record_health(entry, lease, showed, now);
            // Not before, so that who waits for it knows what it showed.
            drop(permit);
            let on_kept_connection = error.is_on_kept_connection();
            if on_kept_connection {
                core.transport.discard_idle(entry.host.as_str());
            }
            let failure = Failure {
                class: error.class(),
                retry_after: error.server_retry_after(),
                penalty: penalty(meta),
                clock_is_wrong: failed.clock_was_corrected,
                on_kept_connection,
            };
            let (next_host, pause) = match state.failed(&failure, now, &mut || self.random_u64()) {
                RetryDecision::Retry { next_host, pause } => (next_host, pause),
                RetryDecision::GiveUp(reason) => return Err(error.finish(earlier, Some(reason))),
            };
            earlier.extend(error.to_attempt());
            last = Some(error);
            selector.failed_at(&selected, next_host);
            if !pause.is_zero() {
                core.sleeper.sleep(pause).await;
            }
            now = core.clock.monotonic();
            if let Some(limiter) = &core.limiter {
                // Not before the pause is over: a call that gives up in it makes no attempt.
                limiter.count(meta, now);
            }
        }
    }
}

/// No time is left for an attempt. The last error is that of the last of the earlier ones.
fn out_of_time(context: &CallContext<'_>, mut earlier: Vec<Attempt>, last: Option<Error>) -> Error {
    match last {
        // The pause was longer than it should have been.
        Some(error) => {
            earlier.pop();
            error.finish(earlier, Some(StopReason::Deadline))
        }
        None => Error::no_time(context).finish(earlier, None),
    }
}
