//! A server of raw bytes: it says exactly what a test tells it to say, well-formed or not, and keeps what it heard.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is the failure of the test"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Answers with these bytes and keeps the connection.
    Say(Vec<u8>),
    /// Answers each request with the next of these, and all after the last of them with the last one.
    SayInTurn(Vec<Vec<u8>>),
    /// Answers with these bytes and closes the connection.
    SayAndClose(Vec<u8>),
    /// Closes the connection at the first byte it hears.
    HangUp,
    /// Says nothing for so long.
    Wait(Duration),
}

pub struct WireServer {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl WireServer {
    pub async fn start(act: Act) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let server = Self { address, heard: Arc::clone(&heard) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, act.clone(), Arc::clone(&heard)));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, byte by byte.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// A response with a length.
pub fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

/// A 200 with JSON.
pub fn json(body: &str) -> Act {
    Act::Say(response("200 OK", "content-type: application/json\r\n", body))
}

async fn serve(mut stream: TcpStream, act: Act, heard: Arc<Mutex<Vec<String>>>) {
    if matches!(act, Act::HangUp) {
        let _ = stream.read(&mut [0; 1]).await;
        return;
    }
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut heard = heard.lock().unwrap();
            heard.push(request);
            heard.len() - 1
        };
        match &act {
            Act::SayInTurn(responses) => {
                let bytes = responses.get(number).or(responses.last()).unwrap();
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Act::Say(bytes) => {
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Act::SayAndClose(bytes) => {
                let _ = stream.write_all(bytes).await;
                return;
            }
            Act::HangUp => return,
            Act::Wait(time) => tokio::time::sleep(*time).await,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(text.into_owned());
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
