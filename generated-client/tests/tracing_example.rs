//! The spans that the example `tracing` shows. A process of its own: while only one thread has a subscriber, a call on
//! another thread can turn its spans off.

#![cfg(feature = "im")]

use std::error::Error;
use std::sync::Arc;

#[path = "../examples/tracing.rs"]
#[allow(dead_code, reason = "its main is not called")]
mod tracing_spans;

type Result = std::result::Result<(), Box<dyn Error>>;

#[test]
fn tracing_shows_calls_and_attempts() -> Result {
    let file = tempfile::NamedTempFile::new()?;
    tracing_spans::trace(Arc::new(file.reopen()?))?;
    let text = std::fs::read_to_string(file.path())?;
    let calls = text.lines().filter(|line| line.contains("yunxin.call{") && !line.contains("yunxin.attempt{")).count();
    let attempts = text.lines().filter(|line| line.contains("yunxin.attempt{")).count();
    assert_eq!((calls, attempts), (2, 2), "{text}");
    assert!(text.contains(r#"yunxin.outcome="refused""#) && !text.contains("t0k3n"), "{text}");
    Ok(())
}
