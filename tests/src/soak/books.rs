//! What the driver knows and counts while people come and go.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How many outages are told in words.
const TOLD: usize = 20;

/// Everything that was noted.
#[derive(Debug, Default)]
pub struct Books(Mutex<Entries>);

/// The notes themselves.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// Sub of everybody who was given tokens after an enrolment.
    pub enrolled: BTreeSet<String>,
    /// Rounds whose attempt was broken off: what they left behind is explained.
    pub interrupted: BTreeSet<String>,
    /// How long undisturbed enrolments took, from sign-up to tokens.
    pub enrolments: Vec<Duration>,
    /// How long undisturbed sign-ins took, from the name to tokens.
    pub sign_ins: Vec<Duration>,
    /// What happened how often.
    pub counts: BTreeMap<&'static str, u64>,
    /// What the machine was too slow for: the first of them, in words.
    pub outages: Vec<String>,
    /// What must not happen.
    pub violations: Vec<String>,
}

impl Books {
    /// Changes the notes.
    pub fn note<T>(&self, change: impl FnOnce(&mut Entries) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One more of these.
    pub fn count(&self, what: &'static str) {
        self.note(|entries| *entries.counts.entry(what).or_default() += 1);
    }

    /// Something that the machine was too slow for.
    pub fn outage(&self, what: String) {
        self.note(|entries| {
            if entries.outages.len() < TOLD {
                entries.outages.push(what);
            }
        });
    }

    /// Something that must not happen.
    pub fn violation(&self, what: String) {
        self.note(|entries| entries.violations.push(what));
    }

    /// A copy of all notes.
    pub fn entries(&self) -> Entries {
        self.note(|entries| entries.clone())
    }
}
