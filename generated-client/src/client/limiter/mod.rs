//! Keeps calls below the rate limits of the spec: docs/reliability.md, "Quotas and rate limits".

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;

use crate::base::clock::Clock;
use crate::client::sleep::{SleepFuture, Sleeper};
use crate::wire::endpoint_meta::{EndpointMeta, Rate};

/// Limits the rate of calls to the official limits, per endpoint, or per group of endpoints that share a limit. Off
/// unless passed to [`ClientBuilder::limit_rates`](crate::ClientBuilder::limit_rates).
///
/// The official limits are those of the standard plan and apply to the whole app. So set the share of this process, or
/// the factor of your plan:
///
/// ```
/// use yunxin::{Client, Credentials, RateLimits};
///
/// // One of four processes, on a plan that allows five times as much.
/// let client = Client::builder(Credentials::new("key", "secret"))
///     .limit_rates(RateLimits::official().times(5.0 / 4.0))
///     .build()?;
/// # Ok::<(), yunxin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "limits do nothing until a client has them"]
pub struct RateLimits {
    factor: f64,
}

impl RateLimits {
    /// Returns the official limits, from the specs.
    pub const fn official() -> Self {
        Self { factor: 1.0 }
    }

    /// Multiplies the limits. At least one call is always allowed.
    pub const fn times(mut self, factor: f64) -> Self {
        self.factor *= factor;
        self
    }
}

/// Key of the calls that count together: those of a group of endpoints of a product that share a limit, or those of one
/// endpoint, whose id is then the group.
#[derive(Clone, Copy)]
struct Class<'k> {
    product: &'k str,
    group: &'k str,
}

impl<'k> Class<'k> {
    fn new(meta: &EndpointMeta<'k>, rate: Rate<'k>) -> Self {
        Self { product: meta.product.name, group: rate.shared.unwrap_or(meta.id) }
    }
}

/// The queues of one product, by group.
type Groups = BTreeMap<Box<str>, Queue>;

/// Rate limiter of a client: counts recent calls, and queues those that have to wait.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    /// The queues, by product and group.
    classes: Mutex<BTreeMap<Box<str>, Groups>>,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, classes: Mutex::default() }
    }

    /// Reserves the next slot for a call. `None`: the call may be sent now, and is counted. `Some`: it has to wait for
    /// its turn. The error is the wait, if that exceeds `max_wait`.
    pub(crate) fn reserve(
        &self,
        meta: &EndpointMeta<'_>,
        now: Duration,
        max_wait: Duration,
    ) -> Result<Option<Turn<'_>>, Duration> {
        let Some(rate) = meta.rate else { return Ok(None) };
        let span = Span { max_calls: self.max_calls(rate), per: rate.per };
        let class = Class::new(meta, rate);
        self.with_queue(class, |queue| {
            let due = queue.due(queue.waiting.len(), span, now);
            let wait = due.saturating_sub(now);
            if wait > max_wait {
                return Err(wait);
            }
            if wait.is_zero() {
                queue.send(now, span);
                return Ok(None);
            }
            let (number, moved) = queue.join(due);
            Ok(Some(Turn {
                limiter: self,
                product: class.product.into(),
                group: class.group.into(),
                span,
                number,
                moved,
                due,
                latest: now.saturating_add(max_wait),
            }))
        })
    }

    /// Counts an attempt that does not wait for its turn: a retry has already waited. Later calls wait for it.
    pub(crate) fn count(&self, meta: &EndpointMeta<'_>, now: Duration) {
        if let Some(rate) = meta.rate {
            let span = Span { max_calls: self.max_calls(rate), per: rate.per };
            self.with_queue(Class::new(meta, rate), |queue| queue.send(now, span));
        }
    }

    /// Calls a function with the queue of a class, which is created on first use.
    fn with_queue<T>(&self, class: Class<'_>, act: impl FnOnce(&mut Queue) -> T) -> T {
        // Each change leaves a valid state, so a poisoned lock can be used.
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked up before it is inserted, so that only the first call of a class allocates its key.
        match classes.get_mut(class.product).and_then(|groups| groups.get_mut(class.group)) {
            Some(queue) => act(queue),
            None => act(classes.entry(class.product.into()).or_default().entry(class.group.into()).or_default()),
        }
    }

    /// Returns how many calls a rate allows per span, with the factor applied; at least one.
    fn max_calls(&self, rate: Rate<'_>) -> usize {
        // The cast saturates, at a number of calls that is never reached.
        ((f64::from(rate.calls) * self.limits.factor) as u32 as usize).max(1)
    }
}

/// The maximum number of calls in any time span of this length.
#[derive(Clone, Copy, Debug)]
struct Span {
    max_calls: usize,
    per: Duration,
}

/// The recent and the waiting calls of one class.
///
/// Only calls that were sent have a fixed time. Waiting calls have only an order: when one gives up, all behind it move
/// forward.
#[derive(Debug, Default)]
struct Queue {
    /// Times of the last calls that were sent, the oldest first; at most as many as a span allows.
    sent: VecDeque<Duration>,
    /// The waiting calls by number, in the order of their arrival.
    waiting: BTreeMap<u64, Waiter>,
    /// Number of the next call that has to wait.
    next: u64,
}

/// A waiting call.
#[derive(Debug)]
struct Waiter {
    /// When it checks whether its turn has come.
    due: Duration,
    /// Notified when that becomes earlier.
    moved: Arc<Notify>,
}

impl Queue {
    /// Returns when a call with this number of waiting calls before it may be sent.
    fn due(&self, before: usize, span: Span, now: Duration) -> Duration {
        // If more calls wait than a span allows, the last ones wait for the first ones.
        let rounds = u32::try_from(before / span.max_calls).unwrap_or(u32::MAX);
        let before = before % span.max_calls;
        let first = match self.sent.len().saturating_add(before).checked_sub(span.max_calls) {
            // It waits until the call that is `max_calls` before it has left the span.
            Some(index) => self.sent.get(index).map_or(now, |sent| sent.saturating_add(span.per).max(now)),
            None => now,
        };
        first.saturating_add(span.per.saturating_mul(rounds))
    }

    /// Adds a waiting call. Returns its number, and the notification that its turn comes earlier.
    fn join(&mut self, due: Duration) -> (u64, Arc<Notify>) {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        let moved = Arc::new(Notify::new());
        self.waiting.insert(number, Waiter { due, moved: Arc::clone(&moved) });
        (number, moved)
    }

    /// Counts a call that is sent now.
    fn send(&mut self, now: Duration, span: Span) {
        // Two threads may get here in a different order than they read the clock.
        self.sent.push_back(self.sent.back().map_or(now, |last| now.max(*last)));
        while self.sent.len() > span.max_calls {
            self.sent.pop_front();
        }
        self.notify_first(now, span);
    }

    /// Removes a call that no longer waits.
    fn leave(&mut self, number: u64, span: Span) {
        self.waiting.remove(&number);
        self.notify_first(Duration::ZERO, span);
    }

    /// Notifies the first waiting call if its turn comes earlier than it knows. The others are not notified: each
    /// becomes the first, or checks at the time that it was given on arrival.
    fn notify_first(&mut self, now: Duration, span: Span) {
        let due = self.due(0, span, now);
        if let Some(mut first) = self.waiting.first_entry()
            && first.get().due > due
        {
            first.get_mut().due = due;
            first.get().moved.notify_one();
        }
    }
}

/// The turn of a waiting call. If it is dropped early, the calls behind it move forward.
#[derive(Debug)]
#[must_use = "a place that is dropped is given back"]
pub(crate) struct Turn<'l> {
    limiter: &'l Limiter,
    product: Box<str>,
    group: Box<str>,
    span: Span,
    number: u64,
    moved: Arc<Notify>,
    due: Duration,
    latest: Duration,
}

impl Turn<'_> {
    /// Waits for the turn, counts the call, and returns the time. The error is the remaining wait, if that became
    /// longer than allowed.
    pub(crate) async fn wait(mut self, sleeper: &dyn Sleeper, clock: &dyn Clock) -> Result<Duration, Duration> {
        let mut now = clock.monotonic();
        loop {
            let elapsed = self.pause_or_notified(sleeper.sleep(self.due.saturating_sub(now))).await;
            // The sleeper of a test may return at once, before its clock shows the time.
            now = if elapsed { clock.monotonic().max(self.due) } else { clock.monotonic() };
            match self.try_take(now) {
                None => return Ok(now),
                Some(due) if due > self.latest => return Err(due.saturating_sub(now)),
                Some(due) => self.due = due,
            }
        }
    }

    fn class(&self) -> Class<'_> {
        Class { product: &self.product, group: &self.group }
    }

    /// Waits for the end of the pause, or until the turn comes earlier. Returns whether the pause ended.
    async fn pause_or_notified(&self, mut pause: SleepFuture) -> bool {
        let mut moved = pin!(self.moved.notified());
        poll_fn(|context| match pause.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending => moved.as_mut().poll(context).map(|()| false),
        })
        .await
    }

    /// Takes the turn if it has come and returns `None`; otherwise returns when it comes.
    fn try_take(&self, now: Duration) -> Option<Duration> {
        self.limiter.with_queue(self.class(), |queue| {
            let due = queue.due(0, self.span, now);
            if due <= now {
                queue.waiting.remove(&self.number);
                queue.send(now, self.span);
                return None;
            }
            // An earlier time that it was notified of is kept; if another call took that turn, it gets the next one.
            let known = queue.waiting.get(&self.number).map_or(due, |waiter| waiter.due);
            let due = if known > now { known } else { due };
            if let Some(waiter) = queue.waiting.get_mut(&self.number) {
                waiter.due = due;
            }
            Some(due)
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.limiter.with_queue(self.class(), |queue| {
            if queue.waiting.contains_key(&self.number) {
                queue.leave(self.number, self.span);
            }
        });
    }
}

#[cfg(test)]
mod tests;
