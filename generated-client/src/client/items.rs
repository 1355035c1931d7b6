//! The items of all pages, one after the other.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
#[cfg(feature = "blocking")]
use std::time::Duration;
use std::vec;

use futures_core::Stream;

use crate::client::Client;
use crate::client::call::{Call, SendFuture};
use crate::client::pages::Paged;
use crate::error::Result;

/// The items of all pages; made by [`Paged::items`]. Calls for a page when it is needed, and not before. After an error it is over.
#[must_use = "nothing is asked for until the items are"]
pub struct ItemStream<E: Paged> {
    client: Client,
    /// The call for the next page, if there is one.
    call: Option<Call<E>>,
    under_way: Option<SendFuture<E::Reply>>,
    page: vec::IntoIter<E::Item>,
}

impl<E: Paged> ItemStream<E> {
    pub(crate) fn new(client: Client, call: Call<E>) -> Self {
        Self { client, call: Some(call), under_way: None, page: Vec::new().into_iter() }
    }

    /// The next item; nothing when there is none left.
    pub async fn next(&mut self) -> Option<Result<E::Item>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// An item of the page that was got last.
    #[cfg(feature = "blocking")]
    pub(crate) fn at_hand(&mut self) -> Option<E::Item> {
        self.page.next()
    }

    /// Begins the call for the next page, if there is one, and gives the time that it may take.
    #[cfg(feature = "blocking")]
    pub(crate) fn begin_page(&mut self) -> Option<Duration> {
        let call = self.call.as_ref()?;
        self.under_way.get_or_insert_with(|| call.send(&self.client)).deadline
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<E::Item>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(call) = &mut self.call else { return Poll::Ready(None) };
            let sending = self.under_way.get_or_insert_with(|| call.send(&self.client));
            let reply = ready!(Pin::new(sending).poll(context));
            self.under_way = None;
            match reply {
                Ok(reply) => {
                    let (items, more) = call.next_page(reply);
                    self.page = items.into_iter();
                    if !more {
                        self.call = None;
                    }
                }
                Err(error) => {
                    self.call = None;
                    return Poll::Ready(Some(Err(error)));
                }
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
        f.debug_struct("Items").field("next", &self.call).field("ready", &self.page.len()).finish_non_exhaustive()
    }
}
