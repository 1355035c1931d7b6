//! The retry state of one call, which decides what follows a failed attempt: docs/reliability.md, "Decision table",
//! docs/reliability.md, "Time limits", and docs/reliability.md, "Request ids and the window".

use std::time::Duration;

use crate::client::retry::budget::RetryBudget;
use crate::client::retry::decide::{BackoffKind, NextHost, RetryCondition, decide};
use crate::client::retry::pause::full_jitter;
use crate::client::retry::policy::{OnRateLimit, RetryPolicy};
use crate::error::{AttemptClass, StopReason};
use crate::wire::endpoint_meta::{EndpointMeta, Retry};

/// How much earlier than the server the client treats a request id as forgotten: a retry takes time to connect and to
/// queue.
const MARGIN: Duration = Duration::from_secs(15);

/// How long a call is retried if the server does not recognise request ids.
const WINDOW: Duration = Duration::from_secs(45);

/// The shortest time of an attempt if time is reserved for another host.
const SHORTEST_SHARE: Duration = Duration::from_secs(1);

/// What the retry decision depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) class: AttemptClass,
    /// The pause that the server asked for.
    pub(crate) retry_after: Option<Duration>,
    /// How long a block lasts, if it is one.
    pub(crate) penalty: Duration,
    /// Whether the server's clock shows that the attempt was signed with a wrong time.
    pub(crate) clock_is_wrong: bool,
    /// Whether the request was sent on a reused connection.
    pub(crate) on_kept_connection: bool,
}

/// How long an attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeLimit {
    /// In all.
    pub(crate) attempt: Duration,
    /// To connect.
    pub(crate) connect: Duration,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    Retry { next_host: NextHost, pause: Duration },
    GiveUp(StopReason),
}

/// Moments are counted on the monotonic clock.
#[derive(Debug)]
pub(crate) struct RetryState<'a> {
    policy: &'a RetryPolicy,
    budget: &'a RetryBudget,
    retry: Retry,
    has_own_timeout: bool,
    window: Duration,
    began: Duration,
    deadline: Duration,
    retries: u32,
    failed_once: bool,
    corrected: bool,
    free_move: bool,
    /// Retried once after a reused connection failed.
    reconnected: bool,
    /// An attempt may have taken effect.
    doubtful: bool,
    spent: u32,
}

impl<'a> RetryState<'a> {
    /// A call that begins now and is over at the deadline.
    pub(crate) fn new(
        meta: &EndpointMeta<'_>,
        policy: &'a RetryPolicy,
        budget: &'a RetryBudget,
        now: Duration,
        deadline: Duration,
    ) -> Self {
        let window = meta.product.request_id.dedup.map_or(WINDOW, |dedup| dedup.saturating_sub(MARGIN));
        Self {
            policy,
            budget,
            retry: meta.retry,
            has_own_timeout: meta.timeout.is_some(),
            window,
            began: now,
            deadline,
            retries: 0,
            failed_once: false,
            corrected: false,
            free_move: true,
            reconnected: false,
            doubtful: false,
            spent: 0,
        }
    }

    /// How long an attempt that begins now may take. `wanted` is its time if enough is left. If another host could
    /// still take the call, half of the remaining time is reserved for it.
    pub(crate) fn time_for_attempt(&self, now: Duration, wanted: Duration, has_other_host: bool) -> TimeLimit {
        let left = self.deadline.saturating_sub(now);
        let share =
            if has_other_host && !self.is_last_attempt() { (left / 2).max(SHORTEST_SHARE).min(left) } else { left };
        // Without a connection nothing was sent, so any call may go on to the other host. After that, a call that must
        // not be repeated, or one with its own long timeout, gets all the time that is left.
        let keeps_all_time = self.retry == Retry::Never || self.has_own_timeout;
        let attempt = wanted.min(if keeps_all_time { left } else { share });
        TimeLimit { attempt, connect: attempt.min(share) }
    }

    fn is_last_attempt(&self) -> bool {
        self.retries.saturating_add(1) >= self.policy.attempts
    }

    /// After an attempt that succeeded.
    pub(crate) fn succeeded(&self) {
        self.budget.put(if self.spent == 0 { 1 } else { self.spent });
    }

    /// After an attempt that failed.
    pub(crate) fn failed(
        &mut self,
        failure: &Failure,
        now: Duration,
        random: &mut dyn FnMut() -> u64,
    ) -> RetryDecision {
        self.doubtful |= failure.class.may_have_applied();
        let Some((when, line)) = decide(failure.class, self.retry) else {
            return RetryDecision::GiveUp(StopReason::Settled);
        };
        let allowed = match when {
            RetryCondition::Always | RetryCondition::InWindow => true,
            RetryCondition::Once => !self.failed_once,
            RetryCondition::OnceCorrected => failure.clock_is_wrong && !self.corrected,
            RetryCondition::IfChosen => self.policy.on_rate_limit == OnRateLimit::Wait,
            RetryCondition::Stop => false,
        };
        if !allowed {
            return RetryDecision::GiveUp(StopReason::Settled);
        }
        let counts = when != RetryCondition::OnceCorrected;
        if counts && self.is_last_attempt() {
            return RetryDecision::GiveUp(StopReason::Attempts);
        }
        // All idle connections to the host are closed after a reused one failed, so the next attempt opens a new one.
        // The host itself may be healthy, so there is no reason to wait.
        let reconnects = failure.on_kept_connection && failure.class == AttemptClass::Unknown && !self.reconnected;
        let pause = if reconnects { Duration::ZERO } else { self.pause(line.pause, failure, random) };
        let resumes = now.saturating_add(pause);
        if resumes >= self.deadline {
            return RetryDecision::GiveUp(StopReason::Deadline);
        }
        // Once an attempt may have taken effect, only the request id keeps the server from carrying it out twice.
        let needs_window = when == RetryCondition::InWindow || (self.doubtful && self.retry == Retry::Deduplicated);
        if needs_window && resumes.saturating_sub(self.began) >= self.window {
            return RetryDecision::GiveUp(StopReason::Window);
        }
        // An attempt that did not reach its host adds no load: when a host goes down, all of its calls may move to the
        // next host.
        let is_free = reconnects || (line.pause == BackoffKind::NoneThenShort && self.free_move);
        let cost = if is_free { 0 } else { line.cost };
        if !self.budget.take(cost) {
            return RetryDecision::GiveUp(StopReason::Budget);
        }
        self.spent = self.spent.saturating_add(cost);
        if counts {
            self.retries += 1;
        }
        self.reconnected |= reconnects;
        self.failed_once |= when == RetryCondition::Once;
        self.corrected |= !counts;
        self.free_move &= line.pause != BackoffKind::NoneThenShort;
        RetryDecision::Retry { next_host: line.next_host, pause }
    }

    fn pause(&self, pause: BackoffKind, failure: &Failure, random: &mut dyn FnMut() -> u64) -> Duration {
        let backoff = match pause {
            BackoffKind::None => return Duration::ZERO,
            BackoffKind::NoneThenShort if self.free_move => return Duration::ZERO,
            BackoffKind::Penalty => return failure.retry_after.unwrap_or(failure.penalty),
            BackoffKind::NoneThenShort | BackoffKind::Short => self.policy.short,
            BackoffKind::Asked => self.policy.asked,
            BackoffKind::Long => self.policy.long,
        };
        let own = full_jitter(backoff, self.retries, random());
        match failure.retry_after {
            Some(asked) => asked.min(own.saturating_add(self.policy.retry_after_margin)),
            None => own,
        }
    }
}

#[cfg(test)]
mod tests;
