//! Blocking calls, for programs without an async runtime. One thread of this crate runs all of them.

use std::cell::Cell;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, OnceLock, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::client::items::ItemStream;
use crate::client::page_stream::PageStream;
use crate::client::pages::Paged;
use crate::client::send_future::SendFuture;
use crate::error::{Error, Result};

/// Blocks until a call is complete, and returns its result. The caller's thread only sleeps, so this works everywhere,
/// even inside an async runtime (where it blocks the thread).
pub(crate) fn wait<T: Send + 'static>(sending: SendFuture<T>) -> Result<T> {
    match sending.deadline {
        Some(deadline) => drive(deadline, sending)?,
        None => completed(sending),
    }
}

/// Returns the result of a call that is already complete.
fn completed<T>(sending: SendFuture<T>) -> Result<T> {
    match pin!(sending).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Error::config("the call did not begin")),
    }
}

/// Blocking iterator over the items of all pages; created by [`Paged::items_blocking`]. It ends after an error.
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is used"]
pub struct Iter<E: Paged>(Option<ItemStream<E>>);

impl<E: Paged> Iter<E> {
    pub(crate) fn new(items: ItemStream<E>) -> Self {
        Self(Some(items))
    }
}

impl<E: Paged + 'static> Iterator for Iter<E> {
    type Item = Result<E::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut items = self.0.take()?;
        if let Some(item) = items.next_on_page() {
            self.0 = Some(items);
            return Some(Ok(item));
        }
        let deadline = items.begin_page().unwrap_or_default();
        let next = drive(deadline, async move {
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

/// Blocking iterator over the pages of a list; created by [`Paged::pages_blocking`]. It ends after an error.
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is used"]
pub struct Pages<E: Paged>(Option<PageStream<E>>);

impl<E: Paged> Pages<E> {
    pub(crate) fn new(pages: PageStream<E>) -> Self {
        Self(Some(pages))
    }
}

impl<E: Paged + 'static> Iterator for Pages<E>
where
    E::Reply: Clone,
{
    type Item = Result<E::Reply>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut pages = self.0.take()?;
        let deadline = pages.begin_page()?;
        let next = drive(deadline, async move {
            let page = pages.next().await;
            (page, pages)
        });
        match next {
            Ok((page, pages)) => {
                self.0 = Some(pages);
                page
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// How long a call may exceed its deadline before it is aborted. It usually ends by itself at the deadline.
const GRACE: Duration = Duration::from_secs(1);

/// Runs a future on the thread for blocking calls, and blocks until it is complete. It ends by itself at the deadline;
/// if it does not, because the thread is blocked, it is aborted.
fn drive<T: Send + 'static>(deadline: Duration, future: impl Future<Output = T> + Send + 'static) -> Result<T> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let start = Arc::new(Start::default());
    let task = driver()?.spawn({
        let start = Arc::clone(&start);
        async move {
            if start.begin() {
                // Sending fails if the caller has stopped waiting.
                let _ = sender.send(future.await);
            }
        }
    });
    match receiver.recv_timeout(deadline.saturating_add(GRACE)) {
        Ok(output) => Ok(output),
        Err(RecvTimeoutError::Disconnected) => Err(Error::ended_by_panic()),
        Err(RecvTimeoutError::Timeout) => {
            let never_began = start.cancel();
            task.abort();
            receiver.try_recv().map_err(|_| Error::blocking_thread_held_up(never_began))
        }
    }
}

/// Whether a call has started (true) or was cancelled before it started (false). Not set until one of them happens.
#[derive(Default)]
struct Start(OnceLock<bool>);

impl Start {
    /// Marks the call as started. Returns false if it was cancelled.
    fn begin(&self) -> bool {
        *self.0.get_or_init(|| true)
    }

    /// Cancels the call. Returns false if it has already started.
    fn cancel(&self) -> bool {
        !*self.0.get_or_init(|| false)
    }
}

thread_local! {
    static IS_DRIVER: Cell<bool> = const { Cell::new(false) };
}

/// Returns a handle to the runtime for blocking calls, which is started on first use.
fn driver() -> Result<&'static Handle> {
    static DRIVER: OnceLock<Option<Handle>> = OnceLock::new();
    /// Id of the process that started the thread; 0 if it is not started.
    static PROCESS: AtomicU32 = AtomicU32::new(0);

    if IS_DRIVER.get() {
        return Err(Error::config(
            "a blocking call was made on the thread that drives blocking calls, by a transport, a subscriber or another part of a call; it would wait for itself, so call from another thread, or await `send`",
        ));
    }
    // Checked before the lock of `DRIVER` is used, because a fork may have left it locked.
    let process = std::process::id();
    let owner =
        PROCESS.compare_exchange(0, process, Ordering::Relaxed, Ordering::Relaxed).unwrap_or_else(|owner| owner);
    if owner != 0 && owner != process {
        return Err(Error::config(
            "this process was forked from one that had made blocking calls, and the thread that drives them is only in that one; make the first blocking call after the fork, or await `send` in a new runtime",
        ));
    }
    let handle = DRIVER.get_or_init(|| start().ok());
    handle.as_ref().ok_or_else(|| Error::config("the thread that drives blocking calls cannot be started"))
}

/// Starts a thread with a runtime that runs forever.
fn start() -> std::io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new().name("yunxin-blocking".to_owned()).spawn(move || {
        IS_DRIVER.set(true);
        runtime.block_on(std::future::pending::<()>());
    })?;
    Ok(handle)
}
