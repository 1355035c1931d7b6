//! The examples run against the sandbox, and check their own results.

#![cfg(all(feature = "im", feature = "im_v2", feature = "testing", feature = "token"))]

use std::error::Error;
use std::sync::{Arc, Mutex};

#[path = "../examples/batches.rs"]
mod batches;
#[path = "../examples/errors.rs"]
mod errors;
#[path = "../examples/own_transport.rs"]
mod own_transport;
#[path = "../examples/pagination.rs"]
mod pagination;
#[path = "../examples/tokens.rs"]
mod tokens;
#[path = "../examples/tracing.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod tracing_spans;
// Its unit tests run here too.
#[path = "../examples/unit_tests.rs"]
mod unit_tests;

type Result = std::result::Result<(), Box<dyn Error>>;

#[test]
fn batches_run() -> Result {
    batches::main()
}

#[test]
fn errors_run() -> Result {
    errors::main()
}

#[test]
fn own_transport_runs() -> Result {
    own_transport::main()
}

#[test]
fn pagination_runs() -> Result {
    pagination::main()
}

#[test]
fn tokens_run() -> Result {
    tokens::main()
}

#[test]
fn tracing_shows_calls_and_attempts() -> Result {
    let written = Arc::new(Mutex::new(Vec::new()));
    tracing_spans::trace(Arc::clone(&written))?;
    let written = std::mem::take(&mut *written.lock().map_err(|error| error.to_string())?);
    let text = String::from_utf8(written)?;
    let calls = text.lines().filter(|line| line.contains("yunxin.call{") && !line.contains("yunxin.attempt{")).count();
    let attempts = text.lines().filter(|line| line.contains("yunxin.attempt{")).count();
    assert_eq!((calls, attempts), (2, 2), "{text}");
    assert!(text.contains(r#"yunxin.outcome="refused""#) && !text.contains("t0k3n"), "{text}");
    Ok(())
}

#[test]
fn unit_tests_run() -> Result {
    unit_tests::main()
}
