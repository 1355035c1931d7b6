//! Opens connections to one host.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use crate::transport::certificate::is_about_certificate;
use crate::transport::hyper_transport::tunnel;
use crate::transport::proxy::Proxy;
use crate::transport::tls::Tls;
use crate::transport::{TransportError, TransportErrorKind};

/// A byte stream: TCP, or TLS over another one.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Any byte stream.
pub(super) type AnyStream = Box<dyn Stream>;

/// Opens connections to one host, directly or through its proxy.
#[derive(Debug)]
pub(super) struct Connector {
    tcp: HttpConnector,
    tls: Tls,
    host: Destination,
    proxy: Option<(Destination, Proxy)>,
}

/// Where a connection leads.
#[derive(Debug)]
struct Destination {
    uri: Uri,
    /// The name that its certificate must have, if it is encrypted.
    tls_name: Option<ServerName<'static>>,
}

impl Connector {
    pub(super) fn new(host: &Url, proxy: Option<Proxy>, tls: Tls) -> Result<Self, TransportError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // The same as reqwest.
        tcp.set_keepalive(Some(Duration::from_secs(15)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(15)));
        tcp.set_keepalive_retries(Some(3));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(Duration::from_secs(30)));
        let proxy = match proxy {
            Some(proxy) => {
                let url = Url::parse(&proxy.url()).map_err(|error| TransportError::unusable(error.to_string()))?;
                let destination = Destination::new(&url)?;
                if destination.tls_name.is_some() {
                    tls.check()?;
                }
                Some((destination, proxy))
            }
            None => None,
        };
        Ok(Self { tcp, tls, host: Destination::new(host)?, proxy })
    }

    /// Opens a connection. If the host has several addresses, each is given a part of the time.
    pub(super) async fn connect(&self, limit: Duration) -> Result<AnyStream, TransportError> {
        let Some((proxy_destination, proxy)) = &self.proxy else {
            let stream = connect_tcp(&self.tcp, &self.host.uri, limit).await?;
            return self.encrypt(&self.host, stream).await;
        };
        let stream = connect_tcp(&self.tcp, &proxy_destination.uri, limit).await?;
        let stream = self.encrypt(proxy_destination, stream).await?;
        if self.host.tls_name.is_none() {
            return Ok(stream);
        }
        let stream = tunnel::open(stream, &self.host.uri, proxy).await.map_err(not_connected)?;
        self.encrypt(&self.host, stream).await
    }

    /// Does the TLS handshake, if it leads to an encrypted host.
    async fn encrypt(&self, to: &Destination, stream: AnyStream) -> Result<AnyStream, TransportError> {
        let Some(name) = &to.tls_name else { return Ok(stream) };
        let connector = TlsConnector::from(Arc::clone(&self.tls.config));
        Ok(Box::new(connector.connect(name.clone(), stream).await.map_err(not_connected)?))
    }
}

impl Destination {
    fn new(url: &Url) -> Result<Self, TransportError> {
        let tls_name = match (url.scheme(), url.host_str()) {
            ("https", Some(name)) => {
                let name = name.trim_start_matches('[').trim_end_matches(']').to_owned();
                Some(ServerName::try_from(name).map_err(TransportError::unusable)?)
            }
            _ => None,
        };
        let uri = url.as_str().parse().map_err(TransportError::unusable)?;
        Ok(Self { uri, tls_name })
    }
}

/// Connects to an address of the host; to the next one if that fails or takes longer than its part of the time.
async fn connect_tcp<R>(tcp: &HttpConnector<R>, to: &Uri, limit: Duration) -> Result<AnyStream, TransportError>
where
    HttpConnector<R>: Clone + Service<Uri, Response = TokioIo<TcpStream>, Error: StdError + Send + Sync + 'static>,
{
    let mut tcp = tcp.clone();
    tcp.set_connect_timeout(Some(limit));
    poll_fn(|context| tcp.poll_ready(context)).await.map_err(not_connected)?;
    let stream = tcp.call(to.clone()).await.map_err(not_connected)?;
    Ok(Box::new(stream.into_inner()))
}

fn not_connected(error: impl StdError + Send + Sync + 'static) -> TransportError {
    let kind = if is_about_certificate(&error) {
        TransportErrorKind::Certificate
    } else if is_timeout(&error) {
        TransportErrorKind::ConnectTimeout
    } else {
        TransportErrorKind::Connect
    };
    TransportError::new(kind).caused_by(error)
}

/// Whether the time of an address ran out.
fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    let timed_out = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
    timed_out || error.source().is_some_and(is_timeout)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};
    use std::net::SocketAddr;
    use std::task::{Context, Poll};
    use std::time::Instant;

    use hyper_util::client::legacy::connect::dns::Name;
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    /// Gives these addresses for every name.
    #[derive(Clone)]
    struct Addresses(Vec<SocketAddr>);

    impl Service<Name> for Addresses {
        type Response = std::vec::IntoIter<SocketAddr>;
        type Error = Infallible;
        type Future = Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _name: Name) -> Self::Future {
            ready(Ok(self.0.clone().into_iter()))
        }
    }

    fn connector(addresses: &[&str]) -> HttpConnector<Addresses> {
        let address = |address: &&str| SocketAddr::new(address.parse().unwrap(), 0);
        let mut tcp = HttpConnector::new_with_resolver(Addresses(addresses.iter().map(address).collect()));
        tcp.enforce_http(false);
        tcp
    }

    #[tokio::test]
    async fn if_an_address_is_dead_the_next_one_is_used() {
        let alive = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = alive.local_addr().unwrap().port();
        let uri: Uri = format!("https://host.example:{port}").parse().unwrap();
        // The first one refuses.
        let tcp = connector(&["127.0.0.2", "127.0.0.1"]);
        connect_tcp(&tcp, &uri, Duration::from_secs(2)).await.unwrap();
        // The first one drops attempts to connect: its queue is full.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new([127, 0, 0, 2].into(), port)).unwrap();
        let full = socket.listen(0).unwrap();
        let mut queued = Vec::new();
        while let Ok(Ok(stream)) =
            tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(full.local_addr().unwrap())).await
        {
            queued.push(stream);
        }
        let begin = Instant::now();
        connect_tcp(&tcp, &uri, Duration::from_secs(1)).await.unwrap();
        assert!(begin.elapsed() >= Duration::from_millis(400), "the first address was not tried");
        // The error is that of the first address.
        for (addresses, kind) in [
            (["127.0.0.3", "127.0.0.4"], TransportErrorKind::Connect),
            (["127.0.0.2", "127.0.0.3"], TransportErrorKind::ConnectTimeout),
        ] {
            let error = connect_tcp(&connector(&addresses), &uri, Duration::from_millis(400)).await;
            assert_eq!(error.err().unwrap().kind(), kind, "{addresses:?}");
        }
    }
}
