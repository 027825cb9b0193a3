//! Sessions to choose for, with everything allowed unless a test says otherwise.

use super::super::*;
use crate::{
    enrolment::{Consent, Enrolment, EnrolmentStatus, Profile},
    ids::{ChallengeId, EnrolmentId},
    keyed_hash::Pepper,
    object_key::ObjectKey,
};

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_000_000);
pub(super) const LATER: Timestamp = Timestamp::from_millis(1_030_000);

pub(super) fn wanted() -> ConsentVersion {
    ConsentVersion::parse("2026-11").unwrap()
}

pub(super) fn ticket() -> TicketId {
    TicketId::from_random([3; 16])
}

pub(super) fn chain() -> Chain {
    Chain {
        enrolment: EnrolmentId::from_random([2; 16]),
        aim: Aim::First(ticket()),
    }
}

pub(super) fn last(
    kind: Kind,
    state: State,
    wrong: u8,
    passed: bool,
    status: Option<Status>,
) -> Last {
    let id = ChallengeId::from_random([1; 16]);
    let record = status.map(|status| ChallengeRecord {
        kind,
        state,
        status,
        subject: Sub::made_up([1; 16]),
        bucket: Bucket::Plain,
        name: Pepper::new("0123456789abcdef0123456789abcdef")
            .unwrap()
            .name("a"),
        key: ObjectKey::of_challenge(kind, &id),
        id,
        issued_at: Timestamp::from_millis(0),
        expires_at: LATER,
        wrong,
        chain: (kind == Kind::Enrol && state == State::Upload).then(chain),
        consent: (kind == Kind::Enrol && state == State::Upload).then(|| Consent {
            version: wanted(),
            at: NOW,
        }),
        indexing: None,
    });
    Last {
        round: OurRound {
            kind,
            state,
            wrong,
            passed,
        },
        record,
    }
}

pub(super) fn judged(ruling: Ruling) -> Status {
    Status::Judged { ruling, at: NOW }
}

pub(super) fn refused(reason: Reason) -> Status {
    judged(Ruling::Refused(reason))
}

pub(super) fn enrolled() -> UserRows {
    let id = EnrolmentId::from_random([9; 16]);
    let row = Enrolment {
        id: id.clone(),
        status: EnrolmentStatus::Active,
        created_at: NOW,
        consent: Consent {
            version: wanted(),
            at: NOW,
        },
        challenge: ChallengeId::from_random([8; 16]),
        held_until: None,
    };
    UserRows {
        profile: Profile::of(&id),
        enrolments: vec![row],
        ..UserRows::default()
    }
}

/// A session in which everything is allowed, with the password and a ticket.
pub(super) struct Session {
    pub(super) last: Option<Last>,
    pub(super) rows: UserRows,
    pub(super) ticket: Option<TicketId>,
    pub(super) password: Password,
    pub(super) intent: Intent,
    pub(super) consent: Option<&'static str>,
    pub(super) allowance: Allowance,
    pub(super) supply: Supply,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            last: None,
            rows: UserRows::default(),
            ticket: Some(ticket()),
            password: Password::Proven,
            intent: Intent::SignIn,
            consent: None,
            allowance: Allowance::Free,
            supply: Supply::Left,
        }
    }
}

impl Session {
    pub(super) fn after(last: Last) -> Self {
        Self {
            last: Some(last),
            ..Self::default()
        }
    }

    pub(super) fn choice(&self) -> Choice {
        choose(&Situation {
            now: NOW,
            subject: &Sub::made_up([1; 16]),
            last: self.last.as_ref(),
            password: self.password,
            intent: self.intent,
            rows: &self.rows,
            ticket: self.ticket.as_ref(),
            consent: self.consent,
            wanted: &wanted(),
            allowance: self.allowance,
            supply: self.supply,
        })
    }

    pub(super) fn check(
        &self,
        name: &str,
        kind: Kind,
        state: State,
        about: &About,
        reason: Option<Reason>,
        wrong: u8,
    ) {
        let got = self.choice();
        assert_eq!(
            (got.kind, got.state, &got.about, got.reason, got.wrong),
            (kind, state, about, reason, wrong),
            "{name}"
        );
    }
}
