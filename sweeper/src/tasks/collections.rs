//! Faces of the collections: those that nobody's row holds go.

use std::collections::BTreeMap;

use face_login_aws::faces::Stored;
use face_login_domain::collection::CollectionName;
use face_login_domain::ids::{FaceId, Sub};
use face_login_domain::sweep::{face_is_lost, holds};

use super::skipping;
use crate::{Report, Sweeper, TaskError};

/// Faces on a page.
const PAGE: i32 = 100;

impl Sweeper {
    pub(super) async fn collection(
        &self,
        name: &CollectionName,
        place: Option<String>,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        let page = self.faces.page(name, place, PAGE).await?;
        let mut of_users: BTreeMap<Sub, Vec<FaceId>> = BTreeMap::new();
        for Stored { face, label } in page.found {
            match label {
                Some(label) => of_users.entry(label.sub).or_default().push(face),
                None => report.foreign_faces += 1,
            }
        }
        for (sub, faces) in of_users {
            let swept = self.faces_of(name, &sub, faces, report).await;
            skipping(swept, report)?;
        }
        Ok(page.next)
    }

    /// The rows are read after the list, so that a face that was committed in between is seen as held.
    async fn faces_of(
        &self,
        collection: &CollectionName,
        sub: &Sub,
        faces: Vec<FaceId>,
        report: &mut Report,
    ) -> Result<(), TaskError> {
        let rows = self.enrolments.rows_of(sub).await?;
        let now = self.around.timestamp();
        let mut lost = Vec::new();
        for face in faces {
            if holds(&rows, collection, &face) {
                continue;
            }
            let first_seen = self.challenges.first_seen(&face, now).await?;
            let grace = self.config.terms.grace;
            if face_is_lost((collection, &face), &rows, first_seen, grace, now) {
                lost.push(face);
            } else {
                report.suspects += 1;
            }
        }
        self.faces.delete(collection, &lost).await?;
        report.lost_faces += u64::try_from(lost.len()).unwrap_or(u64::MAX);
        Ok(())
    }
}
