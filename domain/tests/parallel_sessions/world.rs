//! What the model remembers, and what can happen in it.

use std::time::Duration;

use face_login_domain::attempts::{Attempts, LockoutPolicy};
use face_login_domain::challenge::Status;
use face_login_domain::ids::{ChallengeId, RunId};
use face_login_domain::time::Timestamp;

pub(super) const TICK: Duration = Duration::from_secs(1);
pub(super) const LEASE: Duration = TICK;
/// Cognito calls a silent trigger this often.
pub(super) const CALLS: usize = 3;

/// Two wrong faces, then a pause of one tick, then of two.
pub(super) const POLICY: LockoutPolicy = LockoutPolicy {
    failures: 2,
    first: TICK,
    longest: Duration::from_secs(2),
    // Weeks are beyond the horizon; `attempts` has tests of its own for them.
    off: None,
};

pub(super) fn at(tick: u8) -> Timestamp {
    Timestamp::from_millis(1_000_000 + u64::from(tick) * 1000)
}

/// Whose face the photo of an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Photo {
    Own,
    Foreign,
}

/// One call of Verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    /// It has read nothing yet, or waits for another one's ruling.
    Started,
    /// The challenge and an attempt are its own, and it looks at the photo.
    Took,
    /// It ended, or its answer is lost.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    Idle,
    Issued,
    Answered {
        status: Status,
        photo: Photo,
        calls: Vec<Call>,
        /// The tick of the newest call.
        called: u8,
    },
    Tokens(Photo),
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Session {
    pub(super) tries: u8,
    pub(super) phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Person {
    pub(super) attempts: Attempts,
    pub(super) sessions: Vec<Session>,
    /// Foreign faces that were ruled on, ever.
    pub(super) wrong: u8,
    /// Whether a pause was met that no wrong face earned, although nothing was running.
    pub(super) paused_for_nothing: bool,
    /// Whether a settled challenge was settled again.
    pub(super) judged_twice: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) tick: u8,
    pub(super) people: Vec<Person>,
    pub(super) mishaps: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Deed {
    Create,
    Answer(Photo),
    /// Cognito has heard nothing and calls again.
    CallAgain,
    /// Cognito has heard nothing three times.
    GiveUp,
    Read(usize),
    Rule(usize, Finding, Answer),
    Crash(usize),
}

/// What becomes of a call's answer. Cognito hears its newest call only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Arrives,
    IsLost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Finding {
    TheFace,
    Outage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Action {
    Tick,
    Do {
        person: usize,
        session: usize,
        deed: Deed,
    },
}

pub(super) fn challenge(person: usize, session: usize, tries: u8) -> ChallengeId {
    ChallengeId::from_random(bits([byte(person), byte(session), tries, 0]))
}

pub(super) fn owner(session: usize, tries: u8, call: usize) -> RunId {
    RunId::from_random(bits([byte(session), tries, byte(call), 1]))
}

pub(super) fn byte(number: usize) -> u8 {
    u8::try_from(number).expect("few of everything")
}

pub(super) fn bits([a, b, c, d]: [u8; 4]) -> [u8; 16] {
    [a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d]
}
