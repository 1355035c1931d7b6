//! The idle connections to one host.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::transport::hyper_transport::host_pool::Connection;

/// The idle connections to one host. The one that was used last is used first, so that those that are not needed
/// expire.
pub(super) struct Idle {
    timeout: Duration,
    max: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Those that became idle first are first.
    connections: Vec<(Instant, Connection)>,
    /// The task that closes connections that were idle for too long, while there are any.
    expiry: Option<AbortHandle>,
}

impl Idle {
    pub(super) fn new(timeout: Duration, max: usize) -> Self {
        Self { timeout, max, state: Mutex::default() }
    }

    /// Takes a connection that can be used.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut state = self.lock();
        while let Some((since, connection)) = state.connections.pop() {
            if since.elapsed() >= self.timeout {
                // So were all that are left.
                let expired = std::mem::take(&mut state.connections);
                drop(state);
                drop((connection, expired));
                return None;
            }
            if connection.is_ready() {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection whose response has been read.
    pub(super) fn put(self: &Arc<Self>, connection: Connection) {
        if connection.is_ready() {
            self.put_ready(connection);
        } else if !connection.is_closed() {
            self.put_when_ready(connection);
        }
    }

    /// Keeps a connection as soon as its driver has finished the last exchange.
    #[cold]
    fn put_when_ready(self: &Arc<Self>, mut connection: Connection) {
        let Ok(runtime) = Handle::try_current() else { return };
        let idle = Arc::downgrade(self);
        let timeout = self.timeout;
        runtime.spawn(async move {
            // A server that answers before it has read the whole request may never read the rest.
            let ready = tokio::time::timeout(timeout, connection.ready()).await;
            if let (Ok(Ok(())), Some(idle)) = (ready, idle.upgrade()) {
                idle.put_ready(connection);
            }
        });
    }

    fn put_ready(self: &Arc<Self>, connection: Connection) {
        let mut state = self.lock();
        if state.connections.len() >= self.max {
            drop(state);
            drop(connection);
            return;
        }
        state.connections.push((Instant::now(), connection));
        if state.expiry.is_none() {
            let Ok(runtime) = Handle::try_current() else { return };
            let (idle, timeout) = (Arc::downgrade(self), self.timeout);
            // In a runtime that is shutting down the task is dropped at once, and the connections soon after.
            state.expiry = Some(runtime.spawn(expire(idle, timeout)).abort_handle());
        }
    }

    /// Closes connections that were idle for too long. Returns when the next one will be, if there is one.
    fn close_expired(&self) -> Option<Instant> {
        let mut state = self.lock();
        let expired = state.connections.iter().take_while(|(since, _)| since.elapsed() >= self.timeout).count();
        let expired: Vec<_> = state.connections.drain(..expired).collect();
        let next = state.connections.first().map(|(since, _)| *since + self.timeout);
        if next.is_none() {
            state.expiry = None;
        }
        drop(state);
        drop(expired);
        next
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code of others runs under the lock, so a panic elsewhere leaves a good state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes connections that were idle for too long, until none is left.
async fn expire(idle: Weak<Idle>, timeout: Duration) {
    let mut next = Instant::now() + timeout;
    loop {
        tokio::time::sleep_until(next).await;
        let Some(later) = idle.upgrade().and_then(|idle| idle.close_expired()) else { return };
        next = later;
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(expiry) = &state.expiry {
            expiry.abort();
        }
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").field("connections", &self.lock().connections.len()).finish_non_exhaustive()
    }
}
