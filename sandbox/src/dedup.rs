//! Recognises repeated requests.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::clock::later;
use crate::shared_dedup_store::{Entry, SharedDedupStore};

/// An endpoint and a request id. The app key is not part of it, because the sandbox has only one.
type Key = (String, String);

/// Whether a request id was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestIdState {
    /// Not seen within the window. It is stored now.
    New,
    /// Seen within the window.
    Repeated {
        /// Whether the content was the same.
        same_content: bool,
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
    /// Requests by the end of their window, to find expired ones.
    ends: BTreeSet<(SystemTime, Key)>,
    /// The file that is shared with other sandboxes.
    ledger: Option<SharedDedupStore>,
}

impl Dedup {
    /// Uses a shared file as well.
    pub(crate) fn with_ledger(path: &Path) -> io::Result<Self> {
        let store = Store { ledger: Some(SharedDedupStore::open(path)?), ..Store::default() };
        Ok(Self { store: Mutex::new(store) })
    }

    /// Looks a request up, and stores it if it is new. The window begins with the first request, and a repeat does not
    /// extend it. Without a window or an id every request is new.
    pub(crate) fn record(
        &self,
        endpoint: &str,
        request_id: &str,
        content: Fingerprint,
        now: SystemTime,
        window: Option<Duration>,
    ) -> io::Result<RequestIdState> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let until = window.filter(|_| !request_id.is_empty()).map(|window| later(now, window));
        let entry = Entry::new(endpoint, request_id, until, content);
        store.read_ledger()?;
        let seen = store.record(&entry, now);
        if let Some(ledger) = &mut store.ledger {
            let added = if seen == RequestIdState::New { ledger.add(&entry) } else { Ok(()) };
            added.and(ledger.unlock())?;
        }
        Ok(seen)
    }
}

impl Store {
    /// Locks the shared file, and stores the new entries of other sandboxes.
    fn read_ledger(&mut self) -> io::Result<()> {
        let Some(ledger) = &mut self.ledger else { return Ok(()) };
        for entry in ledger.lock()? {
            self.store(&entry);
        }
        Ok(())
    }

    fn record(&mut self, entry: &Entry, now: SystemTime) -> RequestIdState {
        self.remove_expired(now);
        let Some(_) = entry.until() else { return RequestIdState::New };
        if let Some((_, stored)) = self.requests.get(&entry.key()) {
            return RequestIdState::Repeated { same_content: *stored == entry.content };
        }
        self.store(entry);
        RequestIdState::New
    }

    /// Stores a request with the end of its window.
    fn store(&mut self, entry: &Entry) {
        let Some(until) = entry.until() else { return };
        let key = entry.key();
        if let Some((until, _)) = self.requests.insert(key.clone(), (until, entry.content)) {
            self.ends.remove(&(until, key.clone()));
        }
        self.ends.insert((until, key));
    }

    /// Removes the requests whose window is over.
    fn remove_expired(&mut self, now: SystemTime) {
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
            let now = start + Duration::from_secs(after);
            dedup.record("e", id, [content; 20], now, Some(Duration::from_secs(60))).unwrap()
        };
        assert_eq!(see("a", 1, 0), RequestIdState::New);
        assert_eq!(see("a", 1, 59), RequestIdState::Repeated { same_content: true });
        assert_eq!(see("a", 2, 59), RequestIdState::Repeated { same_content: false });
        assert_eq!(see("b", 1, 59), RequestIdState::New);
        assert_eq!(see("a", 1, 60), RequestIdState::New);
        assert_eq!(see("b", 1, 118), RequestIdState::Repeated { same_content: true });
        assert_eq!(see("b", 1, 119), RequestIdState::New);
        for _ in 0..2 {
            assert_eq!(dedup.record("e", "a", [1; 20], start, None).unwrap(), RequestIdState::New);
            assert_eq!(
                dedup.record("e", "", [1; 20], start, Some(Duration::from_secs(60))).unwrap(),
                RequestIdState::New
            );
        }
    }

    #[test]
    fn a_window_without_end_has_none() {
        for window in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(1 << 62)] {
            let dedup = Dedup::default();
            let see = |now: SystemTime| dedup.record("e", "a", [1; 20], now, Some(window)).unwrap();
            let start = SystemTime::UNIX_EPOCH;
            assert_eq!(see(start), RequestIdState::New);
            for years in [0, 1, 1_000_000] {
                let now = start + Duration::from_secs(years * 365 * 86_400);
                assert_eq!(see(now), RequestIdState::Repeated { same_content: true }, "{window:?} {years}");
            }
        }
    }
}
