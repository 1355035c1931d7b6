//! Where nonces and request ids come from.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Fills bytes that nobody can guess. Replace it in tests.
pub trait Random: Send + Sync + 'static {
    /// Fills all the bytes.
    ///
    /// # Errors
    /// If the source fails; the call is then not sent.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// How much is drawn from the operating system at once.
const DRAW: usize = 1024;

/// The random source of the operating system, drawn in advance: a system call costs several times what the signature costs.
///
/// Each byte is handed out once. A process that forks without replacing itself would hand out the same bytes in parent and child,
/// up to the next draw.
#[derive(Default)]
pub struct SystemRandom(Mutex<Drawn>);

/// Bytes drawn, and how many of them are left.
struct Drawn {
    bytes: [u8; DRAW],
    left: usize,
}

impl Default for Drawn {
    fn default() -> Self {
        Self { bytes: [0; DRAW], left: 0 }
    }
}

impl Drawn {
    /// Moves bytes out; they are not kept.
    fn hand_out(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        if bytes.len() > DRAW {
            return draw(bytes);
        }
        if self.left < bytes.len() {
            self.left = 0;
            draw(&mut self.bytes)?;
            self.left = DRAW;
        }
        let rest = self.left - bytes.len();
        if let Some(taken) = self.bytes.get_mut(rest..self.left) {
            bytes.copy_from_slice(taken);
            taken.fill(0);
            self.left = rest;
        }
        Ok(())
    }
}

fn draw(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()))
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        // A panic elsewhere cannot leave half a draw behind: `left` changes last.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hand_out(bytes)
    }
}

impl fmt::Debug for SystemRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemRandom")
    }
}

/// 16 random bytes as 32 hex digits.
pub(crate) fn hex_id(random: &dyn Random) -> io::Result<[u8; 32]> {
    let mut id = [0; 32];
    fill_hex_id(random, &mut id)?;
    Ok(id)
}

/// The same, in place.
pub(crate) fn fill_hex_id(random: &dyn Random, id: &mut [u8; 32]) -> io::Result<()> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    hex::encode_to_slice(bytes, id).map_err(|error| io::Error::other(error.to_string()))
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
        for length in [0, 1, DRAW - 1, DRAW, DRAW + 1, 3 * DRAW] {
            let mut bytes = vec![0; length];
            random.fill(&mut bytes).unwrap();
            // The chance of so many zeros at the end is nil.
            let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
            assert!(length < 16 || zeros < 16);
        }
        assert_eq!(format!("{random:?}"), "SystemRandom");
    }
}
