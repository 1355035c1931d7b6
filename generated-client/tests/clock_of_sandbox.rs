//! Tests a client whose clock is wrong against the sandbox, which checks signatures: docs/reliability.md, "Clock".

#![cfg(feature = "im")]
#![allow(clippy::unwrap_used, reason = "a failure here is the failure of the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use yunxin::{Client, Credentials, Endpoint, im};
use yunxin_sandbox::Sandbox;

#[tokio::test]
async fn a_clock_ten_minutes_ahead_then_behind_then_right() {
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&ahead);
    let now = move || {
        let seconds = clock.load(Ordering::Relaxed);
        let span = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 { SystemTime::now() - span } else { SystemTime::now() + span }
    };
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec).unwrap().clock(now).start().await.unwrap();
    let client = Client::builder(Credentials::new("app-key", "app-secret")).host(sandbox.url()).build().unwrap();
    for seconds in [600, -600, 0] {
        ahead.store(seconds, Ordering::Relaxed);
        for attempts in [2, 1] {
            let response = im::user::Block::new("alice").send_with_meta(&client).await.unwrap();
            assert_eq!(response.attempts(), attempts, "{seconds} s");
        }
        let offset = client.clock_offset_millis();
        assert!((offset - seconds * 1_000).abs() <= 2_000, "{offset} for {seconds} s");
    }
    // The secret is wrong: the error does not mention the clock.
    let stranger = Client::builder(Credentials::new("app-key", "other")).host(sandbox.url()).build().unwrap();
    let error = im::user::Block::new("alice").send(&stranger).await.unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert!(error.to_string().contains("so AppKey or AppSecret is wrong"), "{error}");
    // Both are wrong: the error names both, also in the next call, which begins with the corrected time.
    ahead.store(600, Ordering::Relaxed);
    for attempts in [2, 1] {
        let error = im::user::Block::new("alice").send(&stranger).await.unwrap_err();
        let line = error.to_string();
        assert_eq!(error.attempts().len(), attempts, "{line}");
        let off = line.split("this machine's clock is ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
        assert!((598..=602).contains(&off.parse::<u32>().unwrap()), "{line}");
        assert!(line.contains("s behind the server's") && line.contains("so AppKey or AppSecret is wrong"), "{line}");
    }
    sandbox.shutdown().await;
}
