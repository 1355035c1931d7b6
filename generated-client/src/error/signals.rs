//! What an error tells the retry loop apart from its class: about the host, and why no further attempt was made.

/// What an attempt says about the health of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HealthSignal {
    /// It answered, perhaps with an error.
    Success,
    /// No connection, a broken one, no answer in time, or a gateway error.
    Failure,
    /// Nothing about the host.
    Neutral,
}

/// Why no further attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// A retry would change nothing, or might carry out the call twice.
    Settled,
    Attempts,
    Deadline,
    /// The server may have forgotten the request id.
    Window,
    Budget,
}
