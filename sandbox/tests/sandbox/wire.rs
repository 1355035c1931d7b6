//! An HTTP/1.1 client that can send malformed requests.

use std::net::SocketAddr;
use std::time::SystemTime;

use sha1::{Digest, Sha1};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn form(target: &str, body: &str) -> Self {
        Self::new("POST", target).header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8").body(body)
    }

    pub(crate) fn json(method: &str, target: &str, body: &str) -> Self {
        Self::new(method, target).header("Content-Type", "application/json;charset=utf-8").body(body)
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets a header and replaces an existing one.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.without(name).with_extra_header(name, value)
    }

    /// Adds a header, even if one with this name exists.
    pub(crate) fn with_extra_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Adds the signing headers; an existing Nonce or CurTime is used.
    pub(crate) fn signed(mut self, key: &str, secret: &str) -> Self {
        if self.get("Nonce").is_empty() {
            self = self.header("Nonce", "0123456789abcdef");
        }
        if self.get("CurTime").is_empty() {
            self = self.header("CurTime", &seconds().to_string());
        }
        let check_sum = sha1(&format!("{secret}{}{}", self.get("Nonce"), self.get("CurTime")));
        if self.get("AppKey").is_empty() {
            self = self.header("AppKey", key);
        }
        if self.get("CheckSum").is_empty() { self.header("CheckSum", &check_sum) } else { self }
    }
}

pub(crate) fn sha1(text: &str) -> String {
    Sha1::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// A response.
#[derive(Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|problem| panic!("{problem}: {self:?}"))
    }
}

/// A keep-alive connection.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes).await
    }

    pub(crate) async fn send(&mut self, call: &Call) -> Reply {
        let mut text = format!("{} {} HTTP/1.1\r\n", call.method, call.target);
        if call.get("Host").is_empty() {
            text.push_str("Host: localhost\r\n");
        }
        for (name, value) in &call.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", call.body.len()));
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&call.body);
        self.write(&bytes).await.unwrap();
        self.receive(call.method == "HEAD").await.unwrap()
    }

    /// Reads a response. `None`: the server has closed the connection.
    pub(crate) async fn receive(&mut self, head_only: bool) -> Option<Reply> {
        let status = self.line().await?.split(' ').nth(1)?.parse().ok()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut reply = Reply { status, headers, body: String::new() };
        let length =
            reply.get("Content-Length").and_then(|length| length.parse().ok()).filter(|_| !head_only).unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.ok()?;
        reply.body = String::from_utf8(body).unwrap();
        Some(reply)
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let read = self.0.read_until(b'\n', &mut line).await.ok()?;
        (read > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}
