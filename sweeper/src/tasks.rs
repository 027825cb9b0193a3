//! What there is to sweep, each in pages.

mod collections;
mod owners;
mod photos;
mod sign_ups;

use std::fmt;
use std::pin::Pin;

use face_login_aws::failure::{Failure, chain};
use face_login_aws::store::StoreError;
use face_login_domain::collection::CollectionName;

use self::photos::Uploads;
use crate::config::Config;
use crate::{Report, Sweeper, TaskError};

/// One kind of thing to go through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Uploaded selfies.
    Selfies,
    /// Uploaded documents.
    Documents,
    /// Photos that are kept.
    KeptPhotos,
    /// Users and addresses of the durable table.
    Owners,
    /// Faces of a collection.
    Collection(CollectionName),
    /// Users of the pool who never confirmed their address.
    SignUps,
}

/// The name under which the place of a task is remembered.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selfies => f.write_str("selfies"),
            Self::Documents => f.write_str("documents"),
            Self::KeptPhotos => f.write_str("kept"),
            Self::Owners => f.write_str("owners"),
            Self::Collection(name) => write!(f, "collection-{}", name.as_str()),
            Self::SignUps => f.write_str("sign-ups"),
        }
    }
}

impl Task {
    /// Everything that there is to do in this stack.
    pub(crate) fn all(config: &Config) -> Vec<Self> {
        let mut tasks = vec![
            Self::Selfies,
            Self::Documents,
            Self::KeptPhotos,
            Self::Owners,
        ];
        tasks.extend(config.collections.iter().cloned().map(Self::Collection));
        tasks.extend(config.sign_ups.map(|_| Self::SignUps));
        tasks
    }

    /// Works through the page that begins at `place` and says where the next one does.
    pub(crate) async fn page(
        &self,
        sweeper: &Sweeper,
        place: Option<String>,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        type Work<'run> =
            Pin<Box<dyn Future<Output = Result<Option<String>, TaskError>> + Send + 'run>>;
        let work: Work<'_> = match self {
            Self::Selfies => Box::pin(sweeper.uploads(Uploads::Selfies, place, report)),
            Self::Documents => Box::pin(sweeper.uploads(Uploads::Documents, place, report)),
            Self::KeptPhotos => Box::pin(sweeper.kept_photos(place, report)),
            Self::Owners => Box::pin(sweeper.owners(place, report)),
            Self::Collection(name) => Box::pin(sweeper.collection(name, place, report)),
            Self::SignUps => Box::pin(sweeper.sign_ups(place, report)),
        };
        work.await
    }
}

/// What became of one item; `None` for one that this release can't read or that a service refuses for itself: it is counted and stays,
/// so that it does not hold up all that come after it. Whatever may be better next time, or is wrong with all of them, ends the task.
fn skipping<T>(item: Result<T, TaskError>, report: &mut Report) -> Result<Option<T>, TaskError> {
    let error = match item {
        Ok(done) => return Ok(Some(done)),
        Err(error) => error,
    };
    let is_its_own = match &error {
        TaskError::Store(error) => matches!(error, StoreError::Malformed { .. }),
        TaskError::Faces(error) => error.failure == Failure::Refused,
        TaskError::Photos(error) => error.failure == Failure::Refused,
        TaskError::Users(_) => false,
    };
    if !is_its_own {
        return Err(error);
    }
    tracing::warn!(sweep.skipped = 1, "something stays: {}", chain(&error));
    report.skipped += 1;
    Ok(None)
}
