//! A small API that has everything the spec language can say, and a sandbox for it.

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

/// A running sandbox, one connection to it, and its report.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    connection: Connection,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Bench {
    /// One with the shipped specs.
    pub(crate) async fn shipped(lenient: bool) -> Self {
        let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
        Self::of(Sandbox::from_spec_dir(spec).unwrap().lenient(lenient)).await
    }

    pub(crate) async fn new() -> Self {
        Self::of(Sandbox::builder(api())).await
    }

    pub(crate) async fn of(builder: Builder) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let report = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        let sandbox = builder.app_key(KEY).app_secret(SECRET).report(report).start().await.unwrap();
        let connection = Connection::open(sandbox.addr()).await;
        Self { sandbox, connection, lines }
    }

    /// Sends a request as it stands.
    pub(crate) async fn send(&mut self, call: &Call) -> Reply {
        self.connection.send(call).await
    }

    /// Signs and sends a request, and gives the reply and the lines of the report.
    pub(crate) async fn ask(&mut self, call: Call) -> (Reply, String) {
        self.lines.lock().unwrap().clear();
        let reply = self.send(&call.signed(KEY, SECRET)).await;
        (reply, self.lines.lock().unwrap().join("\n"))
    }

    /// Expects acceptance without a warning.
    pub(crate) async fn accepts(&mut self, call: Call) -> Reply {
        let shown = format!("{call:?}");
        let (reply, line) = self.ask(call).await;
        assert!(matches!(reply.status, 200 | 201) && line.is_empty(), "{shown}\n{reply:?}\n{line}");
        reply
    }

    /// Expects acceptance with a warning that contains these words.
    pub(crate) async fn warns(&mut self, call: Call, words: &str) {
        let shown = format!("{call:?}");
        let (reply, line) = self.ask(call).await;
        assert!(
            reply.status == 200 && line.starts_with("warning ") && line.contains(words),
            "{shown}\n{reply:?}\n{line}"
        );
    }

    /// Expects a refusal with a line for each fault, of which the first contains these words.
    pub(crate) async fn refuses(&mut self, call: Call, words: &str) -> Reply {
        let shown = format!("{call:?}");
        let (reply, line) = self.ask(call).await;
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
