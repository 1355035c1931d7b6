//! What an attempt that failed says about the call.

use crate::error::Outcome;
use crate::runtime::codes::CodeKind;
use crate::transport::TransportErrorKind;

/// What was seen of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
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
pub(crate) enum Verdict {
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

/// The one place that judges a failed attempt.
pub(crate) const fn classify(evidence: Evidence) -> Verdict {
    match evidence {
        Evidence::Broken(kind) => match kind {
            TransportErrorKind::Connect | TransportErrorKind::ConnectTimeout => Verdict::NotSent,
            // A certificate is as bad on the second try, a reply as large.
            TransportErrorKind::Unusable | TransportErrorKind::Certificate | TransportErrorKind::TooLarge => {
                Verdict::Permanent
            }
            TransportErrorKind::Timeout | TransportErrorKind::Interrupted => Verdict::Unknown,
        },
        Evidence::Code { status, blames_clock: true, .. } if tells_of_refusal(status) => Verdict::Clock,
        // A code that the product does not list may be anybody's, and one that says nothing about the call leaves that to the status.
        Evidence::Code { kind: None | Some(CodeKind::Permanent), status, .. } => by_failure(status),
        Evidence::Code { kind: Some(kind), .. } => match kind {
            CodeKind::Permanent => Verdict::Permanent,
            CodeKind::Throttled => Verdict::Throttled,
            CodeKind::QuotaBlocked => Verdict::QuotaBlocked,
            CodeKind::RetryLater => Verdict::RetryLater,
            CodeKind::Busy => Verdict::Busy,
            CodeKind::Unknown => Verdict::Unknown,
            CodeKind::Failed => Verdict::Failed,
            CodeKind::Duplicate => Verdict::Duplicate,
            CodeKind::Clock => Verdict::Clock,
        },
        Evidence::Status { status, blames_clock: true } if tells_of_refusal(status) => Verdict::Clock,
        Evidence::Status { status: 429, .. } => Verdict::Throttled,
        Evidence::Status { status, .. } | Evidence::Contradiction { status } => by_failure(status),
        Evidence::Unread { breaks_off: true } => Verdict::Unknown,
        Evidence::Unread { breaks_off: false } => Verdict::Permanent,
    }
}

/// What an HTTP status says if it is that of a server that failed, or of a gateway before it.
const fn by_failure(status: u16) -> Verdict {
    match status {
        503 => Verdict::Busy,
        408 | 500 | 502 | 504 => Verdict::Unknown,
        _ => Verdict::Permanent,
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

impl Evidence {
    /// What became of the attempt on the server's side, as far as the evidence tells. `Refused` is said on proof only: a call that was
    /// refused is made again without a thought, and would then be made twice.
    pub(crate) const fn outcome(self) -> Option<Outcome> {
        match classify(self).class() {
            AttemptClass::NotSent => Some(Outcome::NotSent),
            AttemptClass::Refused => Some(Outcome::Refused),
            AttemptClass::Busy | AttemptClass::Unknown | AttemptClass::Duplicate => Some(Outcome::Unknown),
            AttemptClass::Permanent => {
                let refused = match self {
                    Self::Code { kind: Some(_), status, .. } => tells_of_refusal(status),
                    Self::Code { kind: None, status, .. } | Self::Status { status, .. } => turns_away(status),
                    Self::Contradiction { .. } => false,
                    // Whoever has seen it knows more.
                    Self::Broken(_) | Self::Unread { .. } => return None,
                };
                Some(if refused { Outcome::Refused } else { Outcome::Unknown })
            }
        }
    }
}

impl Verdict {
    pub(crate) const fn class(self) -> AttemptClass {
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
        let code = |kind| Evidence::Code { kind: Some(kind), status: 200, blames_clock: false };
        let under = |status, kind| Evidence::Code { kind, status, blames_clock: false };
        let clock = |status| Evidence::Code { kind: Some(CodeKind::Permanent), status, blames_clock: true };
        let status = |status| Evidence::Status { status, blames_clock: false };
        for (evidence, verdict, class) in [
            (Evidence::Broken(TransportErrorKind::Connect), Verdict::NotSent, AttemptClass::NotSent),
            (Evidence::Broken(TransportErrorKind::ConnectTimeout), Verdict::NotSent, AttemptClass::NotSent),
            (Evidence::Broken(TransportErrorKind::Certificate), Verdict::Permanent, AttemptClass::Permanent),
            (Evidence::Broken(TransportErrorKind::Unusable), Verdict::Permanent, AttemptClass::Permanent),
            (Evidence::Broken(TransportErrorKind::TooLarge), Verdict::Permanent, AttemptClass::Permanent),
            (Evidence::Broken(TransportErrorKind::Timeout), Verdict::Unknown, AttemptClass::Unknown),
            (Evidence::Broken(TransportErrorKind::Interrupted), Verdict::Unknown, AttemptClass::Unknown),
            (code(CodeKind::Permanent), Verdict::Permanent, AttemptClass::Permanent),
            (code(CodeKind::Throttled), Verdict::Throttled, AttemptClass::Refused),
            (code(CodeKind::QuotaBlocked), Verdict::QuotaBlocked, AttemptClass::Refused),
            (code(CodeKind::RetryLater), Verdict::RetryLater, AttemptClass::Refused),
            (code(CodeKind::Clock), Verdict::Clock, AttemptClass::Refused),
            (code(CodeKind::Busy), Verdict::Busy, AttemptClass::Busy),
            (code(CodeKind::Unknown), Verdict::Unknown, AttemptClass::Unknown),
            (code(CodeKind::Failed), Verdict::Failed, AttemptClass::Unknown),
            (code(CodeKind::Duplicate), Verdict::Duplicate, AttemptClass::Duplicate),
            (clock(200), Verdict::Clock, AttemptClass::Refused),
            (clock(403), Verdict::Clock, AttemptClass::Refused),
            (clock(504), Verdict::Unknown, AttemptClass::Unknown),
            (clock(302), Verdict::Permanent, AttemptClass::Permanent),
            (under(200, None), Verdict::Permanent, AttemptClass::Permanent),
            (under(429, None), Verdict::Permanent, AttemptClass::Permanent),
            (under(303, None), Verdict::Permanent, AttemptClass::Permanent),
            (under(408, None), Verdict::Unknown, AttemptClass::Unknown),
            (under(502, None), Verdict::Unknown, AttemptClass::Unknown),
            (under(503, None), Verdict::Busy, AttemptClass::Busy),
            (under(503, Some(CodeKind::Permanent)), Verdict::Busy, AttemptClass::Busy),
            (under(504, Some(CodeKind::Permanent)), Verdict::Unknown, AttemptClass::Unknown),
            (under(504, Some(CodeKind::QuotaBlocked)), Verdict::QuotaBlocked, AttemptClass::Refused),
            (under(404, Some(CodeKind::Failed)), Verdict::Failed, AttemptClass::Unknown),
            (Evidence::Contradiction { status: 429 }, Verdict::Permanent, AttemptClass::Permanent),
            (Evidence::Contradiction { status: 504 }, Verdict::Unknown, AttemptClass::Unknown),
            (status(429), Verdict::Throttled, AttemptClass::Refused),
            (status(503), Verdict::Busy, AttemptClass::Busy),
            (status(408), Verdict::Unknown, AttemptClass::Unknown),
            (status(500), Verdict::Unknown, AttemptClass::Unknown),
            (status(502), Verdict::Unknown, AttemptClass::Unknown),
            (status(504), Verdict::Unknown, AttemptClass::Unknown),
            (status(400), Verdict::Permanent, AttemptClass::Permanent),
            (status(302), Verdict::Permanent, AttemptClass::Permanent),
            (status(401), Verdict::Permanent, AttemptClass::Permanent),
            (Evidence::Status { status: 401, blames_clock: true }, Verdict::Clock, AttemptClass::Refused),
            (Evidence::Unread { breaks_off: true }, Verdict::Unknown, AttemptClass::Unknown),
            (Evidence::Unread { breaks_off: false }, Verdict::Permanent, AttemptClass::Permanent),
        ] {
            assert_eq!(classify(evidence), verdict, "{evidence:?}");
            assert_eq!(verdict.class(), class, "{verdict:?}");
        }
    }
}
