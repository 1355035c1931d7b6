//! The signature of an attempt.

use std::fmt;
use std::io;
use std::time::UNIX_EPOCH;

use sha1::{Digest, Sha1};

use super::clock::Clock;
use super::random::{Random, fill_hex_id};
use crate::runtime::secret::Secret;

/// What proves to the server, for five minutes, that a request comes from the holder of the app secret.
#[derive(Clone)]
pub struct Signature {
    nonce: [u8; 32],
    cur_time: u64,
    check_sum: [u8; 40],
}

impl Signature {
    /// Signs now, with a new nonce.
    ///
    /// # Errors
    /// If the random source fails.
    pub fn new(secret: &Secret, clock: &dyn Clock, random: &dyn Random) -> io::Result<Self> {
        let since_1970 = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut signature = Self { nonce: [0; 32], cur_time: since_1970.as_secs(), check_sum: [0; 40] };
        fill_hex_id(random, &mut signature.nonce)?;
        let mut cur_time = itoa::Buffer::new();
        let cur_time = cur_time.format(signature.cur_time).as_bytes();
        fill_check_sum(secret.expose().as_bytes(), &signature.nonce, cur_time, &mut signature.check_sum)?;
        Ok(signature)
    }

    /// `Nonce`: 32 hex digits.
    #[must_use]
    pub fn nonce(&self) -> &[u8; 32] {
        &self.nonce
    }

    /// `CurTime`: seconds since 1970-01-01 UTC.
    #[must_use]
    pub fn cur_time(&self) -> u64 {
        self.cur_time
    }

    /// `CheckSum`: 40 hex digits. It is as good as the secret for five minutes: keep it out of logs.
    #[must_use]
    pub fn check_sum(&self) -> &[u8; 40] {
        &self.check_sum
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").field("cur_time", &self.cur_time).finish_non_exhaustive()
    }
}

/// Lowercase hex of `SHA1(secret + nonce + cur_time)`. In place: moving freshly written bytes costs more than making them.
fn fill_check_sum(secret: &[u8], nonce: &[u8], cur_time: &[u8], hex: &mut [u8; 40]) -> io::Result<()> {
    let mut sha1 = Sha1::new();
    sha1.update(secret);
    sha1.update(nonce);
    sha1.update(cur_time);
    hex::encode_to_slice(sha1.finalize(), hex).map_err(|error| io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::client::random::SystemRandom;

    /// The known answer of shared/catalog/im-protocol.md.
    #[test]
    fn known_answer() {
        let mut sum = [0; 40];
        fill_check_sum(b"demo-app-secret", b"0123456789abcdef", b"1443592222", &mut sum).unwrap();
        assert_eq!(str::from_utf8(&sum).unwrap(), "47d581d97cd3c14dd1267783111f54585b2119b8");
    }

    #[test]
    fn each_signature_is_new_and_shows_nothing() {
        let secret = Secret::from("demo-app-secret");
        let random = SystemRandom::default();
        let clock: SystemTime = UNIX_EPOCH + Duration::from_millis(1_443_592_222_999);
        let first = Signature::new(&secret, &clock, &random).unwrap();
        let second = Signature::new(&secret, &clock, &random).unwrap();
        assert_eq!(first.cur_time(), 1_443_592_222);
        assert_ne!(first.nonce(), second.nonce());
        assert_ne!(first.check_sum(), second.check_sum());
        assert!(first.nonce().iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
        assert_eq!(format!("{first:?}"), "Signature { cur_time: 1443592222, .. }");
    }
}
