//! One uploaded document, from a key to an enrolment or to nothing. Decisions are [`crate::decide`]'s; here they are
//! carried out, in an order in which every step may be the last one of a run and the first one of the next.

use std::time::SystemTime;

use face_login_aws::challenges::Change;
use face_login_aws::enrolments::Finished;
use face_login_aws::faces::Detected;
use face_login_aws::photos::{Fetched, Photo};
use face_login_domain::challenge::{Chain, ChallengeRecord};
use face_login_domain::enrolment::EnrolledFace;
use face_login_domain::figures::{Figure, Step};
use face_login_domain::ids::{ChallengeId, Etag, FaceId, FaceLabel};
use face_login_domain::object_key::ObjectKey;
use face_login_domain::photo::{self, DOCUMENT_MAX_BYTES};
use face_login_domain::quality;
use face_login_domain::seen::SeenFace;
use face_login_domain::words::Reason;
use face_login_process::figures;

use crate::config::Retention;
use crate::decide::{self, Decision, LostFaces, Uninvited};
use crate::persist::persist;
use crate::{IndexError, Indexer};

/// Looks at a record before giving up: each one more means that somebody else settled or pinned in between.
const MAX_LOOKS: u32 = 5;

/// What became of a photo in the hands of this run.
enum Judgement {
    /// Enrolled, as PENDING.
    Enrolled(Photo),
    /// Refused; the record doesn't know yet.
    Refused(Reason),
    /// Record or photo changed meanwhile.
    Changed,
}

/// What happened to a key, for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was to be done.
    Nothing,
    /// Deleted unread.
    Discarded(Uninvited),
    /// Whatever was left of a settled challenge is gone.
    TidiedUp,
    /// A new enrolment.
    Enrolled,
}

/// The work on one document.
pub(crate) struct Document<'a> {
    pub(crate) indexer: &'a Indexer,
    pub(crate) key: &'a str,
    /// When to stop waiting for services.
    pub(crate) until: SystemTime,
}

impl Document<'_> {
    /// Does whatever there is to do about the key.
    pub(crate) async fn run(&self) -> Result<Outcome, IndexError> {
        let Some(id) = ObjectKey::document_challenge(self.key) else {
            return self.discard(Uninvited::Key).await;
        };
        for _ in 0..MAX_LOOKS {
            if let Some(outcome) = self.look(&id).await? {
                return Ok(outcome);
            }
        }
        Err(IndexError::Restless)
    }

    /// One look at record and bucket, and what follows from it. `None`: look again.
    async fn look(&self, id: &ChallengeId) -> Result<Option<Outcome>, IndexError> {
        let Indexer {
            challenges,
            photos,
            around,
            ..
        } = self.indexer;
        let record = self.persist(|| challenges.read(id)).await?;
        let present = self
            .persist(|| photos.head(self.key))
            .await?
            .map(|head| head.etag);
        match (
            decide::decide(record.as_ref(), present.as_ref(), around.timestamp()),
            record,
            present,
        ) {
            (Decision::Leave, ..) => Ok(Some(Outcome::Nothing)),
            (Decision::Discard(why), ..) => self.discard(why).await.map(Some),
            (Decision::Settle(step), ..) => {
                self.persist(|| challenges.take_step(id, &step, around.timestamp()))
                    .await?;
                Ok(None)
            }
            (Decision::TidyUp(lost), ..) => {
                self.remove(lost).await?;
                self.persist(|| photos.delete(self.key)).await?;
                Ok(Some(Outcome::TidiedUp))
            }
            (Decision::Judge, Some(record), Some(etag)) => self.enrol(&record, &etag).await,
            (Decision::Judge, ..) => Ok(None),
        }
    }

    async fn enrol(
        &self,
        record: &ChallengeRecord,
        etag: &Etag,
    ) -> Result<Option<Outcome>, IndexError> {
        let Indexer {
            challenges, around, ..
        } = self.indexer;
        match self.judge(record, etag).await? {
            Judgement::Enrolled(photo) => {
                // Only a run before this one can have lost a face.
                self.remove(decide::lost_faces(record)).await?;
                self.put_away(record, photo).await?;
                Ok(Some(Outcome::Enrolled))
            }
            Judgement::Refused(reason) => {
                let refuse =
                    || challenges.refuse_document(&record.id, etag, reason, around.timestamp());
                if self.persist(refuse).await? == Change::Made {
                    figures::count(Figure::Refused(Step::of(record), reason));
                    tracing::info!(
                        document.refused = reason.as_str(),
                        flow.challenge = record.id.reference(),
                        "document refused: {}",
                        reason.as_str()
                    );
                }
                Ok(None)
            }
            Judgement::Changed => Ok(None),
        }
    }

    async fn judge(&self, record: &ChallengeRecord, etag: &Etag) -> Result<Judgement, IndexError> {
        let Some(chain) = &record.chain else {
            return Ok(Judgement::Changed);
        };
        let photos = &self.indexer.photos;
        let photo = match self
            .persist(|| photos.fetch(self.key, Some(etag), DOCUMENT_MAX_BYTES))
            .await?
        {
            Fetched::Photo(photo) => photo,
            Fetched::Missing | Fetched::Replaced => return Ok(Judgement::Changed),
            Fetched::TooLarge => return Ok(Judgement::Refused(Reason::PhotoInvalid)),
        };
        let face = match self.fit_face(&photo).await? {
            Ok(face) => face,
            Err(reason) => return Ok(Judgement::Refused(reason)),
        };
        match self.admit(record, chain, &photo, &face).await? {
            Ok(()) => self.index(record, chain, photo, &face).await,
            Err(reason) => Ok(Judgement::Refused(reason)),
        }
    }

    /// The one face of the photo that is good enough to enrol, or the reason why there is none.
    async fn fit_face(&self, photo: &Photo) -> Result<Result<SeenFace, Reason>, IndexError> {
        let size = match photo::inspect(&photo.bytes, DOCUMENT_MAX_BYTES) {
            Ok(size) => size,
            Err(reason) => return Ok(Err(reason)),
        };
        let faces = &self.indexer.faces;
        match self.persist(|| faces.detect(&photo.bytes)).await? {
            Detected::Faces(seen) => Ok(quality::judge(&seen, size).copied()),
            Detected::Refused(_) => Ok(Err(Reason::PhotoInvalid)),
        }
    }

    /// Mark, index, commit. A crash after the mark is found by [`decide::lost_faces`] or repaired by a repetition: the
    /// same photo and label give the same face id.
    async fn index(
        &self,
        record: &ChallengeRecord,
        chain: &Chain,
        photo: Photo,
        face: &SeenFace,
    ) -> Result<Judgement, IndexError> {
        let Indexer {
            challenges,
            enrolments,
            faces,
            collections,
            around,
            ..
        } = self.indexer;
        // Where an earlier run began, this one goes on, even if shards were added in between.
        let collection = record
            .indexing
            .as_ref()
            .unwrap_or_else(|| collections.place(&record.subject));
        let label = FaceLabel {
            sub: record.subject.clone(),
            enrolment: chain.enrolment.clone(),
        };
        if self
            .persist(|| challenges.mark_indexing(&record.id, &photo.etag, collection))
            .await?
            == Change::TooLate
        {
            return Ok(Judgement::Changed);
        }
        let indexing = self
            .persist(|| faces.index(collection, &photo.bytes, &label))
            .await?;
        let indexed = match decide::indexed(face, indexing) {
            Ok(indexed) => indexed,
            Err(reason) => return Ok(Judgement::Refused(reason)),
        };
        let now = around.timestamp();
        let row = [EnrolledFace {
            enrolment: chain.enrolment.clone(),
            face: indexed.face_id,
            collection: collection.clone(),
            model_version: indexed.model_version,
            created_at: now,
        }];
        let finish = || enrolments.finish_document(challenges, record, &photo.etag, &row, now);
        Ok(match self.persist(finish).await? {
            Finished::Done => Judgement::Enrolled(photo),
            Finished::ChallengeSettled => Judgement::Changed,
            Finished::NotPaid if chain.aim.ticket().is_some() => {
                Judgement::Refused(Reason::TicketExpired)
            }
            Finished::NotPaid => Judgement::Refused(Reason::EnrolmentRefused),
        })
    }

    /// Deletes faces with a label that no row holds. The rows are read after the list, so that a face that was committed
    /// in between is seen as held.
    async fn remove(&self, lost: Option<LostFaces>) -> Result<(), IndexError> {
        let Some(LostFaces { collection, label }) = lost else {
            return Ok(());
        };
        let Indexer {
            faces, enrolments, ..
        } = self.indexer;
        let labelled = self.persist(|| faces.labelled(&collection, &label)).await?;
        if labelled.is_empty() {
            return Ok(());
        }
        let rows = self.persist(|| enrolments.rows_of(&label.sub)).await?;
        let unheld: Vec<FaceId> = labelled
            .into_iter()
            .filter(|face| !rows.hold(face))
            .collect();
        self.persist(|| faces.delete(&collection, &unheld)).await?;
        if !unheld.is_empty() {
            tracing::warn!(
                faces.removed = unheld.len(),
                "faces without a row removed: {}",
                unheld.len()
            );
        }
        Ok(())
    }

    /// The photo has done its work. A copy that is to be kept is written from the very bytes that were judged.
    async fn put_away(&self, record: &ChallengeRecord, photo: Photo) -> Result<(), IndexError> {
        let photos = &self.indexer.photos;
        if let (Retention::Keep, Some(chain)) = (self.indexer.retention, &record.chain) {
            let key = ObjectKey::kept(&FaceLabel {
                sub: record.subject.clone(),
                enrolment: chain.enrolment.clone(),
            });
            let media_type = if photo.bytes.starts_with(b"\x89PNG") {
                "image/png"
            } else {
                "image/jpeg"
            };
            self.persist(|| photos.put(key.as_str(), photo.bytes.clone(), media_type))
                .await?;
        }
        self.persist(|| photos.delete(self.key)).await
    }

    async fn discard(&self, why: Uninvited) -> Result<Outcome, IndexError> {
        self.persist(|| self.indexer.photos.delete(self.key))
            .await?;
        Ok(Outcome::Discarded(why))
    }

    pub(crate) async fn persist<T, E, C, F>(&self, call: C) -> Result<T, IndexError>
    where
        E: Into<IndexError>,
        C: Fn() -> F,
        F: Future<Output = Result<T, E>>,
    {
        persist(&self.indexer.around, self.until, call).await
    }
}
