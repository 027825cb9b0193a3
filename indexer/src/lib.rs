//! Turns an invited enrolment photo into a face of a collection, and everything else under `documents/` into nothing.
//!
//! Events come at least once and in any order; a face is stored exactly once. How is told in
//! `docs/adr/0006-at-least-once-events-exactly-once-faces.md`.

mod admission;
mod config;
mod decide;
mod document;
mod event;
mod persist;
mod surroundings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lambda_events::sqs::SqsBatchResponse;
use face_login_aws::challenges::Challenges;
use face_login_aws::enrolments::Enrolments;
use face_login_aws::faces::{Faces, FacesError};
use face_login_aws::failure::chain;
use face_login_aws::http::Patience;
use face_login_aws::photos::{Photos, PhotosError};
use face_login_aws::settings::BadConfiguration;
use face_login_aws::store::StoreError;
use face_login_aws::users::{Users, UsersError};
use face_login_domain::admission::DuplicatePolicy;
use face_login_domain::collection::Collections;
use face_login_domain::figures::Figure;
use face_login_domain::object_key::ObjectKey;
use face_login_domain::similarity::Thresholds;
use face_login_process::figures;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::config::{Config, Retention};
use crate::document::{Document, Outcome};
use crate::event::{Content, Message};

pub use crate::event::BadEvent;
pub use crate::surroundings::Surroundings;

/// Of one call. Nobody waits in front of a screen for exactly this answer, so that it may take longer than in Verify.
const PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(5),
    attempts: 2,
    backoff: Duration::from_millis(100),
    overall: Duration::from_secs(12),
};
/// For how long outages are waited out before a message goes back to the queue.
const WAIT_FOR_SERVICES: Duration = Duration::from_secs(30);
/// Kept back from the function's time for the answer, so that one slow photo doesn't spoil the others of a batch.
const FOR_THE_ANSWER: Duration = Duration::from_secs(3);

/// The indexer.
pub struct Indexer {
    challenges: Challenges,
    enrolments: Enrolments,
    faces: Faces,
    photos: Photos,
    bucket: String,
    collections: Collections,
    retention: Retention,
    users: Users,
    /// The user pool.
    pool: String,
    thresholds: Thresholds,
    duplicates: DuplicatePolicy,
    around: Surroundings,
}

/// Why a document is not done. The message goes back to the queue.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The bucket.
    #[error(transparent)]
    Photos(#[from] PhotosError),
    /// Rekognition.
    #[error(transparent)]
    Faces(#[from] FacesError),
    /// The tables.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The user pool.
    #[error(transparent)]
    Users(#[from] UsersError),
    /// Others kept settling and pinning.
    #[error("the challenge changed at every look")]
    Restless,
    /// The function's time is over.
    #[error("not finished in time")]
    OutOfTime,
    /// A bug.
    #[error("the work on the document panicked")]
    Panicked,
}

impl IndexError {
    /// Whether the same call may succeed a little later.
    fn is_outage(&self) -> bool {
        match self {
            Self::Photos(error) => error.failure.is_outage(),
            Self::Faces(error) => error.failure.is_outage(),
            Self::Store(error) => error.is_outage(),
            Self::Users(error) => error.failure.is_outage(),
            Self::Restless | Self::OutOfTime | Self::Panicked => false,
        }
    }
}

impl Indexer {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Every mistake in it, at once.
    pub fn connect(
        lookup: impl Fn(&str) -> Option<String>,
        around: Surroundings,
    ) -> Result<Self, BadConfiguration> {
        let config = Config::from_lookup(lookup)?;
        let database = config.connection.dynamodb(&PATIENCE);
        Ok(Self {
            challenges: Challenges::new(database.clone(), config.challenges_table),
            enrolments: Enrolments::new(database, config.enrolments_table),
            faces: Faces::new(&config.connection, &PATIENCE),
            photos: Photos::new(
                &config.connection,
                &PATIENCE,
                config.documents_bucket.clone(),
            ),
            bucket: config.documents_bucket,
            collections: config.collections,
            retention: config.retention,
            users: Users::new(&config.connection, &PATIENCE),
            pool: config.user_pool,
            thresholds: config.thresholds,
            duplicates: config.duplicates,
            around,
        })
    }

    /// Works through a batch until shortly before `deadline` and names the messages that are to be delivered again.
    ///
    /// # Errors
    /// The event is no batch; all of it is delivered again.
    pub async fn handle(
        self: &Arc<Self>,
        event: &Value,
        deadline: SystemTime,
    ) -> Result<SqsBatchResponse, BadEvent> {
        let messages = event::messages(event, &self.bucket)?;
        let mut work = JoinSet::new();
        let mut keys_of = BTreeMap::new();
        // A key that comes up twice is worked on once.
        for key in messages.iter().flat_map(keys).collect::<BTreeSet<_>>() {
            let (indexer, name) = (Arc::clone(self), key.clone());
            let task = work.spawn(async move { indexer.document(&name, deadline).await });
            keys_of.insert(task.id(), key);
        }
        let mut failed: BTreeSet<&String> = BTreeSet::new();
        while let Some(ended) = work.join_next_with_id().await {
            let (task, result) =
                ended.unwrap_or_else(|panicked| (panicked.id(), Err(IndexError::Panicked)));
            if let Err(error) = result {
                figures::count(Figure::DocumentPutBack);
                tracing::error!(
                    document.failed = 1,
                    "document goes back to the queue: {}",
                    chain(&error)
                );
                failed.extend(keys_of.get(&task).copied());
            }
        }
        let again = messages.iter().filter(|message| match &message.content {
            Content::Keys(keys) => keys.iter().any(|key| failed.contains(key)),
            Content::Unreadable => {
                tracing::error!(
                    message.unreadable = 1,
                    "a message of the queue is no event of S3"
                );
                true
            }
        });
        let mut answer = SqsBatchResponse::default();
        again.for_each(|message| answer.add_failure(&message.id));
        Ok(answer)
    }

    async fn document(&self, key: &str, deadline: SystemTime) -> Result<(), IndexError> {
        let now = (self.around.now)();
        let left = deadline
            .duration_since(now)
            .unwrap_or_default()
            .saturating_sub(FOR_THE_ANSWER);
        // A timeout of nothing may still let quick work begin.
        if left.is_zero() {
            return Err(IndexError::OutOfTime);
        }
        let document = Document {
            indexer: self,
            key,
            until: now + left.min(WAIT_FOR_SERVICES),
        };
        let challenge = ObjectKey::document_challenge(key);
        let reference = challenge.map(|id| id.reference()).unwrap_or_default();
        match tokio::time::timeout(left, document.run())
            .await
            .map_err(|_| IndexError::OutOfTime)??
        {
            Outcome::Nothing => tracing::debug!(flow.challenge = reference, "nothing to do"),
            Outcome::Discarded(why) => {
                figures::count(Figure::DocumentDiscarded);
                tracing::warn!(
                    document.discarded = why.metric(),
                    "uninvited object deleted unread: {}",
                    why.metric()
                );
            }
            Outcome::TidiedUp => {
                tracing::info!(
                    document.tidied_up = 1,
                    flow.challenge = reference,
                    "settled document tidied up"
                );
            }
            Outcome::Enrolled => tracing::info!(
                document.enrolled = 1,
                flow.challenge = reference,
                "document enrolled"
            ),
        }
        Ok(())
    }
}

fn keys(message: &Message) -> &[String] {
    match &message.content {
        Content::Keys(keys) => keys,
        Content::Unreadable => &[],
    }
}

#[cfg(test)]
mod tests;
