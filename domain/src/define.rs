//! Define: what comes after the rounds of a session so far. Tokens only after a proven face.
//!
//! Cognito calls Define after every round with the whole history. Anything that this product does not lead to itself is
//! denied, so that another client, flow or setting of the pool opens nothing. See `docs/adr/0003`.

use crate::{
    intent::{Intent, Place},
    metadata::{MAX_WRONG, Metadata},
    words::{Kind, State},
};

/// Rounds of a session, the password's included, after which it is denied.
pub const MAX_ROUNDS: usize = 24;

/// One round as Cognito tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// The client sent `SRP_A`. Proves nothing, whatever Cognito calls its result.
    SrpA {
        /// Cognito's result.
        passed: bool,
    },
    /// The password was checked.
    Password {
        /// Cognito's result.
        passed: bool,
    },
    /// One of our rounds.
    Ours(OurRound),
    /// Anything else, or a custom round without metadata of ours.
    Foreign,
}

/// A custom round with metadata that parses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OurRound {
    /// What it was for.
    pub kind: Kind,
    /// What it asked for.
    pub state: State,
    /// Tries used up before it.
    pub wrong: u8,
    /// What Verify answered.
    pub passed: bool,
}

impl OurRound {
    /// The round of this metadata and result.
    pub fn new(metadata: &Metadata, passed: bool) -> Self {
        Self {
            kind: metadata.kind,
            state: metadata.state,
            wrong: metadata.wrong,
            passed,
        }
    }

    /// A passed selfie: the face is proven.
    fn is_proof(self) -> bool {
        self.kind == Kind::Selfie && self.state == State::Upload && self.passed
    }

    /// A passed photo of a document: indexed, and worth a first selfie.
    fn is_indexed_document(self) -> bool {
        self.kind == Kind::Enrol
            && self.passed
            && matches!(self.state, State::Upload | State::Pending)
    }
}

/// Whether Cognito knows the user. It calls the triggers for unknown ones too, so that nobody learns who exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Cognito knows the name.
    Found,
    /// It does not.
    NotFound,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Cognito checks the password.
    AskPassword,
    /// Create presents a round.
    Challenge,
    /// The face is proven.
    IssueTokens,
    /// The session ends.
    Deny(DenyReason),
}

/// Why a session ends, for the log. The client hears the same text for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DenyReason {
    /// A round that this product never leads to, or rounds in an order that it never leads to.
    ForeignRound,
    /// The password was wrong.
    WrongPassword,
    /// An enrolment without a proven password.
    NoPassword,
    /// No try is left.
    TooManyTries,
    /// The session took too long.
    TooManyRounds,
    /// A round that only told to wait was answered.
    DeadEnd,
    /// The client asked for something that this release does not do, or not at this point.
    UnsupportedIntent,
    /// A proof for a user whom Cognito does not know.
    UnknownUser,
}

impl DenyReason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::ForeignRound,
        Self::WrongPassword,
        Self::NoPassword,
        Self::TooManyTries,
        Self::TooManyRounds,
        Self::DeadEnd,
        Self::UnsupportedIntent,
        Self::UnknownUser,
    ];
}

/// What comes after `history`.
pub fn decide(history: &[Round], intent: Intent, user: User) -> Decision {
    if intent == Intent::Unsupported {
        return Decision::Deny(DenyReason::UnsupportedIntent);
    }
    if MAX_ROUNDS <= history.len() {
        return Decision::Deny(DenyReason::TooManyRounds);
    }
    match history {
        [Round::SrpA { passed: true }] => Decision::AskPassword,
        [
            Round::SrpA { passed: true },
            Round::Password { passed: true },
            rounds @ ..,
        ] => after_start(rounds, Password::Proven, intent, user),
        [Round::SrpA { .. }, Round::Password { passed: false }] => {
            Decision::Deny(DenyReason::WrongPassword)
        }
        rounds => after_start(rounds, Password::NotAsked, intent, user),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Password {
    Proven,
    NotAsked,
}

fn after_start(rounds: &[Round], password: Password, intent: Intent, user: User) -> Decision {
    let mut before = None;
    for (position, round) in rounds.iter().enumerate() {
        let Round::Ours(round) = *round else {
            return Decision::Deny(DenyReason::ForeignRound);
        };
        if let Err(reason) = follows(before, round, password) {
            return Decision::Deny(reason);
        }
        if round.is_proof() && after_round(round) == Decision::IssueTokens {
            return match user {
                User::Found => after_proof(&rounds[position + 1..], intent),
                User::NotFound => Decision::Deny(DenyReason::UnknownUser),
            };
        }
        before = Some(round);
    }
    let place = match (before, password) {
        (Some(round), _) => Place::After(round.kind),
        (None, Password::Proven) => Place::Password,
        (None, Password::NotAsked) => Place::Start,
    };
    match before.map_or(Decision::Challenge, after_round) {
        Decision::Challenge if !intent.belongs(place) => {
            Decision::Deny(DenyReason::UnsupportedIntent)
        }
        decision => decision,
    }
}

/// What comes after a proven face. Tokens, unless the person asked for something more; what follows then can fail, but it
/// takes the sign-in away from nobody: see `docs/adr/0017`.
fn after_proof(rounds: &[Round], intent: Intent) -> Decision {
    let [first, rest @ ..] = rounds else {
        return match intent {
            Intent::SignIn => Decision::IssueTokens,
            Intent::UpdatePhoto | Intent::Withdraw => Decision::Challenge,
            _ => Decision::Deny(DenyReason::UnsupportedIntent),
        };
    };
    let mut last = match first {
        Round::Ours(OurRound {
            kind: Kind::Selfie,
            state: State::Withdrawn,
            ..
        }) if rest.is_empty() => return Decision::Deny(DenyReason::DeadEnd),
        Round::Ours(round) if round.kind == Kind::Enrol => *round,
        _ => return Decision::Deny(DenyReason::ForeignRound),
    };
    for round in rest {
        match *round {
            Round::Ours(round)
                if round.kind == Kind::Enrol
                    && after_update(last) == Decision::Challenge
                    && last.wrong <= round.wrong =>
            {
                last = round;
            }
            _ => return Decision::Deny(DenyReason::ForeignRound),
        }
    }
    match after_update(last) {
        Decision::Deny(DenyReason::ForeignRound) => Decision::Deny(DenyReason::ForeignRound),
        _ if !intent.belongs(Place::Update) => Decision::Deny(DenyReason::UnsupportedIntent),
        _ if intent == Intent::KeepPhoto => Decision::IssueTokens,
        decision => decision,
    }
}

/// What comes after a round of a photo update.
fn after_update(last: OurRound) -> Decision {
    match (last.state, last.passed) {
        (State::Upload | State::Pending, true) if last.wrong < MAX_WRONG => Decision::IssueTokens,
        (_, true) => Decision::Deny(DenyReason::ForeignRound),
        (State::Locked, false) => Decision::Deny(DenyReason::DeadEnd),
        _ if MAX_WRONG <= last.wrong => Decision::Deny(DenyReason::TooManyTries),
        (State::Upload | State::Pending | State::Consent, false) => Decision::Challenge,
        _ => Decision::Deny(DenyReason::ForeignRound),
    }
}

/// Whether this product leads from the round `before` (if any) to `round`, as long as no face is proven.
fn follows(
    before: Option<OurRound>,
    round: OurRound,
    password: Password,
) -> Result<(), DenyReason> {
    if round.kind != Kind::Selfie && password == Password::NotAsked {
        return Err(DenyReason::NoPassword);
    }
    let Some(before) = before else { return Ok(()) };
    let led_here = after_round(before) == Decision::Challenge && before.wrong <= round.wrong;
    let in_order = match (before.kind, round.kind) {
        (Kind::Enrol, Kind::Selfie | Kind::Claim) => before.is_indexed_document(),
        (Kind::Enrol, Kind::Enrol) => !before.is_indexed_document(),
        (Kind::Selfie, Kind::Selfie) => true,
        // A claim that passed has had its say.
        (Kind::Claim, Kind::Claim) => !before.passed || round.state != State::Upload,
        (Kind::Selfie | Kind::Claim, _) => false,
    };
    if led_here && in_order {
        Ok(())
    } else {
        Err(DenyReason::ForeignRound)
    }
}

/// What comes after a session whose last round is this one, if everything before it was in order.
fn after_round(last: OurRound) -> Decision {
    match (last.kind, last.state, last.passed) {
        _ if MAX_WRONG <= last.wrong => Decision::Deny(DenyReason::TooManyTries),
        (_, State::Locked | State::Held | State::Withdrawn, _) => {
            Decision::Deny(DenyReason::DeadEnd)
        }
        (Kind::Selfie, State::Upload, true) => Decision::IssueTokens,
        (Kind::Selfie | Kind::Claim, State::Upload, false) if MAX_WRONG <= last.wrong + 1 => {
            Decision::Deny(DenyReason::TooManyTries)
        }
        (Kind::Selfie, State::Upload, false)
        | (Kind::Claim, State::Upload, _)
        | (Kind::Enrol, State::Upload | State::Pending, _)
        | (Kind::Enrol, State::Consent, false) => Decision::Challenge,
        _ => Decision::Deny(DenyReason::ForeignRound),
    }
}

#[cfg(test)]
#[path = "define/tests.rs"]
mod tests;
