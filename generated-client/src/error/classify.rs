//! Classes of failed attempts: docs/reliability.md, "Classes of a failed attempt" and "Evidence for an outcome".

use crate::error::Outcome;
use crate::transport::TransportErrorKind;
use crate::wire::codes::CodeKind;

/// What was seen of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureSignal {
    /// No whole response came.
    Broken(TransportErrorKind),
    /// The product's envelope, with a code that is not success.
    Code {
        /// What the product lists about the code; nothing: it does not list it.
        kind: Option<CodeKind>,
        /// The HTTP status it came with.
        status: u16,
        /// The explanation names the clock or the signature.
        blames_clock: bool,
    },
    /// A response without a code of the API, under an HTTP status that is not success.
    Status {
        status: u16,
        /// The product answers so when the signature is refused.
        blames_clock: bool,
    },
    /// The code of a success, under an HTTP status that is not success.
    Contradiction { status: u16 },
    /// The HTTP status of a success, with a body that cannot be read.
    Unread {
        /// The body ends in the middle, so that more was to come.
        breaks_off: bool,
    },
}

/// What an attempt that failed says about the call. Finer than [`AttemptClass`]: what differs here is treated differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureClass {
    NotSent,
    /// Over a quota, and blocked for a while.
    QuotaBlocked,
    /// Over a quota.
    Throttled,
    /// Asked to come again.
    RetryLater,
    /// Signature or time refused.
    Clock,
    Busy,
    Unknown,
    /// The server itself says that it failed.
    Failed,
    Duplicate,
    Permanent,
}

/// What an attempt that failed says about the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptClass {
    /// Nothing was sent: no connection came about.
    NotSent,
    /// The server turned it away before it did anything: a quota, the clock, or "come again".
    Refused,
    /// The server is overloaded; probably it did nothing.
    Busy,
    /// It was sent, and what became of it is not known.
    Unknown,
    /// An earlier request with this id was taken.
    Duplicate,
    /// All else: repeating it changes nothing.
    Permanent,
}

impl AttemptClass {
    /// Its name, as spans and metrics show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Unknown => "unknown",
            Self::Duplicate => "duplicate",
            Self::Permanent => "permanent",
        }
    }
}

impl std::fmt::Display for AttemptClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Classifies a failed attempt.
pub(crate) const fn classify(signal: FailureSignal) -> FailureClass {
    match signal {
        FailureSignal::Broken(kind) => match kind {
            TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout => FailureClass::NotSent,
            // A certificate is as bad on the second try, a reply as large.
            TransportErrorKind::Unusable | TransportErrorKind::Certificate | TransportErrorKind::TooLarge => {
                FailureClass::Permanent
            }
            TransportErrorKind::Timeout | TransportErrorKind::Interrupted => FailureClass::Unknown,
        },
        FailureSignal::Code { status, blames_clock: true, .. } if tells_of_refusal(status) => FailureClass::Clock,
        // A code that the product does not list may be anybody's, and one that says nothing about the call leaves that to the status.
        FailureSignal::Code { kind: None | Some(CodeKind::Permanent), status, .. } => by_failure(status),
        FailureSignal::Code { kind: Some(kind), .. } => match kind {
            CodeKind::Permanent => FailureClass::Permanent,
            CodeKind::Throttled => FailureClass::Throttled,
            CodeKind::QuotaBlocked => FailureClass::QuotaBlocked,
            CodeKind::RetryLater => FailureClass::RetryLater,
            CodeKind::Busy => FailureClass::Busy,
            CodeKind::Unknown => FailureClass::Unknown,
            CodeKind::Failed => FailureClass::Failed,
            CodeKind::Duplicate => FailureClass::Duplicate,
            CodeKind::Clock => FailureClass::Clock,
        },
        FailureSignal::Status { status, blames_clock: true } if tells_of_refusal(status) => FailureClass::Clock,
        FailureSignal::Status { status: 429, .. } => FailureClass::Throttled,
        FailureSignal::Status { status, .. } | FailureSignal::Contradiction { status } => by_failure(status),
        FailureSignal::Unread { breaks_off: true } => FailureClass::Unknown,
        FailureSignal::Unread { breaks_off: false } => FailureClass::Permanent,
    }
}

/// What an HTTP status says if it is that of a server that failed, or of a gateway before it.
const fn by_failure(status: u16) -> FailureClass {
    match status {
        503 => FailureClass::Busy,
        408 | 500 | 502 | 504 => FailureClass::Unknown,
        _ => FailureClass::Permanent,
    }
}

/// Whether an HTTP status says by itself that the call was turned away.
const fn turns_away(status: u16) -> bool {
    matches!(status, 400..=499) && status != 408
}

/// Whether a code that the product lists may say under this HTTP status that the call was turned away.
const fn tells_of_refusal(status: u16) -> bool {
    status == 200 || turns_away(status)
}

impl FailureSignal {
    /// What became of the attempt on the server's side, as far as the signal tells. `Refused` is said on proof only: a call that was
    /// refused is made again without a thought, and would then be made twice.
    pub(crate) const fn outcome(self) -> Option<Outcome> {
        match classify(self).attempt_class() {
            AttemptClass::NotSent => Some(Outcome::NotSent),
            AttemptClass::Refused => Some(Outcome::Refused),
            AttemptClass::Busy | AttemptClass::Unknown | AttemptClass::Duplicate => Some(Outcome::Unknown),
            AttemptClass::Permanent => {
                let refused = match self {
                    Self::Code { kind: Some(_), status, .. } => tells_of_refusal(status),
                    Self::Code { kind: None, status, .. } | Self::Status { status, .. } => turns_away(status),
                    Self::Contradiction { .. } => false,
                    // A caller that has seen it knows more.
                    Self::Broken(_) | Self::Unread { .. } => return None,
                };
                Some(if refused { Outcome::Refused } else { Outcome::Unknown })
            }
        }
    }
}

impl FailureClass {
    pub(crate) const fn attempt_class(self) -> AttemptClass {
        match self {
            Self::NotSent => AttemptClass::NotSent,
            Self::QuotaBlocked | Self::Throttled | Self::RetryLater | Self::Clock => AttemptClass::Refused,
            Self::Busy => AttemptClass::Busy,
            Self::Unknown | Self::Failed => AttemptClass::Unknown,
            Self::Duplicate => AttemptClass::Duplicate,
            Self::Permanent => AttemptClass::Permanent,
        }
    }

    /// Whether the server may have acted, for all that is known.
    pub(crate) const fn may_have_applied(self) -> bool {
        matches!(self, Self::Busy | Self::Unknown | Self::Failed)
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
        for (signal, failure, class) in [
            (FailureSignal::Broken(TransportErrorKind::Connect), FailureClass::NotSent, AttemptClass::NotSent),
            (FailureSignal::Broken(TransportErrorKind::ConnectTimeout), FailureClass::NotSent, AttemptClass::NotSent),
            (FailureSignal::Broken(TransportErrorKind::Certificate), FailureClass::Permanent, AttemptClass::Permanent),
            (FailureSignal::Broken(TransportErrorKind::Unusable), FailureClass::Permanent, AttemptClass::Permanent),
            (FailureSignal::Broken(TransportErrorKind::TooLarge), FailureClass::Permanent, AttemptClass::Permanent),
            (FailureSignal::Broken(TransportErrorKind::Timeout), FailureClass::Unknown, AttemptClass::Unknown),
            (FailureSignal::Broken(TransportErrorKind::Interrupted), FailureClass::Unknown, AttemptClass::Unknown),
            (code(CodeKind::Permanent), FailureClass::Permanent, AttemptClass::Permanent),
            (code(CodeKind::Throttled), FailureClass::Throttled, AttemptClass::Refused),
            (code(CodeKind::QuotaBlocked), FailureClass::QuotaBlocked, AttemptClass::Refused),
            (code(CodeKind::RetryLater), FailureClass::RetryLater, AttemptClass::Refused),
            (code(CodeKind::Clock), FailureClass::Clock, AttemptClass::Refused),
            (code(CodeKind::Busy), FailureClass::Busy, AttemptClass::Busy),
            (code(CodeKind::Unknown), FailureClass::Unknown, AttemptClass::Unknown),
            (code(CodeKind::Failed), FailureClass::Failed, AttemptClass::Unknown),
            (code(CodeKind::Duplicate), FailureClass::Duplicate, AttemptClass::Duplicate),
            (clock(200), FailureClass::Clock, AttemptClass::Refused),
            (clock(403), FailureClass::Clock, AttemptClass::Refused),
            (clock(504), FailureClass::Unknown, AttemptClass::Unknown),
            (clock(302), FailureClass::Permanent, AttemptClass::Permanent),
            (under(200, None), FailureClass::Permanent, AttemptClass::Permanent),
            (under(429, None), FailureClass::Permanent, AttemptClass::Permanent),
            (under(303, None), FailureClass::Permanent, AttemptClass::Permanent),
            (under(408, None), FailureClass::Unknown, AttemptClass::Unknown),
            (under(502, None), FailureClass::Unknown, AttemptClass::Unknown),
            (under(503, None), FailureClass::Busy, AttemptClass::Busy),
            (under(503, Some(CodeKind::Permanent)), FailureClass::Busy, AttemptClass::Busy),
            (under(504, Some(CodeKind::Permanent)), FailureClass::Unknown, AttemptClass::Unknown),
            (under(504, Some(CodeKind::QuotaBlocked)), FailureClass::QuotaBlocked, AttemptClass::Refused),
            (under(404, Some(CodeKind::Failed)), FailureClass::Failed, AttemptClass::Unknown),
            (FailureSignal::Contradiction { status: 429 }, FailureClass::Permanent, AttemptClass::Permanent),
            (FailureSignal::Contradiction { status: 504 }, FailureClass::Unknown, AttemptClass::Unknown),
            (status(429), FailureClass::Throttled, AttemptClass::Refused),
            (status(503), FailureClass::Busy, AttemptClass::Busy),
            (status(408), FailureClass::Unknown, AttemptClass::Unknown),
            (status(500), FailureClass::Unknown, AttemptClass::Unknown),
            (status(502), FailureClass::Unknown, AttemptClass::Unknown),
            (status(504), FailureClass::Unknown, AttemptClass::Unknown),
            (status(400), FailureClass::Permanent, AttemptClass::Permanent),
            (status(302), FailureClass::Permanent, AttemptClass::Permanent),
            (status(401), FailureClass::Permanent, AttemptClass::Permanent),
            (FailureSignal::Status { status: 401, blames_clock: true }, FailureClass::Clock, AttemptClass::Refused),
            (FailureSignal::Unread { breaks_off: true }, FailureClass::Unknown, AttemptClass::Unknown),
            (FailureSignal::Unread { breaks_off: false }, FailureClass::Permanent, AttemptClass::Permanent),
        ] {
            assert_eq!(classify(signal), failure, "{signal:?}");
            assert_eq!(failure.attempt_class(), class, "{failure:?}");
        }
    }
}
