//! Every shipped endpoint through a recorder to the sandbox, then from the cassette, then from a mock: the replies are
//! the same each time.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use yunxin::testing::{Mock, Player, Recorder};
use yunxin::transport::HttpTransport;
use yunxin::{Client, Credentials, Endpoint};
use yunxin_sandbox::Sandbox;

mod generated;

/// What the generated examples are given to.
mod support {
    use super::{Debug, DeserializeOwned, Endpoint, Serialize};

    pub(crate) trait Visitor {
        fn endpoint<E>(&mut self, request: E)
        where
            E: Endpoint + DeserializeOwned + Debug + PartialEq + 'static,
            E::Reply: Debug + PartialEq + Serialize;
    }
}

const APP_KEY: &str = "demo-app-key";

/// The replies of all examples, by what sends one.
struct Run<'r> {
    runtime: &'r tokio::runtime::Runtime,
    client: &'r Client,
    replies: Vec<(&'static str, Value)>,
    /// Sends each call also to a mock that has the typed reply of this run.
    mocked: bool,
}

impl support::Visitor for Run<'_> {
    fn endpoint<E>(&mut self, request: E)
    where
        E: Endpoint + DeserializeOwned + Debug + PartialEq + 'static,
        E::Reply: Debug + PartialEq + Serialize,
    {
        let id = E::META.id;
        let reply = self.runtime.block_on(request.send(self.client)).unwrap_or_else(|error| panic!("{id}: {error}"));
        if self.mocked {
            let mock = Mock::new();
            mock.on::<E>().with(&request).reply(&reply);
            let mocked = self.runtime.block_on(request.send(&mock.client()));
            assert_eq!(mocked.unwrap_or_else(|error| panic!("{id}: {error}")), reply, "{id}");
            mock.assert_received(&request, 1);
            let received = mock.received::<E>().remove(0).to_request::<E>();
            assert_eq!(received.unwrap_or_else(|error| panic!("{id}: {error}")), request, "{id}");
        }
        self.replies.push((id, serde_json::to_value(&reply).unwrap()));
    }
}

/// Whether a value is the recorded one, apart from its secrets.
fn is_same(played: &Value, recorded: &Value) -> bool {
    match (played, recorded) {
        (Value::Array(played), Value::Array(recorded)) => {
            played.len() == recorded.len() && played.iter().zip(recorded).all(|(played, one)| is_same(played, one))
        }
        (Value::Object(played), Value::Object(recorded)) => {
            let mut recorded = recorded.iter();
            played.iter().all(|(key, value)| recorded.next().is_some_and(|one| one.0 == key && is_same(value, one.1)))
                && recorded.next().is_none()
        }
        (Value::String(played), Value::String(recorded)) => {
            played == recorded
                || played.contains("***")
                || parsed(played).is_some_and(|it| Some(it) == parsed(recorded))
        }
        _ => played == recorded,
    }
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn replies(runtime: &tokio::runtime::Runtime, client: &Client, mocked: bool) -> Vec<(&'static str, Value)> {
    let mut run = Run { runtime, client, replies: Vec::new(), mocked };
    generated::visit(&mut run);
    run.replies
}

#[test]
fn cassettes_and_mocks_give_the_replies_of_the_sandbox() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let sandbox = runtime
        .block_on(Sandbox::from_spec_dir(spec).unwrap().app_key(APP_KEY).app_secret("demo-app-secret").start())
        .unwrap();
    let recorder = Recorder::new(HttpTransport::new(Duration::from_secs(3)).unwrap());
    let client = Client::builder(Credentials::new(APP_KEY, "demo-app-secret"))
        .host(sandbox.url())
        .transport(recorder.clone())
        .build()
        .unwrap();
    let recorded = replies(&runtime, &client, true);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("all.json");
    recorder.save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in [APP_KEY, "demo-app-secret", "t0k3n"] {
        assert!(!text.contains(secret), "{secret} is in the cassette");
    }

    let player = Player::open(&path).unwrap();
    let played = replies(&runtime, &player.client(), false);
    for ((id, played), (_, recorded)) in played.iter().zip(&recorded) {
        assert!(is_same(played, recorded), "{id}: {played} is not {recorded}");
    }
    assert_eq!(played.len(), recorded.len());
    runtime.block_on(sandbox.shutdown());
}
