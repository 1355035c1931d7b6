//! The shipped examples as calls, and a client whose requests are always the same.

#![allow(dead_code, reason = "each test uses a part")]

use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use yunxin::client::Random;
use yunxin::meta::EndpointMeta;
use yunxin::transport::HttpRequest;
use yunxin::{Client, ClientBuilder, Credentials, Endpoint, Result};

/// Gets the example request of every endpoint from the generated `visit`.
pub(crate) trait Visitor {
    fn endpoint<E>(&mut self, request: E)
    where
        E: Endpoint + Debug + 'static,
        E::Reply: Debug;
}

type Reply<'a> = Pin<Box<dyn Future<Output = Result<String>> + Send + 'a>>;

/// An example request with its type erased.
pub(crate) trait Example: Send + Sync {
    fn meta(&self) -> &'static EndpointMeta<'static>;
    fn debug_text(&self) -> String;
    fn prepare(&self, client: &Client) -> Result<HttpRequest>;
    /// Sends the request and returns the payload as `Debug` text.
    fn send(&self, client: &Client) -> Reply<'_>;
}

struct Typed<E>(E);

impl<E: Endpoint + Debug> Example for Typed<E>
where
    E::Reply: Debug,
{
    fn meta(&self) -> &'static EndpointMeta<'static> {
        const { &E::META }
    }

    fn debug_text(&self) -> String {
        format!("{:#?}", self.0)
    }

    fn prepare(&self, client: &Client) -> Result<HttpRequest> {
        self.0.prepare(client)
    }

    fn send(&self, client: &Client) -> Reply<'_> {
        let sending = self.0.send(client);
        Box::pin(async move { sending.await.map(|payload| format!("{payload:#?}")) })
    }
}

#[derive(Default)]
struct Collector(Vec<Box<dyn Example>>);

impl Visitor for Collector {
    fn endpoint<E>(&mut self, request: E)
    where
        E: Endpoint + Debug + 'static,
        E::Reply: Debug,
    {
        self.0.push(Box::new(Typed(request)));
    }
}

/// The examples of all endpoints of the enabled features, or only of the selected ones.
pub(crate) fn examples() -> Vec<Box<dyn Example>> {
    let mut collector = Collector::default();
    crate::generated::visit(&mut collector);
    let Some(only) = only() else { return collector.0 };
    let is_chosen = |id: &str| id.strip_prefix(&*only).is_some_and(|rest| rest.starts_with('.'));
    let chosen: Vec<_> = collector.0.into_iter().filter(|example| is_chosen(example.meta().id)).collect();
    assert!(!chosen.is_empty(), "no endpoint is called `{only}.*`, or the feature of its product is off");
    chosen
}

/// The product or resource selected by `cargo xtask test --only`, such as `im.user`.
pub(crate) fn only() -> Option<String> {
    std::env::var("YUNXIN_TEST_ONLY").ok()
}

/// Predictable random bytes: the first id is all `01`, the next all `02`.
#[derive(Default)]
pub(crate) struct SequentialRandom(AtomicU8);

impl Random for SequentialRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(())
    }
}

pub(crate) const APP_KEY: &str = "demo-app-key";
pub(crate) const APP_SECRET: &str = "demo-app-secret";

pub(crate) fn builder() -> ClientBuilder {
    Client::builder(Credentials::new(APP_KEY, APP_SECRET))
}

/// The fixed time of the signatures of recorded requests.
pub(crate) fn recorded_time() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_443_592_222)
}
