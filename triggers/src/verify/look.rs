//! What a selfie shows: the photo is read once, and what is read is what is judged.

use std::collections::BTreeMap;

use face_login_aws::{
    faces::{Detected, FacesError, Search as Answered},
    photos::Fetched,
    store::StoreError,
};
use face_login_domain::{
    challenge::ChallengeRecord,
    collection::CollectionName,
    enrolment::{EnrolledFace, UserRows},
    figures::{Band, Figure},
    ids::{FaceId, Sub},
    keyed_hash::KeyedHash,
    photo::{SELFIE_MAX_BYTES, inspect},
    quality, rivals,
    succession::comparable,
    verdict::{self, Expected, Search, Verdict},
    words::Reason,
};
use face_login_process::figures;

use super::{Verifier, VerifyError};

/// Owners of rivals that are looked up at most; further ones count.
const MAX_OWNERS: usize = 10;

/// What was found.
pub(super) struct Seen {
    /// `None` if it is the right face.
    pub(super) refused: Option<Reason>,
    /// The right face, but another user's too: no failure that counts.
    pub(super) ambiguous: bool,
    /// The faces of the user that it matched.
    pub(super) matched: Vec<FaceId>,
    /// The file that was judged.
    pub(super) photo: Option<KeyedHash>,
    /// What is stored of the user.
    pub(super) rows: UserRows,
}

impl Verifier {
    /// Looks at the photo of a challenge.
    pub(super) async fn look(&self, record: &ChallengeRecord) -> Result<Seen, VerifyError> {
        let key = record.key.as_str();
        let (rows, fetched) = tokio::join!(
            self.enrolments.rows_of(&record.subject),
            self.selfies.fetch(key, None, SELFIE_MAX_BYTES)
        );
        let (rows, fetched) = (rows?, fetched?);
        let photo = match fetched {
            Fetched::Photo(photo) => photo,
            Fetched::Missing | Fetched::Replaced => {
                return Ok(Seen::refused(Reason::PhotoMissing, None, rows));
            }
            Fetched::TooLarge => return Ok(Seen::refused(Reason::PhotoInvalid, None, rows)),
        };
        let hash = self.config.pepper.photo(&photo.bytes);
        if self
            .challenges
            .photo_was_used(&hash, (self.edge.now)())
            .await?
        {
            return Ok(Seen::refused(Reason::PhotoReused, None, rows));
        }
        let judged = self.judge(record, &rows, &photo.bytes).await?;
        Ok(match judged {
            Ok((verdict, matched)) => {
                tracing::info!(
                    gate.verdict = verdict.metric(),
                    "face gate ruled {}",
                    verdict.metric()
                );
                Seen {
                    refused: verdict.reason(),
                    ambiguous: verdict == Verdict::Ambiguous,
                    matched,
                    photo: Some(hash),
                    rows,
                }
            }
            Err(reason) => Seen::refused(reason, Some(hash), rows),
        })
    }

    async fn judge(
        &self,
        record: &ChallengeRecord,
        rows: &UserRows,
        photo: &[u8],
    ) -> Result<Result<(Verdict, Vec<FaceId>), Reason>, VerifyError> {
        let size = match inspect(photo, SELFIE_MAX_BYTES) {
            Ok(size) => size,
            Err(reason) => return Ok(Err(reason)),
        };
        let enrolled = comparable(record.chain.as_ref(), rows, (self.edge.now)());
        let (detected, compared) = tokio::join!(
            self.faces.detect(photo),
            self.search(record, &enrolled, photo)
        );
        let faces = match detected? {
            Detected::Faces(faces) => faces,
            Detected::Refused(_) => return Ok(Err(Reason::PhotoInvalid)),
        };
        let face = match quality::judge(&faces, size) {
            Ok(face) => face,
            Err(reason) => return Ok(Err(reason)),
        };
        let searches = match compared? {
            Ok(searches) => searches,
            Err(reason) => return Ok(Err(reason)),
        };
        let ids: Vec<FaceId> = enrolled.iter().map(|face| face.face.clone()).collect();
        let expected = Expected {
            sub: &record.subject,
            faces: &ids,
        };
        let judged = |searches: &[Search]| verdict::judge(expected, &face.bounds, searches);
        let verdict = match judged(&searches) {
            Verdict::Ambiguous => judged(&self.without_ghosts(&record.subject, &searches).await?),
            verdict => verdict,
        };
        if verdict == Verdict::Ambiguous {
            tracing::error!(
                gate.alarm = "AMBIGUOUS",
                "two users' faces are alike at the threshold"
            );
            figures::count(Figure::Ambiguous);
        }
        let verdict = if verdict.is_settled_by(record.bucket, record.chain.as_ref()) {
            Verdict::Match
        } else {
            verdict
        };
        let best = verdict::best(expected, &searches);
        figures::count(Figure::Likeness(Band::of(best)));
        let matched = verdict::matched(expected, &searches);
        Ok(Ok((verdict, matched)))
    }

    /// The searches without faces that could sign nobody in. Asked only about rivals, so that a plain look-up costs nothing more.
    async fn without_ghosts(
        &self,
        subject: &Sub,
        searches: &[Search],
    ) -> Result<Vec<Search>, StoreError> {
        let mut owners = BTreeMap::new();
        let mut ghosts = Vec::new();
        for rival in rivals::rivals(subject, searches) {
            let Some(label) = &rival.label else { continue };
            if !owners.contains_key(&label.sub) {
                if owners.len() == MAX_OWNERS {
                    break;
                }
                let rows = self.enrolments.rows_of(&label.sub).await?;
                owners.insert(label.sub.clone(), rows);
            }
            let counts = owners
                .get(&label.sub)
                .is_some_and(|rows| rivals::counts(&rival.face, rows));
            if !counts {
                ghosts.push(rival.face.clone());
            }
        }
        tracing::info!(
            gate.ghosts = ghosts.len(),
            "rivals that could sign nobody in"
        );
        Ok(rivals::without(searches, &ghosts))
    }

    /// Searches every collection that holds one of the faces, or the one in which a user without any is searched.
    async fn search(
        &self,
        record: &ChallengeRecord,
        enrolled: &[&EnrolledFace],
        photo: &[u8],
    ) -> Result<Result<Vec<Search>, Reason>, FacesError> {
        let mut collections: Vec<&CollectionName> =
            enrolled.iter().map(|face| &face.collection).collect();
        collections.sort();
        collections.dedup();
        if collections.is_empty() {
            collections.push(self.config.collections.place(&record.subject));
        }
        let mut searches = Vec::with_capacity(collections.len());
        for collection in collections {
            match self
                .faces
                .search(collection, photo, &self.config.thresholds)
                .await?
            {
                Answered::Done(found) => searches.push(found),
                Answered::NoFace => return Ok(Err(Reason::NoFace)),
                Answered::Refused(_) => return Ok(Err(Reason::PhotoInvalid)),
            }
        }
        Ok(Ok(searches))
    }
}

impl Seen {
    fn refused(reason: Reason, photo: Option<KeyedHash>, rows: UserRows) -> Self {
        Self {
            refused: Some(reason),
            ambiguous: false,
            matched: Vec::new(),
            photo,
            rows,
        }
    }
}
