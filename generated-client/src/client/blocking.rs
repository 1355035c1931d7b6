//! Calls for programs without an async runtime: one thread of this crate drives them all.

use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle};

use super::call::Sending;
use crate::error::{Error, Result};

/// Waits for a call. The caller's thread sleeps and runs nothing, so this works everywhere, inside an async runtime too (where it
/// holds up the thread it is called on).
pub(crate) fn wait<T: Send + 'static>(sending: Sending<T>) -> Result<T> {
    let (answer, answered) = mpsc::sync_channel(1);
    driver()?.spawn(async move {
        // Nobody waits any more if the caller's thread is gone.
        let _ = answer.send(sending.await);
    });
    answered.recv().map_err(|_| Error::config("the thread that drives blocking calls is gone"))?
}

fn driver() -> Result<&'static Handle> {
    static DRIVER: OnceLock<Option<Handle>> = OnceLock::new();
    let handle = DRIVER.get_or_init(|| start().ok());
    handle.as_ref().ok_or_else(|| Error::config("the thread that drives blocking calls cannot be started"))
}

fn start() -> std::io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("yunxin-blocking".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))?;
    Ok(handle)
}
