//! What comes before and after a face that takes another's place: everybody who is signed in is signed out first, and what the
//! change leaves behind is forgotten last. A photo update is completed here: its face is proven, its photo matched.

use face_login_aws::judging::Completed;
use face_login_domain::{
    challenge::{Aim, ChallengeRecord, Ruling},
    enrolment::{EnrolledFace, UserRows},
    figures::{Figure, Step},
    ids::{FaceLabel, Sub},
    object_key::ObjectKey,
    succession::{Event, Succession, updated},
    words::Reason,
};
use face_login_process::figures;
use tokio::time::{Instant, timeout_at};

use super::{Answer, Asked, TO_STORE, Verifier, VerifyError, refused};

/// Whether everybody is known to be signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignedOut {
    /// They are.
    Everywhere,
    /// That could not be learned: nothing may be replaced.
    Unknown,
}

impl Verifier {
    /// Ends whatever the user is signed in to.
    pub(super) async fn sign_out(&self, asked: &Asked, deadline: Instant) -> SignedOut {
        let call = self.users.sign_out(&asked.pool, &asked.name);
        match timeout_at(deadline - TO_STORE, call).await {
            Ok(Ok(())) => return SignedOut::Everywhere,
            Ok(Err(error)) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "nobody could be signed out, so no face is replaced"
            ),
            Err(_) => tracing::error!("nobody was signed out in time, so no face is replaced"),
        }
        SignedOut::Unknown
    }

    /// Gives the indexed photo of an update the place of the one before. Doing it twice is doing it once.
    pub(super) async fn complete_update(
        &self,
        record: &ChallengeRecord,
        asked: &Asked,
        deadline: Instant,
    ) -> Result<Answer, VerifyError> {
        let Some(chain) = record
            .chain
            .as_ref()
            .filter(|chain| matches!(chain.aim, Aim::Update(_)))
        else {
            return Ok(Answer::Ruled(Ruling::Indexed));
        };
        let rows = self.enrolments.rows_of(&record.subject).await?;
        if rows
            .active_enrolment()
            .is_some_and(|active| active.id == chain.enrolment)
        {
            return Ok(Answer::Ruled(Ruling::Indexed));
        }
        let Some(change) = updated(&rows, chain) else {
            return Ok(refused(Reason::EnrolmentRefused));
        };
        if self.sign_out(asked, deadline).await == SignedOut::Unknown {
            return Ok(Answer::NotYet);
        }
        let pass = self.pass_of(record, asked, &chain.enrolment);
        let now = (self.edge.now)();
        let (sub, enrolments) = (&record.subject, &self.enrolments);
        let completed = self
            .challenges
            .complete(enrolments, sub, &change, &pass, now);
        match completed.await? {
            Completed::Refused => Ok(Answer::NotYet),
            Completed::Done => {
                figures::count(Figure::Approved(Step::Update));
                tracing::info!(
                    enrolment.change = change.event.metric(),
                    "a photo is updated"
                );
                self.forget(&rows, &change, &record.subject, deadline).await;
                Ok(Answer::Ruled(Ruling::Indexed))
            }
        }
    }

    /// Gives an update up. The answer is no pass, but the face was proven before the update began, and Define gives the
    /// tokens of that sign-in: the last gate hears of it anew, because an update may take longer than a pass is good for.
    pub(super) async fn keep_photo(
        &self,
        record: &ChallengeRecord,
        asked: &Asked,
    ) -> Result<Answer, VerifyError> {
        if let Some(Aim::Update(active)) = record.chain.as_ref().map(|chain| &chain.aim) {
            let pass = self.pass_of(record, asked, active);
            self.challenges.renew_pass(&record.subject, &pass).await?;
        }
        Ok(refused(Reason::Expired))
    }

    /// Deletes what a stored change left behind. What fails here is found again by its rows: the next change of this user
    /// takes it along, or the sweeper.
    pub(super) async fn forget(
        &self,
        rows: &UserRows,
        change: &Succession,
        sub: &Sub,
        deadline: Instant,
    ) {
        if change.event == Event::Withdrawn {
            for enrolment in &rows.enrolments {
                let kept = ObjectKey::kept(&FaceLabel {
                    sub: sub.clone(),
                    enrolment: enrolment.id.clone(),
                });
                if let Ok(Err(error)) =
                    timeout_at(deadline, self.documents.delete(kept.as_str())).await
                {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "the photo of a withdrawn enrolment is still stored");
                }
            }
        }
        for face in change.forgotten(rows) {
            if let Ok(Err(error)) = timeout_at(deadline, self.forget_face(sub, face)).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a face that nothing holds is still stored");
            }
        }
    }

    async fn forget_face(&self, sub: &Sub, face: &EnrolledFace) -> Result<(), VerifyError> {
        self.faces
            .delete(&face.collection, std::slice::from_ref(&face.face))
            .await?;
        Ok(self.enrolments.forget_face(sub, face).await?)
    }
}
