//! The signature of an attempt.

use std::fmt;
use std::io;
use std::slice;

use sha1::block_api::compress;
use sha1::{Digest, Sha1};

use crate::base::clock::Clock;
use crate::base::cur_time::{DIGITS, Second};
use crate::base::random::Random;
use crate::base::secret::Secret;

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
        let cur_time = Second::of(clock.now());
        let mut bytes = [0; 16];
        random.fill(&mut bytes)?;
        let nonce = nonce(bytes);
        let check_sum = check_sum(secret.expose().as_bytes(), &nonce, &cur_time);
        Ok(Self { nonce, cur_time: cur_time.number(), check_sum })
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

// Two ways to write hex, neither of them the crate's: that one writes byte by byte, and wide loads (SHA-1's, and those of whoever moves the
// signature) wait until such bytes have settled, a sixth of the time that a signature takes.

/// Lowercase hex, in a form that compiles to vector instructions.
fn nonce(bytes: [u8; 16]) -> [u8; 32] {
    let digit = |value| value + if value < 10 { b'0' } else { b'a' - 10 };
    let mut nonce = [0; 32];
    for (pair, byte) in nonce.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 0x0f)];
    }
    nonce
}

/// Lowercase hex of `SHA1(secret + nonce + cur_time)`.
fn check_sum<const NONCE: usize>(secret: &[u8], nonce: &[u8; NONCE], cur_time: &Second) -> [u8; 40] {
    let digest = short_digest(secret, nonce, cur_time)
        .unwrap_or_else(|| long_digest([secret, nonce, itoa::Buffer::new().format(cur_time.number()).as_bytes()]));
    let mut sum = [0; 40];
    for (digits, word) in sum.as_chunks_mut().0.iter_mut().zip(digest) {
        *digits = hex_digits(word);
    }
    sum
}

/// SHA-1 of a message that fits into one block, as it does with secrets of the vendor's length. To hash a ready block (FIPS 180-4, 5.1.1:
/// the message, a one bit, zeros, its length in bits) is cheaper than to hand its parts to a hasher, as long as nobody moves it.
fn short_digest<const NONCE: usize>(secret: &[u8], nonce: &[u8; NONCE], cur_time: &Second) -> Option<[u32; 5]> {
    let mut block = [0; 64];
    let (message, bits) = block.split_last_chunk_mut()?;
    let (start, rest) = message.split_at_mut_checked(secret.len())?;
    start.copy_from_slice(secret);
    let (middle, rest) = rest.split_first_chunk_mut()?;
    *middle = *nonce;
    let (end, rest) = rest.split_first_chunk_mut()?;
    *end = *cur_time.digits()?;
    *rest.first_mut()? = 0x80;
    *bits = (8 * u64::try_from(secret.len() + NONCE + DIGITS).ok()?).to_be_bytes();
    // What SHA-1 starts from (FIPS 180-4, 5.3.1).
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    compress(&mut state, slice::from_ref(&block));
    Some(state)
}

fn long_digest(parts: [&[u8]; 3]) -> [u32; 5] {
    let digest = parts.iter().fold(Sha1::new(), Sha1::chain_update).finalize();
    let mut words = [0; 5];
    for (word, bytes) in words.iter_mut().zip(digest.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}

/// Eight digits at once, each in a byte of one number: the words of a digest are in registers.
fn hex_digits(word: u32) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let pairs = u64::from(word);
    let pairs = (pairs | pairs << 16) & 0x0000_ffff_0000_ffff;
    let pairs = (pairs | pairs << 8) & 0x00ff_00ff_00ff_00ff;
    let digits = (pairs | pairs << 4) & (0x0f * EACH);
    let is_letter = (digits + 6 * EACH) >> 4 & EACH;
    let to_letter = u64::from(b'a' - b'9' - 1);
    (digits + u64::from(b'0') * EACH + is_letter * to_letter).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use super::*;
    use crate::base::random::SystemRandom;

    fn second(number: u64) -> Second {
        Second::of(UNIX_EPOCH + Duration::from_secs(number))
    }

    /// The CheckSum of fixed values, computed with another SHA-1.
    #[test]
    fn known_answer() {
        let sum = check_sum(b"demo-app-secret", b"0123456789abcdef", &second(1_443_592_222));
        assert_eq!(str::from_utf8(&sum).unwrap(), "47d581d97cd3c14dd1267783111f54585b2119b8");
    }

    /// On both sides of what fits into one block, and of the age of ten digits.
    #[test]
    fn secrets_of_any_length_are_hashed_alike() {
        for (length, number) in
            (0..150).flat_map(|length| [(length, 1_443_592_222), (length, 7), (length, 10_000_000_000)])
        {
            let secret = "s".repeat(length);
            let sum = check_sum(secret.as_bytes(), b"0123456789abcdef", &second(number));
            let mut whole = [0; 40];
            hex::encode_to_slice(Sha1::digest(format!("{secret}0123456789abcdef{number}")), &mut whole).unwrap();
            assert_eq!(sum, whole, "{length} {number}");
        }
    }

    #[test]
    fn every_hex_digit_in_every_place() {
        for byte in 0..=u8::MAX {
            let word = [byte, !byte, byte.rotate_left(4), byte.wrapping_mul(7)];
            let mut expected = [0; 8];
            hex::encode_to_slice(word, &mut expected).unwrap();
            assert_eq!(hex_digits(u32::from_be_bytes(word)), expected);
            assert_eq!(nonce([word; 4].as_flattened().try_into().unwrap()), [expected; 4].as_flattened());
        }
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
