//! The record of a challenge, and how its status may change.
//!
//! A record is judged once. The store's conditions are the same rules as [`Status::after`]; a test of the store runs both.

use std::time::Duration;

use crate::{
    attempts::Bucket,
    collection::CollectionName,
    enrolment::{Consent, UserRows},
    ids::{ChallengeId, EnrolmentId, Etag, RunId, Sub, TicketId},
    keyed_hash::KeyedHash,
    object_key::ObjectKey,
    time::Timestamp,
    words::{Kind, Reason, State},
};

/// For how long a ruling is given again to a repeated call: Cognito calls a slow trigger up to three times.
pub const REPEAT_FOR: Duration = Duration::from_secs(30);

/// What the photo of a challenge turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ruling {
    /// The selfie shows the face that it had to show.
    Passed,
    /// The document's face is enrolled as PENDING.
    Indexed,
    /// It does not pass, for this reason.
    Refused(Reason),
}

impl Ruling {
    /// What Cognito is told.
    pub const fn is_correct(self) -> bool {
        matches!(self, Self::Passed | Self::Indexed)
    }
}

/// How far a challenge has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Minted; the photo may arrive.
    Issued,
    /// The answer arrived and pinned the document's photo; the indexer is to judge it.
    Uploaded(Etag),
    /// A run of Verify judges it until its lease ends.
    Judging {
        /// The run.
        owner: RunId,
        /// When another run may take over.
        lease_until: Timestamp,
    },
    /// Settled for good.
    Judged {
        /// The outcome.
        ruling: Ruling,
        /// When.
        at: Timestamp,
    },
}

/// What somebody wants to do to a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Verify pins the uploaded document.
    Pin(Etag),
    /// A run of Verify starts to judge a selfie.
    Take {
        /// The run.
        owner: RunId,
        /// When its lease ends.
        lease_until: Timestamp,
    },
    /// That run rules.
    Rule {
        /// The run.
        owner: RunId,
        /// The outcome.
        ruling: Ruling,
    },
    /// Verify settles a challenge that nobody judges: no photo, or no attempt left.
    Close(Reason),
    /// The indexer settles a document.
    Settle {
        /// The photo that it judged.
        etag: Etag,
        /// The outcome.
        ruling: Ruling,
    },
}

impl Status {
    /// The status after `step` at `now`, or `None` if the step is not allowed any more.
    pub fn after(&self, step: &Step, now: Timestamp) -> Option<Self> {
        match (self, step) {
            (Self::Issued, Step::Pin(etag)) => Some(Self::Uploaded(etag.clone())),
            (Self::Issued, Step::Take { owner, lease_until }) => Some(Self::Judging {
                owner: owner.clone(),
                lease_until: *lease_until,
            }),
            (
                Self::Judging {
                    lease_until: over, ..
                },
                Step::Take { owner, lease_until },
            ) if *over <= now => Some(Self::Judging {
                owner: owner.clone(),
                lease_until: *lease_until,
            }),
            // Past its lease the run's reservation of an attempt counts no more: its ruling would be one too many.
            (Self::Judging { owner, lease_until }, Step::Rule { owner: by, ruling })
                if owner == by && now < *lease_until =>
            {
                Some(Self::Judged {
                    ruling: *ruling,
                    at: now,
                })
            }
            (Self::Issued, Step::Close(reason)) => Some(Self::Judged {
                ruling: Ruling::Refused(*reason),
                at: now,
            }),
            (Self::Issued, Step::Settle { ruling, .. }) => Some(Self::Judged {
                ruling: *ruling,
                at: now,
            }),
            (Self::Uploaded(pinned), Step::Settle { etag, ruling }) if pinned == etag => {
                Some(Self::Judged {
                    ruling: *ruling,
                    at: now,
                })
            }
            _ => None,
        }
    }
}

/// What a new enrolment is for, and what pays for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// There is none yet. The ticket is spent when it becomes ACTIVE.
    First(TicketId),
    /// The active one is to be replaced, after a while. The ticket is spent when it becomes HELD.
    Replace(TicketId),
    /// A new photo for this active enrolment, whose face the session has proven.
    Update(EnrolmentId),
}

impl Aim {
    /// The ticket that pays.
    pub const fn ticket(&self) -> Option<&TicketId> {
        match self {
            Self::First(ticket) | Self::Replace(ticket) => Some(ticket),
            Self::Update(_) => None,
        }
    }

    /// Whether it is an update of an enrolment that is not the active one any more.
    pub fn is_outdated(&self, rows: &UserRows) -> bool {
        match self {
            Self::Update(active) => rows.active_enrolment().map(|row| &row.id) != Some(active),
            Self::First(_) | Self::Replace(_) => false,
        }
    }
}

/// The enrolment that a chain of rounds makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The enrolment, PENDING once its photo is indexed. Each document makes its own.
    pub enrolment: EnrolmentId,
    /// What for.
    pub aim: Aim,
}

/// The record of one challenge (`C#<id>`). It alone says whose the upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRecord {
    /// Its name.
    pub id: ChallengeId,
    /// What the round is for.
    pub kind: Kind,
    /// What the round asks for.
    pub state: State,
    /// How far it has come.
    pub status: Status,
    /// Whom it is about; for unknown and unenrolled users a made-up sub.
    pub subject: Sub,
    /// The hash of the name that signs in; names its lockout rows.
    pub name: KeyedHash,
    /// With which attempts of that name it counts.
    pub bucket: Bucket,
    /// Where the photo goes.
    pub key: ObjectKey,
    /// When it was minted.
    pub issued_at: Timestamp,
    /// Until when an answer counts.
    pub expires_at: Timestamp,
    /// Tries of the session that were used up before it.
    pub wrong: u8,
    /// The enrolment in the making, for a document and for the first selfie after it.
    pub chain: Option<Chain>,
    /// The consent, for a document.
    pub consent: Option<Consent>,
    /// The collection that the indexer is about to put the face in.
    pub indexing: Option<CollectionName>,
}

/// What an answer to a challenge meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is to be judged now.
    Open,
    /// It was ruled a moment ago: the same again.
    Repeat(Ruling),
    /// Somebody is at it: wait for the ruling.
    Wait,
    /// It is too late.
    Expired,
}

impl ChallengeRecord {
    /// What an answer at `now` meets.
    ///
    /// A document is given its ruling for as long as the record lives, and may wait for it past its expiry once its
    /// answer was in time: the ruling opens nothing by itself, the selfie and the live ticket after it do.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match &self.status {
            Status::Judged { ruling, at }
                if self.kind == Kind::Enrol || now.since(*at) <= REPEAT_FOR =>
            {
                Standing::Repeat(*ruling)
            }
            Status::Judged { .. } => Standing::Expired,
            Status::Uploaded(_) => Standing::Wait,
            Status::Judging { lease_until, .. } if now < *lease_until => Standing::Wait,
            Status::Issued | Status::Judging { .. } if self.expires_at <= now => Standing::Expired,
            Status::Issued | Status::Judging { .. } => Standing::Open,
        }
    }

    /// The consent and chain of a document that the indexer may touch at `now`; `None` if nothing invites it.
    pub fn invitation(&self, etag: &Etag, now: Timestamp) -> Option<Invitation<'_>> {
        let open = match &self.status {
            Status::Issued => now < self.expires_at,
            Status::Uploaded(pinned) => pinned == etag,
            Status::Judging { .. } | Status::Judged { .. } => false,
        };
        let asked = self.kind == Kind::Enrol && self.state == State::Upload && open;
        match (&self.consent, &self.chain) {
            (Some(consent), Some(chain)) if asked => Some(Invitation { consent, chain }),
            _ => None,
        }
    }
}

/// What entitles the indexer to touch a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation<'a> {
    /// What the person agreed to.
    pub consent: &'a Consent,
    /// The enrolment to make.
    pub chain: &'a Chain,
}

#[cfg(test)]
#[path = "challenge/tests.rs"]
mod tests;
