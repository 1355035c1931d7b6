//! What the client records in an error while it handles a call, and what it reads from it to decide what follows.

use std::sync::Arc;
use std::time::Duration;

use crate::error::advice::ClockReading;
use crate::error::{Attempt, AttemptClass, Error, HealthSignal, Outcome, StopReason};
use crate::transport::TransportErrorKind;

impl Error {
    pub(crate) fn with_retry_after(mut self, span: Option<Duration>) -> Self {
        self.0.retry_after = span;
        self
    }

    /// Adds how far the server's clock is ahead of this machine's, and what was added to the latter for the signature,
    /// in milliseconds.
    pub(crate) fn with_clock_reading(mut self, ahead: i64, offset: i64) -> Self {
        self.0.clock = Some(ClockReading { ahead, offset });
        self
    }

    pub(crate) fn with_penalty(mut self, penalty: Duration) -> Self {
        self.0.penalty = Some(penalty);
        self
    }

    pub(crate) fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.0.elapsed = elapsed;
        self
    }

    /// Sets the proxy that the reply came through: the proxy itself may have made the reply.
    pub(crate) fn through_proxy(mut self, proxy: Option<Arc<str>>) -> Self {
        self.0.proxy = proxy;
        self
    }

    pub(crate) fn transport_kind(&self) -> Option<TransportErrorKind> {
        self.0.transport
    }

    /// Whether the request was sent on a reused connection, and got no reply.
    pub(crate) fn is_on_kept_connection(&self) -> bool {
        self.0.on_kept_connection
    }

    pub(crate) fn class(&self) -> AttemptClass {
        self.0.class
    }

    /// The pause that the server asked for.
    pub(crate) fn server_retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What the attempt shows about its host's health.
    pub(crate) fn health_signal(&self) -> HealthSignal {
        match (self.0.transport, self.0.http_status) {
            (Some(TransportErrorKind::TooLarge), _) => HealthSignal::Success,
            (Some(TransportErrorKind::Unusable | TransportErrorKind::Certificate), _) => HealthSignal::Neutral,
            (Some(_), _) | (None, Some(502..=504)) => HealthSignal::Failure,
            (None, Some(_)) => HealthSignal::Success,
            (None, None) => HealthSignal::Neutral,
        }
    }

    /// The attempt that ended with this error; `None` if there was none, as when the request could not be signed.
    pub(crate) fn to_attempt(&self) -> Option<Attempt> {
        Some(Attempt {
            host: self.0.host.clone()?,
            class: self.0.class,
            outcome: self.0.outcome,
            http_status: self.0.http_status,
            code: self.0.code.clone(),
            elapsed: self.0.elapsed,
        })
    }

    /// The error of the whole call, after its last attempt.
    pub(crate) fn finish(mut self, earlier: Vec<Attempt>, reason: Option<StopReason>) -> Self {
        let may_have_applied = |attempt: &Attempt| attempt.class.may_have_applied();
        let own = match self.0.class {
            // Applied before, and by an attempt of this call: no other call has this id.
            AttemptClass::Duplicate if earlier.iter().any(may_have_applied) => Outcome::Applied,
            _ => self.0.outcome,
        };
        let last = self.to_attempt();
        let outcomes = earlier.iter().map(|attempt| attempt.outcome);
        self.0.outcome =
            outcomes.fold(own, |worst, outcome| if outcome.weight() > worst.weight() { outcome } else { worst });
        self.0.attempts = earlier;
        self.0.attempts.extend(last);
        self.0.reason = reason;
        self
    }
}
