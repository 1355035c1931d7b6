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

/// Limits calls to what the official pages allow, each endpoint for itself, or together where they share a limit. Off
/// unless given to [`ClientBuilder::limit_rates`](crate::ClientBuilder::limit_rates).
///
/// The limits of the pages are those of the standard plan and count for the whole app. So set the share of this
/// process, or the factor of your plan:
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
    /// The limits of the specs.
    pub const fn official() -> Self {
        Self { factor: 1.0 }
    }

    /// Multiplies the limits. At least one call is always allowed.
    pub const fn times(mut self, factor: f64) -> Self {
        self.factor *= factor;
        self
    }
}

/// Which calls count together: those of a product (by its name) that share a limit, or those of one endpoint (by its
/// id).
#[derive(Clone, Copy)]
struct Class<'k> {
    product: &'k str,
    group: &'k str,
}

impl<'k> Class<'k> {
    fn of(meta: &EndpointMeta<'k>, rate: Rate<'k>) -> Self {
        Self { product: meta.product.name, group: rate.shared.unwrap_or(meta.id) }
    }
}

/// The classes of one product, by group.
type Groups = BTreeMap<Box<str>, Line>;

/// The recent calls of the client, and those that wait.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    /// By product.
    classes: Mutex<BTreeMap<Box<str>, Groups>>,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, classes: Mutex::default() }
    }

    /// Reserves the next slot for a call. `None`: the call may go now, and is counted. `Some`: it has to wait for its
    /// turn. The error is the wait, if that exceeds `patience`.
    pub(crate) fn reserve(
        &self,
        meta: &EndpointMeta<'_>,
        now: Duration,
        patience: Duration,
    ) -> Result<Option<Turn<'_>>, Duration> {
        let Some(rate) = meta.rate else { return Ok(None) };
        let span = Span { most: self.most(rate), per: rate.per };
        let class = Class::of(meta, rate);
        self.line(class, |line| {
            let due = line.due(line.waiting.len(), span, now);
            let wait = due.saturating_sub(now);
            if wait > patience {
                return Err(wait);
            }
            if wait.is_zero() {
                line.send(now, span);
                return Ok(None);
            }
            let (number, moved) = line.join(due);
            Ok(Some(Turn {
                limiter: self,
                product: class.product.into(),
                group: class.group.into(),
                span,
                number,
                moved,
                due,
                latest: now.saturating_add(patience),
            }))
        })
    }

    /// Counts an attempt that does not wait for its turn: a retry has already waited. Later calls wait for it.
    pub(crate) fn count(&self, meta: &EndpointMeta<'_>, now: Duration) {
        if let Some(rate) = meta.rate {
            let span = Span { most: self.most(rate), per: rate.per };
            self.line(Class::of(meta, rate), |line| line.send(now, span));
        }
    }

    fn line<T>(&self, class: Class<'_>, act: impl FnOnce(&mut Line) -> T) -> T {
        // Each change leaves a valid state, so a panic elsewhere does no harm.
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked up before it is inserted, so that only the first call of a class allocates its key.
        match classes.get_mut(class.product).and_then(|groups| groups.get_mut(class.group)) {
            Some(line) => act(line),
            None => act(classes.entry(class.product.into()).or_default().entry(class.group.into()).or_default()),
        }
    }

    fn most(&self, rate: Rate<'_>) -> usize {
        // The cast saturates, at more calls than anyone makes.
        ((f64::from(rate.calls) * self.limits.factor) as u32 as usize).max(1)
    }
}

/// The most calls in any span of this length.
#[derive(Clone, Copy, Debug)]
struct Span {
    most: usize,
    per: Duration,
}

/// The calls of one class.
///
/// Only calls that were sent have a fixed time. Those that wait have only an order: when one gives up, all behind it
/// move forward.
#[derive(Debug, Default)]
struct Line {
    /// When the last calls were sent, the oldest first; at most as many as a span allows.
    sent: VecDeque<Duration>,
    /// The calls that wait, by number, in the order of their arrival.
    waiting: BTreeMap<u64, Waiter>,
    next: u64,
}

/// A call that waits.
#[derive(Debug)]
struct Waiter {
    /// When it checks for its turn.
    due: Duration,
    /// Notified when that becomes earlier.
    moved: Arc<Notify>,
}

impl Line {
    /// When a call with this number of calls before it may be sent.
    fn due(&self, before: usize, span: Span, now: Duration) -> Duration {
        // If more calls wait than a span allows, the last ones wait for the first ones.
        let rounds = u32::try_from(before / span.most).unwrap_or(u32::MAX);
        let before = before % span.most;
        let first = match self.sent.len().saturating_add(before).checked_sub(span.most) {
            // It waits until the call that is this number of calls before it is out of the span.
            Some(index) => self.sent.get(index).map_or(now, |sent| sent.saturating_add(span.per).max(now)),
            None => now,
        };
        first.saturating_add(span.per.saturating_mul(rounds))
    }

    fn join(&mut self, due: Duration) -> (u64, Arc<Notify>) {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        let moved = Arc::new(Notify::new());
        self.waiting.insert(number, Waiter { due, moved: Arc::clone(&moved) });
        (number, moved)
    }

    /// Counts a call that is sent now.
    fn send(&mut self, now: Duration, span: Span) {
        // Two threads may get here in another order than they read the clock.
        self.sent.push_back(self.sent.back().map_or(now, |last| now.max(*last)));
        while self.sent.len() > span.most {
            self.sent.pop_front();
        }
        self.tell_first(now, span);
    }

    /// Removes a call that no longer waits.
    fn leave(&mut self, number: u64, span: Span) {
        self.waiting.remove(&number);
        self.tell_first(Duration::ZERO, span);
    }

    /// Notifies the first waiting call if its turn comes earlier than it knows. The others need not know: each becomes
    /// the first, or checks at the time that it was given on arrival.
    fn tell_first(&mut self, now: Duration, span: Span) {
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
    /// Waits for the turn and returns its time, when the call is counted. The error is the remaining wait, if that
    /// became too long.
    pub(crate) async fn come(mut self, sleeper: &dyn Sleeper, clock: &dyn Clock) -> Result<Duration, Duration> {
        let mut now = clock.monotonic();
        loop {
            let over = self.wait(sleeper.sleep(self.due.saturating_sub(now))).await;
            // A test's sleeper may return at once.
            now = if over { clock.monotonic().max(self.due) } else { clock.monotonic() };
            match self.look(now) {
                None => return Ok(now),
                Some(due) if due > self.latest => return Err(due.saturating_sub(now)),
                Some(due) => self.due = due,
            }
        }
    }

    fn class(&self) -> Class<'_> {
        Class { product: &self.product, group: &self.group }
    }

    /// Whether the pause is over; if not, the turn comes earlier.
    async fn wait(&self, mut pause: SleepFuture) -> bool {
        let mut moved = pin!(self.moved.notified());
        poll_fn(|context| match pause.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending => moved.as_mut().poll(context).map(|()| false),
        })
        .await
    }

    /// Takes the turn if it has come; otherwise returns when it comes.
    fn look(&self, now: Duration) -> Option<Duration> {
        self.limiter.line(self.class(), |line| {
            let due = line.due(0, self.span, now);
            if due <= now {
                line.waiting.remove(&self.number);
                line.send(now, self.span);
                return None;
            }
            // An earlier time that it was notified of still holds; if another call took its turn, the next one does.
            let known = line.waiting.get(&self.number).map_or(due, |waiter| waiter.due);
            let due = if known > now { known } else { due };
            if let Some(waiter) = line.waiting.get_mut(&self.number) {
                waiter.due = due;
            }
            Some(due)
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.limiter.line(self.class(), |line| {
            if line.waiting.contains_key(&self.number) {
                line.leave(self.number, self.span);
            }
        });
    }
}

#[cfg(test)]
mod tests;
