//! Errors of the thread that drives blocking calls.

use crate::error::{Error, ErrorKind, Outcome};

impl Error {
    /// The caller's code panicked during a call: a transport, a clock, a subscriber.
    pub(crate) fn ended_by_panic() -> Self {
        let what = "a panic ended the call; whether it took effect is not known";
        Self::new(ErrorKind::Transport, Outcome::Unknown, what)
    }

    /// Something blocked the thread that drives blocking calls until after the call's deadline.
    pub(crate) fn blocking_thread_held_up(never_began: bool) -> Self {
        let why = "a transport, a subscriber or another part of a call holds up the thread that drives blocking calls";
        match never_began {
            true => Self::new(
                ErrorKind::Transport,
                Outcome::NotSent,
                format!("the call was not begun before its deadline, since {why}; nothing was sent"),
            ),
            false => Self::new(
                ErrorKind::Transport,
                Outcome::Unknown,
                format!("the call did not end at its deadline, since {why}; whether it took effect is not known"),
            ),
        }
    }
}
