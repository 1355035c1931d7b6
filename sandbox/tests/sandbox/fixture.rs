//! A small API that uses every feature of the spec language, and a sandbox for it.

use std::sync::{Arc, Mutex};

use yunxin_codegen::model::Api;
use yunxin_codegen::{Sources, compile};
use yunxin_sandbox::{Builder, Sandbox};

use crate::wire::{Call, Connection, Reply};

pub(crate) const KEY: &str = "test-app-key";
pub(crate) const SECRET: &str = "test-app-secret";

/// Files of a spec folder.
pub(crate) const TEXTS: [(&str, &str); 7] = [
    ("plain/product.yaml", include_str!("fixture/plain_product.yaml")),
    ("plain/peek.yaml", include_str!("fixture/plain_peek.yaml")),
    ("plain/ping.yaml", include_str!("fixture/plain_ping.yaml")),
    ("rest/product.yaml", include_str!("fixture/rest_product.yaml")),
    ("rest/thing.yaml", include_str!("fixture/rest_thing.yaml")),
    ("shop/product.yaml", include_str!("fixture/shop_product.yaml")),
    ("shop/order.yaml", include_str!("fixture/shop_order.yaml")),
];

pub(crate) fn api_of(texts: &[(&str, &str)]) -> Api {
    let sources = Sources::from_texts(texts.iter().copied());
    match compile(&sources) {
        Ok(compiled) => compiled.api,
        Err(found) => panic!("{}", found.render(&sources, false)),
    }
}

pub(crate) fn api() -> Api {
    api_of(&TEXTS)
}

/// A running sandbox, a connection to it, and the lines that it reports.
pub(crate) struct TestSandbox {
    pub(crate) server: Sandbox,
    connection: Connection,
    lines: Arc<Mutex<Vec<String>>>,
}

impl TestSandbox {
    /// Starts a sandbox with the shipped specs.
    pub(crate) async fn shipped(lenient: bool) -> Self {
        let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
        Self::start(Sandbox::from_spec_dir(spec).unwrap().lenient(lenient)).await
    }

    pub(crate) async fn new() -> Self {
        Self::start(Sandbox::builder(api())).await
    }

    pub(crate) async fn start(builder: Builder) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let report = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        let server = builder.app_key(KEY).app_secret(SECRET).report(report).start().await.unwrap();
        let connection = Connection::open(server.addr()).await;
        Self { server, connection, lines }
    }

    /// Sends a request unchanged.
    pub(crate) async fn send(&mut self, call: &Call) -> Reply {
        self.connection.send(call).await
    }

    /// Signs and sends a request; returns the reply and the reported lines.
    pub(crate) async fn send_signed(&mut self, call: Call) -> (Reply, String) {
        self.lines.lock().unwrap().clear();
        let reply = self.send(&call.signed(KEY, SECRET)).await;
        (reply, self.lines.lock().unwrap().join("\n"))
    }

    /// Asserts that the request is accepted without a warning.
    pub(crate) async fn assert_accepted(&mut self, call: Call) -> Reply {
        let shown = format!("{call:?}");
        let (reply, line) = self.send_signed(call).await;
        assert!(matches!(reply.status, 200 | 201) && line.is_empty(), "{shown}\n{reply:?}\n{line}");
        reply
    }

    /// Asserts that the request is accepted with a warning that contains these words.
    pub(crate) async fn assert_warning(&mut self, call: Call, words: &str) {
        let shown = format!("{call:?}");
        let (reply, line) = self.send_signed(call).await;
        assert!(
            reply.status == 200 && line.starts_with("warning ") && line.contains(words),
            "{shown}\n{reply:?}\n{line}"
        );
    }

    /// Asserts that the request is refused with a line for each fault, and that the first one contains these words.
    pub(crate) async fn assert_refused(&mut self, call: Call, words: &str) -> Reply {
        let shown = format!("{call:?}");
        let (reply, line) = self.send_signed(call).await;
        let lines: Vec<&str> = line.lines().collect();
        let is_counted = lines.len() == 1 || lines[0].contains(&format!(", fault 1 of {}: ", lines.len()));
        assert!(
            lines.iter().all(|line| line.starts_with("refused ")) && lines[0].contains(words) && is_counted,
            "{shown}\n{reply:?}\n{line}"
        );
        assert!(!line.contains(SECRET), "{line}");
        reply
    }
}
