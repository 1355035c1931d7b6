//! What an error tells the retry loop beside its class: about the host, and why no further attempt was made.

/// What an attempt says about the health of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HealthSignal {
    /// It answered, be it with an error.
    Success,
    /// No connection, a broken one, silence, or a gateway that has no server behind it.
    Failure,
    /// Nothing about the host.
    Neutral,
}

/// Why no further attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// Repeating would change nothing, or might do the work twice.
    Settled,
    Attempts,
    Deadline,
    /// The server may have forgotten the request id.
    Window,
    Budget,
}
