//! Create: which round a session gets next, once Define has said that there is one.
//!
//! PENDING, CONSENT and a document appear only after the password, so that the plain way betrays nothing.

use crate::{
    attempts::{Allowance, Bucket},
    challenge::{Chain, ChallengeRecord, Ruling, Status},
    define::OurRound,
    enrolment::{ConsentVersion, UserRows},
    ids::{Sub, TicketId},
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
    /// A document for a new enrolment that this ticket pays for.
    NewEnrolment(TicketId),
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
    let choice = match last.map(|last| last.leads_to) {
        Some(LeadsTo::Chain(chain)) => choice(Kind::Selfie, State::Upload, About::Chain(chain)),
        Some(LeadsTo::Waiting) => choice(Kind::Enrol, State::Pending, About::SameChallenge),
        Some(LeadsTo::Document) => document(situation, choice),
        None if may_enrol(situation) => document(situation, choice),
        Some(LeadsTo::Selfie) | None => choice(Kind::Selfie, State::Upload, About::Nothing),
    };
    limited(situation, choice)
}

/// A first enrolment needs the password, a live ticket, and that there is none.
fn may_enrol(situation: &Situation<'_>) -> bool {
    let first = situation.rows.active_enrolment().is_none();
    situation.password == Password::Proven && situation.ticket.is_some() && first
}

fn document(situation: &Situation<'_>, choice: impl Fn(Kind, State, About) -> Choice) -> Choice {
    let Some(ticket) = situation.ticket.filter(|_| may_enrol(situation)) else {
        let reason = Some(Reason::TicketExpired);
        return Choice {
            reason,
            ..choice(Kind::Enrol, State::Locked, About::Nothing)
        };
    };
    if situation.consent == Some(situation.wanted.as_str()) || has_consented(situation) {
        return choice(
            Kind::Enrol,
            State::Upload,
            About::NewEnrolment(ticket.clone()),
        );
    }
    let asked = choice(Kind::Enrol, State::Consent, About::Nothing);
    let reason = asked
        .reason
        .or(situation.last.map(|_| Reason::ConsentRequired));
    Choice { reason, ..asked }
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
        about: About::Nothing,
        reason: Some(reason),
        paused_until: until,
        ..choice.clone()
    };
    let chain_without_ticket =
        matches!(&choice.about, About::Chain(chain) if situation.ticket != Some(&chain.ticket));
    match (
        choice.kind,
        choice.state,
        situation.allowance,
        situation.supply,
    ) {
        (_, State::Locked | State::Pending, ..) => choice,
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
    Document,
    Waiting,
}

impl Outcome {
    fn of(last: &Last, situation: &Situation<'_>) -> Self {
        let record = last
            .record
            .as_ref()
            .filter(|record| record.subject == *situation.subject);
        let chain = record.and_then(|record| record.chain.clone());
        let (leads_to, reason) = match (last.round.kind, record.map(|record| &record.status), chain)
        {
            (
                Kind::Enrol,
                Some(Status::Judged {
                    ruling: Ruling::Indexed,
                    ..
                }),
                Some(chain),
            ) if last.round.passed => (LeadsTo::Chain(chain), None),
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
            ) => (LeadsTo::Waiting, None),
            (Kind::Enrol, ..) => (LeadsTo::Document, reason(last, record, situation.now)),
            (Kind::Selfie | Kind::Claim, _, Some(chain)) => {
                (LeadsTo::Chain(chain), reason(last, record, situation.now))
            }
            (Kind::Selfie | Kind::Claim, _, None) => {
                (LeadsTo::Selfie, reason(last, record, situation.now))
            }
        };
        let cost = u8::from(reason.is_some_and(Reason::costs_a_try));
        Self {
            reason,
            wrong: last.round.wrong.saturating_add(cost).min(MAX_WRONG),
            leads_to,
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
