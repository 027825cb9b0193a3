//! Photos in the two buckets.

use std::time::SystemTime;

use face_login_aws::photos::Photos;
use face_login_domain::ids::{ChallengeId, FaceLabel};
use face_login_domain::object_key::ObjectKey;
use face_login_domain::sweep::{kept_photo_is_over, upload_is_over};
use face_login_domain::time::Timestamp;

use super::skipping;
use crate::{Report, Sweeper, TaskError};

/// Keys on a page.
const PAGE: i32 = 100;

/// Photos that a challenge asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uploads {
    Selfies,
    Documents,
}

impl Uploads {
    /// What their keys begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Selfies => "selfies/",
            Self::Documents => "documents/",
        }
    }

    /// The challenge that asked for the photo under this key.
    fn challenge(self, key: &str) -> Option<ChallengeId> {
        match self {
            Self::Selfies => ObjectKey::selfie_challenge(key),
            Self::Documents => ObjectKey::document_challenge(key),
        }
    }

    /// Where the report counts those that were removed.
    fn removed(self, report: &mut Report) -> &mut u64 {
        match self {
            Self::Selfies => &mut report.selfies,
            Self::Documents => &mut report.documents,
        }
    }
}

impl Sweeper {
    pub(super) async fn uploads(
        &self,
        kind: Uploads,
        place: Option<String>,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        let bucket = match kind {
            Uploads::Selfies => &self.selfies,
            Uploads::Documents => &self.documents,
        };
        let page = bucket.list(kind.prefix(), place, PAGE).await?;
        for (key, written) in page.found {
            let challenge = kind.challenge(&key);
            let removed = self.upload(bucket, &key, challenge, written).await;
            let was_removed = skipping(removed, report)? == Some(true);
            *kind.removed(report) += u64::from(was_removed);
        }
        Ok(page.next)
    }

    /// Whether an upload was removed. A key that no challenge has is like one whose challenge is gone.
    async fn upload(
        &self,
        bucket: &Photos,
        key: &str,
        challenge: Option<ChallengeId>,
        written: SystemTime,
    ) -> Result<bool, TaskError> {
        let record = match challenge {
            None => None,
            Some(id) => self.challenges.read(&id).await?,
        };
        let (grace, now) = (self.config.terms.grace, self.around.timestamp());
        let is_over = upload_is_over(record.as_ref(), Timestamp::from(written), grace, now);
        if is_over {
            bucket.delete(key).await?;
        }
        Ok(is_over)
    }

    pub(super) async fn kept_photos(
        &self,
        place: Option<String>,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        let page = self.documents.list("kept/", place, PAGE).await?;
        for (key, written) in page.found {
            // Nobody but this product writes here.
            let Some(label) = ObjectKey::kept_label(&key) else {
                report.skipped += 1;
                continue;
            };
            let removed = self.kept_photo(&key, &label, written).await;
            report.kept_photos += u64::from(skipping(removed, report)? == Some(true));
        }
        Ok(page.next)
    }

    async fn kept_photo(
        &self,
        key: &str,
        label: &FaceLabel,
        written: SystemTime,
    ) -> Result<bool, TaskError> {
        let rows = self.enrolments.rows_of(&label.sub).await?;
        let (written, now) = (Timestamp::from(written), self.around.timestamp());
        let is_over = kept_photo_is_over(&label.enrolment, &rows, written, &self.config.terms, now);
        if is_over {
            self.documents.delete(key).await?;
        }
        Ok(is_over)
    }
}
