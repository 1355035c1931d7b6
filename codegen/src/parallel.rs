//! The same work on many items, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{panic, thread};

/// Results in the order of the items. A worker takes `turn` items at once: enough to be worth it,
/// few enough that no worker waits long for another.
///
/// Not for tokens inside a compiler: they belong to one thread.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], turn: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let chunks: Vec<_> = items.chunks(turn.max(1)).collect();
    let workers = thread::available_parallelism().map_or(1, usize::from).min(chunks.len());
    if workers < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = chunks.get(number) else { return done };
            done.push((number, chunk.iter().map(&work).collect::<Vec<_>>()));
        }
    };
    let mut done: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(take_turns)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
            .collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order() {
        for (count, turn) in [(0, 1), (1, 0), (16, 16), (163, 16), (163, 1)] {
            let items: Vec<_> = (0..count).collect();
            assert_eq!(map(&items, turn, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
