//! Keeps calls below the official limits, before the server has to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::runtime::spec::{Rate, Spec};

/// Limits calls to what the official pages allow, each endpoint for itself, or together where they share a limit. Off unless given to
/// [`ClientBuilder::limit_rates`](crate::ClientBuilder::limit_rates).
///
/// The limits of the pages are those of the standard plan and count for the whole app. So tell the share of this process, or your
/// plan's own factor:
///
/// ```
/// use yunxin::{Client, Credentials, RateLimits};
///
/// // One of four processes, on a plan that allows five times as much.
/// let client = Client::builder(Credentials::new("key", "secret"))
///     .limit_rates(RateLimits::official().times(5.0 / 4.0))
///     .build()?;
/// # Ok::<(), yunxin::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "limits do nothing until a client has them"]
pub struct RateLimits {
    factor: f64,
}

impl RateLimits {
    /// The limits of the specs.
    pub const fn official() -> Self {
        Self { factor: 1.0 }
    }

    /// So many times as much. At least one call is allowed in any case.
    pub const fn times(mut self, factor: f64) -> Self {
        self.factor *= factor;
        self
    }
}

/// Which calls count together: those of a product, by its address, with these words; or those of one endpoint, by its name.
type Class = (usize, &'static str);

/// The calls of the client, as far back as limits look.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: RateLimits,
    classes: Mutex<BTreeMap<Class, VecDeque<Duration>>>,
}

impl Limiter {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self { limits, classes: Mutex::default() }
    }

    /// Takes the next free place for a call, and gives the time until then; or gives it without taking the place, as an error, if that
    /// is longer than the call can wait.
    pub(crate) fn reserve(&self, spec: &'static Spec, now: Duration, patience: Duration) -> Result<Duration, Duration> {
        let Some(rate) = spec.manner.rate else { return Ok(Duration::ZERO) };
        let most = self.most(rate);
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = classes.entry(class(spec, rate)).or_default();
        // In any span of the limit's length there are at most so many calls: the next one waits until the oldest of them is out of it.
        let free = match calls.len() < most {
            true => now,
            false => calls.front().map_or(now, |oldest| oldest.saturating_add(rate.per).max(now)),
        };
        let wait = free.saturating_sub(now);
        if wait > patience {
            return Err(wait);
        }
        calls.push_back(free);
        while calls.len() > most {
            calls.pop_front();
        }
        Ok(wait)
    }

    fn most(&self, rate: Rate) -> usize {
        // Saturates, as casts of floats do; nobody calls 4 billion times a second.
        ((f64::from(rate.calls) * self.limits.factor) as u32 as usize).max(1)
    }
}

fn class(spec: &'static Spec, rate: Rate) -> Class {
    (std::ptr::from_ref(spec.manner.product).addr(), rate.shared.unwrap_or(spec.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::spec::{Body, Manner, Method, Payload, Product, Retry, product_that_remembers};

    static PRODUCT: Product = product_that_remembers(None);
    static FREE: Spec = spec("p.a.free", &manner());
    static OWN: Spec = spec("p.a.own", &manner().rate(3, 60));
    static ONE: Spec = spec("p.a.one", &TOGETHER);
    static OTHER: Spec = spec("p.a.other", &TOGETHER);
    static TOGETHER: Manner = manner().shared_rate(2, 1, "all of a");

    const fn spec(id: &'static str, manner: &'static Manner) -> Spec {
        Spec::new(id, "/", manner)
    }

    const fn manner() -> Manner {
        Manner::new(&PRODUCT, Method::Get, Body::None, Payload::Nothing, Retry::Never)
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn no_span_has_more_calls_than_allowed() {
        let limiter = Limiter::new(RateLimits::official());
        let reserve = |at: u64| limiter.reserve(&OWN, Duration::from_secs(at), 1_000 * SECOND).unwrap().as_secs();
        assert_eq!([reserve(0), reserve(10), reserve(20)], [0, 0, 0]);
        assert_eq!(reserve(20), 40, "when the first is a minute old");
        assert_eq!(reserve(20), 50);
        assert_eq!(reserve(20), 60);
        assert_eq!(reserve(20), 100);
        assert_eq!(reserve(1_000), 0);
    }

    #[test]
    fn who_cannot_wait_takes_no_place() {
        let limiter = Limiter::new(RateLimits::official());
        for _ in 0..3 {
            assert_eq!(limiter.reserve(&OWN, SECOND, SECOND), Ok(Duration::ZERO));
        }
        for _ in 0..9 {
            assert_eq!(limiter.reserve(&OWN, SECOND, 20 * SECOND), Err(60 * SECOND));
        }
        assert_eq!(limiter.reserve(&OWN, SECOND, 60 * SECOND), Ok(60 * SECOND));
    }

    #[test]
    fn limits_are_shared_by_words_and_scaled() {
        let limiter = Limiter::new(RateLimits::official());
        let none = Duration::ZERO;
        assert_eq!(limiter.reserve(&ONE, none, none), Ok(none));
        assert_eq!(limiter.reserve(&OTHER, none, none), Ok(none));
        assert_eq!(limiter.reserve(&ONE, none, none), Err(SECOND));
        for _ in 0..1_000 {
            assert_eq!(limiter.reserve(&FREE, none, none), Ok(none));
        }
        for (factor, most) in [(2.0, 4), (0.5, 1), (0.0, 1), (-1.0, 1), (f64::NAN, 1)] {
            let limiter = Limiter::new(RateLimits::official().times(factor));
            let taken = (0..9).filter(|_| limiter.reserve(&ONE, none, none).is_ok()).count();
            assert_eq!(taken, most, "{factor}");
        }
    }
}
