//! A TCP server that makes the faults a test asks for, and counts the effects of each request id.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is the failure of the test"
)]

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use socket2::{Domain, Socket, Type};

/// State shared by all hosts of a region: how often each request id took effect, and the checksums of all requests.
#[derive(Clone, Debug, Default)]
pub struct EffectLog(Arc<Mutex<BTreeMap<String, u32>>>, Arc<Mutex<Vec<String>>>);

impl EffectLog {
    /// How often a request id took effect.
    pub fn effects(&self, request_id: &str) -> u32 {
        self.0.lock().unwrap().get(request_id).copied().unwrap_or(0)
    }

    /// Ids that took effect more than once.
    pub fn applied_more_than_once(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().filter(|(_, effects)| **effects > 1).map(|(id, _)| id.clone()).collect()
    }

    /// The checksums of all requests.
    pub fn check_sums(&self) -> Vec<String> {
        self.1.lock().unwrap().clone()
    }

    /// How many ids took effect.
    pub fn applied_count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// The parts of a request that the server needs.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    pub id: String,
    pub cur_time: u64,
    /// Header in which a test tells the server which fault to make.
    pub instruction: String,
}

impl Request {
    /// Parses a complete request, and its checksum. `None`: not complete yet.
    fn parse(bytes: &[u8]) -> Option<(Self, String)> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let header = |name: &str| {
            let prefix = format!("{name}: ");
            head.lines().find_map(|line| line.strip_prefix(prefix.as_str())).unwrap_or_default().to_owned()
        };
        let length: usize = header("content-length").parse().unwrap_or(0);
        let request = Self {
            path: head.split(' ').nth(1).unwrap().to_owned(),
            id: header("requestid"),
            cur_time: header("curtime").parse().unwrap_or(0),
            instruction: header("x-instruction"),
        };
        (body.len() >= length).then(|| (request, header("checksum")))
    }
}

/// A connection, with the actions of the server.
pub struct Connection {
    stream: TcpStream,
    effect_log: EffectLog,
    /// Requests on this connection so far.
    pub requests: u32,
    /// For the test's own use.
    pub opened_after_fault: bool,
}

/// How long an idle connection is kept, and how long a stalling server stalls.
const IDLE_TIMEOUT: Duration = Duration::from_secs(2);

impl Connection {
    /// Reads a request.
    pub fn read(&mut self) -> Option<Request> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            if let Some(request) = self.parsed(&bytes) {
                return Some(request);
            }
            match self.stream.read(&mut buffer) {
                Ok(0) | Err(_) => return None,
                Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            }
        }
    }

    /// Reads a request but leaves it in the socket buffer, so that closing resets the connection.
    pub fn peek(&mut self) -> Option<Request> {
        let mut buffer = [0; 16_384];
        loop {
            let Ok(seen @ 1..) = self.stream.peek(&mut buffer) else { return None };
            if let Some(request) = self.parsed(&buffer[..seen]) {
                return Some(request);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn parsed(&mut self, bytes: &[u8]) -> Option<Request> {
        let (request, check_sum) = Request::parse(bytes)?;
        self.requests += 1;
        self.effect_log.1.lock().unwrap().push(check_sum);
        Some(request)
    }

    /// Reads the first byte of a request and leaves the rest unread, so that closing resets the connection.
    pub fn read_first_byte(&mut self) {
        let _ = self.stream.read(&mut [0; 1]);
    }

    /// Waits 5 ms for a request. True if none came and the connection is open.
    pub fn is_idle(&self) -> bool {
        self.stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        let seen = self.stream.peek(&mut [0; 1]);
        self.stream.set_read_timeout(Some(IDLE_TIMEOUT)).unwrap();
        seen.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    /// Applies the request and returns the body of the reply. A read has no effect. A create is deduplicated by its
    /// request id. Everything else takes effect each time.
    pub fn apply(&self, request: &Request) -> String {
        let mut effects = self.effect_log.0.lock().unwrap();
        let count = effects.entry(request.id.clone()).or_insert(0);
        if request.path.ends_with("getUinfos.action") {
            *count = 1;
        } else if request.path.ends_with("create.action") && *count > 0 {
            return success_body(true);
        } else {
            *count += 1;
        }
        success_body(false)
    }

    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Writes byte by byte, with a pause before each.
    pub fn write_slowly(&mut self, bytes: impl AsRef<[u8]>) {
        for byte in bytes.as_ref() {
            thread::sleep(Duration::from_millis(10));
            if !self.write([*byte]) {
                return;
            }
        }
    }

    pub fn stall(&self) {
        thread::sleep(IDLE_TIMEOUT);
    }

    /// Reads a request, applies it and responds, without a fault.
    pub fn serve(&mut self) -> bool {
        let Some(request) = self.read() else { return false };
        let body = self.apply(&request);
        self.write(response("200 OK", "", &body))
    }
}

/// A reply body that is a success for every call.
pub fn success_body(is_duplicate: bool) -> String {
    let mark = if is_duplicate { r#","duplicate":true"# } else { "" };
    format!(r#"{{"code":200{mark},"info":{{"accid":"alice"}},"data":{{"msgid":1}},"uinfos":[]}}"#)
}

/// A response with a length.
pub fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Handles a connection; it is called again until it returns false.
pub type Behavior = Arc<dyn Fn(&mut Connection) -> bool + Send + Sync>;

/// Starts a server that runs until the test process ends.
pub fn start(effect_log: &EffectLog, behavior: Behavior) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let effect_log = effect_log.clone();
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let (effect_log, behavior) = (effect_log.clone(), Arc::clone(&behavior));
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(IDLE_TIMEOUT));
                let _ = stream.set_nodelay(true);
                let mut connection = Connection { stream, effect_log, requests: 0, opened_after_fault: false };
                while behavior(&mut connection) {}
            });
        }
    });
    address
}

/// An address that drops connection attempts as long as the sockets are kept: its queue of connections to accept is
/// full.
pub fn full_backlog() -> (SocketAddr, Vec<Socket>) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut sockets = vec![listener];
    loop {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let connected = socket.connect_timeout(&address, Duration::from_millis(100)).is_ok();
        sockets.push(socket);
        if !connected {
            return (address.as_socket().unwrap(), sockets);
        }
    }
}

/// An address without a listener: connections are refused.
pub fn refusing_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
