//! Outcomes of calls.

/// What happened to the call on the server's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing reached the server.
    NotSent,
    /// The server refused the call; nothing was done.
    Refused,
    /// The call took effect, though its reply is lost or cannot be read.
    Applied,
    /// It is not known whether the call took effect.
    Unknown,
}

impl Outcome {
    /// Its name, as spans and metrics show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of several attempts is the one of them with the largest weight.
    pub(super) const fn weight(self) -> u8 {
        match self {
            Self::NotSent => 0,
            Self::Refused => 1,
            Self::Unknown => 2,
            Self::Applied => 3,
        }
    }
}
