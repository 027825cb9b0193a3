//! The judging of a selfie: take it with an attempt, look, rule, forget the photo.

use face_login_aws::{
    challenges::Change,
    judging::{Activation, Outcome, Reserved, Ruled, Run},
};
use face_login_domain::{
    attempts::{Bucket, Counted},
    challenge::{ChallengeRecord, Ruling, Step},
    enrolment::{EnrolledFace, EnrolmentStatus, UserRows},
    ids::{ClientId, EnrolmentId, RunId},
    last_gate::{Method, Pass},
    object_key::ObjectKey,
    words::{Kind, Reason},
};
use tokio::time::{Instant, timeout_at};

use super::{
    Answer, TO_STORE, Verifier, VerifyError,
    look::{self, Seen},
    refused,
};

/// Enrolments that one transaction retires at most; a user has one or two.
const MAX_RETIRED: usize = 90;

impl Verifier {
    pub(super) async fn judge_selfie(
        &self,
        record: &ChallengeRecord,
        client: &ClientId,
        deadline: Instant,
    ) -> Result<Answer, VerifyError> {
        let now = (self.edge.now)();
        let owner = RunId::from_random((self.edge.random)());
        let run = Run {
            record,
            owner,
            policy: self.config.lockout,
        };
        let reservation = match self
            .challenges
            .reserve(&run, now.plus(self.config.lease), now)
            .await?
        {
            Reserved::Taken(reservation) => reservation,
            Reserved::NotOpen => return self.wait(&record.id, deadline).await,
            Reserved::Paused => return self.close(record, deadline).await,
        };
        let seen = match timeout_at(deadline - TO_STORE, self.look(record)).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(error)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a selfie could not be judged"
                );
                Seen::busy()
            }
            Err(_) => {
                tracing::error!("a selfie was not judged in time");
                Seen::busy()
            }
        };
        let retired = superseded(record, &seen);
        let pass = self.pass(record, client, &seen);
        let mut outcome = self.outcome(record, &seen, pass.as_ref(), &retired);
        loop {
            let ruled = self
                .challenges
                .rule(
                    &self.enrolments,
                    &run,
                    reservation.attempts.clone(),
                    &outcome,
                    (self.edge.now)(),
                )
                .await?;
            let reason = match ruled {
                Ruled::Done => break,
                Ruled::NotOwner => return self.wait(&record.id, deadline).await,
                Ruled::PhotoUsedMeanwhile => Reason::PhotoReused,
                Ruled::ActivationRefused => Reason::TicketExpired,
            };
            outcome = failed(reason);
        }
        self.tidy_up(record, &seen.rows, &outcome, deadline).await;
        for challenge in &reservation.abandoned {
            let key = ObjectKey::of_challenge(Kind::Selfie, challenge);
            self.delete_photo(&key, deadline).await;
        }
        Ok(Answer::Ruled(outcome.ruling))
    }

    /// Settles a challenge for which no attempt is left.
    async fn close(
        &self,
        record: &ChallengeRecord,
        deadline: Instant,
    ) -> Result<Answer, VerifyError> {
        let step = Step::Close(Reason::Locked);
        match self
            .challenges
            .take_step(&record.id, &step, (self.edge.now)())
            .await?
        {
            Change::Made => {
                self.delete_photo(&record.key, deadline).await;
                Ok(refused(Reason::Locked))
            }
            Change::TooLate => self.wait(&record.id, deadline).await,
        }
    }

    /// What the last gate is to know, if the face passed.
    fn pass(&self, record: &ChallengeRecord, client: &ClientId, seen: &Seen) -> Option<Pass> {
        let enrolment = look::expected(record, &seen.rows).filter(|_| seen.refused.is_none())?;
        Some(Pass {
            challenge: record.id.clone(),
            at: (self.edge.now)(),
            method: method(record),
            enrolment: enrolment.id.clone(),
            client: client.clone(),
        })
    }

    fn outcome<'a>(
        &self,
        record: &'a ChallengeRecord,
        seen: &'a Seen,
        pass: Option<&'a Pass>,
        retired: &'a [EnrolmentId],
    ) -> Outcome<'a> {
        let photo = seen
            .photo
            .as_ref()
            .map(|photo| (photo, self.config.photo_memory));
        let activation = record
            .chain
            .as_ref()
            .map(|chain| Activation { chain, retired });
        match seen.refused {
            None => Outcome {
                ruling: Ruling::Passed,
                counted: Counted::Nothing,
                photo,
                pass,
                activation,
            },
            Some(_) if seen.ambiguous => {
                tracing::error!(
                    gate.alarm = "AMBIGUOUS",
                    "two users' faces are alike at the threshold"
                );
                Outcome {
                    counted: Counted::Nothing,
                    photo,
                    ..failed(Reason::NotRecognised)
                }
            }
            Some(reason) => Outcome {
                photo,
                ..failed(reason)
            },
        }
    }

    /// Deletes the photo, and after an activation what it replaced. Whatever fails here is swept later.
    async fn tidy_up(
        &self,
        record: &ChallengeRecord,
        rows: &UserRows,
        outcome: &Outcome<'_>,
        deadline: Instant,
    ) {
        self.delete_photo(&record.key, deadline).await;
        let Some(activation) = outcome.activation else {
            return;
        };
        let old = rows
            .faces
            .iter()
            .filter(|face| face.enrolment != activation.chain.enrolment);
        for face in old {
            if let Ok(Err(error)) = timeout_at(deadline, self.forget(record, face)).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a replaced face is still stored"
                );
            }
        }
    }

    async fn forget(
        &self,
        record: &ChallengeRecord,
        face: &EnrolledFace,
    ) -> Result<(), VerifyError> {
        self.faces
            .delete(&face.collection, std::slice::from_ref(&face.face))
            .await?;
        Ok(self.enrolments.forget_face(&record.subject, face).await?)
    }

    async fn delete_photo(&self, key: &ObjectKey, deadline: Instant) {
        if let Ok(Err(error)) = timeout_at(deadline, self.selfies.delete(key.as_str())).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a judged selfie is still stored"
            );
        }
    }
}

impl Seen {
    /// Nothing was learned.
    fn busy() -> Self {
        Self {
            refused: Some(Reason::Busy),
            ambiguous: false,
            photo: None,
            rows: UserRows::default(),
        }
    }
}

fn failed(reason: Reason) -> Outcome<'static> {
    let counted = if reason.counts_for_lockout() {
        Counted::Failure
    } else {
        Counted::Nothing
    };
    Outcome {
        ruling: Ruling::Refused(reason),
        counted,
        photo: None,
        pass: None,
        activation: None,
    }
}

fn method(record: &ChallengeRecord) -> Method {
    match record.bucket {
        Bucket::Mailbox => Method::MailAndFace,
        Bucket::Plain => Method::Face,
    }
}

/// Other enrolments of the user that an activation retires.
fn superseded(record: &ChallengeRecord, seen: &Seen) -> Vec<EnrolmentId> {
    let Some(chain) = &record.chain else {
        return Vec::new();
    };
    let others = seen
        .rows
        .enrolments
        .iter()
        .filter(|other| other.id != chain.enrolment);
    let unretired = others.filter(|other| other.status != EnrolmentStatus::Retired);
    unretired
        .map(|other| other.id.clone())
        .take(MAX_RETIRED)
        .collect()
}
