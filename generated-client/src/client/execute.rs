//! The path that every call takes: write it down, then attempt it until it is settled.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use tracing::Instrument;

use super::Client;
use super::call::ResponseMeta;
use super::health::{Claim, Member, Showed};
use super::hosts::{Fleet, Host};
use super::observe;
use super::options::CallOptions;
use super::request_id::RequestId;
use super::retry::classify::Verdict;
use super::retry::course::{Course, Failure, Reason, Step, TimeLimit};
use super::retry::policy::RetryPolicy;
use super::route::Route;
use crate::error::{Attempt, Error, Result, Scene};
use crate::runtime::decode::FromWire;
use crate::runtime::encoder::{Encoded, Encoder, Head};
use crate::runtime::endpoint_meta::{EndpointMeta, Retry};
use crate::transport::{HttpRequest, TransportErrorKind};

/// An attempt that was cut short by the deadline says something about its host after this time, or after half of what it should have had.
const ENOUGH_TIME: Duration = Duration::from_secs(1);

/// How long a block lasts where the server does not say: 10 s for a quota by the second, which is the usual one, a minute for one by
/// the minute, a day for one by the day.
fn penalty(spec: &EndpointMeta) -> Duration {
    match spec.manner.rate.map_or(1, |rate| rate.per.as_secs()) {
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
    fleet: Fleet,
}

/// Where a payload goes. Each attempt finds it empty: an earlier one may have broken off in the middle.
pub(super) trait Slot: Send {
    fn fresh(&mut self) -> &mut (dyn FromWire + Send);
}

impl<R: FromWire + Default + Send> Slot for R {
    fn fresh(&mut self) -> &mut (dyn FromWire + Send) {
        *self = R::default();
        self
    }
}

impl Client {
    /// Writes a call down and checks it.
    pub(super) fn encode(
        &self,
        spec: &'static EndpointMeta,
        encode: &(dyn Fn(&mut Encoder<'_>) + '_),
        options: Option<&CallOptions>,
    ) -> Result<Prepared> {
        let core = &*self.0;
        let mut encoder = Encoder::new(spec, &*core.random, core.check_limits);
        encode(&mut encoder);
        for (name, value) in options.iter().flat_map(|options| &options.params) {
            encoder.extra(name, value);
        }
        let Encoded { head, body } = encoder.finish()?;
        let request_id = match options.and_then(|options| options.request_id.as_deref()) {
            Some(id) => RequestId::chosen(spec, id)?,
            None => RequestId::fresh(&*core.random)?,
        };
        let timeout =
            options.and_then(|options| options.timeout).or(spec.manner.timeout).unwrap_or(core.attempt_timeout);
        Ok(Prepared {
            head,
            body: Bytes::from(body),
            request_id,
            headers: options.map(|options| options.headers(spec)).transpose()?.unwrap_or_default(),
            timeout,
            // A single attempt that may take long is not cut short by a deadline that nobody set for it.
            deadline: options.and_then(|options| options.deadline).unwrap_or(core.deadline.max(timeout)),
            policy: options.and_then(|options| options.retry).unwrap_or(core.policy),
            fleet: match options.and_then(|options| options.host.as_deref()) {
                Some(url) => core.hosts.fleet_of(Host::given(url, core.allow_plain_http)?),
                None => core.hosts.fleet(spec, &core.region)?,
            },
        })
    }

    /// The request of the first attempt.
    pub(crate) fn prepare(
        &self,
        spec: &'static EndpointMeta,
        encode: &(dyn Fn(&mut Encoder<'_>) + '_),
        options: Option<&CallOptions>,
    ) -> Result<HttpRequest> {
        let prepared = self.encode(spec, encode, options)?;
        let Some(first) = prepared.fleet.first() else {
            return Err(Error::config_of(spec, "there is no host to go to"));
        };
        self.sign(&prepared, &first.host, self.time(), self.full_time(&prepared))
    }

    /// The time of an attempt that no deadline cuts short.
    pub(super) fn full_time(&self, prepared: &Prepared) -> TimeLimit {
        TimeLimit { attempt: prepared.timeout, connect: prepared.timeout.min(self.0.connect_timeout) }
    }

    /// Makes a call, seen by whoever watches.
    pub(super) async fn observed(&self, prepared: &Prepared, slot: &mut (dyn Slot + '_)) -> Result<ResponseMeta> {
        self.keep_tasks_running();
        let span = observe::call_span(prepared);
        let spec = prepared.head.spec;
        let began = self.0.clock.monotonic();
        // Pinned here, since it is large and would be moved into what watches it.
        let execution = pin!(self.execute(prepared, began, slot));
        let result = execution.instrument(span.clone()).await;
        observe::called(&span, spec, &*self.0.clock, began, &result);
        result
    }

    /// Waits until the limiter has a place, if there is a limiter, and gives the time.
    async fn wait_for_turn(&self, prepared: &Prepared, now: Duration) -> Result<Duration> {
        let core = &*self.0;
        let spec = prepared.head.spec;
        let Some(limiter) = &core.limiter else { return Ok(now) };
        let turn = match limiter.reserve(spec, now, prepared.deadline) {
            Ok(None) => return Ok(now),
            // Boxed, since few calls wait and all of them would carry it.
            Ok(Some(turn)) => Box::pin(turn.come(&*core.sleeper, &*core.clock)).await,
            Err(wait) => Err(wait),
        };
        turn.map_err(|wait| Error::limited(spec, &prepared.request_id, wait))
    }

    /// Keeps what an attempt showed of a host.
    fn showed(&self, member: &Member, claim: Claim, showed: Showed, now: Duration) {
        claim.report(showed, now);
        #[cfg(feature = "metrics")]
        super::measure::state(&member.host, &member.health, self.clock_offset_millis());
        #[cfg(not(feature = "metrics"))]
        let _ = member;
    }

    /// Whether an attempt had enough time to say something about its host, if it ended because its time was over.
    fn had_time(&self, prepared: &Prepared, error: &Error, limit: TimeLimit) -> bool {
        let enough = ENOUGH_TIME.min(prepared.timeout / 2);
        match error.transport_kind() {
            Some(TransportErrorKind::ConnectTimeout) => {
                limit.connect >= self.0.connect_timeout.min(prepared.timeout) || error.elapsed() >= enough
            }
            Some(TransportErrorKind::Timeout) => limit.attempt >= prepared.timeout || error.elapsed() >= enough,
            _ => true,
        }
    }

    /// A random number for a pause.
    fn draw(&self) -> u64 {
        let mut bytes = [0; 8];
        // Without a random source nothing can be signed either; until that is noticed, rather wait too long.
        self.0.random.fill(&mut bytes).map_or(u64::MAX, |()| u64::from_le_bytes(bytes))
    }

    /// Attempts a call until it is settled, and reads the payload into the slot.
    async fn execute(&self, prepared: &Prepared, began: Duration, slot: &mut (dyn Slot + '_)) -> Result<ResponseMeta> {
        let core = &*self.0;
        let spec = prepared.head.spec;
        let deadline = began.saturating_add(prepared.deadline);
        let began = self.wait_for_turn(prepared, began).await?;
        let mut course = Course::new(spec, &prepared.policy, &core.budget, began, deadline);
        let mut earlier: Vec<Attempt> = Vec::new();
        let mut route = Route::through(&prepared.fleet, spec.manner.retry != Retry::Never);
        let mut now = began;
        let mut waited_for = None;
        let mut last: Option<Error> = None;
        loop {
            let Some((stop, claim)) = route.next(now) else {
                return Err(Error::config_of(spec, "there is no host to go to"));
            };
            let member = stop.member;
            let mut limit = course.time_for_attempt(now, prepared.timeout, route.has_other_than(&stop));
            limit.connect = limit.connect.min(core.connect_timeout);
            let scene = Scene { spec, host: &member.host, request_id: &prepared.request_id };
            if limit.attempt.is_zero() {
                return Err(out_of_time(&scene, earlier, last));
            }
            let begun = now;
            let place = match waited_for.take() {
                Some((index, place)) if index == stop.index => Some(place),
                // A place that was waited for at another host is for others now.
                _ => member.places.take(),
            };
            if place.is_none() {
                let waiting = Box::pin(member.places.wait(core.sleeper.sleep(limit.attempt)));
                waited_for = waiting.await.map(|place| (stop.index, place));
                now = core.clock.monotonic();
                if waited_for.is_some() {
                    // Meanwhile the host may have turned out to be ill, so it is chosen anew.
                    continue;
                }
            }
            let span = observe::attempt_span(spec, &member.host, earlier.len());
            let result = if place.is_some() {
                let attempt = pin!(self.attempt(prepared, &member.host, now, limit, slot.fresh()));
                attempt.instrument(span.clone()).await
            } else {
                Err(Error::too_many_calls(&scene).into())
            };
            observe::attempted(&span, spec, &member.host, &*core.clock, begun, &result);
            let failed = match result {
                Ok(seen) => {
                    // When it was makes no difference to a host that is well.
                    self.showed(member, claim, Showed::Well, now);
                    course.succeeded();
                    return Ok(ResponseMeta {
                        request_id: prepared.request_id.clone(),
                        server_request_id: seen.reply.server_request_id,
                        host: member.host.clone(),
                        earlier,
                        http_status: seen.http_status,
                        body: seen.body,
                        duplicate: seen.reply.duplicate,
                    });
                }
                Err(failed) => failed,
            };
            now = core.clock.monotonic();
            let mut error = failed.error.lasting(now.saturating_sub(begun));
            if error.verdict() == Verdict::QuotaBlocked {
                error = error.with_penalty(penalty(spec));
            }
            let showed = if self.had_time(prepared, &error, limit) { error.showed() } else { Showed::Nothing };
            self.showed(member, claim, showed, now);
            // Not before, so that who waits for it knows what it showed.
            drop(place);
            let on_kept_connection = error.is_on_kept_connection();
            if on_kept_connection {
                core.transport.discard_idle(member.host.as_str());
            }
            let failure = Failure {
                verdict: error.verdict(),
                retry_after: error.asked_wait(),
                penalty: penalty(spec),
                clock_is_wrong: failed.clock_was_corrected,
                on_kept_connection,
            };
            let (whither, pause) = match course.failed(&failure, now, &mut || self.draw()) {
                Step::Again { whither, pause } => (whither, pause),
                Step::Stop(reason) => return Err(error.concluded(earlier, Some(reason))),
            };
            earlier.extend(error.to_attempt());
            last = Some(error);
            route.failed_at(&stop, whither);
            if !pause.is_zero() {
                core.sleeper.sleep(pause).await;
            }
            now = core.clock.monotonic();
            if let Some(limiter) = &core.limiter {
                // Not before the pause is over: a call that gives up in it makes no attempt.
                limiter.count(spec, now);
            }
        }
    }
}

/// No time is left for an attempt. The last error is that of the last of the earlier ones.
fn out_of_time(scene: &Scene<'_>, mut earlier: Vec<Attempt>, last: Option<Error>) -> Error {
    match last {
        // The pause was longer than it should have been.
        Some(error) => {
            earlier.pop();
            error.concluded(earlier, Some(Reason::Deadline))
        }
        None => Error::no_time(scene).concluded(earlier, None),
    }
}
