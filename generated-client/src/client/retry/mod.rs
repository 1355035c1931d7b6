//! Retries. Sending something twice is worse than an error, so an attempt is repeated only if it provably did nothing,
//! if repeating is harmless, or if the server will recognise the repeat.
//!
//! What was seen becomes a [class](crate::error::AttemptClass), the class and the endpoint's `retry` become a
//! [rule](decide), and the rule, the clock and the caller's settings become the [next step](state). None of the three
//! performs I/O.

pub(crate) mod budget;
pub(crate) mod decide;
pub(crate) mod pause;
pub(crate) mod policy;
pub(crate) mod state;
