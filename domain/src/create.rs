//! Create: which round a session gets next, once Define has said that there is one.
//!
//! PENDING, CONSENT, HELD and a document appear only after the password or after a proven face, so that the plain way betrays
//! nothing.

use crate::{
    attempts::{Allowance, Bucket},
    challenge::{Aim, Chain, ChallengeRecord, Ruling, Status},
    define::OurRound,
    enrolment::{ConsentVersion, UserRows},
    ids::{EnrolmentId, Sub, TicketId},
    intent::Intent,
    metadata::MAX_WRONG,
    time::Timestamp,
    words::{Kind, Reason, State},
};

/// Challenges that a name may be given in one window of time; more are LOCKED rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// There are challenges left.
    Left,
    /// There are none until this time.
    UsedUpUntil(Timestamp),
}

/// Whether the session proved the password. That ties a ticket to the browser that confirmed the mail, no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// It did.
    Proven,
    /// It did not.
    NotProven,
}

impl Password {
    /// With which attempts a session counts. The password alone proves no mailbox: somebody who once read it may know it; the live ticket
    /// does.
    pub fn bucket(self, ticket: Option<&TicketId>) -> Bucket {
        match (self, ticket) {
            (Self::Proven, Some(_)) => Bucket::Mailbox,
            (Self::Proven, None) | (Self::NotProven, _) => Bucket::Plain,
        }
    }
}

/// The round before, and its record if that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// What Cognito tells of it.
    pub round: OurRound,
    /// What became of its photo. `None` if the record is gone or another release wrote it.
    pub record: Option<ChallengeRecord>,
}

/// All that the choice depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The time.
    pub now: Timestamp,
    /// Whose rows these are; made up for unknown and unenrolled users.
    pub subject: &'a Sub,
    /// The round before, if any.
    pub last: Option<&'a Last>,
    /// Whether the password was proven.
    pub password: Password,
    /// What the client asked for with the last answer.
    pub intent: Intent,
    /// What is stored of the subject.
    pub rows: &'a UserRows,
    /// The subject's live ticket. To be read only if the password was proven.
    pub ticket: Option<&'a TicketId>,
    /// The consent that came with the last answer.
    pub consent: Option<&'a str>,
    /// The consent that an enrolment needs.
    pub wanted: &'a ConsentVersion,
    /// Whether the name may be compared with a face now.
    pub allowance: Allowance,
    /// Whether the name may be given another challenge.
    pub supply: Supply,
}

/// What the round is about besides its kind and state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing else: a selfie against the ACTIVE enrolment, or no photo at all.
    Nothing,
    /// A selfie against the PENDING enrolment of this chain.
    Chain(Chain),
    /// A document for a new enrolment, or the question for consent before it.
    NewEnrolment(Aim),
    /// The document of the round before, which is still being indexed: the same challenge again.
    SameChallenge,
}

/// The next round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is for.
    pub kind: Kind,
    /// What it asks for.
    pub state: State,
    /// What it is about.
    pub about: About,
    /// Why the last answer did not pass.
    pub reason: Option<Reason>,
    /// Tries of the session that are used up.
    pub wrong: u8,
    /// When an answer makes sense, where the session or the name must pause.
    pub paused_until: Option<Timestamp>,
}

/// Chooses the next round.
pub fn choose(situation: &Situation<'_>) -> Choice {
    let last = situation.last.map(|last| Outcome::of(last, situation));
    let (reason, wrong) = last
        .as_ref()
        .map_or((None, 0), |last| (last.reason, last.wrong));
    let choice = |kind, state, about| Choice {
        kind,
        state,
        about,
        reason,
        wrong,
        paused_until: None,
    };
    let selfie = || choice(Kind::Selfie, State::Upload, About::Nothing);
    let choice = match last.map_or_else(|| opening(situation), |last| last.leads_to) {
        LeadsTo::Chain(chain) if matches!(chain.aim, Aim::Replace(_)) => {
            choice(Kind::Claim, State::Upload, About::Chain(chain))
        }
        LeadsTo::Chain(chain) => choice(Kind::Selfie, State::Upload, About::Chain(chain)),
        LeadsTo::Waiting => choice(Kind::Enrol, State::Pending, About::SameChallenge),
        LeadsTo::Document(aim) => document(situation, aim, choice),
        LeadsTo::Held(enrolment) => held(situation, &enrolment, choice),
        LeadsTo::Withdrawn => choice(Kind::Selfie, State::Withdrawn, About::Nothing),
        LeadsTo::Selfie => selfie(),
    };
    limited(situation, choice)
}

/// What a session begins with. A first enrolment needs the password, a live ticket, and that there is none; another face in
/// its place needs to be asked for.
fn opening(situation: &Situation<'_>) -> LeadsTo {
    let enrolled = situation.rows.active_enrolment().is_some();
    match (situation.password, enrolled, situation.intent) {
        (Password::Proven, true, Intent::ReplaceFace) => LeadsTo::Document(Some(Wanted::Replace)),
        (Password::Proven, false, Intent::ReplaceFace) => LeadsTo::Document(Some(Wanted::First)),
        (Password::Proven, false, _) if situation.ticket.is_some() => {
            LeadsTo::Document(Some(Wanted::First))
        }
        _ => LeadsTo::Selfie,
    }
}

/// What a document is for, before anything pays for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    First,
    Replace,
    Update,
}

impl Wanted {
    fn of(aim: &Aim) -> Self {
        match aim {
            Aim::First(_) => Self::First,
            Aim::Replace(_) => Self::Replace,
            Aim::Update(_) => Self::Update,
        }
    }

    /// The aim of a document that may be asked for now.
    fn aim(self, situation: &Situation<'_>) -> Option<Aim> {
        let active = situation.rows.active_enrolment();
        let proven = situation.password == Password::Proven;
        let ticket = situation.ticket.filter(|_| proven).cloned();
        match (self, active) {
            (Self::First, None) => ticket.map(Aim::First),
            (Self::Replace, Some(_)) => ticket.map(Aim::Replace),
            (Self::Update, Some(active)) => Some(Aim::Update(active.id.clone())),
            (Self::First, Some(_)) | (Self::Replace | Self::Update, None) => None,
        }
    }
}

/// `wanted` is what the chain of rounds is for; after a record that is gone it can only be a first enrolment.
fn document(
    situation: &Situation<'_>,
    wanted: Option<Wanted>,
    choice: impl Fn(Kind, State, About) -> Choice,
) -> Choice {
    let Some(aim) = wanted.unwrap_or(Wanted::First).aim(situation) else {
        let reason = Some(match wanted {
            Some(Wanted::Update) => Reason::EnrolmentRefused,
            _ => Reason::TicketExpired,
        });
        return Choice {
            reason,
            ..choice(Kind::Enrol, State::Locked, About::Nothing)
        };
    };
    if situation.consent == Some(situation.wanted.as_str()) || has_consented(situation) {
        return choice(Kind::Enrol, State::Upload, About::NewEnrolment(aim));
    }
    let asked = choice(Kind::Enrol, State::Consent, About::NewEnrolment(aim));
    let again = situation
        .last
        .is_some_and(|last| last.round.kind == Kind::Enrol);
    let reason = asked.reason.or(again.then_some(Reason::ConsentRequired));
    Choice { reason, ..asked }
}

/// Until when the new face waits, if nobody cancelled it meanwhile.
fn held(
    situation: &Situation<'_>,
    enrolment: &EnrolmentId,
    choice: impl Fn(Kind, State, About) -> Choice,
) -> Choice {
    let held = situation.rows.held_enrolment();
    match held.filter(|held| held.id == *enrolment) {
        Some(held) => Choice {
            reason: Some(Reason::Held),
            paused_until: held.held_until,
            ..choice(Kind::Claim, State::Held, About::Nothing)
        },
        None => Choice {
            reason: Some(Reason::EnrolmentRefused),
            ..choice(Kind::Claim, State::Locked, About::Nothing)
        },
    }
}

/// Whether the document before this one came with the consent that is wanted.
fn has_consented(situation: &Situation<'_>) -> bool {
    let before = situation.last.and_then(|last| last.record.as_ref());
    let record = before.filter(|record| record.subject == *situation.subject);
    record
        .and_then(|record| record.consent.as_ref())
        .is_some_and(|consent| consent.version == *situation.wanted)
}

/// The choice, or a LOCKED round in its place where a limit forbids it.
fn limited(situation: &Situation<'_>, choice: Choice) -> Choice {
    let locked = |reason, until| Choice {
        state: State::Locked,
        // A photo update that comes to nothing is still known as one: the sign-in that it began with goes on.
        about: match &choice.about {
            About::NewEnrolment(Aim::Update(active)) => {
                About::NewEnrolment(Aim::Update(active.clone()))
            }
            _ => About::Nothing,
        },
        reason: Some(reason),
        paused_until: until,
        ..choice.clone()
    };
    let chain_without_ticket =
        matches!(&choice.about, About::Chain(chain) if situation.ticket != chain.aim.ticket());
    match (
        choice.kind,
        choice.state,
        situation.allowance,
        situation.supply,
    ) {
        (_, State::Locked | State::Pending | State::Held | State::Withdrawn, ..) => choice,
        _ if MAX_WRONG <= choice.wrong => locked(choice.reason.unwrap_or(Reason::Locked), None),
        _ if chain_without_ticket => locked(Reason::TicketExpired, None),
        (_, _, _, Supply::UsedUpUntil(end)) => locked(Reason::Locked, Some(end)),
        (Kind::Selfie | Kind::Claim, _, Allowance::PausedUntil(end), _) => {
            locked(Reason::Locked, Some(end))
        }
        _ => choice,
    }
}

struct Outcome {
    reason: Option<Reason>,
    wrong: u8,
    leads_to: LeadsTo,
}

enum LeadsTo {
    Selfie,
    Chain(Chain),
    Document(Option<Wanted>),
    Waiting,
    Held(EnrolmentId),
    Withdrawn,
}

impl Outcome {
    fn of(last: &Last, situation: &Situation<'_>) -> Self {
        let record = last
            .record
            .as_ref()
            .filter(|record| record.subject == *situation.subject);
        let chain = record.and_then(|record| record.chain.clone());
        if last.round.kind == Kind::Selfie && last.round.passed {
            return Self::of_proof(situation);
        }
        let leads_to = match (last.round.kind, record.map(|record| &record.status), chain) {
            (
                Kind::Enrol,
                Some(Status::Judged {
                    ruling: Ruling::Indexed,
                    ..
                }),
                Some(chain),
            ) if last.round.passed => LeadsTo::Chain(chain),
            // Another face became active while the photo was indexed.
            (Kind::Enrol, Some(Status::Uploaded(_) | Status::Judged { .. }), Some(chain))
                if chain.aim.is_outdated(situation.rows) =>
            {
                LeadsTo::Document(Some(Wanted::Update))
            }
            // Indexed between Verify's deadline and now: the next answer hears of it.
            (
                Kind::Enrol,
                Some(
                    Status::Uploaded(_)
                    | Status::Judged {
                        ruling: Ruling::Indexed,
                        ..
                    },
                ),
                _,
            ) => LeadsTo::Waiting,
            (Kind::Enrol, _, chain) => {
                LeadsTo::Document(chain.as_ref().map(|chain| Wanted::of(&chain.aim)))
            }
            (Kind::Claim, _, Some(chain)) if last.round.passed => LeadsTo::Held(chain.enrolment),
            (Kind::Selfie | Kind::Claim, _, Some(chain)) => LeadsTo::Chain(chain),
            (Kind::Selfie | Kind::Claim, _, None) => LeadsTo::Selfie,
        };
        let reason = match leads_to {
            LeadsTo::Waiting | LeadsTo::Held(_) => None,
            _ => reason(last, record, situation.now),
        };
        let cost = u8::from(reason.is_some_and(Reason::costs_a_try));
        Self {
            reason,
            wrong: last.round.wrong.saturating_add(cost).min(MAX_WRONG),
            leads_to,
        }
    }

    /// After a proven face there is only what the person asked for besides signing in. Tries are counted anew: from here on
    /// nobody guesses a face.
    fn of_proof(situation: &Situation<'_>) -> Self {
        Self {
            reason: None,
            wrong: 0,
            leads_to: match situation.intent {
                Intent::UpdatePhoto => LeadsTo::Document(Some(Wanted::Update)),
                Intent::Withdraw => LeadsTo::Withdrawn,
                _ => LeadsTo::Selfie,
            },
        }
    }
}

/// Why the round did not pass, as far as its record tells.
fn reason(last: &Last, record: Option<&ChallengeRecord>, now: Timestamp) -> Option<Reason> {
    if last.round.passed || last.round.state == State::Consent {
        return None;
    }
    Some(match record.map(|record| &record.status) {
        Some(Status::Judged {
            ruling: Ruling::Refused(reason),
            ..
        }) => *reason,
        Some(Status::Issued | Status::Judging { .. })
            if record.is_some_and(|record| now < record.expires_at) =>
        {
            Reason::Busy
        }
        _ => Reason::Expired,
    })
}

#[cfg(test)]
#[path = "create/tests.rs"]
mod tests;
