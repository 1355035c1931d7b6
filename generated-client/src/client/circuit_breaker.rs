//! A circuit breaker per host, fed by the results of calls: docs/reliability.md, "Hosts". Nothing is probed here.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::client::concurrency_limit::ConcurrencyLimit;
use crate::error::HealthSignal;
use crate::transport::host::Host;

/// Consecutive failures that open the circuit.
const FAILURE_LIMIT: u32 = 3;

/// How long the circuit stays open the first time, and at most. The time doubles in between.
const OPEN_FIRST: Duration = Duration::from_secs(10);
const OPEN_LONGEST: Duration = Duration::from_secs(60);

/// The circuit breaker of one host.
#[derive(Debug, Default)]
pub(crate) struct CircuitBreaker(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    failures: u32,
    /// Set while the circuit is open.
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    until: Duration,
    span: Duration,
    /// One trial call is in progress.
    half_open: bool,
}

impl CircuitBreaker {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // Each change leaves a valid state, so a panic elsewhere does no harm.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Admits a call: any while the circuit is closed, and one trial call (if `may_try`) when the open time is over.
    fn admit(&self, now: Duration, may_try: bool) -> Option<Admission> {
        self.with(|state| match &mut state.open {
            None => Some(Admission::Plain),
            Some(open) if may_try && now >= open.until && !open.half_open => {
                open.half_open = true;
                Some(Admission::Trial)
            }
            Some(_) => None,
        })
    }

    pub(crate) fn report(&self, signal: HealthSignal, was_trial: bool, now: Duration) {
        self.with(|state| match signal {
            HealthSignal::Success => *state = State::default(),
            HealthSignal::Failure => match &mut state.open {
                None => {
                    state.failures += 1;
                    if state.failures >= FAILURE_LIMIT {
                        state.open =
                            Some(Open { until: now.saturating_add(OPEN_FIRST), span: OPEN_FIRST, half_open: false });
                    }
                }
                // A call that began earlier, or went there because all circuits are open, shows nothing new.
                Some(open) if was_trial => {
                    let span = open.span.saturating_mul(2).min(OPEN_LONGEST);
                    *open = Open { until: now.saturating_add(span), span, half_open: false };
                }
                Some(_) => {}
            },
            // A trial with a neutral result ends with its lease.
            HealthSignal::Neutral => {}
        });
    }

    /// Whether the circuit is closed: calls may go to the host.
    pub(crate) fn is_closed(&self) -> bool {
        self.with(|state| state.open.is_none())
    }
}

enum Admission {
    Plain,
    Trial,
}

/// A host with its circuit breaker and its concurrency limit.
#[derive(Clone, Debug)]
pub(crate) struct HostEntry {
    pub(crate) host: Host,
    pub(crate) health: Arc<CircuitBreaker>,
    pub(crate) permits: Arc<ConcurrencyLimit>,
}

/// The permission of one attempt to use a host. If it is dropped without a report, as when the caller drops the call,
/// it changes nothing, and another call may be the trial.
#[derive(Debug)]
pub(crate) struct HostLease {
    health: Arc<CircuitBreaker>,
    trial: bool,
}

impl HostLease {
    pub(crate) fn report(self, signal: HealthSignal, now: Duration) {
        self.health.report(signal, self.trial, now);
    }
}

impl Drop for HostLease {
    fn drop(&mut self) {
        if self.trial {
            self.health.with(|state| {
                if let Some(open) = &mut state.open {
                    open.half_open = false;
                }
            });
        }
    }
}

/// Selects the host of an attempt: the first one with a closed circuit among those that the call has tried least. If
/// all of these are open, the first one.
///
/// When the open time of a host is over, the trial is a call that may be repeated (`repeatable`). Any other call would
/// fail if the host still fails, so it goes there only if no other circuit is closed.
pub(crate) fn choose(
    entries: &[HostEntry],
    tried: &[u32],
    repeatable: bool,
    now: Duration,
) -> Option<(usize, HostLease)> {
    let times = |index: usize| tried.get(index).copied().unwrap_or(0);
    let least = (0..entries.len()).map(times).min()?;
    let candidates = || entries.iter().enumerate().filter(|(index, _)| times(*index) == least);
    let may_try = repeatable || !candidates().any(|(_, entry)| entry.health.is_closed());
    for (index, entry) in candidates() {
        if let Some(admission) = entry.health.admit(now, may_try) {
            let trial = matches!(admission, Admission::Trial);
            return Some((index, HostLease { health: Arc::clone(&entry.health), trial }));
        }
    }
    candidates().next().map(|(index, entry)| (index, stay(entry)))
}

/// A lease that needs no admission: for another attempt on the same host.
pub(crate) fn stay(entry: &HostEntry) -> HostLease {
    HostLease { health: Arc::clone(&entry.health), trial: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries<const N: usize>() -> [HostEntry; N] {
        std::array::from_fn(|_| HostEntry {
            host: Host::known("https://h.example"),
            health: Arc::default(),
            permits: Arc::new(ConcurrencyLimit::new(1)),
        })
    }

    const SECOND: Duration = Duration::from_secs(1);

    /// One attempt on the host that is chosen.
    fn attempt(entries: &[HostEntry], now: Duration, showed: HealthSignal) -> usize {
        let (index, lease) = choose(entries, &[], true, now).unwrap();
        lease.report(showed, now);
        index
    }

    #[test]
    fn three_failures_in_a_row_take_a_host_out_for_ten_seconds() {
        let two = entries::<2>();
        for showed in [
            HealthSignal::Failure,
            HealthSignal::Failure,
            HealthSignal::Success,
            HealthSignal::Failure,
            HealthSignal::Neutral,
            HealthSignal::Failure,
            HealthSignal::Failure,
        ] {
            assert_eq!(attempt(&two, SECOND, showed), 0, "a response in between begins anew");
        }
        assert!(!two[0].health.is_closed());
        assert_eq!(attempt(&two, 2 * SECOND, HealthSignal::Success), 1);
        assert_eq!(attempt(&two, Duration::from_millis(10_999), HealthSignal::Success), 1);
        assert_eq!(attempt(&two, 11 * SECOND, HealthSignal::Success), 0);
        assert!(two[0].health.is_closed());
    }

    #[test]
    fn exactly_one_call_tries_and_failing_doubles_the_time() {
        let two = entries::<2>();
        for _ in 0..3 {
            attempt(&two, Duration::ZERO, HealthSignal::Failure);
        }
        let mut now = 10 * SECOND;
        for span in [20, 40, 60, 60] {
            let (index, trial) = choose(&two, &[], true, now).unwrap();
            assert_eq!(index, 0);
            assert_eq!(choose(&two, &[], true, now).unwrap().0, 1, "a second call does not try");
            trial.report(HealthSignal::Failure, now);
            now += span * SECOND;
            assert_eq!(choose(&two, &[], true, now - SECOND).unwrap().0, 1);
        }
        let (index, trial) = choose(&two, &[], true, now).unwrap();
        assert_eq!(index, 0);
        drop(trial);
        let (index, trial) = choose(&two, &[], true, now).unwrap();
        assert_eq!(index, 0, "a trial that was given up frees the permit");
        trial.report(HealthSignal::Neutral, now);
        let (index, trial) = choose(&two, &[], true, now).unwrap();
        assert_eq!(index, 0);
        trial.report(HealthSignal::Success, now);
        assert_eq!(choose(&two, &[], true, now).unwrap().0, 0);
        for _ in 0..3 {
            attempt(&two, now, HealthSignal::Failure);
        }
        assert_eq!(attempt(&two, now + 10 * SECOND, HealthSignal::Failure), 0, "the time is short again");
    }

    #[test]
    fn a_call_that_must_not_be_repeated_tries_no_host_while_another_is_closed() {
        let two = entries::<2>();
        let first = |repeatable| choose(&two, &[], repeatable, 10 * SECOND).unwrap().0;
        for _ in 0..3 {
            attempt(&two, Duration::ZERO, HealthSignal::Failure);
        }
        assert_eq!(first(false), 1);
        assert_eq!(first(true), 0);
        for _ in 0..3 {
            choose(&two, &[], false, Duration::ZERO).unwrap().1.report(HealthSignal::Failure, Duration::ZERO);
        }
        assert!(!two[1].health.is_closed());
        assert_eq!(first(false), 0, "there is no better one");
    }

    #[test]
    fn a_call_moves_down_the_list_and_begins_again_at_its_end() {
        let three = entries::<3>();
        let host = |tried: &[u32]| choose(&three, tried, true, Duration::ZERO).unwrap().0;
        assert_eq!([host(&[]), host(&[1]), host(&[1, 1]), host(&[1, 1, 1]), host(&[2, 1, 1])], [0, 1, 2, 0, 1]);
        assert!(choose(&[], &[], true, Duration::ZERO).is_none());
    }

    #[test]
    fn when_all_are_out_the_order_counts() {
        let two = entries::<2>();
        for _ in 0..6 {
            attempt(&two, Duration::ZERO, HealthSignal::Failure);
        }
        assert!(!two[0].health.is_closed() && !two[1].health.is_closed());
        assert_eq!(choose(&two, &[], true, SECOND).unwrap().0, 0);
        assert_eq!(choose(&two, &[1], true, SECOND).unwrap().0, 1);
        // One that answers although it is out is in again.
        assert_eq!(attempt(&two, SECOND, HealthSignal::Success), 0);
        assert!(two[0].health.is_closed());
    }
}
