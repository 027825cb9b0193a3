//! Failed attempts of a name, and the pauses that they earn. Cognito has no lockout for custom challenges.
//!
//! The first few failures cost nothing; from then on each one earns a pause that doubles. Failures drain by time alone, one
//! per longest pause: a success that reset the count would tell that the name exists. Running attempts count as failures until they
//! are settled, so that parallel sessions cannot go past the limit; a reservation ends with its lease, so a crash costs nothing.
//!
//! Two buckets, so that nobody who fails the plain way can lock a person out of the way by mail. The plain way has a second limit, over
//! weeks; a pass by mail lifts it. See `docs/adr/0012`.

use std::{collections::BTreeMap, time::Duration};

use crate::{ids::ChallengeId, time::Timestamp};

/// Who may be paused apart from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// Sign-in with nothing but a face.
    Plain,
    /// The session proved the password and has a live ticket: whoever it is reads the mailbox.
    Mailbox,
}

impl Bucket {
    /// The bucket's word in the row's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Mailbox => "mailbox",
        }
    }

    /// The bucket of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Plain, Self::Mailbox]
            .into_iter()
            .find(|bucket| bucket.as_str() == word)
    }
}

/// When the plain way is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffPolicy {
    /// The failure that turns it off, 1 to 100: the row remembers as many.
    pub failures: u32,
    /// The time in which they count.
    pub within: Duration,
}

/// When pauses come and how long they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutPolicy {
    /// The failure that earns the first pause, at least 1.
    pub failures: u32,
    /// The first pause.
    pub first: Duration,
    /// The longest pause; also the time in which one failure drains. More than zero.
    pub longest: Duration,
    /// The limit over weeks. The way by mail has none.
    pub off: Option<OffPolicy>,
}

impl LockoutPolicy {
    /// The policy of a bucket.
    #[must_use]
    pub fn of(self, bucket: Bucket) -> Self {
        match bucket {
            Bucket::Plain => self,
            Bucket::Mailbox => Self { off: None, ..self },
        }
    }

    /// The pause after this many failures.
    pub fn pause(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.failures) else {
            return Duration::ZERO;
        };
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

/// Whether another attempt may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// It may.
    Free,
    /// Not before this time.
    PausedUntil(Timestamp),
}

/// How an attempt counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// As a failure.
    Failure,
    /// Not at all: it passed, or nothing was learned about the face.
    Nothing,
}

/// The attempts of one name in one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempts {
    /// Failures at the time of the last one.
    pub failures: u32,
    /// When the last failure was.
    pub last_failure: Timestamp,
    /// When the failures were that count towards [`OffPolicy`], the oldest first.
    pub past: Vec<Timestamp>,
    /// Running attempts, and until when each counts.
    pub reservations: BTreeMap<ChallengeId, Timestamp>,
}

impl Default for Attempts {
    /// A name that never failed.
    fn default() -> Self {
        Self {
            failures: 0,
            last_failure: Timestamp::from_millis(0),
            past: Vec::new(),
            reservations: BTreeMap::new(),
        }
    }
}

impl Attempts {
    /// Failures that still count at `now`.
    pub fn failures_at(&self, policy: &LockoutPolicy, now: Timestamp) -> u32 {
        let drained = now.since(self.last_failure).as_millis() / policy.longest.as_millis().max(1);
        self.failures
            .saturating_sub(u32::try_from(drained).unwrap_or(u32::MAX))
    }

    /// Attempts that were never settled, because their runs died: their leases are over at `now`.
    pub fn abandoned(&self, now: Timestamp) -> impl Iterator<Item = &ChallengeId> {
        let over = self
            .reservations
            .iter()
            .filter(move |(_, ends)| **ends <= now);
        over.map(|(id, _)| id)
    }

    /// Whether failures alone forbid an attempt at `now`. What runs is left out: it may be a run that died.
    pub fn pause(&self, policy: &LockoutPolicy, now: Timestamp) -> Allowance {
        let end = self.last_failure.plus(policy.pause(self.failures));
        let end = self.off_until(policy).map_or(end, |off| off.max(end));
        if now < end {
            Allowance::PausedUntil(end)
        } else {
            Allowance::Free
        }
    }

    /// When so many of the failures of the last weeks have drained that there is an attempt again. `None` if there were too few.
    fn off_until(&self, policy: &LockoutPolicy) -> Option<Timestamp> {
        let off = policy.off?;
        let limit = usize::try_from(off.failures).unwrap_or(usize::MAX);
        let oldest = self.past.len().checked_sub(limit)?;
        Some(self.past.get(oldest)?.plus(off.within))
    }

    /// Failures that count towards the limit over weeks at `now`, and the limit.
    fn towards_off(&self, policy: &LockoutPolicy, now: Timestamp) -> Option<(u32, u32)> {
        let off = policy.off?;
        let recent = self.past.iter().filter(|at| now < at.plus(off.within));
        Some((
            u32::try_from(recent.count()).unwrap_or(u32::MAX),
            off.failures,
        ))
    }

    /// The row after its owner passed by mail: if the plain way is off at `now`, it is on again. Pauses stay as they are, and so does a row
    /// that is not off: nobody outside sees more of a success than that.
    #[must_use]
    pub fn pardoned(&self, policy: &LockoutPolicy, now: Timestamp) -> Option<Self> {
        let (failures, limit) = self.towards_off(policy, now)?;
        (limit <= failures).then(|| Self {
            past: Vec::new(),
            ..self.clone()
        })
    }

    /// Whether another attempt may start at `now`, besides the one of `challenge`.
    pub fn allowance(
        &self,
        policy: &LockoutPolicy,
        challenge: Option<&ChallengeId>,
        now: Timestamp,
    ) -> Allowance {
        let pause = self.pause(policy, now);
        if pause != Allowance::Free {
            return pause;
        }
        let live = || {
            self.reservations
                .iter()
                .filter(|(id, ends)| Some(*id) != challenge && now < **ends)
        };
        let running = u32::try_from(live().count()).unwrap_or(u32::MAX);
        let full = |failures: u32, limit: u32| limit <= running.saturating_add(failures);
        let soon = full(self.failures_at(policy, now), policy.failures);
        let off = self
            .towards_off(policy, now)
            .is_some_and(|(failures, limit)| full(failures, limit));
        match live().map(|(_, ends)| *ends).min() {
            Some(ends) if soon || off => Allowance::PausedUntil(ends),
            _ => Allowance::Free,
        }
    }

    /// The row with a reservation for `challenge` until `until`, or the pause that forbids it.
    pub fn reserve(
        &self,
        policy: &LockoutPolicy,
        challenge: &ChallengeId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Timestamp> {
        match self.allowance(policy, Some(challenge), now) {
            Allowance::PausedUntil(end) => Err(end),
            Allowance::Free => {
                let mut next = self.without(challenge, now);
                next.reservations.insert(challenge.clone(), until);
                Ok(next)
            }
        }
    }

    /// The row after the attempt of `challenge` was settled.
    #[must_use]
    pub fn settle(
        &self,
        policy: &LockoutPolicy,
        challenge: &ChallengeId,
        counted: Counted,
        now: Timestamp,
    ) -> Self {
        let mut next = self.without(challenge, now);
        if counted == Counted::Failure {
            next.failures = self.failures_at(policy, now).saturating_add(1);
            next.last_failure = now;
            next.remember(policy, now);
        }
        next
    }

    /// From when on the row says nothing any more.
    pub fn forgotten_at(&self, policy: &LockoutPolicy) -> Timestamp {
        let drained = self
            .last_failure
            .plus(policy.longest.saturating_mul(self.failures));
        let drained = match (policy.off, self.past.last()) {
            (Some(off), Some(last)) => drained.max(last.plus(off.within)),
            _ => drained,
        };
        self.reservations
            .values()
            .copied()
            .fold(drained, Timestamp::max)
    }

    /// Keeps the newest failures, as many as the limit over weeks needs.
    fn remember(&mut self, policy: &LockoutPolicy, now: Timestamp) {
        let Some(off) = policy.off else { return };
        self.past.retain(|at| now < at.plus(off.within));
        self.past.push(now);
        let limit = usize::try_from(off.failures).unwrap_or(usize::MAX);
        self.past.drain(..self.past.len().saturating_sub(limit));
    }

    fn without(&self, challenge: &ChallengeId, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.reservations
            .retain(|id, ends| id != challenge && now < *ends);
        next
    }
}

#[cfg(test)]
#[path = "attempts/tests.rs"]
mod tests;
