//! Which hosts the attempts of one call go to.

use std::time::Duration;

use super::health::{self, Claim, Member};
use super::hosts::Fleet;
use super::retry::decide::Whither;

/// The way of a call through the hosts of its region.
#[derive(Debug)]
pub(super) struct Route<'f> {
    fleet: &'f Fleet,
    /// Whether the call may be repeated after an attempt that may have taken effect.
    repeatable: bool,
    /// How often each host was tried; empty until an attempt fails, so that a call that goes well allocates nothing.
    tried: Vec<u32>,
    /// The host that the next attempt goes to again.
    stay: Option<usize>,
}

/// Where an attempt goes.
#[derive(Debug)]
pub(super) struct Stop<'f> {
    pub(super) index: usize,
    pub(super) member: &'f Member,
}

impl<'f> Route<'f> {
    pub(super) fn through(fleet: &'f Fleet, repeatable: bool) -> Self {
        Self { fleet, repeatable, tried: Vec::new(), stay: None }
    }

    /// The host of the next attempt; nothing if there is none at all.
    pub(super) fn next(&self, now: Duration) -> Option<(Stop<'f>, Claim)> {
        let stays = self.stay.and_then(|index| Some((index, health::stay(self.fleet.get(index)?))));
        let (index, claim) = stays.or_else(|| health::choose(self.fleet, &self.tried, self.repeatable, now))?;
        Some((Stop { index, member: self.fleet.get(index)? }, claim))
    }

    /// Whether there is another host that is in and that the call has not tried.
    pub(super) fn has_other_than(&self, stop: &Stop<'_>) -> bool {
        let untried = |index: usize| self.tried.get(index).is_none_or(|times| *times == 0);
        self.fleet
            .iter()
            .enumerate()
            .any(|(index, member)| index != stop.index && untried(index) && member.health.is_in())
    }

    /// An attempt failed there, and another one follows.
    pub(super) fn failed_at(&mut self, stop: &Stop<'_>, whither: Whither) {
        self.tried.resize(self.fleet.len(), 0);
        if let Some(times) = self.tried.get_mut(stop.index) {
            *times += 1;
        }
        self.stay = (whither == Whither::Same).then_some(stop.index);
    }
}
