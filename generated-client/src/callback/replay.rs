//! Which signatures have come before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Remembers signatures that were accepted, so that nobody can send a callback again.
///
/// Only right signatures reach it: strangers cannot fill it. It is asked while the service handles a callback, so it must be quick; one
/// that asks over the network is better built around [`Verified::check_sum`](super::Verified::check_sum), after verifying.
pub trait ReplayCache: Send + Sync + 'static {
    /// Remembers a signature, and tells whether it is new. Of two that ask at once only one hears `true`.
    ///
    /// After `stale_from` the signature is refused for its age, so that it need not be remembered any longer. With a tolerance without
    /// end that is the last moment the system can tell.
    fn insert_if_new(&self, check_sum: &str, now: SystemTime, stale_from: SystemTime) -> bool;

    /// Forgets a signature, since what it came with could not be handled.
    fn remove(&self, check_sum: &str);
}

/// So that verifiers can share a cache.
impl<C: ReplayCache + ?Sized> ReplayCache for Arc<C> {
    fn insert_if_new(&self, check_sum: &str, now: SystemTime, stale_from: SystemTime) -> bool {
        (**self).insert_if_new(check_sum, now, stale_from)
    }

    fn remove(&self, check_sum: &str) {
        (**self).remove(check_sum);
    }
}

/// Remembers in the memory of this process. Several processes behind one address each have their own.
///
/// It holds at most so many signatures, some 200 bytes each. Where more come within the tolerance of the verifier, the oldest are
/// forgotten: the platform's events go before protection from repeats.
///
/// ```
/// use yunxin::callback::{InMemoryReplayCache, Verifier};
///
/// let verifier = Verifier::new("app-key", ["app-secret"]).replay_cache(InMemoryReplayCache::default());
/// ```
pub struct InMemoryReplayCache {
    capacity: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    stale_from: BTreeMap<Box<str>, SystemTime>,
    by_age: BTreeSet<(SystemTime, Box<str>)>,
}

impl InMemoryReplayCache {
    /// Remembers at most this many signatures, but one at least.
    #[must_use]
    pub fn with_capacity(signatures: usize) -> Self {
        Self { capacity: signatures.max(1), seen: Mutex::default() }
    }

    /// How many signatures are remembered now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen().stale_from.len()
    }

    /// Whether no signature is remembered now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whatever happened while it was locked, each step leaves both collections usable.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn forget_oldest(&mut self) {
        if let Some((_, check_sum)) = self.by_age.pop_first() {
            self.stale_from.remove(&check_sum);
        }
    }

    fn has_stale(&self, now: SystemTime) -> bool {
        self.by_age.first().is_some_and(|(stale_from, _)| *stale_from < now)
    }
}

impl ReplayCache for InMemoryReplayCache {
    fn insert_if_new(&self, check_sum: &str, now: SystemTime, stale_from: SystemTime) -> bool {
        let mut seen = self.seen();
        while seen.has_stale(now) {
            seen.forget_oldest();
        }
        if seen.stale_from.contains_key(check_sum) {
            return false;
        }
        while seen.stale_from.len() >= self.capacity {
            seen.forget_oldest();
        }
        seen.stale_from.insert(check_sum.into(), stale_from);
        seen.by_age.insert((stale_from, check_sum.into()));
        true
    }

    fn remove(&self, check_sum: &str) {
        let mut seen = self.seen();
        if let Some((check_sum, stale_from)) = seen.stale_from.remove_entry(check_sum) {
            seen.by_age.remove(&(stale_from, check_sum));
        }
    }
}

/// Room for 100,000 signatures: 300 callbacks a second with the usual tolerance.
impl Default for InMemoryReplayCache {
    fn default() -> Self {
        Self::with_capacity(100_000)
    }
}

impl fmt::Debug for InMemoryReplayCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryReplayCache").field("capacity", &self.capacity).field("len", &self.len()).finish()
    }
}
