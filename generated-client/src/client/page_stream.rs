//! Stream of the pages of a list.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
#[cfg(feature = "blocking")]
use std::time::Duration;

use futures_core::Stream;

use crate::client::Client;
use crate::client::call::Call;
use crate::client::pages::Paged;
use crate::client::send_future::SendFuture;
use crate::error::Result;

/// Makes the calls for the pages of a list. After an error there are no more calls.
pub(super) struct PageCalls<E: Paged> {
    client: Client,
    /// The call for the next page; `None` after the last one.
    next: Option<Call<E>>,
    in_progress: Option<SendFuture<E::Reply>>,
}

impl<E: Paged> PageCalls<E> {
    pub(super) fn new(client: Client, mut first: Call<E>) -> Self {
        // The server might treat a second call with the same id as a repeat of the first.
        first.options.request_id = None;
        Self { client, next: Some(first), in_progress: None }
    }

    /// Starts the call for the next page and returns its maximum duration; `None` if there is no next page or the call
    /// has no deadline.
    #[cfg(feature = "blocking")]
    pub(super) fn begin(&mut self) -> Option<Duration> {
        let call = self.next.as_ref()?;
        self.in_progress.get_or_insert_with(|| call.send(&self.client)).deadline
    }

    /// Polls the call for the next page, which is started if necessary; `None` after the last page.
    pub(super) fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<E::Reply>>> {
        let Some(call) = &self.next else { return Poll::Ready(None) };
        let in_progress = self.in_progress.get_or_insert_with(|| call.send(&self.client));
        let reply = ready!(Pin::new(in_progress).poll(context));
        self.in_progress = None;
        if reply.is_err() {
            self.next = None;
        }
        Poll::Ready(Some(reply))
    }

    /// Advances to the page after this reply, and returns the items of this reply.
    pub(super) fn advance(&mut self, reply: E::Reply) -> Vec<E::Item> {
        let Some(call) = &mut self.next else { return Vec::new() };
        let (items, more) = call.request.next_page(reply);
        if !more {
            self.next = None;
        }
        items
    }
}

impl<E: Paged + fmt::Debug> fmt::Debug for PageCalls<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageCalls").field("next", &self.next).finish_non_exhaustive()
    }
}

/// Stream of the replies of all pages; created by [`Paged::pages`]. It requests a page when it is polled, and ends
/// after an error.
#[derive(Debug)]
#[must_use = "a stream does nothing until it is polled"]
pub struct PageStream<E: Paged>(PageCalls<E>);

impl<E: Paged> PageStream<E>
where
    E::Reply: Clone,
{
    pub(crate) fn new(client: Client, call: Call<E>) -> Self {
        Self(PageCalls::new(client, call))
    }

    /// Returns the next page; `None` after the last one or after an error.
    pub async fn next(&mut self) -> Option<Result<E::Reply>> {
        poll_fn(|context| self.poll_reply(context)).await
    }

    /// Starts the call for the next page and returns its maximum duration; `None` if there is no next page or the call
    /// has no deadline.
    #[cfg(feature = "blocking")]
    pub(super) fn begin_page(&mut self) -> Option<Duration> {
        self.0.begin()
    }

    fn poll_reply(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<E::Reply>>> {
        let page = ready!(self.0.poll_page(context));
        if let Some(Ok(reply)) = &page {
            self.0.advance(reply.clone());
        }
        Poll::Ready(page)
    }
}

impl<E: Paged> Stream for PageStream<E>
where
    E::Reply: Clone,
{
    type Item = Result<E::Reply>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_reply(context)
    }
}
