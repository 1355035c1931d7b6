//! The connecting phase of an attempt: how long it may take, and whether it ended with a connection.
//!
//! A connector layer of the HTTP client runs inside the attempt's own task, so the two communicate through a task-local
//! value.

use std::cell::Cell;
use std::error::Error as StdError;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
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

/// Whether the current attempt opened a new connection. If not, it reused an idle one.
pub(super) fn has_connected() -> bool {
    CURRENT.try_with(|phase| phase.connected.get()).unwrap_or_default()
}

/// Limits the time that connecting takes, name lookup, proxy and TLS included, and marks when it is done.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConnectPhaseLayer {
    /// For connections that no attempt waits for.
    pub(super) default_limit: Duration,
}

impl<S> Layer<S> for ConnectPhaseLayer {
    type Service = ConnectPhaseService<S>;

    fn layer(&self, connector: S) -> Self::Service {
        ConnectPhaseService { connector: Arc::new(connector), default_limit: self.default_limit }
    }
}

/// A connector with the layer. In an `Arc`, since the HTTP client clones it several times per request and rarely calls
/// it.
#[derive(Debug)]
pub(super) struct ConnectPhaseService<S> {
    connector: Arc<S>,
    default_limit: Duration,
}

impl<S> Clone for ConnectPhaseService<S> {
    fn clone(&self) -> Self {
        Self { connector: Arc::clone(&self.connector), default_limit: self.default_limit }
    }
}

impl<S, Destination> Service<Destination> for ConnectPhaseService<S>
where
    S: Service<Destination, Error = BoxError> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Response: Send,
    Destination: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The connector itself is asked when it is called.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Destination) -> Self::Future {
        let deadline = CURRENT.try_with(|phase| phase.deadline).unwrap_or_else(|_| Instant::now() + self.default_limit);
        let mut connector = S::clone(&self.connector);
        let connecting = async move {
            poll_fn(|context| connector.poll_ready(context)).await?;
            connector.call(destination).await
        };
        Box::pin(async move {
            match tokio::time::timeout_at(deadline, connecting).await {
                Ok(result) => {
                    // Fails if an idle connection became available first: then this one is for a later attempt.
                    let _ = CURRENT.try_with(|phase| phase.connected.set(result.is_ok()));
                    result
                }
                Err(elapsed) => Err(io::Error::new(io::ErrorKind::TimedOut, elapsed).into()),
            }
        })
    }
}
