//! Tests of which call waits how long, with a clock that the test sets.

use std::future::ready;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::SystemTime;

use proptest::prelude::*;
use tokio::sync::watch;

use super::*;
use crate::wire::endpoint_meta::{Method, Per, ProductMeta, product_with_dedup};

static PRODUCT: ProductMeta<'static> = product_with_dedup(None);
static FREE: EndpointMeta<'static> = spec("p.a.free");
static OWN: EndpointMeta<'static> = spec("p.a.own").rate(3, Per::Minute);
static ONE: EndpointMeta<'static> = spec("p.a.one").shared_rate(2, Per::Second, "all of a");
static OTHER: EndpointMeta<'static> = spec("p.a.other").shared_rate(2, Per::Second, "all of a");

const fn spec(id: &'static str) -> EndpointMeta<'static> {
    EndpointMeta::new(&PRODUCT, id, Method::Get, "/")
}

const SECOND: Duration = Duration::from_secs(1);

/// A clock that a test sets, and a sleeper that waits for it.
#[derive(Clone, Default)]
struct Time(watch::Sender<Duration>);

impl Time {
    fn set(&self, seconds: u64) {
        self.0.send_replace(SECOND * u32::try_from(seconds).unwrap());
    }

    fn now(&self) -> Duration {
        *self.0.borrow()
    }
}

impl Clock for Time {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        Time::now(self)
    }
}

impl Sleeper for Time {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        let mut time = self.0.subscribe();
        let over = Time::now(self).saturating_add(pause);
        Box::pin(async move { drop(time.wait_for(|now| *now >= over).await) })
    }
}

/// A call of `OWN` (3 in 60 s) that has reserved a slot.
struct Call<'l>(Pin<Box<dyn Future<Output = Result<Duration, Duration>> + Send + 'l>>);

impl<'l> Call<'l> {
    fn new(limiter: &'l Limiter, time: &'l Time, patience: Duration) -> Result<Self, u64> {
        match limiter.reserve(&OWN, time.now(), patience) {
            Ok(None) => Ok(Self(Box::pin(ready(Ok(time.now()))))),
            Ok(Some(turn)) => Ok(Self(Box::pin(turn.wait(time, time)))),
            Err(wait) => Err(wait.as_secs()),
        }
    }

    /// Returns when it was sent, or the remaining wait if that is too long, in seconds; `None` while it waits.
    fn went(&mut self) -> Option<Result<u64, u64>> {
        let seconds = |wait: Duration| wait.as_secs();
        match self.0.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(went) => Some(went.map(seconds).map_err(seconds)),
            Poll::Pending => None,
        }
    }
}

/// Lets time pass, second by second, until all calls are sent, and returns when each was sent.
fn all_gone(time: &Time, calls: &mut [Call<'_>]) -> Vec<u64> {
    let mut went = vec![None; calls.len()];
    for second in time.now().as_secs()..10_000 {
        time.set(second);
        // Twice, because a call that is sent may notify another one that is earlier in this list.
        for _ in 0..2 {
            for (call, went) in calls.iter_mut().zip(&mut went) {
                *went = went.or_else(|| call.went().map(Result::unwrap));
            }
        }
        if let Some(went) = went.iter().copied().collect() {
            return went;
        }
    }
    panic!("some never go: {went:?}")
}

const PATIENT: Duration = Duration::from_secs(1_000);

#[test]
fn no_span_has_more_calls_than_allowed() {
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    let mut calls = Vec::new();
    for at in [0, 10, 20, 20, 20, 20, 20, 20] {
        time.set(at);
        calls.push(Call::new(&limiter, &time, PATIENT).unwrap());
    }
    assert_eq!(all_gone(&time, &mut calls), [0, 10, 20, 60, 70, 80, 120, 130]);
    time.set(1_000);
    assert_eq!(Call::new(&limiter, &time, PATIENT).unwrap().went(), Some(Ok(1_000)));
}

#[test]
fn a_call_that_cannot_wait_reserves_nothing() {
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    for _ in 0..3 {
        assert_eq!(Call::new(&limiter, &time, SECOND).unwrap().went(), Some(Ok(0)));
    }
    for _ in 0..9 {
        assert_eq!(Call::new(&limiter, &time, 59 * SECOND).err(), Some(60));
    }
    assert!(Call::new(&limiter, &time, 60 * SECOND).is_ok());
}

#[test]
fn a_call_that_gives_up_delays_no_other() {
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    for _ in 0..3 {
        assert_eq!(Call::new(&limiter, &time, SECOND).unwrap().went(), Some(Ok(0)));
    }
    let mut waiting: Vec<_> = (0..30).map(|_| Call::new(&limiter, &time, PATIENT).unwrap()).collect();
    assert!(waiting.iter_mut().all(|call| call.went().is_none()));
    assert_eq!(Call::new(&limiter, &time, 600 * SECOND).err(), Some(660));
    drop(waiting);
    assert_eq!(
        limiter
            .classes
            .lock()
            .unwrap()
            .values()
            .flat_map(BTreeMap::values)
            .map(|queue| queue.waiting.len())
            .sum::<usize>(),
        0
    );
    // The next ones wait only for those that were sent.
    let mut calls: Vec<_> = (0..4).map(|_| Call::new(&limiter, &time, PATIENT).unwrap()).collect();
    assert_eq!(all_gone(&time, &mut calls), [60, 60, 60, 120]);
}

#[test]
fn waiting_calls_move_forward() {
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    let mut calls: Vec<_> = (0..12).map(|_| Call::new(&limiter, &time, PATIENT).unwrap()).collect();
    assert_eq!(calls.iter_mut().filter_map(Call::went).count(), 3);
    // The turns of the nine are 60, 60, 60, 120 and so on. Some were polled before the others gave up, some were not.
    let mut rest = calls.split_off(3);
    for gives_up in [0, 1, 2, 5] {
        drop(rest.remove(gives_up));
    }
    assert_eq!(all_gone(&time, &mut rest), [60, 60, 60, 120, 120]);
}

#[test]
fn a_call_that_is_not_polled_delays_no_other() {
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    for _ in 0..3 {
        assert_eq!(Call::new(&limiter, &time, SECOND).unwrap().went(), Some(Ok(0)));
    }
    let _never_polled = Call::new(&limiter, &time, PATIENT).unwrap();
    let mut calls: Vec<_> = (0..3).map(|_| Call::new(&limiter, &time, PATIENT).unwrap()).collect();
    assert_eq!(all_gone(&time, &mut calls), [60, 60, 120], "each at its own time, if not before");
}

#[test]
fn a_repeat_counts_and_may_leave_no_time() {
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    for _ in 0..2 {
        assert_eq!(Call::new(&limiter, &time, SECOND).unwrap().went(), Some(Ok(0)));
    }
    time.set(30);
    limiter.count(&OWN, time.now());
    let mut patient = Call::new(&limiter, &time, PATIENT).unwrap();
    let mut hasty = Call::new(&limiter, &time, 31 * SECOND).unwrap();
    assert_eq!(Call::new(&limiter, &time, 31 * SECOND).err(), Some(60), "its turn is a minute after the repeat");
    time.set(40);
    for _ in 0..2 {
        limiter.count(&OWN, time.now());
    }
    time.set(60);
    assert_eq!((patient.went(), hasty.went()), (None, Some(Err(30))), "the turn of both comes at 90 now");
    time.set(90);
    assert_eq!(patient.went(), Some(Ok(90)));
}

#[test]
fn a_sleeper_that_returns_at_once_is_accepted() {
    struct Instant;
    impl Sleeper for Instant {
        fn sleep(&self, _: Duration) -> SleepFuture {
            Box::pin(ready(()))
        }
    }
    let limiter = Limiter::new(RateLimits::official());
    let time = Time::default();
    let went: Vec<_> = (0..7)
        .map(|_| match limiter.reserve(&OWN, Duration::ZERO, PATIENT).unwrap() {
            None => 0,
            Some(turn) => Call(Box::pin(turn.wait(&Instant, &time))).went().unwrap().unwrap(),
        })
        .collect();
    assert_eq!(went, [0, 0, 0, 60, 60, 60, 120]);
}

proptest! {
    /// Whenever calls arrive, are dropped or are not polled: no span has too many, and none waits longer than for those
    /// that were sent.
    #[test]
    fn the_limit_holds_and_no_time_is_lost(
        steps in prop::collection::vec((0..40_u64, 0..4_u8, any::<prop::sample::Index>()), 1..60)
    ) {
        let limiter = Limiter::new(RateLimits::official());
        let time = Time::default();
        let mut waiting: Vec<Call<'_>> = Vec::new();
        let mut sent: Vec<u64> = Vec::new();
        let mut now = 0;
        for (pause, step, index) in steps {
            now += pause;
            time.set(now);
            match step {
                0 if !waiting.is_empty() => drop(waiting.remove(index.index(waiting.len()))),
                _ => waiting.push(Call::new(&limiter, &time, 100 * PATIENT).unwrap()),
            }
            // Twice, as above.
            for _ in 0..2 {
                waiting.retain_mut(|call| call.went().is_none_or(|went| { sent.push(went.unwrap()); false }));
            }
            prop_assert!(sent.windows(4).all(|four| four[3] - four[0] >= 60), "{sent:?}");
            let latest = sent.iter().rev().take(3).filter(|sent| now - **sent < 60).count();
            prop_assert!(waiting.is_empty() || latest == 3, "at {now} {} wait after {sent:?}", waiting.len());
        }
    }
}

#[test]
fn limits_are_shared_by_group_and_scaled() {
    let limiter = Limiter::new(RateLimits::official());
    let none = Duration::ZERO;
    let goes = |limiter: &Limiter, spec| limiter.reserve(spec, none, none).map(|turn| turn.is_none());
    assert_eq!(goes(&limiter, &ONE), Ok(true));
    assert_eq!(goes(&limiter, &OTHER), Ok(true));
    assert_eq!(goes(&limiter, &ONE), Err(SECOND));
    for _ in 0..1_000 {
        assert_eq!(goes(&limiter, &FREE), Ok(true));
    }
    for (factor, most) in [(2.0, 4), (0.5, 1), (0.0, 1), (-1.0, 1), (f64::NAN, 1)] {
        let limiter = Limiter::new(RateLimits::official().times(factor));
        let taken = (0..9).filter(|_| goes(&limiter, &ONE) == Ok(true)).count();
        assert_eq!(taken, most, "{factor}");
    }
}
