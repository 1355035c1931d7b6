//! A file of accepted requests that is shared by several sandboxes, like the store that the hosts of a region share.
//! Tests count its lines to find out how often a request took effect, even if a sandbox was killed.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::clock::later;
use crate::dedup::Fingerprint;

/// A line of the file: one accepted request.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    endpoint: String,
    /// Empty if the request had none.
    request_id: String,
    /// Until when a repeat is recognised, in milliseconds since 1970; absent if the product does not recognise repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
    #[serde(with = "hex")]
    pub(crate) content: Fingerprint,
}

impl Entry {
    pub(crate) fn new(endpoint: &str, request_id: &str, until: Option<SystemTime>, content: Fingerprint) -> Self {
        let millis = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        Self {
            endpoint: endpoint.to_owned(),
            request_id: request_id.to_owned(),
            until: until.map(|until| u64::try_from(millis(until)).unwrap_or(u64::MAX)),
            content,
        }
    }

    pub(crate) fn key(&self) -> (String, String) {
        (self.endpoint.clone(), self.request_id.clone())
    }

    pub(crate) fn until(&self) -> Option<SystemTime> {
        Some(later(UNIX_EPOCH, Duration::from_millis(self.until?)))
    }
}

/// The open file.
#[derive(Debug)]
pub(crate) struct SharedDedupStore {
    file: File,
    /// Position up to which the file was read.
    read: u64,
}

impl SharedDedupStore {
    /// Opens or creates the file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        Ok(Self { file, read: 0 })
    }

    /// Locks the file until [`unlock`](Self::unlock), and returns the new entries of other processes. The system
    /// releases the lock of a killed process.
    pub(crate) fn lock(&mut self) -> io::Result<Vec<Entry>> {
        self.file.lock()?;
        self.file.seek(SeekFrom::Start(self.read))?;
        let mut text = Vec::new();
        self.file.read_to_end(&mut text)?;
        self.read = self.read.saturating_add(text.len() as u64);
        if text.last().is_some_and(|last| *last != b'\n') {
            // A killed process wrote an incomplete line. The next entry must begin on a new line.
            self.append(b"\n")?;
        }
        // An incomplete line is not an entry: its writer sent no response.
        Ok(text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// Adds an entry. Must be called between locking and unlocking.
    pub(crate) fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.append(&line)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.read = self.read.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Releases the lock.
    pub(crate) fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }
}
