//! CloudFormation custom resource: the Rekognition collections of a stack, made, extended and removed with it.
//!
//! Every request that can be answered is answered, with success or with a reason that an operator understands, before the
//! function's time is over. Everything may be repeated at any point.

mod answer;
mod apply;
mod layout;
mod plan;
mod request;

use std::time::Duration;

use face_login_aws::faces::Faces;
use face_login_aws::failure::chain;
use face_login_aws::http::{Connection, Http, HttpError, Patience};
use face_login_aws::settings::{BadConfiguration, Settings};
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

/// The custom resource.
pub struct Collections {
    faces: Result<Faces, BadConfiguration>,
    http: Http,
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
    #[error("not done in time; the work so far is kept and a repetition continues it")]
    OutOfTime,
    #[error("an unexpected error; see the function's log")]
    Panicked,
}

impl Collections {
    /// Reads the configuration. A bad one is told to CloudFormation, request by request.
    pub fn connect(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let mut settings = Settings::new(lookup);
        let faces = match Connection::read(&mut settings) {
            Some(connection) => Ok(Faces::new(&connection, &PATIENCE)),
            None => Err(settings.finish()),
        };
        Self {
            faces,
            http: Http::default(),
        }
    }

    /// Does what `event` asks for and answers it, both before `left` is over.
    ///
    /// # Errors
    /// Nobody could be answered.
    pub async fn handle(&self, event: Value, left: Duration) -> Result<(), Unanswered> {
        let envelope = request::envelope(&event).ok_or(Unanswered::NoRequest)?;
        let request = request::request(&event);
        let outcome = match self
            .work(&envelope, &request, left.saturating_sub(FOR_THE_ANSWER))
            .await
        {
            Ok(()) => Outcome::Success {
                prefix: prefix(&request),
            },
            Err(ended) => Outcome::Failed {
                reason: chain(&ended),
            },
        };
        match &outcome {
            Outcome::Success { .. } => tracing::info!(
                collections.outcome = "success",
                "collections are as requested"
            ),
            Outcome::Failed { reason } => tracing::error!(
                collections.outcome = "failed",
                "collections failed: {reason}"
            ),
        }
        self.answer(&envelope, &outcome, left.min(FOR_THE_ANSWER))
            .await
            .map_err(Unanswered::Answer)
    }

    async fn work(
        &self,
        envelope: &Envelope,
        request: &Request,
        limit: Duration,
    ) -> Result<(), Ended> {
        let plan = plan::plan(request);
        if plan == Plan::Nothing {
            return Ok(());
        }
        let faces = self.faces.clone()?;
        // A timeout of nothing may still let quick work pass.
        if limit.is_zero() {
            return Err(Ended::OutOfTime);
        }
        let stack_id = envelope.stack_id.clone();
        // A task of its own, so that a panic ends the work and not the answer.
        let work = tokio::spawn(async move { apply::apply(&faces, &stack_id, &plan).await });
        let abort = work.abort_handle();
        match tokio::time::timeout(limit, work).await {
            Ok(Ok(done)) => Ok(done?),
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

fn prefix(request: &Request) -> String {
    match request {
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
