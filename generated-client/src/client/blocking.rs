//! Calls for programs without an async runtime: one thread of this crate drives them all.

use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle};

use super::call::Sending;
use super::items::Items;
use crate::error::{Error, Result};
use crate::runtime::pages::Paged;

/// Waits for a call. The caller's thread sleeps and runs nothing, so this works everywhere, inside an async runtime too (where it
/// holds up the thread it is called on).
pub(crate) fn wait<T: Send + 'static>(sending: Sending<T>) -> Result<T> {
    drive(sending)?
}

/// The items of all pages, for programs without an async runtime; made by [`Paged::items_blocking`]. After an error it is over.
#[derive(Debug)]
#[must_use = "nothing is asked for until the items are"]
pub struct Iter<E: Paged>(Option<Items<E>>);

impl<E: Paged> Iter<E> {
    pub(crate) fn new(items: Items<E>) -> Self {
        Self(Some(items))
    }
}

impl<E: Paged + 'static> Iterator for Iter<E> {
    type Item = Result<E::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut items = self.0.take()?;
        if let Some(item) = items.at_hand() {
            self.0 = Some(items);
            return Some(Ok(item));
        }
        let next = drive(async move {
            let item = items.next().await;
            (item, items)
        });
        match next {
            Ok((item, items)) => {
                self.0 = Some(items);
                item
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// Runs a future on the thread that drives blocking calls, and waits for it.
fn drive<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T> {
    let (answer, answered) = mpsc::sync_channel(1);
    driver()?.spawn(async move {
        // Nobody waits any more if the caller's thread is gone.
        let _ = answer.send(future.await);
    });
    answered.recv().map_err(|_| Error::ended_by_panic())
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
