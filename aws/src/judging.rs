//! The two transactions of a judged selfie: taking the challenge with an attempt, and the ruling with all that it changes.
//! Each does everything or nothing, so a run that dies between them has changed nothing but a lease. See `docs/adr/0001`.

use std::time::Duration;

use aws_sdk_dynamodb::types::TransactWriteItem;
use face_login_domain::{
    attempts::{Bucket, Counted, LockoutPolicy},
    challenge::{ChallengeRecord, Ruling, Step},
    ids::{ChallengeId, RunId, Sub},
    keyed_hash::KeyedHash,
    last_gate::Pass,
    succession::Succession,
    time::Timestamp,
};

use crate::{
    attempts::StoredAttempts,
    challenges::Challenges,
    enrolments::Enrolments,
    store::{Committed, Row, StoreError, commit},
};

/// Tries of a transaction whose row of attempts another session of the same name wrote meanwhile.
const RACES: u32 = 8;

/// One run of Verify at one challenge.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The challenge.
    pub record: &'a ChallengeRecord,
    /// The run.
    pub owner: RunId,
    /// When attempts earn a pause.
    pub policy: LockoutPolicy,
}

impl Run<'_> {
    fn own_policy(&self) -> LockoutPolicy {
        self.policy.of(self.record.bucket)
    }
}

/// What became of the wish to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// The challenge and an attempt are this run's.
    Taken(Reservation),
    /// The name is paused.
    Paused,
    /// Another run was faster, or it is settled: read the record again.
    NotOpen,
}

/// A reserved attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The attempts of the name, with this one.
    pub attempts: StoredAttempts,
    /// Earlier challenges of the name whose runs died. Nobody judges them any more, so their photos may go.
    pub abandoned: Vec<ChallengeId>,
}

/// An outcome, and what it changes.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// The outcome.
    pub ruling: Ruling,
    /// How the attempt counts.
    pub counted: Counted,
    /// The mark of the file, and for how long it is kept; `None` if no file was judged.
    pub photo: Option<(&'a KeyedHash, Duration)>,
    /// What the last gate is to know of it; `None` unless it is worth tokens.
    pub pass: Option<&'a Pass>,
    /// What it changes of the user's enrolments; `None` unless it passed.
    pub change: Option<&'a Succession>,
}

/// What became of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruled {
    /// All of it is stored.
    Done,
    /// Another run took over: its ruling counts.
    NotOwner,
    /// The same file was judged at the same time in another challenge.
    PhotoUsedMeanwhile,
    /// The ticket is spent or over, or the user's enrolments are not as they were read.
    ChangeRefused,
}

/// Positions in the transaction of a ruling. What follows them belongs to the change.
const RECORD: usize = 0;
const ATTEMPTS: usize = 1;

impl Challenges {
    /// Takes the challenge until `lease_until` and reserves an attempt, both or none.
    pub async fn reserve(
        &self,
        run: &Run<'_>,
        lease_until: Timestamp,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let take = Step::Take {
            owner: run.owner.clone(),
            lease_until,
        };
        for _ in 0..RACES {
            let (name, bucket) = (&run.record.name, run.record.bucket);
            let stored = self.attempts(name, bucket).await?;
            let Ok(next) =
                stored
                    .attempts
                    .reserve(&run.own_policy(), &run.record.id, lease_until, now)
            else {
                return Ok(Reserved::Paused);
            };
            let attempts = self.put_attempts(name, bucket, (&stored, &next), &run.own_policy());
            let writes = vec![self.step(&run.record.id, &take, now), attempts];
            match commit(&self.client, Row::Several, writes).await? {
                Committed::Done => {
                    let others = stored
                        .attempts
                        .abandoned(now)
                        .filter(|id| **id != run.record.id);
                    return Ok(Reserved::Taken(Reservation {
                        abandoned: others.cloned().collect(),
                        attempts: StoredAttempts {
                            attempts: next,
                            version: stored.version + 1,
                        },
                    }));
                }
                Committed::Refused(positions) if positions.contains(&RECORD) => {
                    return Ok(Reserved::NotOpen);
                }
                Committed::Refused(_) => {}
            }
        }
        Err(StoreError::Contended { row: Row::Attempts })
    }

    /// Stores an outcome, if the run still owns the challenge. `stored` is what [`Challenges::reserve`] left.
    pub async fn rule(
        &self,
        enrolments: &Enrolments,
        run: &Run<'_>,
        stored: StoredAttempts,
        outcome: &Outcome<'_>,
        now: Timestamp,
    ) -> Result<Ruled, StoreError> {
        let mut stored = stored;
        for _ in 0..RACES {
            let pardon = self.pardon(run, outcome, now).await?;
            let pardoned = pardon.is_some().then_some(ATTEMPTS + 1);
            let photo = outcome
                .photo
                .map(|_| ATTEMPTS + 1 + usize::from(pardon.is_some()));
            let writes = self.ruling(enrolments, run, (&stored, pardon), outcome, now);
            let Committed::Refused(positions) = commit(&self.client, Row::Several, writes).await?
            else {
                return Ok(Ruled::Done);
            };
            let raced = |position: usize| position == ATTEMPTS || Some(position) == pardoned;
            match positions.iter().find(|position| !raced(**position)) {
                Some(&RECORD) => return Ok(Ruled::NotOwner),
                Some(position) if Some(*position) == photo => return Ok(Ruled::PhotoUsedMeanwhile),
                Some(_) => return Ok(Ruled::ChangeRefused),
                None => stored = self.attempts(&run.record.name, run.record.bucket).await?,
            }
        }
        Err(StoreError::Contended { row: Row::Attempts })
    }

    /// The write that turns the plain way on again, if it is off and its owner just passed by mail.
    async fn pardon(
        &self,
        run: &Run<'_>,
        outcome: &Outcome<'_>,
        now: Timestamp,
    ) -> Result<Option<TransactWriteItem>, StoreError> {
        let by_mail = run.record.bucket == Bucket::Mailbox && outcome.pass.is_some();
        if !by_mail {
            return Ok(None);
        }
        let (name, policy) = (&run.record.name, run.policy.of(Bucket::Plain));
        let plain = self.attempts(name, Bucket::Plain).await?;
        let next = plain.attempts.pardoned(&policy, now);
        Ok(next.map(|next| self.put_attempts(name, Bucket::Plain, (&plain, &next), &policy)))
    }

    fn ruling(
        &self,
        enrolments: &Enrolments,
        run: &Run<'_>,
        (stored, pardon): (&StoredAttempts, Option<TransactWriteItem>),
        outcome: &Outcome<'_>,
        now: Timestamp,
    ) -> Vec<TransactWriteItem> {
        let (record, policy) = (run.record, run.own_policy());
        let rule = Step::Rule {
            owner: run.owner.clone(),
            ruling: outcome.ruling,
        };
        let settled = stored
            .attempts
            .settle(&policy, &record.id, outcome.counted, now);
        let mut writes = vec![
            self.step(&record.id, &rule, now),
            self.put_attempts(&record.name, record.bucket, (stored, &settled), &policy),
        ];
        writes.extend(pardon);
        writes.extend(
            outcome
                .photo
                .map(|(photo, kept)| self.mark_photo(photo, now.plus(kept), now)),
        );
        writes.extend(
            outcome
                .pass
                .map(|pass| self.record_pass(&record.subject, pass)),
        );
        writes.extend(
            outcome
                .change
                .into_iter()
                .flat_map(|change| self.changed(enrolments, &record.subject, change, now)),
        );
        writes
    }

    /// The writes of a change: the ticket that pays for it, profile, enrolments, consents.
    fn changed(
        &self,
        enrolments: &Enrolments,
        sub: &Sub,
        change: &Succession,
        now: Timestamp,
    ) -> Vec<TransactWriteItem> {
        let ticket = change.ticket.as_ref();
        let mut writes: Vec<_> = ticket
            .map(|ticket| self.spend_ticket(sub, ticket, now))
            .into_iter()
            .collect();
        writes.extend(enrolments.change(sub, change, now));
        writes
    }

    /// Records a pass by itself: of a session that proved its face some rounds ago, and now goes on to its tokens.
    pub async fn renew_pass(&self, sub: &Sub, pass: &Pass) -> Result<(), StoreError> {
        let writes = vec![self.record_pass(sub, pass)];
        commit(&self.client, Row::Passes, writes).await.map(|_| ())
    }

    /// Stores a change that no selfie is ruled with: that of a photo update whose document is in.
    pub async fn complete(
        &self,
        enrolments: &Enrolments,
        sub: &Sub,
        change: &Succession,
        pass: &Pass,
        now: Timestamp,
    ) -> Result<Completed, StoreError> {
        let mut writes = self.changed(enrolments, sub, change, now);
        writes.push(self.record_pass(sub, pass));
        Ok(match commit(&self.client, Row::Several, writes).await? {
            Committed::Done => Completed::Done,
            Committed::Refused(_) => Completed::Refused,
        })
    }
}

/// What became of a change without a ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completed {
    /// It is stored.
    Done,
    /// The user's enrolments are not as they were read.
    Refused,
}
