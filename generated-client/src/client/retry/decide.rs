//! The decision table: what was seen, and what the endpoint allows, to what is done.

use super::classify::Verdict;
use crate::runtime::endpoint_meta::Retry;

/// When an attempt may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    /// While the server surely still recognises the request id.
    InWindow,
    /// One time in a call.
    Once,
    /// One time in a call, if the clock turns out to be wrong. Does not count as a retry.
    OnceCorrected,
    /// If the caller chose to wait.
    IfChosen,
    Stop,
}

/// Which host the repeat goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whither {
    Same,
    Next,
}

/// The pause before the repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    None,
    /// None the first time, then short.
    NoneThenShort,
    Short,
    /// As short, with a longer base: the server asked for it.
    Asked,
    Long,
    /// Until the block ends.
    Penalty,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    verdict: Verdict,
    safe: When,
    deduplicated: When,
    never: When,
    pub(crate) whither: Whither,
    pub(crate) pause: Pause,
    /// What the repeat takes out of the budget.
    pub(crate) cost: u32,
}

/// What a failure of the network or the server costs, and what a refusal for a quota does.
const FAILURE: u32 = 14;
const REFUSAL: u32 = 5;

/// The table. Whatever is not in it stops.
#[rustfmt::skip]
const TABLE: &[Line] = &[
    Line { verdict: Verdict::NotSent,    safe: When::Always,        deduplicated: When::Always,        never: When::Always,        whither: Whither::Next, pause: Pause::NoneThenShort, cost: FAILURE },
    Line { verdict: Verdict::QuotaBlocked,    safe: When::IfChosen,      deduplicated: When::IfChosen,      never: When::IfChosen,      whither: Whither::Same, pause: Pause::Penalty,       cost: REFUSAL },
    Line { verdict: Verdict::Throttled,  safe: When::Always,        deduplicated: When::Always,        never: When::Always,        whither: Whither::Same, pause: Pause::Long,          cost: REFUSAL },
    Line { verdict: Verdict::RetryLater, safe: When::Always,        deduplicated: When::Always,        never: When::Always,        whither: Whither::Same, pause: Pause::Asked,         cost: REFUSAL },
    Line { verdict: Verdict::Clock,      safe: When::OnceCorrected, deduplicated: When::OnceCorrected, never: When::OnceCorrected, whither: Whither::Same, pause: Pause::None,          cost: 0 },
    Line { verdict: Verdict::Busy,       safe: When::Always,        deduplicated: When::InWindow,      never: When::Stop,          whither: Whither::Next, pause: Pause::Long,          cost: FAILURE },
    // Past the window not even a harmless call: the caller has waited long enough for an answer that may never come.
    Line { verdict: Verdict::Unknown,    safe: When::InWindow,      deduplicated: When::InWindow,      never: When::Stop,          whither: Whither::Next, pause: Pause::Short,         cost: FAILURE },
    Line { verdict: Verdict::Failed,     safe: When::Once,          deduplicated: When::Stop,          never: When::Stop,          whither: Whither::Same, pause: Pause::Short,         cost: FAILURE },
];

/// The one place that decides whether an attempt is repeated. Nothing: it is not.
pub(crate) fn decide(verdict: Verdict, retry: Retry) -> Option<(When, &'static Line)> {
    let line = TABLE.iter().find(|line| line.verdict == verdict)?;
    let when = match retry {
        Retry::Safe => line.safe,
        Retry::Deduplicated => line.deduplicated,
        Retry::Never => line.never,
    };
    (when != When::Stop).then_some((when, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 3 of the design, once more and written differently, for every verdict and every kind.
    #[test]
    fn the_table_is_that_of_the_design() {
        use Retry::{Deduplicated, Never, Safe};
        use Verdict::{
            Busy, Clock, Duplicate, Failed, NotSent, Permanent, QuotaBlocked, RetryLater, Throttled, Unknown,
        };
        let shown = |verdict, retry| match decide(verdict, retry) {
            None => "stop".to_owned(),
            Some((when, line)) => format!("{when:?} {:?} {:?} {}", line.whither, line.pause, line.cost),
        };
        for (verdict, expected) in [
            (NotSent, ["Always Next NoneThenShort 14"; 3]),
            (QuotaBlocked, ["IfChosen Same Penalty 5"; 3]),
            (Throttled, ["Always Same Long 5"; 3]),
            (RetryLater, ["Always Same Asked 5"; 3]),
            (Clock, ["OnceCorrected Same None 0"; 3]),
            (Busy, ["Always Next Long 14", "InWindow Next Long 14", "stop"]),
            (Unknown, ["InWindow Next Short 14", "InWindow Next Short 14", "stop"]),
            (Failed, ["Once Same Short 14", "stop", "stop"]),
            (Duplicate, ["stop"; 3]),
            (Permanent, ["stop"; 3]),
        ] {
            let found = [Safe, Deduplicated, Never].map(|retry| shown(verdict, retry));
            assert_eq!(found, expected, "{verdict:?}");
        }
    }
}
