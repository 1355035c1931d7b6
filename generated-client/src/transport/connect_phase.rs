//! The connecting phase of an attempt: how long it may take, and whether it ended with a connection.
//!
//! A connector layer of the HTTP client runs inside the attempt's own task, so a task-local value tells the two of each other.

use std::cell::Cell;
use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn StdError + Send + Sync>;

tokio::task_local! {
    static CURRENT: ConnectPhase;
}

/// The connecting phase of one attempt.
struct ConnectPhase {
    deadline: Instant,
    connected: Cell<bool>,
}

/// Runs an attempt that has this long to connect.
pub(super) async fn within<T>(limit: Duration, attempt: impl Future<Output = T>) -> T {
    let deadline = Instant::now() + limit;
    CURRENT.scope(ConnectPhase { deadline, connected: Cell::new(false) }, attempt).await
}

/// Whether the current attempt opened a connection of its own. If it did not, it used one that was kept.
pub(super) fn has_connected() -> bool {
    CURRENT.try_with(|phase| phase.connected.get()).unwrap_or_default()
}

/// Limits the time that connecting takes, name lookup, proxy and TLS included, and marks when it is done.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectPhaseLayer {
    /// For connections that no attempt waits for any more.
    pub(super) default_limit: Duration,
}

impl<S> Layer<S> for ConnectPhaseLayer {
    type Service = ConnectPhaseService<S>;

    fn layer(&self, connector: S) -> Self::Service {
        ConnectPhaseService { connector, default_limit: self.default_limit }
    }
}

#[derive(Clone, Debug)]
pub(super) struct ConnectPhaseService<S> {
    connector: S,
    default_limit: Duration,
}

impl<S, Destination> Service<Destination> for ConnectPhaseService<S>
where
    S: Service<Destination, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, destination: Destination) -> Self::Future {
        let deadline = CURRENT.try_with(|phase| phase.deadline).unwrap_or_else(|_| Instant::now() + self.default_limit);
        let connecting = self.connector.call(destination);
        Box::pin(async move {
            match tokio::time::timeout_at(deadline, connecting).await {
                Ok(result) => {
                    // Fails if a kept connection became free first: then this one is for a later attempt.
                    let _ = CURRENT.try_with(|phase| phase.connected.set(result.is_ok()));
                    result
                }
                Err(elapsed) => Err(io::Error::new(io::ErrorKind::TimedOut, elapsed).into()),
            }
        })
    }
}
