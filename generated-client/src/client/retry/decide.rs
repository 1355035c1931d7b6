//! The decision table, from the class of a failure and the `retry` of the endpoint: docs/reliability.md, "Decision
//! table".

use crate::error::AttemptClass;
use crate::wire::endpoint_meta::Retry;

/// Condition under which a failed attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryCondition {
    Always,
    /// While the server certainly recognises the request id.
    InWindow,
    /// One time in a call.
    Once,
    /// One time in a call, if the clock turns out to be wrong. Does not count as a retry.
    OnceCorrected,
    /// If the caller chose to wait.
    IfChosen,
    Stop,
}

/// Host of the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextHost {
    Same,
    Next,
}

/// Backoff before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackoffKind {
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

/// One row of the decision table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryRule {
    class: AttemptClass,
    safe: RetryCondition,
    deduplicated: RetryCondition,
    never: RetryCondition,
    pub(crate) next_host: NextHost,
    pub(crate) pause: BackoffKind,
    /// What the retry takes out of the budget.
    pub(crate) cost: u32,
}

/// Costs of a retry after a failure of the network or the server, and after a refusal for a quota.
const FAILURE: u32 = 14;
const REFUSAL: u32 = 5;

/// The table. Classes that are not in it are not retried.
#[rustfmt::skip]
const TABLE: &[RetryRule] = &[
    RetryRule { class: AttemptClass::NotSent,    safe: RetryCondition::Always,        deduplicated: RetryCondition::Always,        never: RetryCondition::Always,        next_host: NextHost::Next, pause: BackoffKind::NoneThenShort, cost: FAILURE },
    RetryRule { class: AttemptClass::QuotaBlocked,    safe: RetryCondition::IfChosen,      deduplicated: RetryCondition::IfChosen,      never: RetryCondition::IfChosen,      next_host: NextHost::Same, pause: BackoffKind::Penalty,       cost: REFUSAL },
    RetryRule { class: AttemptClass::Throttled,  safe: RetryCondition::Always,        deduplicated: RetryCondition::Always,        never: RetryCondition::Always,        next_host: NextHost::Same, pause: BackoffKind::Long,          cost: REFUSAL },
    RetryRule { class: AttemptClass::RetryLater, safe: RetryCondition::Always,        deduplicated: RetryCondition::Always,        never: RetryCondition::Always,        next_host: NextHost::Same, pause: BackoffKind::Asked,         cost: REFUSAL },
    RetryRule { class: AttemptClass::Clock,      safe: RetryCondition::OnceCorrected, deduplicated: RetryCondition::OnceCorrected, never: RetryCondition::OnceCorrected, next_host: NextHost::Same, pause: BackoffKind::None,          cost: 0 },
    RetryRule { class: AttemptClass::Busy,       safe: RetryCondition::Always,        deduplicated: RetryCondition::InWindow,      never: RetryCondition::Stop,          next_host: NextHost::Next, pause: BackoffKind::Long,          cost: FAILURE },
    // After the window not even a safe call: the caller has waited long enough.
    RetryRule { class: AttemptClass::Unknown,    safe: RetryCondition::InWindow,      deduplicated: RetryCondition::InWindow,      never: RetryCondition::Stop,          next_host: NextHost::Next, pause: BackoffKind::Short,         cost: FAILURE },
    RetryRule { class: AttemptClass::Failed,     safe: RetryCondition::Once,          deduplicated: RetryCondition::Stop,          never: RetryCondition::Stop,          next_host: NextHost::Same, pause: BackoffKind::Short,         cost: FAILURE },
];

/// Looks up the retry rule for a failure. `None`: do not retry.
pub(crate) fn decide(class: AttemptClass, retry: Retry) -> Option<(RetryCondition, &'static RetryRule)> {
    let line = TABLE.iter().find(|line| line.class == class)?;
    let when = match retry {
        Retry::Safe => line.safe,
        Retry::Deduplicated => line.deduplicated,
        Retry::Never => line.never,
    };
    (when != RetryCondition::Stop).then_some((when, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decision table once more, written differently, for every class and every kind of retry.
    #[test]
    fn the_table_is_that_of_the_design() {
        use AttemptClass::{
            Busy, Clock, Duplicate, Failed, NotSent, Permanent, QuotaBlocked, RetryLater, Throttled, Unknown,
        };
        use Retry::{Deduplicated, Never, Safe};
        let shown = |class, retry| match decide(class, retry) {
            None => "stop".to_owned(),
            Some((when, line)) => format!("{when:?} {:?} {:?} {}", line.next_host, line.pause, line.cost),
        };
        for (class, expected) in [
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
            let found = [Safe, Deduplicated, Never].map(|retry| shown(class, retry));
            assert_eq!(found, expected, "{class:?}");
        }
    }
}
