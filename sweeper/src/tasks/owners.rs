//! The durable table: users who are gone, enrolments that are over, and addresses of nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use face_login_aws::enrolments::{Owner, Stored};
use face_login_domain::collection::CollectionName;
use face_login_domain::enrolment::{EnrolledFace, EnrolmentStatus, UserRows};
use face_login_domain::ids::{FaceId, Sub};
use face_login_domain::keyed_hash::KeyedHash;
use face_login_domain::object_key::ObjectKey;
use face_login_domain::succession::{Event, Succession};
use face_login_domain::sweep::{Existence, Fate, fate, mailbox_is_over};

use super::skipping;
use crate::{Report, Sweeper, TaskError};

/// Rows on a page of the table.
const PAGE: i32 = 100;
/// Kept photos of one user that are listed at a time.
const PHOTOS: i32 = 100;
/// Between two questions to the pool: a third of what Cognito gives an account for lists by default (30 a second).
const PACE: Duration = Duration::from_millis(100);

/// Faces that ought to be in their collections.
type Living = BTreeMap<CollectionName, Vec<FaceId>>;

impl Sweeper {
    pub(super) async fn owners(
        &self,
        place: Option<String>,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        let page = self.enrolments.owners(place.as_deref(), PAGE).await?;
        let mut living = Living::new();
        for owner in &page.found {
            let swept = match owner {
                Owner::User(sub) => self.user(sub, &mut living, report).await,
                Owner::Mailbox(mail) => self.mailbox(mail, report).await,
                Owner::Unknown => {
                    report.skipped += 1;
                    Ok(())
                }
            };
            skipping(swept, report)?;
        }
        self.look_for(living, report).await?;
        Ok(page.next)
    }

    /// Waits, so that the pool has time for others.
    pub(super) async fn pace(&self) {
        (self.around.pause)(PACE).await;
    }

    async fn existence(&self, sub: &Sub) -> Result<Existence, TaskError> {
        self.pace().await;
        let pool = &self.config.user_pool;
        Ok(self.users.existence(pool, sub).await?)
    }

    async fn mailbox(&self, mail: &KeyedHash, report: &mut Report) -> Result<(), TaskError> {
        let Some((sub, since)) = self.enrolments.mailbox(mail).await? else {
            return Ok(());
        };
        let (owner, grace) = (self.existence(&sub).await?, self.config.terms.grace);
        if mailbox_is_over(owner, since, grace, self.around.timestamp())
            && self.enrolments.forget_mailbox(mail, &sub).await? == Stored::Done
        {
            report.mailboxes += 1;
        }
        Ok(())
    }

    async fn user(
        &self,
        sub: &Sub,
        living: &mut Living,
        report: &mut Report,
    ) -> Result<(), TaskError> {
        // Asked first: what the rows say afterwards is newer than that the user is gone.
        let existence = self.existence(sub).await?;
        let rows = self.enrolments.rows_of(sub).await?;
        let now = self.around.timestamp();
        match fate(existence, &rows, &self.config.terms, now) {
            Fate::Leave => note_living(&rows, living),
            Fate::Erase => self.erase(sub, &rows, report).await?,
            Fate::Change(change) => self.change(sub, &rows, &change, report).await?,
        }
        Ok(())
    }

    /// Vectors and photos first, rows last: as long as a row is there, the next run finds the rest.
    async fn erase(
        &self,
        sub: &Sub,
        rows: &UserRows,
        report: &mut Report,
    ) -> Result<(), TaskError> {
        for face in &rows.faces {
            self.forget_face(sub, face, report).await?;
        }
        self.forget_photos(sub, report).await?;
        self.enrolments.erase(sub).await?;
        report.erased += 1;
        Ok(())
    }

    async fn change(
        &self,
        sub: &Sub,
        rows: &UserRows,
        change: &Succession,
        report: &mut Report,
    ) -> Result<(), TaskError> {
        let now = self.around.timestamp();
        let is_new = !change.moves.is_empty() || change.before != change.after;
        if is_new && self.enrolments.settle(sub, (rows, change), now).await? == Stored::Changed {
            return Ok(());
        }
        for face in change.forgotten(rows) {
            self.forget_face(sub, face, report).await?;
        }
        match change.event {
            Event::Withdrawn => {
                self.forget_photos(sub, report).await?;
                report.withdrawn += 1;
            }
            _ => report.lapsed += u64::from(is_new),
        }
        Ok(())
    }

    async fn forget_face(
        &self,
        sub: &Sub,
        face: &EnrolledFace,
        report: &mut Report,
    ) -> Result<(), TaskError> {
        let vector = std::slice::from_ref(&face.face);
        self.faces.delete(&face.collection, vector).await?;
        self.enrolments.forget_face(sub, face).await?;
        report.faces += 1;
        Ok(())
    }

    async fn forget_photos(&self, sub: &Sub, report: &mut Report) -> Result<(), TaskError> {
        let prefix = ObjectKey::kept_of(sub);
        loop {
            let page = self.documents.list(&prefix, None, PHOTOS).await?;
            for (key, _) in &page.found {
                self.documents.delete(key).await?;
                report.kept_photos += 1;
            }
            if page.next.is_none() {
                return Ok(());
            }
        }
    }

    /// Counts faces that rows hold and collections don't: their owners can't sign in, and somebody has to know.
    async fn look_for(&self, living: Living, report: &mut Report) -> Result<(), TaskError> {
        for (collection, faces) in living {
            let present = self.faces.present(&collection, &faces).await?;
            let wanted: BTreeSet<FaceId> = faces.into_iter().collect();
            let missing = wanted.difference(&present).count();
            if 0 < missing {
                tracing::error!(
                    sweep.missing = missing,
                    "{missing} enrolled faces are not in their collection"
                );
            }
            report.missing_faces += u64::try_from(missing).unwrap_or(u64::MAX);
        }
        Ok(())
    }
}

fn note_living(rows: &UserRows, living: &mut Living) {
    let counts = |face: &&EnrolledFace| {
        let of = |row: &&face_login_domain::enrolment::Enrolment| row.id == face.enrolment;
        let enrolment = rows.enrolments.iter().find(of);
        enrolment.is_some_and(|row| row.status != EnrolmentStatus::Retired)
    };
    for face in rows.faces.iter().filter(counts) {
        let of_collection = living.entry(face.collection.clone()).or_default();
        of_collection.push(face.face.clone());
    }
}
