//! How many attempts may be under way to one host: each takes memory and a connection, so a host that is slow would otherwise take
//! whatever there is.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::sleep::SleepFuture;

/// The places of one host. Who waits longest gets the next one.
#[derive(Debug)]
pub(crate) struct Places(Semaphore);

/// Dropped, it is free for another attempt.
pub(crate) type Place<'p> = SemaphorePermit<'p>;

impl Places {
    pub(crate) fn new(most: usize) -> Self {
        Self(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))
    }

    /// A place, if one is free and nobody waits for it.
    pub(crate) fn take(&self) -> Option<Place<'_>> {
        self.0.try_acquire().ok()
    }

    /// Waits for a place until the time is over.
    pub(crate) async fn wait(&self, mut over: SleepFuture) -> Option<Place<'_>> {
        let mut place = pin!(self.0.acquire());
        poll_fn(|context| match place.as_mut().poll(context) {
            Poll::Ready(place) => Poll::Ready(place.ok()),
            Poll::Pending => over.as_mut().poll(context).map(|()| None),
        })
        .await
    }
}
