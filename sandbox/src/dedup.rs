//! Replies to requests that may come again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// An endpoint and a request id. The sandbox has one app key, so that the key need not name it.
type Key = (String, String);

/// What is known of a request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Not seen within the window; it is stored now.
    New,
    /// Seen, with the same content or with another one.
    Before {
        /// Whether the content was the same.
        same: bool,
    },
}

/// Digest of a request's content.
pub(crate) type Fingerprint = [u8; 20];

/// Remembers successful requests for as long as the server recognises a repeat.
#[derive(Debug, Default)]
pub(crate) struct Dedup {
    store: Mutex<Store>,
}

#[derive(Debug, Default)]
struct Store {
    requests: BTreeMap<Key, (SystemTime, Fingerprint)>,
    /// By the end of their window, so that forgetting costs no search.
    ends: BTreeSet<(SystemTime, Key)>,
}

impl Dedup {
    /// Looks a request up, and stores it if it is new. The window begins with the first request, and a repeat does not lengthen it.
    pub(crate) fn see(
        &self,
        endpoint: &str,
        request_id: &str,
        content: Fingerprint,
        now: SystemTime,
        window: Duration,
    ) -> Seen {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.forget(now);
        let key = (endpoint.to_owned(), request_id.to_owned());
        if let Some((_, stored)) = store.requests.get(&key) {
            return Seen::Before { same: *stored == content };
        }
        if let Some(end) = now.checked_add(window) {
            store.ends.insert((end, key.clone()));
            store.requests.insert(key, (end, content));
        }
        Seen::New
    }
}

impl Store {
    fn forget(&mut self, now: SystemTime) {
        while let Some((end, key)) = self.ends.pop_first() {
            if end > now {
                self.ends.insert((end, key));
                return;
            }
            self.requests.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_until_its_window_ends() {
        let dedup = Dedup::default();
        let start = SystemTime::UNIX_EPOCH;
        let see = |id: &str, content: u8, after: u64| {
            dedup.see("e", id, [content; 20], start + Duration::from_secs(after), Duration::from_secs(60))
        };
        assert_eq!(see("a", 1, 0), Seen::New);
        assert_eq!(see("a", 1, 59), Seen::Before { same: true });
        assert_eq!(see("a", 2, 59), Seen::Before { same: false });
        assert_eq!(see("b", 1, 59), Seen::New);
        assert_eq!(see("a", 1, 60), Seen::New);
        assert_eq!(see("b", 1, 118), Seen::Before { same: true });
        assert_eq!(see("b", 1, 119), Seen::New);
    }
}
