//! Caches of accepted signatures, for protection against replays.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// A cache of accepted signatures, so that an intercepted callback cannot be sent a second time.
///
/// It gets valid signatures only: untrusted senders cannot fill it. It is called while a callback is handled, so it
/// must be fast. For a cache over the network use [`Verified::check_sum`](super::Verified::check_sum) after verifying.
pub trait ReplayCache: Send + Sync + 'static {
    /// Inserts a signature; returns whether it is new. Of two concurrent calls only one gets `true`.
    ///
    /// From `stale_from` on the signature is rejected for its age and need not be kept. With an unlimited tolerance
    /// this is the last time that the system can represent.
    fn insert_if_new(&self, check_sum: &str, now: SystemTime, stale_from: SystemTime) -> bool;

    /// Removes a signature, because its callback could not be handled.
    fn remove(&self, check_sum: &str);
}

/// A cache in an `Arc` can be shared between verifiers.
impl<C: ReplayCache + ?Sized> ReplayCache for Arc<C> {
    fn insert_if_new(&self, check_sum: &str, now: SystemTime, stale_from: SystemTime) -> bool {
        (**self).insert_if_new(check_sum, now, stale_from)
    }

    fn remove(&self, check_sum: &str) {
        (**self).remove(check_sum);
    }
}

/// A cache in the memory of this process. Several processes behind one URL have one each.
///
/// It has a maximum number of signatures, about 200 bytes each. If more arrive within the tolerance of the verifier,
/// the oldest are removed: events are more important than protection from replays.
///
/// ```
/// use yunxin::callback::{InMemoryReplayCache, Verifier};
///
/// let verifier = Verifier::new("app-key", ["app-secret"]).replay_cache(InMemoryReplayCache::default());
/// ```
pub struct InMemoryReplayCache {
    capacity: usize,
    signatures: Mutex<Signatures>,
}

#[derive(Default)]
struct Signatures {
    stale_from: BTreeMap<Box<str>, SystemTime>,
    by_age: BTreeSet<(SystemTime, Box<str>)>,
}

impl InMemoryReplayCache {
    /// Creates a cache with this maximum number of signatures, at least one.
    #[must_use]
    pub fn with_capacity(signatures: usize) -> Self {
        Self { capacity: signatures.max(1), signatures: Mutex::default() }
    }

    /// Returns the number of signatures in the cache.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().stale_from.len()
    }

    /// Returns whether the cache is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Locks the signatures. A poisoned lock is used too, because every step leaves both collections consistent.
    fn lock(&self) -> MutexGuard<'_, Signatures> {
        self.signatures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signatures {
    fn remove_oldest(&mut self) {
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
        let mut signatures = self.lock();
        while signatures.has_stale(now) {
            signatures.remove_oldest();
        }
        if signatures.stale_from.contains_key(check_sum) {
            return false;
        }
        while signatures.stale_from.len() >= self.capacity {
            signatures.remove_oldest();
        }
        signatures.stale_from.insert(check_sum.into(), stale_from);
        signatures.by_age.insert((stale_from, check_sum.into()));
        true
    }

    fn remove(&self, check_sum: &str) {
        let mut signatures = self.lock();
        if let Some((check_sum, stale_from)) = signatures.stale_from.remove_entry(check_sum) {
            signatures.by_age.remove(&(stale_from, check_sum));
        }
    }
}

/// At most 100,000 signatures: 300 callbacks per second with the default tolerance.
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
