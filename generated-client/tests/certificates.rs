//! Tests hosts with valid and invalid certificates, made for the test: docs/reliability.md, "Classes of a failed
//! attempt". This process trusts the certificate authority of the test as if the operating system did.

#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

mod child_process;
mod test_product;
mod transports;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use yunxin::{AttemptClass, Client, Credentials, Endpoint, ErrorKind, Outcome};

use test_product::{Create, GetUserInfos};

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate issued by this authority, and its key.
fn issued(by: &Issuer, name: &str, adjust: impl Fn(&mut CertificateParams)) -> (CertificateDer<'static>, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    adjust(&mut params);
    (params.signed_by(&key, by).unwrap().der().clone(), key)
}

/// Answers every call with success, over TLS with this certificate; counts connections.
async fn serve(certificate: CertificateDer<'static>, key: &KeyPair) -> (SocketAddr, Arc<AtomicUsize>) {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let body = r#"{"code":200,"info":{"accid":"alice"},"uinfos":[]}"#;
                let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(reply.as_bytes()).await;
                }
            });
        }
    });
    (address, connections)
}

#[test]
fn a_bad_certificate_is_named_and_not_tried_again() {
    let trusted = authority();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("authority.pem");
    if let Some(shared) = std::env::var_os("YUNXIN_TEST_AUTHORITY") {
        // The child must sign with the key whose certificate is in its environment.
        let pem = std::fs::read_to_string(shared).unwrap();
        return with_certificates(&load(&pem));
    }
    std::fs::write(&file, trusted.pem()).unwrap();
    let all = directory.path().join("authority-and-key.pem");
    std::fs::write(&all, format!("{}\n{}", trusted.key().serialize_pem(), trusted.pem())).unwrap();
    child_process::with_environment(
        "a_bad_certificate_is_named_and_not_tried_again",
        &[
            ("SSL_CERT_FILE", file.to_str().unwrap()),
            ("SSL_CERT_DIR", "/nonexistent"),
            ("YUNXIN_TEST_AUTHORITY", all.to_str().unwrap()),
        ],
        || (),
    );
}

/// The authority from its key and certificate.
fn load(pem: &str) -> Issuer {
    let key = KeyPair::from_pem(pem).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // The same name and key: it signs the same certificates as the one in the environment.
    CertifiedIssuer::self_signed(params, key).unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn with_certificates(trusted: &Issuer) {
    let own_key = KeyPair::generate().unwrap();
    let self_signed = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&own_key).unwrap();
    let bad = [
        ("expired", issued(trusted, "localhost", |params| params.not_after = date_time_ymd(2020, 1, 1))),
        ("not yet valid", issued(trusted, "localhost", |params| params.not_before = date_time_ymd(2999, 1, 1))),
        ("wrong name", issued(trusted, "other.example", |_| ())),
        ("unknown authority", issued(&authority(), "localhost", |_| ())),
        ("self-signed", (self_signed.der().clone(), own_key)),
    ];
    for (transport, shared) in transports::shared() {
        let client = |address: SocketAddr| {
            Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
                .host(format!("https://localhost:{}", address.port()))
                .transport(Arc::clone(shared))
                .build()
                .unwrap()
        };
        let (certificate, key) = issued(trusted, "localhost", |_| ());
        let (address, connections) = serve(certificate, &key).await;
        for _ in 0..2 {
            Create::new("alice").send(&client(address)).await.unwrap();
        }
        assert_eq!(connections.load(Ordering::SeqCst), 1, "{transport}: the connection is kept");
        for (name, (certificate, key)) in &bad {
            let (address, connections) = serve(certificate.clone(), key).await;
            // The call is safe to repeat, but it must not be repeated here.
            let error = GetUserInfos { accids: Vec::new() }.send(&client(address)).await.unwrap_err();
            assert!(error.to_string().contains("certificate is not to be trusted"), "{transport}, {name}: {error}");
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent), "{name}");
            let classes: Vec<_> = error.attempts().iter().map(|attempt| attempt.class()).collect();
            assert_eq!(classes, [AttemptClass::Permanent], "{transport}, {name}");
            assert!(!error.is_retryable(), "{name}");
            assert_eq!(connections.load(Ordering::SeqCst), 1, "{transport}, {name}");
        }
    }
}
