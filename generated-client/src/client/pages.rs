//! Endpoints whose replies are pages of a list, and the functions that move a request to the next page.

use crate::client::Client;
#[cfg(feature = "blocking")]
use crate::client::blocking;
use crate::client::call::Call;
use crate::client::endpoint::Endpoint;
use crate::client::items::ItemStream;
use crate::client::page_stream::PageStream;
use crate::wire::time::{UnixMillis, UnixSeconds};

/// A request whose reply is a page of a list.
///
/// Generated code implements it for endpoints whose spec defines how to get the next page.
pub trait Paged: Endpoint + Unpin + Sized {
    /// An item of the list.
    type Item: Send + Unpin + 'static;

    /// Moves this request to the page after this reply. Returns the items of the reply, and whether there is a next
    /// page.
    fn next_page(&mut self, reply: Self::Reply) -> (Vec<Self::Item>, bool);

    /// Returns all items from this page on: a [`Stream`](futures_core::Stream) that requests the next page when it is
    /// needed.
    ///
    /// ```
    /// # async fn example<E: yunxin::Paged>(request: E, client: yunxin::Client) -> yunxin::Result<()> {
    /// let mut items = request.items(&client);
    /// while let Some(item) = items.next().await {
    ///     let item = item?;
    /// }
    /// # Ok(()) }
    /// ```
    fn items(self, client: &Client) -> ItemStream<Self> {
        ItemStream::new(client.clone(), Call::new(self))
    }

    /// Returns all pages from this one on, each as the whole reply: a [`Stream`](futures_core::Stream) that requests
    /// the next page when it is needed.
    ///
    /// ```
    /// # async fn example<E: yunxin::Paged<Reply: Clone>>(request: E, client: yunxin::Client) -> yunxin::Result<()> {
    /// let mut pages = request.pages(&client);
    /// while let Some(page) = pages.next().await {
    ///     let reply = page?;
    /// }
    /// # Ok(()) }
    /// ```
    fn pages(self, client: &Client) -> PageStream<Self>
    where
        Self::Reply: Clone,
    {
        PageStream::new(client.clone(), Call::new(self))
    }

    /// Returns all items like [`items`](Paged::items), for programs without an async runtime.
    #[cfg(feature = "blocking")]
    fn items_blocking(self, client: &Client) -> blocking::Iter<Self> {
        blocking::Iter::new(self.items(client))
    }

    /// Returns all pages like [`pages`](Paged::pages), for programs without an async runtime.
    #[cfg(feature = "blocking")]
    fn pages_blocking(self, client: &Client) -> blocking::Pages<Self>
    where
        Self::Reply: Clone,
    {
        blocking::Pages::new(self.pages(client))
    }
}

/// A value that identifies the beginning of a page.
pub trait Cursor: PartialEq {
    /// Returns whether it means that there is no next page.
    fn is_end(&self) -> bool;
}

/// A number that counts items or pages.
pub trait Count: Cursor + Copy + PartialOrd {
    /// Returns the sum; `None` if it does not fit.
    fn plus(self, count: u64) -> Option<Self>;

    /// Converts a count; `None` if it does not fit.
    fn from_count(count: u64) -> Option<Self>;
}

/// A parameter that holds a cursor or a count, required or optional.
pub trait PageParam {
    /// The type of its value.
    type Value: Cursor;

    /// Returns the value; `None` if the parameter is absent.
    fn value(&self) -> Option<&Self::Value>;

    /// Sets the value.
    fn put(&mut self, value: Self::Value);
}

impl<T: Cursor> PageParam for Option<T> {
    type Value = T;

    fn value(&self) -> Option<&T> {
        self.as_ref()
    }

    fn put(&mut self, value: T) {
        *self = Some(value);
    }
}

macro_rules! cursors {
    ($($cursor:ident: $value:ident => $is_end:expr;)*) => {$(
        impl Cursor for $cursor {
            fn is_end(&self) -> bool {
                let $value = self;
                $is_end
            }
        }

        impl PageParam for $cursor {
            type Value = Self;

            fn value(&self) -> Option<&Self> {
                Some(self)
            }

            fn put(&mut self, value: Self) {
                *self = value;
            }
        }
    )*};
}

cursors! {
    String: text => text.is_empty();
    UnixMillis: moment => moment.get() == 0;
    UnixSeconds: moment => moment.get() == 0;
    i32: number => *number == 0;
    i64: number => *number == 0;
    u64: number => *number == 0;
}

macro_rules! counts {
    ($($number:ident)*) => {$(
        impl Count for $number {
            fn plus(self, count: u64) -> Option<Self> {
                self.checked_add(Self::from_count(count)?)
            }

            fn from_count(count: u64) -> Option<Self> {
                Self::try_from(count).ok()
            }
        }
    )*};
}

counts! { i32 i64 u64 }

/// Sets a cursor parameter to the beginning of the next page. Returns false if there is no next page or the cursor did
/// not change: then the request would get the same page forever.
pub fn set_cursor<S: PageParam>(param: &mut S, to: S::Value) -> bool {
    if to.is_end() || param.value() == Some(&to) {
        return false;
    }
    param.put(to);
    true
}

/// Adds `count` to a parameter that counts items or pages; an absent one starts at `first`. Returns whether it changed.
pub fn add<S: PageParam<Value: Count>>(param: &mut S, first: u64, count: usize) -> bool {
    let Some(begin) = param.value().copied().or_else(|| Count::from_count(first)) else { return false };
    match u64::try_from(count).ok().and_then(|count| begin.plus(count)) {
        Some(next) if count > 0 => {
            param.put(next);
            true
        }
        _ => false,
    }
}

/// Returns whether a page has as many items as the limit allows; without a limit, whether it has any.
#[must_use]
pub fn is_full<T: Count>(limit: Option<T>, items: usize) -> bool {
    match (limit, u64::try_from(items).ok().and_then(T::from_count)) {
        // Servers treat a limit of 0 or less as "all on one page".
        (Some(limit), _) if Some(limit) <= T::from_count(0) => false,
        (Some(limit), Some(items)) => items >= limit,
        _ => items > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_moves_until_it_is_blank_or_stays() {
        let mut token: Option<String> = None;
        assert!(set_cursor(&mut token, "a".to_owned()));
        assert_eq!(token.as_deref(), Some("a"));
        assert!(!set_cursor(&mut token, "a".to_owned()));
        assert!(!set_cursor(&mut token, String::new()));
        let mut since = UnixMillis::from(5);
        assert!(set_cursor(&mut since, UnixMillis::from(7)));
        assert_eq!(since.get(), 7);
        assert!(!set_cursor(&mut since, UnixMillis::from(0)));
    }

    #[test]
    fn a_count_begins_where_the_server_does_and_does_not_overflow() {
        let mut offset: Option<i32> = None;
        assert!(add(&mut offset, 0, 20));
        assert_eq!(offset, Some(20));
        assert!(!add(&mut offset, 0, 0));
        let mut page: Option<u64> = None;
        assert!(add(&mut page, 1, 1));
        assert_eq!(page, Some(2));
        let mut full = i32::MAX;
        assert!(!add(&mut full, 0, 1));
    }

    #[test]
    fn a_short_page_is_not_full() {
        assert!(is_full(Some(2), 2));
        assert!(!is_full(Some(2), 1));
        assert!(!is_full(Some(-1), 7));
        assert!(!is_full(Some(0), 7));
        assert!(is_full(None::<i64>, 1));
        assert!(!is_full(None::<i64>, 0));
    }
}
