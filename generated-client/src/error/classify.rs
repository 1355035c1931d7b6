//! Classes of failed attempts: docs/reliability.md, "Classes of a failed attempt" and "Evidence for an outcome".

use crate::error::Outcome;
use crate::transport::TransportErrorKind;
use crate::wire::codes::CodeKind;

/// What was seen of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureSignal {
    /// There is no complete response.
    Broken(TransportErrorKind),
    /// The product's envelope, with a code that is not success.
    Code {
        /// What the product lists about the code; `None` if it does not list it.
        kind: Option<CodeKind>,
        /// The HTTP status it came with.
        status: u16,
        /// The explanation names the clock or the signature.
        blames_clock: bool,
    },
    /// A response without a code of the API, under an HTTP status that is not success.
    Status {
        status: u16,
        /// The product answers like this when it refuses a signature.
        blames_clock: bool,
    },
    /// The code of a success, under an HTTP status that is not success.
    Contradiction { status: u16 },
    /// The HTTP status of a success, with a body that cannot be read.
    Unread {
        /// The body is incomplete.
        breaks_off: bool,
    },
}

/// What a failed attempt says about the call; it decides whether the attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptClass {
    /// No connection was made, so nothing was sent.
    NotSent,
    /// Refused before anything was done: over a quota, and blocked for a while.
    QuotaBlocked,
    /// Refused before anything was done: over a quota.
    Throttled,
    /// Refused before anything was done: the server asks the client to try again.
    RetryLater,
    /// Refused before anything was done: the time or the signature of the request is wrong.
    Clock,
    /// The server is overloaded; probably it did nothing.
    Busy,
    /// The request was sent, and whether it took effect is not known.
    Unknown,
    /// The server says that it failed while processing the request; whether it took effect is not known.
    Failed,
    /// A request with this id was accepted earlier.
    Duplicate,
    /// Anything else: repeating it changes nothing.
    Permanent,
}

impl AttemptClass {
    /// Its name, as spans and metrics show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::QuotaBlocked => "quota_blocked",
            Self::Throttled => "throttled",
            Self::RetryLater => "retry_later",
            Self::Clock => "clock",
            Self::Busy => "busy",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
            Self::Permanent => "permanent",
        }
    }

    /// Whether the attempt may have taken effect.
    #[must_use]
    pub const fn may_have_applied(self) -> bool {
        matches!(self, Self::Busy | Self::Unknown | Self::Failed)
    }
}

impl std::fmt::Display for AttemptClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Classifies a failed attempt.
pub(crate) const fn classify(signal: FailureSignal) -> AttemptClass {
    match signal {
        FailureSignal::Broken(kind) => match kind {
            TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout => AttemptClass::NotSent,
            // A retry changes neither a certificate nor the size of a reply.
            TransportErrorKind::Unusable | TransportErrorKind::Certificate | TransportErrorKind::TooLarge => {
                AttemptClass::Permanent
            }
            TransportErrorKind::Timeout | TransportErrorKind::Interrupted => AttemptClass::Unknown,
        },
        FailureSignal::Code { status, blames_clock: true, .. } if tells_of_refusal(status) => AttemptClass::Clock,
        // A code that the product does not list may come from another server, and a permanent one says nothing about a
        // retry: the HTTP status decides.
        FailureSignal::Code { kind: None | Some(CodeKind::Permanent), status, .. } => by_failure(status),
        FailureSignal::Code { kind: Some(kind), .. } => match kind {
            CodeKind::Permanent => AttemptClass::Permanent,
            CodeKind::Throttled => AttemptClass::Throttled,
            CodeKind::QuotaBlocked => AttemptClass::QuotaBlocked,
            CodeKind::RetryLater => AttemptClass::RetryLater,
            CodeKind::Busy => AttemptClass::Busy,
            CodeKind::Unknown => AttemptClass::Unknown,
            CodeKind::Failed => AttemptClass::Failed,
            CodeKind::Duplicate => AttemptClass::Duplicate,
            CodeKind::Clock => AttemptClass::Clock,
        },
        FailureSignal::Status { status, blames_clock: true } if tells_of_refusal(status) => AttemptClass::Clock,
        FailureSignal::Status { status: 429, .. } => AttemptClass::Throttled,
        FailureSignal::Status { status, .. } | FailureSignal::Contradiction { status } => by_failure(status),
        FailureSignal::Unread { breaks_off: true } => AttemptClass::Unknown,
        FailureSignal::Unread { breaks_off: false } => AttemptClass::Permanent,
    }
}

/// What an HTTP status says if it is that of a server that failed, or of a gateway before it.
const fn by_failure(status: u16) -> AttemptClass {
    match status {
        503 => AttemptClass::Busy,
        408 | 500 | 502 | 504 => AttemptClass::Unknown,
        _ => AttemptClass::Permanent,
    }
}

/// Whether an HTTP status alone says that the call was refused.
const fn turns_away(status: u16) -> bool {
    matches!(status, 400..=499) && status != 408
}

/// Whether a listed code under this HTTP status means that the call was refused.
const fn tells_of_refusal(status: u16) -> bool {
    status == 200 || turns_away(status)
}

impl FailureSignal {
    /// The outcome of the attempt, as far as the signal shows it. `Refused` requires evidence: callers repeat a refused
    /// call, which would otherwise be carried out twice.
    pub(crate) const fn outcome(self) -> Option<Outcome> {
        match classify(self) {
            AttemptClass::NotSent => Some(Outcome::NotSent),
            AttemptClass::QuotaBlocked | AttemptClass::Throttled | AttemptClass::RetryLater | AttemptClass::Clock => {
                Some(Outcome::Refused)
            }
            AttemptClass::Busy | AttemptClass::Unknown | AttemptClass::Failed | AttemptClass::Duplicate => {
                Some(Outcome::Unknown)
            }
            AttemptClass::Permanent => {
                let refused = match self {
                    Self::Code { kind: Some(_), status, .. } => tells_of_refusal(status),
                    Self::Code { kind: None, status, .. } | Self::Status { status, .. } => turns_away(status),
                    Self::Contradiction { .. } => false,
                    // The caller of this function knows more.
                    Self::Broken(_) | Self::Unread { .. } => return None,
                };
                Some(if refused { Outcome::Refused } else { Outcome::Unknown })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_evidence_has_the_verdict_of_the_design() {
        let code = |kind| FailureSignal::Code { kind: Some(kind), status: 200, blames_clock: false };
        let under = |status, kind| FailureSignal::Code { kind, status, blames_clock: false };
        let clock = |status| FailureSignal::Code { kind: Some(CodeKind::Permanent), status, blames_clock: true };
        let status = |status| FailureSignal::Status { status, blames_clock: false };
        for (signal, class) in [
            (FailureSignal::Broken(TransportErrorKind::Connect), AttemptClass::NotSent),
            (FailureSignal::Broken(TransportErrorKind::ConnectTimeout), AttemptClass::NotSent),
            (FailureSignal::Broken(TransportErrorKind::Certificate), AttemptClass::Permanent),
            (FailureSignal::Broken(TransportErrorKind::Unusable), AttemptClass::Permanent),
            (FailureSignal::Broken(TransportErrorKind::TooLarge), AttemptClass::Permanent),
            (FailureSignal::Broken(TransportErrorKind::Timeout), AttemptClass::Unknown),
            (FailureSignal::Broken(TransportErrorKind::Interrupted), AttemptClass::Unknown),
            (code(CodeKind::Permanent), AttemptClass::Permanent),
            (code(CodeKind::Throttled), AttemptClass::Throttled),
            (code(CodeKind::QuotaBlocked), AttemptClass::QuotaBlocked),
            (code(CodeKind::RetryLater), AttemptClass::RetryLater),
            (code(CodeKind::Clock), AttemptClass::Clock),
            (code(CodeKind::Busy), AttemptClass::Busy),
            (code(CodeKind::Unknown), AttemptClass::Unknown),
            (code(CodeKind::Failed), AttemptClass::Failed),
            (code(CodeKind::Duplicate), AttemptClass::Duplicate),
            (clock(200), AttemptClass::Clock),
            (clock(403), AttemptClass::Clock),
            (clock(504), AttemptClass::Unknown),
            (clock(302), AttemptClass::Permanent),
            (under(200, None), AttemptClass::Permanent),
            (under(429, None), AttemptClass::Permanent),
            (under(303, None), AttemptClass::Permanent),
            (under(408, None), AttemptClass::Unknown),
            (under(502, None), AttemptClass::Unknown),
            (under(503, None), AttemptClass::Busy),
            (under(503, Some(CodeKind::Permanent)), AttemptClass::Busy),
            (under(504, Some(CodeKind::Permanent)), AttemptClass::Unknown),
            (under(504, Some(CodeKind::QuotaBlocked)), AttemptClass::QuotaBlocked),
            (under(404, Some(CodeKind::Failed)), AttemptClass::Failed),
            (FailureSignal::Contradiction { status: 429 }, AttemptClass::Permanent),
            (FailureSignal::Contradiction { status: 504 }, AttemptClass::Unknown),
            (status(429), AttemptClass::Throttled),
            (status(503), AttemptClass::Busy),
            (status(408), AttemptClass::Unknown),
            (status(500), AttemptClass::Unknown),
            (status(502), AttemptClass::Unknown),
            (status(504), AttemptClass::Unknown),
            (status(400), AttemptClass::Permanent),
            (status(302), AttemptClass::Permanent),
            (status(401), AttemptClass::Permanent),
            (FailureSignal::Status { status: 401, blames_clock: true }, AttemptClass::Clock),
            (FailureSignal::Unread { breaks_off: true }, AttemptClass::Unknown),
            (FailureSignal::Unread { breaks_off: false }, AttemptClass::Permanent),
        ] {
            assert_eq!(classify(signal), class, "{signal:?}");
        }
    }
}
