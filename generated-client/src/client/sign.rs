//! The signature of an attempt.

use std::time::UNIX_EPOCH;
use std::{fmt, io};

use crate::base::clock::Clock;
use crate::base::digest::sha1_hex;
use crate::base::random::{Random, hex_id};
use crate::base::secret::Secret;

/// The signature of a request. For five minutes it proves to the server that the sender has the app secret.
#[derive(Clone)]
pub struct Signature {
    nonce: [u8; 32],
    cur_time: u64,
    check_sum: [u8; 40],
}

impl Signature {
    /// Signs with the present time and a new nonce. Times before 1970 count as 1970.
    ///
    /// # Errors
    /// If the random source fails.
    pub fn new(secret: &Secret, clock: &dyn Clock, random: &dyn Random) -> io::Result<Self> {
        let cur_time = clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let nonce = hex_id(random)?;
        let check_sum = check_sum(secret.expose(), &nonce, cur_time);
        Ok(Self { nonce, cur_time, check_sum })
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

    /// `CheckSum`: 40 hex digits. Valid for five minutes, so keep it out of logs.
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

/// Lower-case hex of `SHA1(secret + nonce + cur_time)`.
fn check_sum(secret: &str, nonce: &[u8], cur_time: u64) -> [u8; 40] {
    sha1_hex([secret.as_bytes(), nonce, itoa::Buffer::new().format(cur_time).as_bytes()])
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::base::random::SystemRandom;

    /// The CheckSum of fixed values, computed with another SHA-1.
    #[test]
    fn known_answer() {
        let sum = check_sum("demo-app-secret", b"0123456789abcdef", 1_443_592_222);
        assert_eq!(str::from_utf8(&sum).unwrap(), "47d581d97cd3c14dd1267783111f54585b2119b8");
    }

    #[test]
    fn the_time_is_in_whole_seconds_since_1970() {
        let cur_time = |clock: SystemTime| {
            Signature::new(&Secret::from("secret"), &clock, &SystemRandom::default()).unwrap().cur_time()
        };
        assert_eq!(cur_time(UNIX_EPOCH + Duration::from_millis(1_443_592_222_999)), 1_443_592_222);
        assert_eq!(cur_time(UNIX_EPOCH - Duration::from_secs(7)), 0);
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
