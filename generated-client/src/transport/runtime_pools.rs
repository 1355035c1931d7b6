//! Connection pools, one per async runtime and host.
//!
//! A connection is driven by a task of the runtime that opened it. Used from another runtime it would wait for a driver
//! that may be idle or gone, so runtimes share nothing here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::transport::TransportError;

/// Most hosts of one runtime whose pools are kept. Calls may name any number of hosts; the least recently used pool
/// goes first.
const MAX_HOSTS: usize = 64;

/// Pools of type `P`, by runtime and host. Clones share them.
#[derive(Debug)]
pub(super) struct RuntimePools<P>(Arc<Shared<P>>);

impl<P> Clone for RuntimePools<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[derive(Debug)]
struct Shared<P>(Mutex<State<P>>);

#[derive(Debug)]
struct State<P> {
    runtimes: Vec<RuntimeEntry<P>>,
    /// Counts entries, so that the end of a runtime never removes the entry of a later one with the same id.
    generations: u64,
    /// Counts look-ups, to find the least recently used pool.
    uses: u64,
}

/// The pools of one runtime.
#[derive(Debug)]
struct RuntimeEntry<P> {
    runtime: runtime::Id,
    generation: u64,
    /// The process in which the runtime was first seen.
    process: u32,
    /// A task that is dropped with the runtime.
    end_watch: Option<AbortHandle>,
    pools: BTreeMap<String, (u64, P)>,
}

impl<P> Drop for RuntimeEntry<P> {
    fn drop(&mut self) {
        if let Some(watch) = &self.end_watch {
            watch.abort();
        }
    }
}

/// Why there is no pool for a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoPool<E> {
    /// The call is not made inside a tokio runtime.
    NoRuntime,
    /// The runtime was started by the process that this one was forked from. Both processes would use the same sockets.
    RuntimeOfAnotherProcess,
    /// A new pool could not be made.
    NotMade(E),
}

impl NoPool<TransportError> {
    pub(super) fn into_error(self) -> TransportError {
        match self {
            Self::NoRuntime => TransportError::unusable("there is no tokio runtime here"),
            Self::RuntimeOfAnotherProcess => TransportError::unusable(
                "the tokio runtime was started before this process was forked, and its connections belong to the other \
                 process; start a new runtime after the fork",
            ),
            Self::NotMade(error) => error,
        }
    }
}

impl<P: Clone + Send + 'static> RuntimePools<P> {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared(Mutex::new(State { runtimes: Vec::new(), generations: 0, uses: 0 }))))
    }

    /// The pool of a host in the current runtime; made if there is none.
    pub(super) fn get<E>(&self, host: &str, make: impl FnOnce() -> Result<P, E>) -> Result<P, NoPool<E>> {
        let runtime = Handle::try_current().map_err(|_| NoPool::NoRuntime)?;
        let process = std::process::id();
        if let Some(pool) = self.0.find(runtime.id(), process, host)? {
            return Ok(pool);
        }
        // Made without the lock: it may take a while, and at worst two calls make one each.
        let pool = make().map_err(NoPool::NotMade)?;
        self.insert(&runtime, process, host, pool.clone());
        Ok(pool)
    }

    /// Forgets the pool of a host in the current runtime, with its idle connections. Calls under way keep theirs.
    pub(super) fn discard(&self, host: &str) {
        let Ok(runtime) = Handle::try_current() else { return };
        let discarded = self.0.lock().entry(runtime.id()).and_then(|entry| entry.pools.remove(host));
        // Closed outside the lock.
        drop(discarded);
    }

    fn insert(&self, runtime: &Handle, process: u32, host: &str, pool: P) {
        let mut state = self.0.lock();
        state.uses += 1;
        let use_number = state.uses;
        let generation = match state.entry(runtime.id()) {
            Some(_) => None,
            None => {
                state.generations += 1;
                let generation = state.generations;
                state.runtimes.push(RuntimeEntry {
                    runtime: runtime.id(),
                    generation,
                    process,
                    end_watch: None,
                    pools: BTreeMap::new(),
                });
                Some(generation)
            }
        };
        let evicted = state.entry(runtime.id()).and_then(|entry| {
            entry.pools.insert(host.to_owned(), (use_number, pool));
            entry.evict()
        });
        drop(state);
        drop(evicted);
        if let Some(generation) = generation {
            self.watch_end(runtime, generation);
        }
    }

    /// Spawns the task that is dropped with the runtime and takes the entry along.
    fn watch_end(&self, runtime: &Handle, generation: u64) {
        let removal = RemoveOnDrop { shared: Arc::downgrade(&self.0), generation };
        // Without the lock: in a runtime that is shutting down the task is dropped before `spawn` returns.
        let watch = runtime.spawn(async move {
            let _removal = removal;
            std::future::pending::<()>().await;
        });
        let watch = watch.abort_handle();
        let mut state = self.0.lock();
        match state.runtimes.iter_mut().find(|entry| entry.generation == generation) {
            Some(entry) => entry.end_watch = Some(watch),
            None => watch.abort(),
        }
    }

    #[cfg(test)]
    fn runtimes(&self) -> usize {
        self.0.lock().runtimes.len()
    }
}

impl<P> RuntimeEntry<P> {
    /// Takes the least recently used pool out if there are too many.
    fn evict(&mut self) -> Option<P> {
        if self.pools.len() <= MAX_HOSTS {
            return None;
        }
        let oldest = self.pools.iter().min_by_key(|(_, (use_number, _))| *use_number)?.0.clone();
        self.pools.remove(&oldest).map(|(_, pool)| pool)
    }

    fn has_ended(&self) -> bool {
        self.end_watch.as_ref().is_some_and(AbortHandle::is_finished)
    }
}

impl<P> State<P> {
    fn entry(&mut self, runtime: runtime::Id) -> Option<&mut RuntimeEntry<P>> {
        self.runtimes.iter_mut().find(|entry| entry.runtime == runtime)
    }
}

impl<P> Shared<P> {
    fn lock(&self) -> MutexGuard<'_, State<P>> {
        // No code of others runs under the lock, so a panic elsewhere leaves a good state.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Clone> Shared<P> {
    fn find<E>(&self, runtime: runtime::Id, process: u32, host: &str) -> Result<Option<P>, NoPool<E>> {
        let mut state = self.lock();
        state.uses += 1;
        let use_number = state.uses;
        let Some(entry) = state.entry(runtime) else { return Ok(None) };
        if entry.has_ended() {
            // Ids of runtimes are used again, and the watch of the old one has not been dropped yet.
            let generation = entry.generation;
            let ended = state.remove(generation);
            drop(state);
            drop(ended);
            return Ok(None);
        }
        if entry.process != process {
            return Err(NoPool::RuntimeOfAnotherProcess);
        }
        Ok(entry.pools.get_mut(host).map(|(last_use, pool)| {
            *last_use = use_number;
            pool.clone()
        }))
    }
}

impl<P> State<P> {
    fn remove(&mut self, generation: u64) -> Option<RuntimeEntry<P>> {
        let index = self.runtimes.iter().position(|entry| entry.generation == generation)?;
        Some(self.runtimes.swap_remove(index))
    }
}

/// Removes an entry when the runtime drops the task that holds this.
struct RemoveOnDrop<P> {
    shared: std::sync::Weak<Shared<P>>,
    generation: u64,
}

impl<P> Drop for RemoveOnDrop<P> {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            let removed = shared.lock().remove(self.generation);
            // Its connections are closed outside the lock.
            drop(removed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn runtime() -> runtime::Runtime {
        runtime::Builder::new_current_thread().build().unwrap()
    }

    fn get(pools: &RuntimePools<Arc<str>>, host: &str) -> Arc<str> {
        pools.get(host, || Ok::<_, Infallible>(Arc::from(host))).unwrap()
    }

    #[test]
    fn each_runtime_and_host_has_a_pool_of_its_own() {
        let pools = RuntimePools::new();
        let [one, other] = [runtime(), runtime()];
        let first = one.block_on(async { get(&pools, "a") });
        assert!(one.block_on(async { Arc::ptr_eq(&first, &get(&pools, "a")) }));
        assert!(!one.block_on(async { Arc::ptr_eq(&first, &get(&pools, "b")) }));
        assert!(!other.block_on(async { Arc::ptr_eq(&first, &get(&pools, "a")) }));
        assert_eq!(pools.runtimes(), 2);
    }

    #[test]
    fn the_pools_of_a_runtime_end_with_it() {
        let pools = RuntimePools::new();
        let kept = runtime();
        let first = kept.block_on(async { get(&pools, "a") });
        for _ in 0..100 {
            runtime().block_on(async { get(&pools, "a") });
        }
        assert_eq!(pools.runtimes(), 1);
        assert!(kept.block_on(async { Arc::ptr_eq(&first, &get(&pools, "a")) }));
        drop(kept);
        assert_eq!((pools.runtimes(), Arc::strong_count(&first)), (0, 1));
    }

    #[test]
    fn a_discarded_pool_is_made_anew_in_its_runtime_only() {
        let pools = RuntimePools::new();
        let [one, other] = [runtime(), runtime()];
        let firsts = [&one, &other].map(|runtime| runtime.block_on(async { get(&pools, "a") }));
        one.block_on(async { pools.discard("a") });
        assert!(!one.block_on(async { Arc::ptr_eq(&firsts[0], &get(&pools, "a")) }));
        assert!(other.block_on(async { Arc::ptr_eq(&firsts[1], &get(&pools, "a")) }));
    }

    #[test]
    fn the_number_of_hosts_is_bounded() {
        let pools = RuntimePools::new();
        let runtime = runtime();
        runtime.block_on(async {
            let first = get(&pools, "first");
            for number in 0..1_000 {
                get(&pools, &number.to_string());
                assert!(Arc::ptr_eq(&first, &get(&pools, "first")), "used all the time, so it stays");
            }
            assert_eq!(pools.0.lock().runtimes[0].pools.len(), MAX_HOSTS);
        });
    }

    #[test]
    fn no_task_outlives_the_pools() {
        let runtime = runtime();
        let pools = RuntimePools::new();
        runtime.block_on(async { get(&pools, "a") });
        assert_eq!(runtime.metrics().num_alive_tasks(), 1);
        drop(pools);
        runtime.block_on(tokio::task::yield_now());
        assert_eq!(runtime.metrics().num_alive_tasks(), 0);
    }

    #[test]
    fn without_a_runtime_there_is_no_pool() {
        let pools = RuntimePools::<()>::new();
        assert_eq!(pools.get("a", || Ok::<_, Infallible>(())), Err(NoPool::NoRuntime));
        pools.discard("a");
    }

    #[test]
    fn the_runtime_of_another_process_is_refused() {
        let pools = RuntimePools::new();
        let runtime = runtime();
        runtime.block_on(async { get(&pools, "a") });
        pools.0.lock().runtimes[0].process ^= 1;
        let refused = runtime.block_on(async { pools.get("a", || Ok::<_, Infallible>(Arc::from("a"))) });
        assert_eq!(refused, Err(NoPool::RuntimeOfAnotherProcess));
    }
}
