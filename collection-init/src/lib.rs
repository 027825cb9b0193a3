//! CloudFormation custom resources of a stack: its Rekognition collections, made, extended and removed with it, and the app client that
//! the last gate serves.
//!
//! Every request that can be answered is answered, with success or with a reason that an operator understands, before the
//! function's time is over. Everything may be repeated at any point.

mod answer;
mod apply;
mod layout;
mod plan;
mod request;
mod token_client;

use std::time::Duration;

use face_login_aws::challenges::Challenges;
use face_login_aws::faces::Faces;
use face_login_aws::failure::chain;
use face_login_aws::http::{Connection, Http, HttpError, Patience};
use face_login_aws::settings::{BadConfiguration, Settings};
use face_login_aws::store::StoreError;
use serde_json::Value;

use crate::answer::Outcome;
use crate::apply::Failed;
use crate::plan::Plan;
use crate::request::{Envelope, Request};

/// Collections are made one after the other and rarely, and the operator waits: rather wait long than fail.
const PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(5),
    attempts: 6,
    backoff: Duration::from_millis(500),
    overall: Duration::from_secs(20),
};
/// Kept back from the function's time for the answer.
const FOR_THE_ANSWER: Duration = Duration::from_secs(10);
/// Tries to answer.
const ANSWER_TRIES: u32 = 3;

/// The custom resources.
pub struct Collections {
    services: Result<Services, BadConfiguration>,
    http: Http,
}

#[derive(Clone)]
struct Services {
    faces: Faces,
    challenges: Challenges,
}

/// What a request means, by the type of its resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Work {
    Collections(Plan),
    TokenClient(token_client::Plan),
}

impl Work {
    fn of(event: &Value) -> Self {
        if is_token_client(event) {
            Self::TokenClient(token_client::plan(event))
        } else {
            Self::Collections(plan::plan(&request::request(event)))
        }
    }

    fn is_nothing(&self) -> bool {
        matches!(
            self,
            Self::Collections(Plan::Nothing) | Self::TokenClient(token_client::Plan::Nothing)
        )
    }
}

fn is_token_client(event: &Value) -> bool {
    event["ResourceType"] == token_client::TYPE
}

/// An event that stays without an answer. Lambda repeats it.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// Not a request of CloudFormation's.
    #[error(
        "the event is no request of CloudFormation's: ResponseURL, StackId, RequestId or LogicalResourceId is missing"
    )]
    NoRequest,
    /// The answer did not arrive.
    #[error("answering CloudFormation")]
    Answer(#[source] HttpError),
}

/// Why the work on a request ended without success.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Configuration(#[from] BadConfiguration),
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("refused: ClientId must be the id of an app client")]
    NoClient,
    #[error("noting the app client")]
    Client(#[from] StoreError),
    #[error("not done in time; the work so far is kept and a repetition continues it")]
    OutOfTime,
    #[error("an unexpected error; see the function's log")]
    Panicked,
}

impl Collections {
    /// Reads the configuration. A bad one is told to CloudFormation, request by request.
    pub fn connect(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let mut settings = Settings::new(lookup);
        let connection = Connection::read(&mut settings);
        let table = settings.required_text("CHALLENGES_TABLE");
        let services = match connection.zip(table) {
            Some((connection, table)) => Ok(Services::new(&connection, table)),
            None => Err(settings.finish()),
        };
        Self {
            services,
            http: Http::default(),
        }
    }

    /// Does what `event` asks for and answers it, both before `left` is over.
    ///
    /// # Errors
    /// Nobody could be answered.
    pub async fn handle(&self, event: Value, left: Duration) -> Result<(), Unanswered> {
        let envelope = request::envelope(&event).ok_or(Unanswered::NoRequest)?;
        let outcome = match self
            .work(
                &envelope,
                Work::of(&event),
                left.saturating_sub(FOR_THE_ANSWER),
            )
            .await
        {
            Ok(()) => Outcome::Success {
                prefix: prefix(&event),
            },
            Err(ended) => Outcome::Failed {
                reason: chain(&ended),
            },
        };
        match &outcome {
            Outcome::Success { .. } => tracing::info!(
                collections.outcome = "success",
                "the custom resource is as requested"
            ),
            Outcome::Failed { reason } => tracing::error!(
                collections.outcome = "failed",
                "the custom resource failed: {reason}"
            ),
        }
        self.answer(&envelope, &outcome, left.min(FOR_THE_ANSWER))
            .await
            .map_err(Unanswered::Answer)
    }

    async fn work(&self, envelope: &Envelope, work: Work, limit: Duration) -> Result<(), Ended> {
        if work.is_nothing() {
            return Ok(());
        }
        let services = self.services.clone()?;
        // A timeout of nothing may still let quick work pass.
        if limit.is_zero() {
            return Err(Ended::OutOfTime);
        }
        let stack_id = envelope.stack_id.clone();
        // A task of its own, so that a panic ends the work and not the answer.
        let work = tokio::spawn(async move { services.apply(&stack_id, &work).await });
        let abort = work.abort_handle();
        match tokio::time::timeout(limit, work).await {
            Ok(Ok(done)) => done,
            Ok(Err(_panicked)) => Err(Ended::Panicked),
            Err(_elapsed) => {
                abort.abort();
                Err(Ended::OutOfTime)
            }
        }
    }

    async fn answer(
        &self,
        envelope: &Envelope,
        outcome: &Outcome,
        limit: Duration,
    ) -> Result<(), HttpError> {
        let document = answer::document(envelope, outcome);
        let mut tried = 1;
        loop {
            match self
                .http
                .put(
                    &envelope.response_url,
                    document.clone(),
                    limit / ANSWER_TRIES,
                )
                .await
            {
                Err(error) if tried < ANSWER_TRIES => {
                    tracing::warn!(
                        answer.tried = tried,
                        "answering CloudFormation failed: {error}"
                    );
                    tried += 1;
                }
                settled => return settled,
            }
        }
    }
}

impl Services {
    fn new(connection: &Connection, table: String) -> Self {
        Self {
            faces: Faces::new(connection, &PATIENCE),
            challenges: Challenges::new(connection.dynamodb(&PATIENCE), table),
        }
    }

    async fn apply(&self, stack_id: &str, work: &Work) -> Result<(), Ended> {
        match work {
            Work::Collections(plan) => Ok(apply::apply(&self.faces, stack_id, plan).await?),
            Work::TokenClient(token_client::Plan::Refuse) => Err(Ended::NoClient),
            Work::TokenClient(plan) => Ok(token_client::apply(&self.challenges, plan).await?),
        }
    }
}

fn prefix(event: &Value) -> String {
    match request::request(event) {
        Request::Create {
            wanted: Some(layout),
        }
        | Request::Update {
            wanted: Some(layout),
            ..
        } => layout.prefix().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
