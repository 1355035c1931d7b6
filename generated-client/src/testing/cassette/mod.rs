//! Cassettes: real replies in a file, to be played back.

pub(super) mod player;
pub(super) mod recorder;
mod redact;
mod tape;
