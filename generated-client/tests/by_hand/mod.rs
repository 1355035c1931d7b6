//! The call of `test_product::SendMessage`, written by hand with reqwest and serde, and a server for both.

#![allow(dead_code, unreachable_pub, reason = "each user uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is the failure of the test"
)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use sha1::{Digest, Sha1};

pub const APP_KEY: &str = "demo-app-key";
pub const APP_SECRET: &str = "demo-app-secret";

pub const SMALL_REPLY: &str =
    r#"{"code":200,"data":{"msgid":1232001762022391800,"timetag":1614764611561,"antispam":false}}"#;

/// The fields of `SendMessage::full()`.
pub const FIELDS: [(&str, &str); 10] = [
    ("from", "alice"),
    ("ope", "0"),
    ("to", "bob"),
    ("type", "0"),
    ("body", "hello-there"),
    ("antispam", "false"),
    ("option", "push"),
    ("pushcontent", "new-message"),
    ("payload", "payload"),
    ("ext", "ext"),
];

#[derive(Debug, Deserialize)]
pub struct Envelope {
    pub code: i64,
    pub desc: Option<String>,
    #[serde(default)]
    pub data: Sent,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    pub msgid: i64,
    pub timetag: i64,
    pub antispam: bool,
}

#[derive(Debug, Deserialize)]
pub struct UserInfosEnvelope {
    pub code: i64,
    pub desc: Option<String>,
    #[serde(default)]
    pub uinfos: Vec<UserInfo>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UserInfo {
    pub accid: String,
    pub name: String,
    pub icon: String,
    pub sign: String,
    pub email: String,
    pub birth: String,
    pub mobile: String,
    pub gender: i32,
    pub ex: String,
    pub valid: bool,
    pub mute: bool,
    pub updatetime: i64,
}

/// A reply with twenty profiles.
pub fn profiles() -> String {
    let profiles: Vec<_> = (0..20)
        .map(|number| {
            format!(
                r#"{{"accid":"account-{number}","name":"Name 名字 {number}","icon":"https://nim.example/icon/{number}.png","sign":"Live long and \"prosper\"","email":"a{number}@mail.example","birth":"1990-01-01","mobile":"+86-1380000{number:04}","gender":{},"ex":"{{\"level\":{number}}}","valid":true,"mute":false,"updatetime":161476461{number:04}}}"#,
                number % 3
            )
        })
        .collect();
    format!(r#"{{"code":200,"uinfos":[{}]}}"#, profiles.join(","))
}

pub fn client() -> reqwest::Client {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap()
}

/// Sends the call as careful hand-written code would.
pub async fn send_message(client: &reqwest::Client, host: &str) -> Sent {
    let signed = Signed::new();
    let response = client
        .post(format!("{host}/base/msg/sendMsg.action"))
        .timeout(Duration::from_secs(5))
        .header("AppKey", APP_KEY)
        .header("Nonce", signed.nonce)
        .header("CurTime", signed.cur_time)
        .header("CheckSum", signed.check_sum)
        .header("RequestId", random_hex())
        .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
        .header("User-Agent", "by-hand/1.0")
        .body(form())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    payload(&response.bytes().await.unwrap())
}

/// The same with the client of hyper-util.
#[cfg(feature = "hyper")]
pub mod hyper {
    use bytes::Bytes;
    use http_body_util::{BodyExt, Full};
    use hyper_util::client::legacy;
    use hyper_util::client::legacy::connect::HttpConnector;
    use hyper_util::rt::{TokioExecutor, TokioTimer};

    use super::{APP_KEY, Duration, Sent, Signed, form, payload, random_hex};

    pub type Client = legacy::Client<HttpConnector, Full<Bytes>>;

    pub fn client() -> Client {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        legacy::Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector)
    }

    pub async fn send_message(client: &Client, host: &str) -> Sent {
        let signed = Signed::new();
        let request = http::Request::post(format!("{host}/base/msg/sendMsg.action"))
            .header("AppKey", APP_KEY)
            .header("Nonce", signed.nonce)
            .header("CurTime", signed.cur_time)
            .header("CheckSum", signed.check_sum)
            .header("RequestId", random_hex())
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .header("User-Agent", "by-hand/1.0")
            .body(Full::from(form()))
            .unwrap();
        let exchange = async {
            let response = client.request(request).await.unwrap();
            assert_eq!(response.status(), 200);
            response.into_body().collect().await.unwrap().to_bytes()
        };
        payload(&tokio::time::timeout(Duration::from_secs(5), exchange).await.unwrap())
    }
}

struct Signed {
    nonce: String,
    cur_time: String,
    check_sum: String,
}

impl Signed {
    fn new() -> Self {
        let nonce = random_hex();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let cur_time = now.as_secs().to_string();
        let digest = Sha1::new().chain_update(APP_SECRET).chain_update(&nonce).chain_update(&cur_time).finalize();
        Self { nonce, cur_time, check_sum: hex(&digest) }
    }
}

fn form() -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in FIELDS {
        form.append_pair(name, value);
    }
    form.finish()
}

fn payload(body: &[u8]) -> Sent {
    let envelope: Envelope = serde_json::from_slice(body).unwrap();
    assert_eq!(envelope.code, 200, "{:?}", envelope.desc);
    envelope.data
}

fn random_hex() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    hex::encode_to_slice(bytes, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// How a request ends.
pub const LAST_FIELD: &[u8] = b"ext=ext";

/// The small reply with its head.
pub fn response() -> String {
    let length = SMALL_REPLY.len();
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{SMALL_REPLY}")
}

/// Starts a server in its own thread that responds to every request with the small reply. Returns its URL.
pub fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let response = response();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            let response = response.clone();
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                // Small requests on loopback arrive in one or two pieces; the form ends with the last field.
                let mut end = Vec::new();
                while let Ok(read @ 1..) = stream.read(&mut buffer) {
                    end.extend_from_slice(&buffer[..read]);
                    if end.ends_with(LAST_FIELD) {
                        end.clear();
                        if stream.write_all(response.as_bytes()).is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    url
}
