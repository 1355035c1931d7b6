//! The retry policy of a client or a call: docs/reliability.md, "Numbers".

use std::time::Duration;

/// How often a call is attempted, and with which pauses. The policy does not decide whether a call may be repeated: one
/// that could take effect twice is never repeated.
///
/// ```
/// use std::time::Duration;
/// use yunxin::{Client, Credentials, OnRateLimit, RetryPolicy};
///
/// let patient = RetryPolicy::new().attempts(5).on_rate_limit(OnRateLimit::Wait);
/// let client = Client::builder(Credentials::new("key", "secret"))
///     .retry(patient)
///     .deadline(Duration::from_secs(40))
///     .build()?;
/// # Ok::<(), yunxin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until a client or a call has it"]
pub struct RetryPolicy {
    pub(crate) attempts: u32,
    pub(crate) short: Backoff,
    pub(crate) asked: Backoff,
    pub(crate) long: Backoff,
    pub(crate) retry_after_margin: Duration,
    pub(crate) on_rate_limit: OnRateLimit,
}

/// A pause that grows: a random part of `base`, of twice, of four times `base`, and so on up to `cap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub(crate) base: Duration,
    pub(crate) cap: Duration,
}

/// What to do when the server blocks an endpoint for a while because it was called too often (code 416).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnRateLimit {
    /// Return the error at once; [`Error::retry_after`](crate::Error::retry_after) says how long the block lasts.
    #[default]
    Return,
    /// Wait until the block ends, if the deadline allows it, and try again.
    Wait,
}

impl RetryPolicy {
    /// The defaults: 3 attempts; pauses of up to 50 ms, 100 ms, 200 ms ... 2 s after a failure, and of up to 1 s, 2 s,
    /// 4 s ... 20 s when the server is busy or the call over a quota.
    pub const fn new() -> Self {
        Self {
            attempts: 3,
            short: Backoff { base: Duration::from_millis(50), cap: Duration::from_secs(2) },
            asked: Backoff { base: Duration::from_millis(200), cap: Duration::from_secs(2) },
            long: Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(20) },
            retry_after_margin: Duration::from_secs(5),
            on_rate_limit: OnRateLimit::Return,
        }
    }

    /// One attempt. Only a wrong clock is still corrected, which needs a second one.
    pub const fn none() -> Self {
        Self::new().attempts(1)
    }

    /// How many attempts a call may take; 0 counts as 1. One more is made if the first shows that the clock is wrong.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Pauses after failures: up to `base`, then up to twice as long and so on, but never longer than `cap`.
    pub const fn short_pause(mut self, base: Duration, cap: Duration) -> Self {
        self.short = Backoff { base, cap };
        self
    }

    /// Pauses if the server asks the client to try again (codes such as 449).
    pub const fn asked_pause(mut self, base: Duration, cap: Duration) -> Self {
        self.asked = Backoff { base, cap };
        self
    }

    /// Pauses if the server is busy, or the call is over a quota that does not block.
    pub const fn long_pause(mut self, base: Duration, cap: Duration) -> Self {
        self.long = Backoff { base, cap };
        self
    }

    /// How much longer than the client's own pause that of a `Retry-After` header may be; 5 s if not set.
    pub const fn retry_after_margin(mut self, margin: Duration) -> Self {
        self.retry_after_margin = margin;
        self
    }

    /// What to do when the server blocks an endpoint for a while.
    pub const fn on_rate_limit(mut self, choice: OnRateLimit) -> Self {
        self.on_rate_limit = choice;
        self
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}
