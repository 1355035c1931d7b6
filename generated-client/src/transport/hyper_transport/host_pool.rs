//! Exchanges requests with one host, over idle or new connections.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Response;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;

use crate::transport::builder::Settings;
use crate::transport::hyper_transport::connector::Connector;
use crate::transport::hyper_transport::idle::Idle;
use crate::transport::{Headers, HttpResponse, LARGEST_RESPONSE, TransportError, TransportErrorKind};

/// A connection, ready for one request at a time. A task of the runtime drives it.
pub(super) type Connection = http1::SendRequest<Full<Bytes>>;

/// The connections to one host in one runtime.
#[derive(Debug)]
pub(super) struct HostPool {
    connector: Connector,
    idle: Arc<Idle>,
}

impl HostPool {
    pub(super) fn new(connector: Connector, settings: &Settings) -> Self {
        Self { connector, idle: Arc::new(Idle::new(settings.idle_timeout, settings.idle_connections)) }
    }

    /// Sends a request and reads the response. Sets `connected` if a new connection was opened for it.
    pub(super) async fn exchange(
        &self,
        mut request: http::Request<Full<Bytes>>,
        connect_limit: Duration,
        connected: &mut bool,
    ) -> Result<HttpResponse, TransportError> {
        loop {
            let mut connection = match self.idle.take() {
                Some(connection) => connection,
                None => {
                    // Boxed, since it is rare and large.
                    let connection = Box::pin(self.connect(connect_limit)).await?;
                    *connected = true;
                    connection
                }
            };
            match connection.try_send_request(request).await {
                Ok(response) => return self.read(connection, response).await,
                Err(mut error) => match error.take_message() {
                    // The connection was closed before any of the request was written.
                    Some(unsent) if !*connected => request = unsent,
                    _ => return Err(interrupted(error.into_error())),
                },
            }
        }
    }

    async fn connect(&self, limit: Duration) -> Result<Connection, TransportError> {
        let stream = match tokio::time::timeout(limit, self.connector.connect(limit)).await {
            Ok(stream) => stream?,
            Err(elapsed) => return Err(TransportError::new(TransportErrorKind::ConnectTimeout).caused_by(elapsed)),
        };
        let failed = |error| TransportError::new(TransportErrorKind::Connect).caused_by(error);
        // One write of head and body together costs less than one of two buffers.
        let (connection, driver) =
            http1::Builder::new().writev(false).handshake(TokioIo::new(stream)).await.map_err(failed)?;
        let runtime = Handle::try_current().map_err(TransportError::unusable)?;
        runtime.spawn(async move {
            // Requests get its errors.
            let _ = driver.await;
        });
        Ok(connection)
    }

    async fn read(&self, connection: Connection, response: Response<Incoming>) -> Result<HttpResponse, TransportError> {
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let body = match read_body(body).await {
            Ok(body) => body,
            Err(error) => return Err(error.after_status(status)),
        };
        self.idle.put(connection);
        Ok(HttpResponse { status, headers: Headers::from_map(head.headers), body, proxy: None })
    }
}

/// Reads the body in chunks, so that an endless one ends at the limit. A body of one chunk, as most are, is not copied.
async fn read_body(mut body: Incoming) -> Result<Bytes, TransportError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else { break };
        let Ok(chunk) = frame.map_err(interrupted)?.into_data() else { continue };
        if first.len() + all.len() + chunk.len() > LARGEST_RESPONSE {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        if first.is_empty() && all.is_empty() {
            first = chunk;
            continue;
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&chunk);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

fn interrupted(error: hyper::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted).caused_by(error)
}
