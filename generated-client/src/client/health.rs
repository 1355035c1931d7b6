//! Which hosts are well, as far as calls have shown. Nothing is probed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::hosts::Host;
use super::places::Places;

/// So many failures in a row take a host out.
const FAILURES: u32 = 3;

/// How long it is out the first time, and at most. It doubles in between.
const OUT_FIRST: Duration = Duration::from_secs(10);
const OUT_LONGEST: Duration = Duration::from_secs(60);

/// What calls have shown of a host.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    failures: u32,
    /// When it was taken out, for how long.
    out: Option<Out>,
}

#[derive(Clone, Copy, Debug)]
struct Out {
    until: Duration,
    span: Duration,
    /// One call is trying it.
    on_trial: bool,
}

/// How an attempt went, for the host's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Showed {
    /// It answered, be it with an error.
    Well,
    /// No connection, a broken one, silence, or a gateway that has no server behind it.
    Ill,
    /// Nothing about the host.
    Nothing,
}

impl Health {
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // The state is replaced whole, so a panic elsewhere leaves a good one.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a call may go there: yes while it is in, and for exactly one call that may be repeated when its time out is over.
    fn admit(&self, now: Duration, may_try: bool) -> Option<Admission> {
        self.with(|state| match &mut state.out {
            None => Some(Admission::Plain),
            Some(out) if may_try && now >= out.until && !out.on_trial => {
                out.on_trial = true;
                Some(Admission::Trial)
            }
            Some(_) => None,
        })
    }

    pub(crate) fn report(&self, showed: Showed, was_trial: bool, now: Duration) {
        self.with(|state| match showed {
            Showed::Well => *state = State::default(),
            Showed::Ill => match &mut state.out {
                None => {
                    state.failures += 1;
                    if state.failures >= FAILURES {
                        state.out =
                            Some(Out { until: now.saturating_add(OUT_FIRST), span: OUT_FIRST, on_trial: false });
                    }
                }
                // A call that began before, or went there because all hosts are out, says nothing new.
                Some(out) if was_trial => {
                    let span = out.span.saturating_mul(2).min(OUT_LONGEST);
                    *out = Out { until: now.saturating_add(span), span, on_trial: false };
                }
                Some(_) => {}
            },
            // A trial that showed nothing ends with its claim.
            Showed::Nothing => {}
        });
    }

    /// Whether it is in.
    pub(crate) fn is_in(&self) -> bool {
        self.with(|state| state.out.is_none())
    }
}

enum Admission {
    Plain,
    Trial,
}

/// A host with what is known of its health, and how many attempts it may have.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) host: Host,
    pub(crate) health: Arc<Health>,
    pub(crate) places: Arc<Places>,
}

/// An attempt's claim on a host. Dropped without a report, as when the caller gives up, it says nothing about the host, and frees it
/// for another trial.
#[derive(Debug)]
pub(crate) struct Claim {
    health: Arc<Health>,
    trial: bool,
}

impl Claim {
    pub(crate) fn report(self, showed: Showed, now: Duration) {
        self.health.report(showed, self.trial, now);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.trial {
            self.health.with(|state| {
                if let Some(out) = &mut state.out {
                    out.on_trial = false;
                }
            });
        }
    }
}

/// Chooses the host of an attempt: the first in order that is in, among those the call has tried least. If none of these is in, their
/// order alone counts.
///
/// A host whose time out is over is tried by a call that may be repeated (`repeatable`): any other would be lost if the host is still ill,
/// so it goes there only if no other host is in.
pub(crate) fn choose(members: &[Member], tried: &[u32], repeatable: bool, now: Duration) -> Option<(usize, Claim)> {
    let times = |index: usize| tried.get(index).copied().unwrap_or(0);
    let least = (0..members.len()).map(times).min()?;
    let candidates = || members.iter().enumerate().filter(|(index, _)| times(*index) == least);
    let may_try = repeatable || !candidates().any(|(_, member)| member.health.is_in());
    for (index, member) in candidates() {
        if let Some(admission) = member.health.admit(now, may_try) {
            let trial = matches!(admission, Admission::Trial);
            return Some((index, Claim { health: Arc::clone(&member.health), trial }));
        }
    }
    candidates().next().map(|(index, member)| (index, stay(member)))
}

/// A claim without asking: for another attempt on the same host.
pub(crate) fn stay(member: &Member) -> Claim {
    Claim { health: Arc::clone(&member.health), trial: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members<const N: usize>() -> [Member; N] {
        std::array::from_fn(|_| Member {
            host: Host::Known("https://h.example"),
            health: Arc::default(),
            places: Arc::new(Places::new(1)),
        })
    }

    const SECOND: Duration = Duration::from_secs(1);

    /// One attempt on the host that is chosen.
    fn attempt(members: &[Member], now: Duration, showed: Showed) -> usize {
        let (index, claim) = choose(members, &[], true, now).unwrap();
        claim.report(showed, now);
        index
    }

    #[test]
    fn three_failures_in_a_row_take_a_host_out_for_ten_seconds() {
        let two = members::<2>();
        for showed in [Showed::Ill, Showed::Ill, Showed::Well, Showed::Ill, Showed::Nothing, Showed::Ill, Showed::Ill] {
            assert_eq!(attempt(&two, SECOND, showed), 0, "a response in between begins anew");
        }
        assert!(!two[0].health.is_in());
        assert_eq!(attempt(&two, 2 * SECOND, Showed::Well), 1);
        assert_eq!(attempt(&two, Duration::from_millis(10_999), Showed::Well), 1);
        assert_eq!(attempt(&two, 11 * SECOND, Showed::Well), 0);
        assert!(two[0].health.is_in());
    }

    #[test]
    fn exactly_one_call_tries_and_failing_doubles_the_time() {
        let two = members::<2>();
        for _ in 0..3 {
            attempt(&two, Duration::ZERO, Showed::Ill);
        }
        let mut now = 10 * SECOND;
        for span in [20, 40, 60, 60] {
            let (index, trial) = choose(&two, &[], true, now).unwrap();
            assert_eq!(index, 0);
            assert_eq!(choose(&two, &[], true, now).unwrap().0, 1, "a second call does not try");
            trial.report(Showed::Ill, now);
            now += span * SECOND;
            assert_eq!(choose(&two, &[], true, now - SECOND).unwrap().0, 1);
        }
        let (index, trial) = choose(&two, &[], true, now).unwrap();
        assert_eq!(index, 0);
        drop(trial);
        let (index, trial) = choose(&two, &[], true, now).unwrap();
        assert_eq!(index, 0, "a trial that was given up frees the place");
        trial.report(Showed::Nothing, now);
        let (index, trial) = choose(&two, &[], true, now).unwrap();
        assert_eq!(index, 0);
        trial.report(Showed::Well, now);
        assert_eq!(choose(&two, &[], true, now).unwrap().0, 0);
        for _ in 0..3 {
            attempt(&two, now, Showed::Ill);
        }
        assert_eq!(attempt(&two, now + 10 * SECOND, Showed::Ill), 0, "the time is short again");
    }

    #[test]
    fn a_call_that_must_not_be_repeated_tries_no_host_while_another_is_in() {
        let two = members::<2>();
        let first = |repeatable| choose(&two, &[], repeatable, 10 * SECOND).unwrap().0;
        for _ in 0..3 {
            attempt(&two, Duration::ZERO, Showed::Ill);
        }
        assert_eq!(first(false), 1);
        assert_eq!(first(true), 0);
        for _ in 0..3 {
            choose(&two, &[], false, Duration::ZERO).unwrap().1.report(Showed::Ill, Duration::ZERO);
        }
        assert!(!two[1].health.is_in());
        assert_eq!(first(false), 0, "there is no better one");
    }

    #[test]
    fn a_call_moves_down_the_list_and_begins_again_at_its_end() {
        let three = members::<3>();
        let host = |tried: &[u32]| choose(&three, tried, true, Duration::ZERO).unwrap().0;
        assert_eq!([host(&[]), host(&[1]), host(&[1, 1]), host(&[1, 1, 1]), host(&[2, 1, 1])], [0, 1, 2, 0, 1]);
        assert!(choose(&[], &[], true, Duration::ZERO).is_none());
    }

    #[test]
    fn when_all_are_out_the_order_counts() {
        let two = members::<2>();
        for _ in 0..6 {
            attempt(&two, Duration::ZERO, Showed::Ill);
        }
        assert!(!two[0].health.is_in() && !two[1].health.is_in());
        assert_eq!(choose(&two, &[], true, SECOND).unwrap().0, 0);
        assert_eq!(choose(&two, &[1], true, SECOND).unwrap().0, 1);
        // One that answers although it is out is in again.
        assert_eq!(attempt(&two, SECOND, Showed::Well), 0);
        assert!(two[0].health.is_in());
    }
}
