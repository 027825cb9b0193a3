//! The judging of a selfie: take it with an attempt, look, rule, forget the photo.

use face_login_aws::{
    challenges::Change,
    judging::{Outcome, Reserved, Ruled, Run},
};
use face_login_domain::{
    attempts::{Bucket, Counted},
    challenge::{ChallengeRecord, Ruling, Step},
    enrolment::UserRows,
    figures::{Figure, Step as FigureStep},
    ids::{EnrolmentId, RunId},
    intent::Intent,
    last_gate::{Method, Pass},
    object_key::ObjectKey,
    succession::{Event, Succession, proved, signed_in, withdrawn},
    words::{Kind, Reason},
};
use face_login_process::figures;
use tokio::time::{Instant, timeout_at};

use super::{
    Answer, Asked, TO_STORE, Verifier, VerifyError, look::Seen, refused, replace::SignedOut,
};

impl Verifier {
    pub(super) async fn judge_selfie(
        &self,
        record: &ChallengeRecord,
        asked: &Asked,
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
        let change = self.change(record, asked, &seen);
        let pass = self.pass(record, asked, change.as_ref());
        let mut outcome = self.outcome(&seen, change.as_ref(), pass.as_ref());
        if let Some(change) = &change
            && change.event.ends_sessions()
            && self.sign_out(asked, deadline).await == SignedOut::Unknown
        {
            outcome = failed(Reason::Busy);
        }
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
                Ruled::ChangeRefused => too_late(change.as_ref()),
            };
            outcome = failed(reason);
        }
        told(record, &outcome);
        self.give_notice(asked, outcome.change, deadline).await;
        self.delete_photo(&record.key, deadline).await;
        if let Some(change) = outcome.change {
            tracing::info!(
                enrolment.change = change.event.metric(),
                "the face changes: {}",
                change.event.metric()
            );
            self.forget(&seen.rows, change, &record.subject, deadline)
                .await;
        }
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
                figures::count(Figure::Paused);
                self.delete_photo(&record.key, deadline).await;
                Ok(refused(Reason::Locked))
            }
            Change::TooLate => self.wait(&record.id, deadline).await,
        }
    }

    /// What the pass changes; `None` if there is no pass, or rows that don't agree.
    fn change(&self, record: &ChallengeRecord, asked: &Asked, seen: &Seen) -> Option<Succession> {
        let now = (self.edge.now)();
        match (&record.chain, asked.intent) {
            _ if seen.refused.is_some() => None,
            (_, Intent::Withdraw) if record.kind == Kind::Selfie => Some(withdrawn(&seen.rows)),
            (Some(chain), _) => proved(&seen.rows, chain, now.plus(self.config.recovery_hold)),
            (None, _) => signed_in(&seen.rows, &seen.matched, now),
        }
    }

    /// What the last gate is to know, if the change is worth tokens.
    fn pass(
        &self,
        record: &ChallengeRecord,
        asked: &Asked,
        change: Option<&Succession>,
    ) -> Option<Pass> {
        let change = change.filter(|change| change.event.opens())?;
        Some(self.pass_of(record, asked, change.active()?))
    }

    /// A pass for the enrolment that is active from now on.
    pub(super) fn pass_of(
        &self,
        record: &ChallengeRecord,
        asked: &Asked,
        active: &EnrolmentId,
    ) -> Pass {
        Pass {
            challenge: record.id.clone(),
            at: (self.edge.now)(),
            method: method(record),
            enrolment: active.clone(),
            client: asked.client.clone(),
        }
    }

    fn outcome<'a>(
        &self,
        seen: &'a Seen,
        change: Option<&'a Succession>,
        pass: Option<&'a Pass>,
    ) -> Outcome<'a> {
        let photo = seen
            .photo
            .as_ref()
            .map(|photo| (photo, self.config.photo_memory));
        match (seen.refused, change) {
            (None, Some(change)) => Outcome {
                ruling: Ruling::Passed,
                counted: Counted::Nothing,
                photo,
                pass,
                change: Some(change),
            },
            (None, None) => failed(too_late(None)),
            (Some(_), _) if seen.ambiguous => Outcome {
                counted: Counted::Nothing,
                photo,
                ..failed(Reason::NotRecognised)
            },
            (Some(reason), _) => Outcome {
                photo,
                ..failed(reason)
            },
        }
    }

    pub(super) async fn delete_photo(&self, key: &ObjectKey, deadline: Instant) {
        if let Ok(Err(error)) = timeout_at(deadline, self.selfies.delete(key.as_str())).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a judged selfie is still stored"
            );
        }
    }
}

/// The figures of a stored ruling.
fn told(record: &ChallengeRecord, outcome: &Outcome<'_>) {
    if let Ruling::Refused(reason) = outcome.ruling {
        figures::count(Figure::Refused(FigureStep::of(record), reason));
    }
    let Some(event) = outcome.change.map(|change| change.event) else {
        return;
    };
    if let Some(step) = FigureStep::done(event) {
        figures::count(Figure::Approved(step));
    }
    if event == Event::Replaced {
        figures::count(Figure::FaceReplaced);
    }
}

impl Seen {
    /// Nothing was learned.
    fn busy() -> Self {
        Self {
            refused: Some(Reason::Busy),
            ambiguous: false,
            matched: Vec::new(),
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
        change: None,
    }
}

fn method(record: &ChallengeRecord) -> Method {
    match record.bucket {
        Bucket::Mailbox => Method::MailAndFace,
        Bucket::Plain => Method::Face,
    }
}

/// Why a change could not be stored. A first or new enrolment has nothing to pay with any more; all else was read a moment
/// too early, and is looked at again with the next photo.
fn too_late(change: Option<&Succession>) -> Reason {
    match change.map(|change| change.event) {
        Some(Event::Enrolled | Event::Held) => Reason::TicketExpired,
        Some(Event::SignedIn | Event::Replaced | Event::Withdrawn | Event::Lapsed) | None => {
            Reason::Busy
        }
    }
}
