//! The limit of attempts in flight to one host. Each takes memory and a connection, so a slow host could otherwise use
//! up both.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::client::sleep::SleepFuture;

/// The number of attempts that may be in flight to one host. Permits are granted in the order of waiting.
#[derive(Debug)]
pub(crate) struct ConcurrencyLimit(Semaphore);

/// A permit for one attempt. Dropping it frees it for another one.
pub(crate) type Permit<'p> = SemaphorePermit<'p>;

impl ConcurrencyLimit {
    pub(crate) fn new(max: usize) -> Self {
        Self(Semaphore::new(max.min(Semaphore::MAX_PERMITS)))
    }

    /// Takes a permit, if one is free and no other attempt waits for it.
    pub(crate) fn take(&self) -> Option<Permit<'_>> {
        self.0.try_acquire().ok()
    }

    /// Waits for a permit until the time is over.
    pub(crate) async fn wait(&self, mut over: SleepFuture) -> Option<Permit<'_>> {
        let mut permit = pin!(self.0.acquire());
        poll_fn(|context| match permit.as_mut().poll(context) {
            Poll::Ready(permit) => Poll::Ready(permit.ok()),
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
        let permits = ConcurrencyLimit::new(1);
        let taken = permits.take().unwrap();
        let mut waiting: Vec<_> = (0..4).map(|_| Box::pin(permits.wait(Box::pin(pending())))).collect();
        assert!(waiting.iter_mut().all(|waiting| poll(waiting).is_pending()));
        // Before a permit is free, and after it was handed to one that has not looked yet.
        drop(waiting.remove(0));
        drop(taken);
        drop(waiting.remove(0));
        assert!(poll(&mut waiting[1]).is_pending(), "the other one came first");
        let Poll::Ready(Some(permit)) = poll(&mut waiting[0]) else { panic!("it has the permit") };
        assert!(permits.take().is_none());
        drop(permit);
        drop(waiting);
        assert!(permits.take().is_some());
    }
}
