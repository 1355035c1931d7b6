use proptest::prelude::*;

use super::*;
use crate::wire::endpoint_meta::{Method, ProductMeta, product_with_dedup};

static REMEMBERS: ProductMeta<'static> = product_with_dedup(Some(Duration::from_secs(60)));
static FORGETS: ProductMeta<'static> = product_with_dedup(None);

fn spec(retry: Retry) -> EndpointMeta<'static> {
    let product = if retry == Retry::Deduplicated { &REMEMBERS } else { &FORGETS };
    EndpointMeta::new(product, "p.r.e", Method::Post, "/").retry(retry)
}

fn failure(class: AttemptClass) -> Failure {
    Failure {
        class,
        retry_after: None,
        penalty: Duration::from_secs(10),
        clock_is_wrong: true,
        on_kept_connection: false,
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// The steps after these failures, each attempt taking no time and each pause as long as it may be.
fn steps(retry: Retry, policy: &RetryPolicy, failures: &[Failure]) -> Vec<RetryDecision> {
    let budget = RetryBudget::new(500);
    let mut now = Duration::ZERO;
    let mut state = RetryState::new(&spec(retry), policy, &budget, now, 20 * SECOND);
    let step = |failure| {
        let step = state.failed(failure, now, &mut || u64::MAX);
        if let RetryDecision::Retry { pause, .. } = step {
            now += pause;
        }
        step
    };
    failures.iter().map(step).collect()
}

fn again(next_host: NextHost, millis: u64) -> RetryDecision {
    RetryDecision::Retry { next_host, pause: Duration::from_millis(millis) }
}

#[test]
fn time_is_kept_for_another_host() {
    let own_timeout = spec(Retry::Safe).timeout(30 * SECOND);
    let budget = RetryBudget::new(500);
    let limits = |meta: &EndpointMeta<'_>, attempts: u32, left: u64, has_other_host: bool| {
        let policy = RetryPolicy::new().attempts(attempts);
        let state = RetryState::new(meta, &policy, &budget, SECOND, SECOND + Duration::from_millis(left));
        let limit = state.time_for_attempt(SECOND, 5 * SECOND, has_other_host);
        (limit.attempt.as_millis(), limit.connect.as_millis())
    };
    let [safe, never] = [spec(Retry::Safe), spec(Retry::Never)];
    assert_eq!(limits(&safe, 3, 20_000, true), (5_000, 5_000), "there is plenty");
    assert_eq!(limits(&safe, 3, 3_000, true), (1_500, 1_500));
    assert_eq!(limits(&safe, 3, 1_500, true), (1_000, 1_000), "never less than a second");
    assert_eq!(limits(&safe, 3, 400, true), (400, 400));
    assert_eq!(limits(&safe, 3, 3_000, false), (3_000, 3_000));
    assert_eq!(limits(&safe, 1, 3_000, true), (3_000, 3_000), "no other attempt is allowed");
    assert_eq!(limits(&never, 3, 3_000, true), (3_000, 1_500), "only connecting is repeated");
    assert_eq!(limits(&own_timeout, 3, 3_000, true), (3_000, 1_500));
}

#[test]
fn after_a_kept_connection_broke_the_first_repeat_is_free_and_at_once() {
    let broken = Failure { on_kept_connection: true, ..failure(AttemptClass::Unknown) };
    assert_eq!(
        steps(Retry::Safe, &RetryPolicy::new().attempts(4), &[broken; 3]),
        [again(NextHost::Next, 0), again(NextHost::Next, 100), again(NextHost::Next, 200)]
    );
    assert_eq!(steps(Retry::Never, &RetryPolicy::new(), &[broken]), [RetryDecision::GiveUp(StopReason::Settled)]);
    let budget = RetryBudget::new(10);
    let (policy, spec) = (RetryPolicy::new(), spec(Retry::Safe));
    let mut state = RetryState::new(&spec, &policy, &budget, SECOND, 20 * SECOND);
    assert_eq!(state.failed(&broken, SECOND, &mut || 0), again(NextHost::Next, 0));
    assert_eq!(budget.left(), 10);
    assert_eq!(state.failed(&broken, SECOND, &mut || 0), RetryDecision::GiveUp(StopReason::Budget));
}

#[test]
fn pauses_grow_and_attempts_end() {
    let many = RetryPolicy::new().attempts(4);
    assert_eq!(
        steps(Retry::Safe, &many, &[failure(AttemptClass::Unknown); 4]),
        [
            again(NextHost::Next, 50),
            again(NextHost::Next, 100),
            again(NextHost::Next, 200),
            RetryDecision::GiveUp(StopReason::Attempts)
        ]
    );
    assert_eq!(
        steps(Retry::Never, &many, &[failure(AttemptClass::NotSent); 3]),
        [again(NextHost::Next, 0), again(NextHost::Next, 100), again(NextHost::Next, 200)]
    );
    assert_eq!(
        steps(Retry::Never, &many, &[failure(AttemptClass::RetryLater); 2]),
        [again(NextHost::Same, 200), again(NextHost::Same, 400)]
    );
    assert_eq!(
        steps(Retry::Deduplicated, &many, &[failure(AttemptClass::Busy); 2]),
        [again(NextHost::Next, 1_000), again(NextHost::Next, 2_000)]
    );
    for one in [RetryPolicy::none(), RetryPolicy::new().attempts(0)] {
        assert_eq!(
            steps(Retry::Safe, &one, &[failure(AttemptClass::NotSent)]),
            [RetryDecision::GiveUp(StopReason::Attempts)]
        );
    }
}

#[test]
fn a_failed_server_is_asked_once_more_and_only_for_what_is_safe() {
    let policy = RetryPolicy::new().attempts(9);
    assert_eq!(
        steps(Retry::Safe, &policy, &[failure(AttemptClass::Failed); 2]),
        [again(NextHost::Same, 50), RetryDecision::GiveUp(StopReason::Settled)]
    );
    assert_eq!(
        steps(Retry::Deduplicated, &policy, &[failure(AttemptClass::Failed)]),
        [RetryDecision::GiveUp(StopReason::Settled)]
    );
}

#[test]
fn the_clock_is_corrected_once_and_costs_no_attempt() {
    let right = Failure { clock_is_wrong: false, ..failure(AttemptClass::Clock) };
    assert_eq!(steps(Retry::Safe, &RetryPolicy::new(), &[right]), [RetryDecision::GiveUp(StopReason::Settled)]);
    assert_eq!(
        steps(Retry::Never, &RetryPolicy::none(), &[failure(AttemptClass::Clock); 2]),
        [again(NextHost::Same, 0), RetryDecision::GiveUp(StopReason::Settled)]
    );
}

#[test]
fn a_block_is_waited_for_by_choice() {
    assert_eq!(
        steps(Retry::Never, &RetryPolicy::new(), &[failure(AttemptClass::QuotaBlocked)]),
        [RetryDecision::GiveUp(StopReason::Settled)]
    );
    let wait = RetryPolicy::new().on_rate_limit(OnRateLimit::Wait);
    assert_eq!(
        steps(Retry::Never, &wait, &[failure(AttemptClass::QuotaBlocked); 2]),
        [again(NextHost::Same, 10_000), RetryDecision::GiveUp(StopReason::Deadline)]
    );
    let told = Failure { retry_after: Some(3 * SECOND), ..failure(AttemptClass::QuotaBlocked) };
    assert_eq!(steps(Retry::Never, &wait, &[told]), [again(NextHost::Same, 3_000)]);
}

#[test]
fn retry_after_is_heeded_within_reason() {
    let told = |seconds| Failure { retry_after: Some(seconds * SECOND), ..failure(AttemptClass::Throttled) };
    let after = |seconds| steps(Retry::Never, &RetryPolicy::new(), &[told(seconds)]);
    assert_eq!(after(0), [again(NextHost::Same, 0)]);
    assert_eq!(after(4), [again(NextHost::Same, 4_000)]);
    assert_eq!(after(300), [again(NextHost::Same, 6_000)]);
}

#[test]
fn nothing_is_repeated_when_the_request_id_may_be_forgotten() {
    let policy = RetryPolicy::new().attempts(9);
    let budget = RetryBudget::new(500);
    for (retry, class, in_time) in [
        (Retry::Deduplicated, AttemptClass::Unknown, false),
        (Retry::Deduplicated, AttemptClass::Busy, false),
        (Retry::Safe, AttemptClass::Unknown, false),
        (Retry::Safe, AttemptClass::Busy, true),
        (Retry::Deduplicated, AttemptClass::Throttled, true),
    ] {
        let mut state = RetryState::new(&spec(retry), &policy, &budget, SECOND, 1_000 * SECOND);
        let step = state.failed(&failure(class), 46 * SECOND, &mut || 0);
        assert_eq!(matches!(step, RetryDecision::Retry { .. }), in_time, "{retry:?} {class:?} {step:?}");
    }
    // An attempt that may have taken effect makes every later repeat depend on the window.
    let mut state = RetryState::new(&spec(Retry::Deduplicated), &policy, &budget, SECOND, 1_000 * SECOND);
    assert!(matches!(
        state.failed(&failure(AttemptClass::Unknown), 9 * SECOND, &mut || 0),
        RetryDecision::Retry { .. }
    ));
    let step = state.failed(&failure(AttemptClass::Throttled), 46 * SECOND, &mut || 0);
    assert_eq!(step, RetryDecision::GiveUp(StopReason::Window));
    // The pause counts.
    let mut state = RetryState::new(&spec(Retry::Deduplicated), &policy, &budget, SECOND, 1_000 * SECOND);
    let step = state.failed(&failure(AttemptClass::Busy), Duration::from_millis(45_500), &mut || u64::MAX);
    assert_eq!(step, RetryDecision::GiveUp(StopReason::Window));
}

#[test]
fn an_empty_budget_stops_and_success_refills_it() {
    let (policy, budget) = (RetryPolicy::new(), RetryBudget::new(20));
    let spec = spec(Retry::Safe);
    let mut state = RetryState::new(&spec, &policy, &budget, SECOND, 20 * SECOND);
    assert!(matches!(state.failed(&failure(AttemptClass::Unknown), SECOND, &mut || 0), RetryDecision::Retry { .. }));
    assert_eq!(budget.left(), 6);
    let mut other = RetryState::new(&spec, &policy, &budget, SECOND, 20 * SECOND);
    assert_eq!(
        other.failed(&failure(AttemptClass::Unknown), SECOND, &mut || 0),
        RetryDecision::GiveUp(StopReason::Budget)
    );
    assert!(matches!(other.failed(&failure(AttemptClass::Throttled), SECOND, &mut || 0), RetryDecision::Retry { .. }));
    assert_eq!(budget.left(), 1);
    state.succeeded();
    assert_eq!(budget.left(), 15);
    RetryState::new(&spec, &policy, &budget, SECOND, 20 * SECOND).succeeded();
    assert_eq!(budget.left(), 16);
}

#[test]
fn the_first_move_away_from_a_host_that_was_not_reached_is_free() {
    let (policy, budget) = (RetryPolicy::new(), RetryBudget::new(20));
    let spec = spec(Retry::Never);
    for left in [6, 6] {
        let mut state = RetryState::new(&spec, &policy, &budget, SECOND, 20 * SECOND);
        assert!(matches!(
            state.failed(&failure(AttemptClass::NotSent), SECOND, &mut || 0),
            RetryDecision::Retry { .. }
        ));
        let second = state.failed(&failure(AttemptClass::NotSent), SECOND, &mut || 0);
        assert_eq!(budget.left(), left, "{second:?}");
    }
}

fn verdicts() -> impl Strategy<Value = AttemptClass> {
    prop::sample::select(vec![
        AttemptClass::NotSent,
        AttemptClass::QuotaBlocked,
        AttemptClass::Throttled,
        AttemptClass::RetryLater,
        AttemptClass::Clock,
        AttemptClass::Busy,
        AttemptClass::Unknown,
        AttemptClass::Failed,
        AttemptClass::Duplicate,
        AttemptClass::Permanent,
    ])
}

proptest! {
    /// Whatever fails, however long it takes, and however patient the caller is.
    #[test]
    fn no_course_breaks_the_promises(
        retry in prop::sample::select(vec![Retry::Safe, Retry::Deduplicated, Retry::Never]),
        attempts in 0_u32..12,
        wait: bool,
        deadline in 0_u64..120_000,
        capacity in 0_u32..200,
        course_of in prop::collection::vec(
            (
                verdicts(),
                0_u64..30_000,
                prop::option::of(0_u64..100),
                any::<bool>(),
                any::<u64>(),
                any::<bool>(),
                any::<bool>(),
            ),
            1..20,
        ),
    ) {
        let choice = if wait { OnRateLimit::Wait } else { OnRateLimit::Return };
        let policy = RetryPolicy::new().attempts(attempts).on_rate_limit(choice);
        let budget = RetryBudget::new(capacity);
        let began = Duration::from_secs(7);
        let deadline = began + Duration::from_millis(deadline);
        let spec = spec(retry);
        let mut state = RetryState::new(&spec, &policy, &budget, began, deadline);
        let mut now = began;
        let (mut repeats, mut moved, mut reconnected, mut corrections, mut doubtful) = (0, 0, 0, 0, false);
        for (class, took, retry_after, clock_is_wrong, random, other_host, kept) in course_of {
            let time = state.time_for_attempt(now, Duration::from_millis(took), other_host);
            prop_assert!(now + time.attempt <= deadline && time.connect <= time.attempt);
            now += time.attempt;
            let failure = Failure {
                class,
                retry_after: retry_after.map(Duration::from_secs),
                penalty: Duration::from_secs(10),
                clock_is_wrong,
                on_kept_connection: kept,
            };
            doubtful |= matches!(class, AttemptClass::Unknown | AttemptClass::Busy | AttemptClass::Failed);
            match state.failed(&failure, now, &mut || random) {
                RetryDecision::GiveUp(_) => break,
                RetryDecision::Retry { pause, .. } => {
                    now += pause;
                    prop_assert!(now < deadline, "a pause beyond the deadline");
                    prop_assert!(!matches!(class, AttemptClass::Permanent | AttemptClass::Duplicate));
                    if class == AttemptClass::Clock {
                        prop_assert!(clock_is_wrong);
                        corrections += 1;
                    } else {
                        repeats += 1;
                    }
                    if class == AttemptClass::NotSent {
                        moved = 1;
                    }
                    if class == AttemptClass::Unknown && kept {
                        reconnected = 1;
                    }
                    let age = now - began;
                    if class == AttemptClass::Unknown {
                        prop_assert!(age < Duration::from_secs(45), "repeated after {age:?}");
                    }
                    if doubtful {
                        prop_assert!(retry != Retry::Never, "it may have acted, and is sent again");
                        prop_assert!(retry == Retry::Safe || age < Duration::from_secs(45));
                    }
                }
            }
        }
        prop_assert!(repeats < attempts.max(1));
        prop_assert!(corrections <= 1);
        // Free are the first move away from a host that was not reached, and the first repeat after a kept connection
        // broke.
        prop_assert!((repeats - moved - reconnected) * 5 <= capacity);
    }
}
