//! Accepts and serves connections.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::service::Service;

/// How long pending requests may take when the server stops.
const GRACE: Duration = Duration::from_secs(3);

/// Pause after a failed accept, which means that there are temporarily too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves connections until stopped. Dropping the future closes all connections.
pub(crate) async fn serve(listener: TcpListener, service: Arc<Service>, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&service), &graceful));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    // The others are closed when `connections` is dropped.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// Serves one connection.
fn connection(
    stream: TcpStream,
    service: Arc<Service>,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    // Without it the server is only slower.
    let _ = stream.set_nodelay(true);
    let report = service.report.clone();
    let handler = service_fn(move |request: Request<Incoming>| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(service.respond(request).await) }
    });
    let mut http = http1::Builder::new();
    // Header names as the real servers write them, for clients that compare them exactly.
    http.timer(TokioTimer::new()).half_close(true).title_case_headers(true);
    let connection = http.serve_connection(TokioIo::new(stream), handler);
    let connection = graceful.watch(connection);
    async move {
        if let Err(problem) = connection.await
            && problem.is_parse()
        {
            (report.line)(&format!("refused a connection: what came is not HTTP/1.1 ({problem})"));
        }
    }
}
