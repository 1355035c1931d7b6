//! Tests that malformed HTTP never stops the sandbox.

use std::time::Duration;

use yunxin_sandbox::{RefusalKind, Sandbox};

use crate::fixture::{KEY, SECRET, TestSandbox, api};
use crate::wire::{Call, Connection};

/// Pseudo-random numbers, the same in every run (xorshift).
struct SeededRandom(u64);

impl SeededRandom {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// The text with a few bytes changed, inserted or removed.
    fn damaged(&mut self, text: &[u8]) -> Vec<u8> {
        let mut text = text.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(text.len().max(1));
            let byte = self.next().to_le_bytes()[0];
            match self.below(3) {
                0 if at < text.len() => text[at] = byte,
                1 if at < text.len() => drop(text.remove(at)),
                _ => text.insert(at, byte),
            }
        }
        text
    }
}

async fn assert_alive(sandbox: &mut TestSandbox) {
    sandbox.assert_accepted(Call::form("/order/place.action", "buyer=alice&amount=2")).await;
}

#[tokio::test]
async fn random_bytes_in_place_of_http_do_no_harm() {
    let mut sandbox = TestSandbox::new().await;
    let mut random = SeededRandom(0x1234_5678_9abc_def1);
    for _ in 0..300 {
        let mut connection = Connection::open(sandbox.server.addr()).await;
        let _ = connection.write(&random.bytes(200)).await;
        let _ = connection.write(b"\r\n\r\n").await;
        let _ = tokio::time::timeout(Duration::from_millis(5), connection.receive(false)).await;
    }
    assert_alive(&mut sandbox).await;
}

#[tokio::test]
async fn damaged_requests_are_answered() {
    let mut sandbox = TestSandbox::new().await;
    let mut random = SeededRandom(0xfeed_beef_cafe_0001);
    let seeds = [
        "POST /shopserver/order/place.action?big=1 HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        "GET /v1/things/7/parts/leg?x=%41 HTTP/1.1\r\nNonce: 1\r\nAppKey: test-app-key\r\n",
    ];
    for round in 0..300 {
        let mut connection = Connection::open(sandbox.server.addr()).await;
        let _ = connection.write(&random.damaged(seeds[round % 2].as_bytes())).await;
        let _ = connection.write(b"Content-Length: 0\r\n\r\n").await;
        let _ = tokio::time::timeout(Duration::from_millis(5), connection.receive(false)).await;
    }
    assert_alive(&mut sandbox).await;
}

#[tokio::test]
async fn random_requests_with_a_valid_signature_get_a_response() {
    let mut sandbox = TestSandbox::new().await;
    let mut random = SeededRandom(0x0dd_ba11);
    let seeds = [
        Call::form("/order/place.action", "buyer=alice&amount=2&tags=[\"a\"]&address={\"city\":\"Ulm\",\"zip\":1}&picture=AAEC&codes=1,2&extra={}"),
        Call::json("POST", "/v1/things", r#"{"name":"chair","part":{"id":1},"packed":"{\"id\":1}","parts":[{"id":2}],"map":{"a":[1]},"any":[{}],"quoted":"1"}"#),
        Call::new("POST", "/order/upload.action").header("Content-Type", "multipart/form-data; boundary=XX").body(
            "--XX\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a\"\r\n\r\nhello\r\n--XX\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n7\r\n--XX--\r\n",
        ),
    ];
    for round in 0..1500 {
        let seed = seeds[round % 3].clone().signed(KEY, SECRET);
        let body = if round % 10 == 0 { random.bytes(300) } else { random.damaged(&seed.body) };
        let status = sandbox.send(&seed.body(body)).await.status;
        assert!([200, 400].contains(&status), "{status}");
    }
    assert_alive(&mut sandbox).await;
}

#[tokio::test]
async fn a_deep_body_is_refused() {
    let mut sandbox = TestSandbox::new().await;
    let deep = format!("{{\"any\":{}", "[".repeat(1_000_000));
    sandbox.assert_refused(Call::json("POST", "/v1/things", &deep), "recursion limit").await;
    let deep = format!("buyer=a&amount=1&extra={}", "[".repeat(1_000_000));
    sandbox.assert_refused(Call::form("/order/place.action", &deep), "recursion limit").await;
    assert_alive(&mut sandbox).await;
}

#[tokio::test]
async fn a_flood_of_parameters_is_refused() {
    let mut sandbox = TestSandbox::start(Sandbox::builder(api()).lenient(true)).await;
    sandbox
        .assert_refused(Call::form("/order/place.action", &"a&".repeat(100_000)), "there are 100000 parameters")
        .await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let sandbox = TestSandbox::new().await;
    let mut connection = Connection::open(sandbox.server.addr()).await;
    connection
        .write(b"POST /order/place.action HTTP/1.1\r\nHost: x\r\nContent-Length: 33554433\r\n\r\n")
        .await
        .unwrap();
    let chunk = vec![b'a'; 1 << 20];
    for _ in 0..33 {
        // The server may close the connection before everything is written.
        if connection.write(&chunk).await.is_err() {
            break;
        }
    }
    let seen = async {
        loop {
            if let Some(last) = sandbox.server.received().pop() {
                break last;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let last = tokio::time::timeout(Duration::from_secs(5), seen).await.unwrap();
    assert_eq!((last.status, last.verdict.refusal()), (413, Some(RefusalKind::TooLarge)));
}

#[tokio::test]
async fn stopping_lets_a_request_finish_and_closes_idle_connections() {
    let sandbox = TestSandbox::new().await;
    let address = sandbox.server.addr();
    let call = Call::form("/order/place.action", "buyer=alice&amount=2").signed(KEY, SECRET);
    let mut idle = Connection::open(address).await;
    assert_eq!(idle.send(&call).await.status, 200);
    let mut busy = Connection::open(address).await;
    busy.write(b"POST /order/place.action HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na").await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let stopping = tokio::spawn(sandbox.server.shutdown());
    tokio::time::sleep(Duration::from_millis(20)).await;
    busy.write(b"b").await.unwrap();
    assert_eq!(busy.receive(false).await.unwrap().status, 200);
    stopping.await.unwrap();
    assert!(idle.receive(false).await.is_none());
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_dropped_sandbox_no_longer_listens() {
    let sandbox = Sandbox::builder(api()).start().await.unwrap();
    let address = sandbox.addr();
    drop(sandbox);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_log_keeps_the_newest_and_shows_no_values() {
    let mut sandbox = TestSandbox::start(Sandbox::builder(api()).log_capacity(2)).await;
    for target in ["/a", "/b", "/c?token=hidden"] {
        sandbox.send(&Call::new("GET", target).header("X-Token", "hidden").body("hidden")).await;
    }
    let log = sandbox.server.received();
    assert_eq!(log.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["/b", "/c?token=hidden"]);
    assert_eq!((log[1].header("x-TOKEN"), &*log[1].body), (Some("hidden"), b"hidden".as_slice()));
    assert!(!format!("{log:?}").contains("hidden"));
    sandbox.server.forget_received();
    assert!(sandbox.server.received().is_empty());
}
