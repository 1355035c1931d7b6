//! A server that writes exactly the bytes of a test, well-formed or not, and records the requests.

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
pub enum Behavior {
    /// Responds with these bytes and keeps the connection.
    Respond(Vec<u8>),
    /// Responds to each request with the next of these; the last one is repeated.
    RespondInOrder(Vec<Vec<u8>>),
    /// Responds with these bytes and closes the connection.
    RespondAndClose(Vec<u8>),
    /// Closes the connection at the first byte that arrives.
    Close,
    /// Does not respond for this time.
    Stall(Duration),
}

pub struct WireServer {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl WireServer {
    pub async fn start(behavior: Behavior) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let server = Self { address, requests: Arc::clone(&requests) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behavior.clone(), Arc::clone(&requests)));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, byte by byte.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// A response with a length.
pub fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

/// A 200 with JSON.
pub fn json(body: &str) -> Behavior {
    Behavior::Respond(response("200 OK", "content-type: application/json\r\n", body))
}

async fn serve(mut stream: TcpStream, behavior: Behavior, requests: Arc<Mutex<Vec<String>>>) {
    if matches!(behavior, Behavior::Close) {
        let _ = stream.read(&mut [0; 1]).await;
        return;
    }
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        match &behavior {
            Behavior::RespondInOrder(responses) => {
                let bytes = responses.get(number).or(responses.last()).unwrap();
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Behavior::Respond(bytes) => {
                if stream.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Behavior::RespondAndClose(bytes) => {
                let _ = stream.write_all(bytes).await;
                return;
            }
            Behavior::Close => return,
            Behavior::Stall(time) => tokio::time::sleep(*time).await,
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
