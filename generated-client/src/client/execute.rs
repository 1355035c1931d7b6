//! The execution of a call: attempts until it succeeds or is given up.

use std::mem;
use std::pin::pin;
use std::time::Duration;

use tracing::Instrument;

use crate::client::attempt::{AttemptError, AttemptOk};
use crate::client::circuit_breaker::{HostEntry, HostLease};
use crate::client::concurrency_limit::Permit;
use crate::client::host_selector::{HostSelector, Selected};
use crate::client::prepared::Prepared;
use crate::client::response::ResponseMeta;
use crate::client::retry::state::{Failure, RetryDecision, RetryState, TimeLimit};
use crate::client::{Client, spans};
use crate::error::{Attempt, AttemptClass, CallContext, Error, HealthSignal, Result, StopReason};
use crate::transport::TransportErrorKind;
use crate::wire::endpoint_meta::{EndpointMeta, Retry};
use crate::wire::from_wire::FromWire;

/// An attempt that the deadline cut short says something about its host if it had this time, or half of its full time.
const ENOUGH_TIME: Duration = Duration::from_secs(1);

/// How long the server blocks an endpoint, if it does not say: 10 s for a quota by the second, which is the usual one,
/// a minute for one by the minute, a day for one by the day.
fn penalty(meta: &EndpointMeta<'_>) -> Duration {
    match meta.rate.map_or(1, |rate| rate.per.as_secs()) {
        0..=1 => Duration::from_secs(10),
        2..=3_600 => Duration::from_secs(60),
        _ => Duration::from_secs(24 * 60 * 60),
    }
}

/// Where the payload is read into. Each attempt starts with an empty one: an earlier attempt may have filled a part of
/// it.
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
        // Pinned here, so that the large future is not moved into the span.
        let execution = pin!(self.execute(meta, prepared, began, target));
        let result = execution.instrument(span.clone()).await;
        spans::called(&span, meta, &*self.0.clock, began, &result);
        result
    }

    /// Waits for the rate limiter, if there is one, and returns the time.
    async fn wait(&self, meta: &EndpointMeta<'_>, prepared: &Prepared, now: Duration) -> Result<Duration> {
        let core = &*self.0;
        let Some(limiter) = &core.limiter else { return Ok(now) };
        let turn = match limiter.reserve(meta, now, prepared.deadline) {
            Ok(None) => return Ok(now),
            // Boxed, so that calls that do not wait have a smaller future.
            Ok(Some(turn)) => Box::pin(turn.wait(&*core.sleeper, &*core.clock)).await,
            Err(wait) => Err(wait),
        };
        turn.map_err(|wait| Error::limited(meta, &prepared.request_id, wait))
    }

    /// Records what an attempt shows of a host's health.
    fn record_health(&self, entry: &HostEntry, lease: HostLease, showed: HealthSignal, now: Duration) {
        lease.report(showed, now);
        #[cfg(feature = "metrics")]
        crate::client::call_metrics::state(&entry.host, &entry.health, self.clock_offset_millis());
        #[cfg(not(feature = "metrics"))]
        let _ = entry;
    }

    /// Whether a timeout counts as a failure of the host: only if the attempt had enough time. It compares the time
    /// that the attempt was given, since the measured time may be a fraction of a millisecond shorter.
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
        // The longest pause if the random source fails. The next attempt then fails too, since it cannot be signed.
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
        let deadline = began.saturating_add(prepared.deadline);
        let now = self.wait(meta, prepared, began).await?;
        let mut execution = Execution::new(self, meta, prepared, now, deadline);
        loop {
            let next = execution.select_host()?;
            let permit = match execution.acquire_permit(&next).await {
                Acquired::Now(permit) => Some(permit),
                // The circuit may have opened meanwhile, so the host is selected again.
                Acquired::AfterWaiting => continue,
                Acquired::TimedOut => None,
            };
            match execution.attempt(&next, permit.as_ref(), target).await {
                Ok(ok) => return Ok(execution.succeed(next, ok)),
                Err(failed) => {
                    let selected = next.selected;
                    let (error, failure) = execution.record_failure(next, permit, failed);
                    execution.retry_or_give_up(selected, error, &failure).await?;
                }
            }
        }
    }
}

/// A call that is being executed. Moments are counted on the monotonic clock.
struct Execution<'c> {
    client: &'c Client,
    meta: &'c EndpointMeta<'c>,
    prepared: &'c Prepared,
    state: RetryState<'c>,
    selector: HostSelector<'c>,
    now: Duration,
    /// Attempts that failed.
    earlier: Vec<Attempt>,
    /// The error of the last one of them.
    last: Option<Error>,
    /// A permit that the call has waited for, with the index of its host.
    waited_for: Option<(usize, Permit<'c>)>,
}

/// The next attempt: where it goes and how long it may take.
struct NextAttempt<'c> {
    selected: Selected<'c>,
    lease: HostLease,
    limit: TimeLimit,
    begun: Duration,
}

/// The result of acquiring a permit.
enum Acquired<'c> {
    Now(Permit<'c>),
    /// [`Execution::waited_for`] has the permit.
    AfterWaiting,
    TimedOut,
}

impl<'c> Execution<'c> {
    fn new(
        client: &'c Client,
        meta: &'c EndpointMeta<'c>,
        prepared: &'c Prepared,
        now: Duration,
        deadline: Duration,
    ) -> Self {
        Self {
            client,
            meta,
            prepared,
            state: RetryState::new(meta, &prepared.policy, &client.0.budget, now, deadline),
            selector: HostSelector::through(&prepared.hosts, meta.retry != Retry::Never),
            now,
            earlier: Vec::new(),
            last: None,
            waited_for: None,
        }
    }

    fn context(&self, entry: &'c HostEntry) -> CallContext<'c> {
        CallContext { meta: self.meta, host: &entry.host, request_id: &self.prepared.request_id }
    }

    /// Selects the host of the next attempt and its time limit.
    fn select_host(&mut self) -> Result<NextAttempt<'c>> {
        let Some((selected, lease)) = self.selector.next(self.now) else {
            return Err(Error::config_of(self.meta, "there is no host to go to"));
        };
        let has_other_host = self.selector.has_other_than(&selected);
        let mut limit = self.state.time_for_attempt(self.now, self.prepared.timeout, has_other_host);
        limit.connect = limit.connect.min(self.client.0.connect_timeout);
        if limit.attempt.is_zero() {
            return Err(self.out_of_time(&selected));
        }
        Ok(NextAttempt { selected, lease, limit, begun: self.now })
    }

    /// The error when no time is left for an attempt.
    #[cold]
    fn out_of_time(&mut self, selected: &Selected<'c>) -> Error {
        let mut earlier = mem::take(&mut self.earlier);
        match self.last.take() {
            // The pause took longer than planned. The last error is that of the last of the earlier attempts.
            Some(error) => {
                earlier.pop();
                error.finish(earlier, Some(StopReason::Deadline))
            }
            None => Error::no_time(&self.context(selected.entry)).finish(earlier, None),
        }
    }

    /// Acquires a permit of the host's concurrency limit, and waits for it as long as the attempt may take.
    async fn acquire_permit(&mut self, next: &NextAttempt<'c>) -> Acquired<'c> {
        let Selected { index, entry } = next.selected;
        // A permit of another host goes back.
        let waited_for = self.waited_for.take().filter(|(of, _)| *of == index).map(|(_, permit)| permit);
        if let Some(permit) = waited_for.or_else(|| entry.permits.take()) {
            return Acquired::Now(permit);
        }
        let core = &*self.client.0;
        let waiting = Box::pin(entry.permits.wait(core.sleeper.sleep(next.limit.attempt)));
        self.waited_for = waiting.await.map(|permit| (index, permit));
        self.now = core.clock.monotonic();
        if self.waited_for.is_some() { Acquired::AfterWaiting } else { Acquired::TimedOut }
    }

    /// Makes one attempt inside its tracing span. Without a permit it fails.
    async fn attempt(
        &self,
        next: &NextAttempt<'c>,
        permit: Option<&Permit<'c>>,
        target: &mut (dyn ReplyTarget + '_),
    ) -> Result<AttemptOk, AttemptError> {
        let entry = next.selected.entry;
        let span = spans::attempt_span(self.meta, &entry.host, self.earlier.len());
        let result = if permit.is_some() {
            let attempt =
                self.client.attempt(self.meta, self.prepared, &entry.host, self.now, next.limit, target.fresh());
            pin!(attempt).instrument(span.clone()).await
        } else {
            Err(Error::too_many_calls(&self.context(entry)).into())
        };
        spans::attempted(&span, self.meta, &entry.host, &*self.client.0.clock, next.begun, &result);
        result
    }

    /// Records the success of the last attempt.
    fn succeed(self, next: NextAttempt<'c>, ok: AttemptOk) -> ResponseMeta {
        let entry = next.selected.entry;
        // The exact time makes no difference to a closed circuit.
        self.client.record_health(entry, next.lease, HealthSignal::Success, self.now);
        self.state.succeeded();
        ResponseMeta {
            request_id: self.prepared.request_id.clone(),
            server_request_id: ok.reply.server_request_id,
            host: entry.host.clone(),
            earlier: self.earlier,
            http_status: ok.http_status,
            body: ok.body,
            duplicate: ok.reply.duplicate,
        }
    }

    /// Records what a failed attempt shows of its host, and gives what the retry decision depends on.
    fn record_failure(
        &mut self,
        next: NextAttempt<'c>,
        permit: Option<Permit<'c>>,
        failed: AttemptError,
    ) -> (Error, Failure) {
        let core = &*self.client.0;
        let penalty = penalty(self.meta);
        self.now = core.clock.monotonic();
        let mut error = failed.error.with_elapsed(self.now.saturating_sub(next.begun));
        if error.class() == AttemptClass::QuotaBlocked {
            error = error.with_penalty(penalty);
        }
        let had_time = self.client.had_time(self.prepared, &error, next.limit);
        let signal = if had_time { error.health_signal() } else { HealthSignal::Neutral };
        self.client.record_health(next.selected.entry, next.lease, signal, self.now);
        // Not earlier, so that the call that gets the permit sees the host's new health.
        drop(permit);
        let on_kept_connection = error.is_on_kept_connection();
        if on_kept_connection {
            core.transport.discard_idle(next.selected.entry.host.as_str());
        }
        let failure = Failure {
            class: error.class(),
            retry_after: error.server_retry_after(),
            penalty,
            clock_is_wrong: failed.clock_was_corrected,
            on_kept_connection,
        };
        (error, failure)
    }

    /// Decides what follows a failed attempt: pauses before the next one, or ends the call with the error.
    async fn retry_or_give_up(&mut self, selected: Selected<'c>, error: Error, failure: &Failure) -> Result<()> {
        let core = &*self.client.0;
        let (next_host, pause) = match self.state.failed(failure, self.now, &mut || self.client.random_u64()) {
            RetryDecision::Retry { next_host, pause } => (next_host, pause),
            RetryDecision::GiveUp(reason) => return Err(error.finish(mem::take(&mut self.earlier), Some(reason))),
        };
        self.earlier.extend(error.to_attempt());
        self.last = Some(error);
        self.selector.failed_at(&selected, next_host);
        if !pause.is_zero() {
            core.sleeper.sleep(pause).await;
        }
        self.now = core.clock.monotonic();
        if let Some(limiter) = &core.limiter {
            // Only now: a call that is dropped during the pause makes no further attempt.
            limiter.count(self.meta, self.now);
        }
        Ok(())
    }
}
