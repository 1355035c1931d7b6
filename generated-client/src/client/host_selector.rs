//! Selects the host of each attempt of one call.

use std::time::Duration;

use crate::client::circuit_breaker;
use crate::client::circuit_breaker::{HostEntry, HostLease};
use crate::client::hosts::HostList;
use crate::client::retry::decide::NextHost;

/// Selects hosts for the attempts of one call, from those of its region.
#[derive(Debug)]
pub(super) struct HostSelector<'f> {
    hosts: &'f HostList,
    /// Whether the call may be repeated after an attempt that may have taken effect.
    repeatable: bool,
    /// How often each host was tried; empty until an attempt fails, so that a call that succeeds at once allocates
    /// nothing.
    tried: Vec<u32>,
    /// The host that the next attempt goes to again.
    stay: Option<usize>,
}

/// The host that was selected for an attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected<'f> {
    pub(super) index: usize,
    pub(super) entry: &'f HostEntry,
}

impl<'f> HostSelector<'f> {
    pub(super) fn through(hosts: &'f HostList, repeatable: bool) -> Self {
        Self { hosts, repeatable, tried: Vec::new(), stay: None }
    }

    /// Selects the host of the next attempt; `None` if there are no hosts.
    pub(super) fn next(&self, now: Duration) -> Option<(Selected<'f>, HostLease)> {
        let stays = self.stay.and_then(|index| Some((index, circuit_breaker::stay(self.hosts.get(index)?))));
        let (index, lease) =
            stays.or_else(|| circuit_breaker::choose(self.hosts, &self.tried, self.repeatable, now))?;
        Some((Selected { index, entry: self.hosts.get(index)? }, lease))
    }

    /// Whether another host has a closed circuit and was not tried by this call.
    pub(super) fn has_other_than(&self, selected: &Selected<'_>) -> bool {
        let untried = |index: usize| self.tried.get(index).is_none_or(|times| *times == 0);
        self.hosts
            .iter()
            .enumerate()
            .any(|(index, entry)| index != selected.index && untried(index) && entry.health.is_closed())
    }

    /// Records a failed attempt; another one follows.
    pub(super) fn failed_at(&mut self, selected: &Selected<'_>, next_host: NextHost) {
        self.tried.resize(self.hosts.len(), 0);
        if let Some(times) = self.tried.get_mut(selected.index) {
            *times += 1;
        }
        self.stay = (next_host == NextHost::Same).then_some(selected.index);
    }
}
