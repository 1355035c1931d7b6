//! Stream of the items of a paged list.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
#[cfg(feature = "blocking")]
use std::time::Duration;
use std::vec;

use futures_core::Stream;

use crate::client::Client;
use crate::client::call::Call;
use crate::client::page_stream::PageCalls;
use crate::client::pages::Paged;
use crate::error::Result;

/// Stream of the items of all pages; created by [`Paged::items`]. It requests a page when it is polled for the first
/// item of that page, and ends after an error.
#[must_use = "a stream does nothing until it is polled"]
pub struct ItemStream<E: Paged> {
    calls: PageCalls<E>,
    /// Items of the current page that were not yet returned.
    page: vec::IntoIter<E::Item>,
}

impl<E: Paged> ItemStream<E> {
    pub(crate) fn new(client: Client, call: Call<E>) -> Self {
        Self { calls: PageCalls::new(client, call), page: Vec::new().into_iter() }
    }

    /// Returns the next item; `None` after the last one or after an error.
    pub async fn next(&mut self) -> Option<Result<E::Item>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// Returns the next item of the current page; `None` if the page has no more items.
    #[cfg(feature = "blocking")]
    pub(crate) fn next_on_page(&mut self) -> Option<E::Item> {
        self.page.next()
    }

    /// Starts the call for the next page and returns its maximum duration; `None` if there is no next page or the call
    /// has no deadline.
    #[cfg(feature = "blocking")]
    pub(crate) fn begin_page(&mut self) -> Option<Duration> {
        self.calls.begin()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<E::Item>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.calls.poll_page(context)) {
                None => return Poll::Ready(None),
                Some(Ok(reply)) => self.page = self.calls.advance(reply).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<E: Paged> Stream for ItemStream<E> {
    type Item = Result<E::Item>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

impl<E: Paged + fmt::Debug> fmt::Debug for ItemStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream").field("calls", &self.calls).field("ready", &self.page.len()).finish()
    }
}
