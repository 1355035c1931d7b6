//! What the settings of a transport do to its connections, on both transports.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is the failure of the test")]

mod test_product;
mod transports;
mod wire_server;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use yunxin::transport::HttpTransport;

use test_product::{Create, GetUserInfos, PRODUCT};
#[cfg(feature = "hyper")]
use yunxin::transport::HyperTransport;
use yunxin::{Client, Credentials, Endpoint, Method, Outcome};

use transports::{Named, shared};
use wire_server::{WireServer, json};

/// One of each kind with these settings.
macro_rules! made {
    ($($setting:tt)*) => {
        [
            ("reqwest", Arc::new(HttpTransport::builder()$($setting)*.build().unwrap())),
            #[cfg(feature = "hyper")]
            ("hyper", Arc::new(HyperTransport::builder()$($setting)*.build().unwrap())),
        ] as [Named; if cfg!(feature = "hyper") { 2 } else { 1 }]
    };
}

fn client(transport: &Named, url: String) -> Client {
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, [url])
        .transport(Arc::clone(&transport.1))
        .build()
        .unwrap()
}

/// Answers every request on a connection with success.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let body = r#"{"code":200,"info":{"accid":"alice"},"uinfos":[]}"#;
    let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
        let _ = stream.write_all(reply.as_bytes()).await;
    }
}

#[derive(Default)]
struct Connections {
    opened: AtomicUsize,
    open: AtomicUsize,
}

/// A server that counts connections.
async fn counting_server(address: SocketAddr) -> (SocketAddr, Arc<Connections>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(Connections::default());
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.opened.fetch_add(1, Ordering::SeqCst);
            counter.open.fetch_add(1, Ordering::SeqCst);
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                answer(stream).await;
                counter.open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (address, connections)
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

async fn call(client: &Client) {
    GetUserInfos { accids: Vec::new() }.send(client).await.unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_time() {
    for transport in &made!(.idle_timeout(Duration::from_millis(300))) {
        let (address, connections) = counting_server(any_port()).await;
        let client = client(transport, format!("http://{address}"));
        for _ in 0..3 {
            call(&client).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(connections.opened.load(Ordering::SeqCst), 1, "{}", transport.0);
        assert_eq!(connections.open.load(Ordering::SeqCst), 1, "{}", transport.0);
        tokio::time::sleep(Duration::from_millis(1_000)).await;
        assert_eq!(connections.open.load(Ordering::SeqCst), 0, "{}: nothing uses it", transport.0);
        call(&client).await;
        assert_eq!(connections.opened.load(Ordering::SeqCst), 2, "{}", transport.0);
    }
}

#[tokio::test]
async fn no_more_connections_are_kept_than_allowed() {
    for (most, opened) in [(0, 3), (1, 1)] {
        for transport in &made!(.idle_connections(most)) {
            let (address, connections) = counting_server(any_port()).await;
            let client = client(transport, format!("http://{address}"));
            for _ in 0..3 {
                call(&client).await;
            }
            assert_eq!(connections.opened.load(Ordering::SeqCst), opened, "{}, {most}", transport.0);
        }
    }
    for transport in &made!(.idle_connections(2)) {
        let (address, connections) = counting_server(any_port()).await;
        let client = client(transport, format!("http://{address}"));
        client.warm_up(&PRODUCT, 8).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(connections.open.load(Ordering::SeqCst), 2, "{}", transport.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_share_connections() {
    // A call opens a connection if no other is idle at that moment, so the number depends on the machine; a tenth of the
    // calls is far from sharing nothing.
    for transport in shared() {
        for (callers, calls, most) in [(1, 2_000, 20), (32, 200, 640)] {
            let (address, connections) = counting_server(any_port()).await;
            let client = client(transport, format!("http://{address}"));
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..callers {
                let client = client.clone();
                all.spawn(async move {
                    for _ in 0..calls {
                        call(&client).await;
                    }
                });
            }
            all.join_all().await;
            let opened = connections.opened.load(Ordering::SeqCst);
            println!("{}: {callers} callers opened {opened} connections", transport.0);
            assert!(opened <= most, "{}: {callers} callers opened {opened}", transport.0);
        }
    }
}

#[tokio::test]
async fn the_transports_connect_over_ipv6() {
    let (address, connections) = counting_server((Ipv6Addr::LOCALHOST, 0).into()).await;
    for transport in shared() {
        call(&client(transport, format!("http://[::1]:{}", address.port()))).await;
    }
    assert_eq!(connections.opened.load(Ordering::SeqCst), shared().len());
}

#[tokio::test]
async fn warm_up_opens_connections() {
    for transport in shared() {
        let (address, connections) = counting_server(any_port()).await;
        let client = client(transport, format!("http://{address}"));
        assert_eq!(client.warm_up(&PRODUCT, 8).await.unwrap(), 8, "{}", transport.0);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let opened = connections.opened.load(Ordering::SeqCst);
        assert_eq!(opened, 8, "{}", transport.0);
        for _ in 0..8 {
            call(&client).await;
        }
        assert_eq!(connections.opened.load(Ordering::SeqCst), opened, "{}: no call connects", transport.0);
        assert_eq!(client.warm_up(&PRODUCT, 0).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn warm_up_requests_the_health_page_unsigned() {
    for transport in shared() {
        let server = WireServer::start(json("{}")).await;
        client(transport, server.url()).warm_up(&PRODUCT, 1).await.unwrap();
        let heard = server.requests().remove(0).to_lowercase();
        assert!(heard.starts_with("get /health http/1.1\r\n"), "{heard}");
        assert!(!heard.contains("appkey") && !heard.contains("checksum"), "{heard}");
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = client(transport, format!("http://{free}")).warm_up(&PRODUCT, 3).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
        let without = client(transport, server.url()).warm_up(&test_product::REST, 1).await.unwrap_err();
        assert!(without.to_string().contains("no health page"), "{without}");
    }
}

/// The TLS of a client and of its server: `api.example`, issued by an authority that only this client trusts.
fn own_tls() -> (ClientConfig, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["api.example".to_owned(), "localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap().der().clone();
    let provider = Arc::new(ring::default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    // Neither transport speaks it, so neither may offer it.
    client.alpn_protocols = vec![b"h2".to_vec()];
    (client, TlsAcceptor::from(Arc::new(server)))
}

/// A proxy that tunnels to the one server, whatever name it is asked for. Keeps what it was asked.
async fn tunneling_proxy(to: SocketAddr, tls: Option<TlsAcceptor>) -> (SocketAddr, Arc<std::sync::Mutex<Vec<String>>>) {
    async fn serve(
        mut client: impl AsyncRead + AsyncWrite + Unpin,
        to: SocketAddr,
        heard: Arc<std::sync::Mutex<Vec<String>>>,
    ) {
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(client.read_u8().await.unwrap());
        }
        heard.lock().unwrap().push(String::from_utf8(asked).unwrap());
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut TcpStream::connect(to).await.unwrap()).await;
    }
    let listener = TcpListener::bind(any_port()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, kept) = (tls.clone(), Arc::clone(&kept));
            tokio::spawn(async move {
                match tls {
                    Some(tls) => serve(tls.accept(stream).await.unwrap(), to, kept).await,
                    None => serve(stream, to, kept).await,
                }
            });
        }
    });
    (address, heard)
}

#[tokio::test]
async fn calls_go_through_a_tunnel_with_the_callers_tls() {
    let (tls, acceptor) = own_tls();
    let listener = TcpListener::bind(any_port()).await.unwrap();
    let server = listener.local_addr().unwrap();
    let to_proxy = acceptor.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust the certificate ends the handshake.
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer(stream).await;
                }
            });
        }
    });
    for (scheme, name, acceptor) in [("http", "127.0.0.1", None), ("https", "localhost", Some(to_proxy))] {
        let (proxy, heard) = tunneling_proxy(server, acceptor).await;
        let url = format!("{scheme}://user:hunter2@{name}:{}", proxy.port());
        for transport in &made!(.proxy(url.as_str()).tls(tls.clone())) {
            let client = client(transport, "https://api.example".to_owned());
            for _ in 0..2 {
                call(&client).await;
            }
            let heard: Vec<_> = std::mem::take(&mut heard.lock().unwrap());
            assert_eq!(heard.len(), 1, "{}, {scheme}: the connection is kept", transport.0);
            assert!(heard[0].starts_with("CONNECT api.example:443 HTTP/1.1\r\n"), "{heard:?}");
            let authorization = "proxy-authorization: basic dxnlcjpodw50zxiy\r\n";
            assert!(heard[0].to_lowercase().contains(authorization), "{}: {heard:?}", transport.0);
        }
    }
    // The settings of a client are those of its transport.
    let (proxy, heard) = tunneling_proxy(server, None).await;
    let client_of_its_own = Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .product_hosts(&PRODUCT, ["https://api.example"])
        .proxy(format!("http://{proxy}"))
        .tls(tls.clone())
        .idle_connections(0)
        .idle_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    for _ in 0..2 {
        call(&client_of_its_own).await;
    }
    assert_eq!(heard.lock().unwrap().len(), 2, "no connection is kept");
    // The host's certificate is for another name.
    let (proxy, _heard) = tunneling_proxy(server, None).await;
    let url = format!("http://{proxy}");
    for transport in &made!(.proxy(url.as_str()).tls(tls.clone())) {
        let client = client(transport, "https://other.example".to_owned());
        let error = Create::new("alice").send(&client).await.unwrap_err();
        assert!(error.to_string().contains("certificate is not to be trusted"), "{}: {error}", transport.0);
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
}

#[tokio::test]
async fn all_transports_send_the_same() {
    for path in ["/a/b.action", "/a/../b", "/a b/\u{e9}\"{|}", "/%2e%2E/x", "", "/?q='\"<>", "//x", "/p?"] {
        let mut all = Vec::new();
        for transport in shared() {
            let server = WireServer::start(json(r#"{"code":200}"#)).await;
            let client = client(transport, server.url());
            let request = client.raw(&PRODUCT, Method::Post, path).param("accid", "a b");
            let result = request.send().await;
            // Headers in any order, without those that differ from call to call.
            let heard = server.requests().pop().unwrap_or_else(|| format!("{result:?}"));
            let mut lines: Vec<_> = heard.lines().map(str::to_owned).collect();
            lines.retain(|line| {
                !["nonce: ", "curtime: ", "checksum: ", "requestid: ", "host: "]
                    .iter()
                    .any(|name| line.starts_with(name))
            });
            lines[1..].sort();
            all.push(lines);
        }
        for other in &all[1..] {
            assert_eq!(&all[0], other, "{path}");
        }
    }
}
