//! The retry budget of a client: docs/reliability.md, "Retry budget".

use std::sync::atomic::{AtomicU32, Ordering};

/// The budget that all retries of a client take from, so that a region that is down does not get three times the calls.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    capacity: u32,
    left: AtomicU32,
}

impl RetryBudget {
    /// A full one.
    pub(crate) fn new(capacity: u32) -> Self {
        Self { capacity, left: AtomicU32::new(capacity) }
    }

    /// Takes the cost of a retry. Returns false, and takes nothing, if there is not enough left.
    pub(crate) fn take(&self, cost: u32) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    /// Returns what a successful call took, or 1 if it took nothing.
    pub(crate) fn put(&self, amount: u32) {
        // Usually it is full, and then nothing is written.
        if self.left.load(Ordering::Relaxed) == self.capacity {
            return;
        }
        let fill = |left: u32| Some(left.saturating_add(amount).min(self.capacity));
        // The closure never declines.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fill);
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_empties_and_fills_and_never_overflows() {
        let budget = RetryBudget::new(30);
        budget.put(1);
        assert_eq!(budget.left(), 30);
        assert!(budget.take(14) && budget.take(14));
        assert!(!budget.take(14), "2 are left");
        assert_eq!(budget.left(), 2);
        budget.put(14);
        assert_eq!(budget.left(), 16);
        budget.put(u32::MAX);
        assert_eq!(budget.left(), 30);
        assert!(!RetryBudget::new(0).take(5) && RetryBudget::new(0).take(0));
    }
}
