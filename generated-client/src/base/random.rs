//! The random source for nonces and request ids.

use std::cell::RefCell;
use std::{fmt, io};

use chacha20::ChaCha12Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// A cryptographically secure random source. Replace it in tests.
pub trait Random: Send + Sync + 'static {
    /// Fills all the bytes.
    ///
    /// # Errors
    /// If the source fails; the call is then not sent.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// Bytes that are generated from one seed.
const SPAN: usize = 64 * 1024;

/// The default: one ChaCha12 generator per thread, seeded by the operating system, and seeded again after every 64 KiB.
/// A system call for each nonce would cost more than the signature.
///
/// After a fork without exec, parent and child generate the same bytes until the next seed.
#[derive(Clone, Copy, Default)]
pub struct SystemRandom(());

thread_local! {
    /// Per thread, not per client: a lock would cost as much as the bytes.
    static SEEDED: RefCell<Seeded> = const { RefCell::new(Seeded { generator: None, left: 0 }) };
}

/// A generator, and how many bytes it may still generate.
struct Seeded {
    generator: Option<ChaCha12Rng>,
    left: usize,
}

impl Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        let generator = match &mut self.generator {
            Some(generator) if bytes.len() <= self.left => generator,
            generator => {
                let mut seed = <ChaCha12Rng as SeedableRng>::Seed::default();
                getrandom::fill(&mut seed).map_err(|error| io::Error::other(error.to_string()))?;
                self.left = SPAN;
                generator.insert(ChaCha12Rng::from_seed(seed))
            }
        };
        self.left = self.left.saturating_sub(bytes.len());
        generator.fill_bytes(bytes);
        Ok(())
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        SEEDED.with(|seeded| seeded.try_borrow_mut().map_err(io::Error::other)?.fill(bytes))
    }
}

impl fmt::Debug for SystemRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemRandom")
    }
}

/// 16 random bytes as 32 hex digits.
pub(crate) fn hex_id(random: &dyn Random) -> io::Result<[u8; 32]> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    let mut id = [0; 32];
    hex::encode_to_slice(bytes, &mut id).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_byte_is_handed_out_twice() {
        let random = SystemRandom::default();
        let ids: BTreeSet<_> = (0..1_000).map(|_| hex_id(&random).unwrap()).collect();
        assert_eq!(ids.len(), 1_000);
        for length in [0, 1, SPAN - 1, SPAN, SPAN + 1, 3 * SPAN] {
            let mut bytes = vec![0; length];
            random.fill(&mut bytes).unwrap();
            // The chance of so many zeros at the end is nil.
            let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
            assert!(length < 16 || zeros < 16);
        }
        assert_eq!(format!("{random:?}"), "SystemRandom");
    }
}
