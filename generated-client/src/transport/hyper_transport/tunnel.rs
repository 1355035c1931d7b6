//! A tunnel through a proxy.

use std::future::{Ready, ready};
use std::io;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tower_service::Service;

use crate::transport::hyper_transport::connector::AnyStream;
use crate::transport::proxy::Proxy;

/// Asks the proxy at the other end of a stream for a tunnel to a host.
pub(super) async fn open(stream: AnyStream, host: &Uri, proxy: &Proxy) -> io::Result<AnyStream> {
    let mut tunnel = Tunnel::new(host.clone(), Opened(Some(TokioIo::new(stream))));
    if let Some(authorization) = proxy.authorization() {
        tunnel = tunnel.with_auth(authorization);
    }
    // Its error names neither host nor password.
    let stream = tunnel.call(host.clone()).await.map_err(io::Error::other)?;
    Ok(stream.into_inner())
}

/// "Connects" to the proxy by the stream that is open already.
struct Opened(Option<TokioIo<AnyStream>>);

impl Service<Uri> for Opened {
    type Response = TokioIo<AnyStream>;
    type Error = io::Error;
    type Future = Ready<io::Result<TokioIo<AnyStream>>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _proxy: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}
