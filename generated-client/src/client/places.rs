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

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::Pin;
    use std::task::{Context, Waker};

    use super::*;

    fn poll<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Poll<T> {
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn who_gives_up_keeps_no_place() {
        let places = Places::new(1);
        let taken = places.take().unwrap();
        let mut waiting: Vec<_> = (0..4).map(|_| Box::pin(places.wait(Box::pin(pending())))).collect();
        assert!(waiting.iter_mut().all(|waiting| poll(waiting).is_pending()));
        // Before a place is free, and after it was handed to one that has not looked yet.
        drop(waiting.remove(0));
        drop(taken);
        drop(waiting.remove(0));
        assert!(poll(&mut waiting[1]).is_pending(), "the other one came first");
        let Poll::Ready(Some(place)) = poll(&mut waiting[0]) else { panic!("it has the place") };
        assert!(places.take().is_none());
        drop(place);
        drop(waiting);
        assert!(places.take().is_some());
    }
}
