//! Where nonces and request ids come from.

use std::io;

/// Fills bytes that nobody can guess. Replace it in tests.
pub trait Random: Send + Sync + 'static {
    /// Fills all the bytes.
    ///
    /// # Errors
    /// If the source fails; the call is then not sent.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The random source of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(|error| io::Error::other(error.to_string()))
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
