//! Asks whom a document's face is like, before it is enrolled. What follows from it is `face_login_domain::admission`'s.

use std::collections::{BTreeMap, BTreeSet};

use face_login_aws::faces::Search as Answered;
use face_login_aws::photos::Photo;
use face_login_aws::users::Existence;
use face_login_domain::admission::{DuplicatePolicy, Line, same_face};
use face_login_domain::challenge::{Aim, Chain, ChallengeRecord};
use face_login_domain::collection::CollectionName;
use face_login_domain::enrolment::UserRows;
use face_login_domain::figures::Figure;
use face_login_domain::ids::{FaceId, Sub};
use face_login_domain::rivals;
use face_login_domain::seen::SeenFace;
use face_login_domain::verdict::Search;
use face_login_domain::words::Reason;
use face_login_process::figures;

use crate::IndexError;
use crate::document::Document;

/// Whether the face may be enrolled, or why not. The outer error means that nothing was learned.
type Admitted = Result<Result<(), Reason>, IndexError>;

impl Document<'_> {
    /// Whether the face of `photo` may be enrolled.
    pub(crate) async fn admit(
        &self,
        record: &ChallengeRecord,
        chain: &Chain,
        photo: &Photo,
        face: &SeenFace,
    ) -> Admitted {
        let enrolments = &self.indexer.enrolments;
        let sub = &record.subject;
        let rows = match chain.aim {
            Aim::Update(_) => self.persist(|| enrolments.rows_of(sub)).await?,
            Aim::First(_) | Aim::Replace(_) => UserRows::default(),
        };
        let line = match &chain.aim {
            Aim::Update(active) => match Line::of(&rows, active) {
                Ok(line) => Some(line),
                Err(reason) => return Ok(Err(reason)),
            },
            Aim::First(_) | Aim::Replace(_) => None,
        };
        let searches = match self.search(&rows, photo).await? {
            Ok(searches) => searches,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Err(reason) = same_face(&face.bounds, &searches) {
            return Ok(Err(reason));
        }
        if let Some(Err(reason)) = line.map(|line| line.continued(sub, &searches)) {
            return Ok(Err(reason));
        }
        self.among_others(sub, &searches).await
    }

    /// Searches every collection of the stack, and those that hold faces of the user.
    async fn search(
        &self,
        rows: &UserRows,
        photo: &Photo,
    ) -> Result<Result<Vec<Search>, Reason>, IndexError> {
        let faces = &self.indexer.faces;
        let own = rows.faces.iter().map(|face| &face.collection);
        let places: BTreeSet<&CollectionName> =
            self.indexer.collections.all().iter().chain(own).collect();
        let mut searches = Vec::with_capacity(places.len());
        for place in places {
            let search = || faces.search(place, &photo.bytes, &self.indexer.thresholds);
            match self.persist(search).await? {
                Answered::Done(found) => searches.push(found),
                Answered::NoFace => return Ok(Err(Reason::NoFace)),
                Answered::Refused(_) => return Ok(Err(Reason::PhotoInvalid)),
            }
        }
        Ok(Ok(searches))
    }

    /// What the policy says about the same face under other users. Faces of users who are gone are deleted on the way.
    async fn among_others(&self, sub: &Sub, searches: &[Search]) -> Admitted {
        let mut others: BTreeMap<&Sub, Vec<&FaceId>> = BTreeMap::new();
        for rival in rivals::rivals(sub, searches) {
            // A face that nobody's label is on is not this product's.
            if let Some(label) = &rival.label {
                others.entry(&label.sub).or_default().push(&rival.face);
            }
        }
        let mut living = 0;
        for (owner, faces) in others {
            if self.lives(owner, &faces).await? {
                living += 1;
            }
        }
        if living == 0 {
            return Ok(Ok(()));
        }
        let policy = self.indexer.duplicates;
        tracing::warn!(
            document.duplicates = living,
            document.policy = policy.as_str(),
            "the same face is enrolled for {living} others"
        );
        figures::add(Figure::Duplicates, living);
        Ok(match policy {
            DuplicatePolicy::Flag => Ok(()),
            DuplicatePolicy::Refuse => Err(Reason::EnrolmentRefused),
        })
    }

    async fn lives(&self, owner: &Sub, found: &[&FaceId]) -> Result<bool, IndexError> {
        let indexer = self.indexer;
        let rows = self.persist(|| indexer.enrolments.rows_of(owner)).await?;
        if !found.iter().any(|face| rivals::counts(face, &rows)) {
            return Ok(false);
        }
        let look = || indexer.users.existence(&indexer.pool, owner);
        if self.persist(look).await? == Existence::Lives {
            return Ok(true);
        }
        for face in &rows.faces {
            let gone = std::slice::from_ref(&face.face);
            self.persist(|| indexer.faces.delete(&face.collection, gone))
                .await?;
            self.persist(|| indexer.enrolments.forget_face(owner, face))
                .await?;
        }
        tracing::warn!(
            faces.removed = rows.faces.len(),
            "faces of a user who is gone removed: {}",
            rows.faces.len()
        );
        Ok(false)
    }
}
