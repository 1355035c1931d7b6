//! Tests the number of allocations of a call, compared with the same call written by hand. The numbers must not grow.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod by_hand;
mod test_product;

use yunxin::{Client, Credentials, Endpoint};

use test_product::SendMessage;

/// Maximum number of allocations of the typed call: the number when this test was written.
const RECORDED: u64 = 69;

/// Allocations added by metrics: the names of host and outcome.
const METRICS: u64 = if cfg!(feature = "metrics") { 12 } else { 0 };

fn count(runtime: &tokio::runtime::Runtime, call: impl AsyncFn()) -> u64 {
    // The first calls open the connection and fill caches.
    for _ in 0..10 {
        runtime.block_on(call());
    }
    let mut least = u64::MAX;
    for _ in 0..20 {
        let counted = allocation_counter::measure(|| runtime.block_on(call()));
        least = least.min(counted.count_total);
    }
    least
}

/// The same on the transport over hyper.
#[cfg(feature = "hyper")]
const RECORDED_ON_HYPER: u64 = 19;

#[cfg(feature = "hyper")]
#[test]
fn a_typed_call_on_hyper_allocates_less() {
    let url = by_hand::serve();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let transport = yunxin::transport::HyperTransport::new(std::time::Duration::from_secs(3)).unwrap();
    let client = Client::builder(Credentials::new(by_hand::APP_KEY, by_hand::APP_SECRET))
        .host(&url)
        .transport(transport)
        .build()
        .unwrap();
    let message = SendMessage::full();
    let typed = count(&runtime, async || {
        let sent = message.send(&client).await.unwrap();
        assert_eq!(sent.msgid, 1_232_001_762_022_391_800);
    });
    println!("typed on hyper {typed}");
    assert!(typed <= RECORDED_ON_HYPER + METRICS, "{typed}, and {RECORDED_ON_HYPER} are recorded");
}

#[test]
fn a_typed_call_allocates_hardly_more_than_one_by_hand() {
    let url = by_hand::serve();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let client = by_hand::client();
    let by_hand = count(&runtime, async || {
        let sent = by_hand::send_message(&client, &url).await;
        assert_eq!(sent.msgid, 1_232_001_762_022_391_800);
    });

    let client = Client::builder(Credentials::new(by_hand::APP_KEY, by_hand::APP_SECRET)).host(&url).build().unwrap();
    let message = SendMessage::full();
    let typed = count(&runtime, async || {
        let sent = message.send(&client).await.unwrap();
        assert_eq!(sent.msgid, 1_232_001_762_022_391_800);
    });
    let from_scratch = count(&runtime, async || {
        let sent = SendMessage::full().send(&client).await.unwrap();
        assert_eq!(sent.msgid, 1_232_001_762_022_391_800);
    });

    println!("by hand {by_hand}, typed {typed}, typed with building the request {from_scratch}");
    assert!(from_scratch <= by_hand + 5 + METRICS, "{from_scratch} against {by_hand} by hand");
    assert!(typed <= RECORDED + METRICS, "{typed}, and {RECORDED} are recorded");
}
