//! Around the work on any request: it ends in time, a panic in it is no silence, and its outcome reaches CloudFormation.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use face_login_aws::failure::chain;
use face_login_aws::http::{Http, HttpError};

use crate::answer::{self, Outcome};
use crate::request::Envelope;

/// Kept back from the function's time for the answer.
pub(crate) const FOR_THE_ANSWER: Duration = Duration::from_secs(10);
/// Tries to answer.
const ANSWER_TRIES: u32 = 3;

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

/// Why work stopped without an outcome of its own.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("not done in time; the work so far is kept and a repetition continues it")]
    OutOfTime,
    #[error("an unexpected error; see the function's log")]
    Panicked,
}

/// Work on a request. Boxed: the SDKs' futures, one in another, are more than the compiler measures.
pub(crate) type Work<E> = Pin<Box<dyn Future<Output = Result<(), E>> + Send>>;

/// Does the work, with time left for the answer. The error is a sentence for the operator.
pub(crate) async fn within<E>(left: Duration, work: Work<E>) -> Result<(), String>
where
    E: std::error::Error + Send + 'static,
{
    let limit = left.saturating_sub(FOR_THE_ANSWER);
    // A timeout of nothing may still let quick work pass.
    if limit.is_zero() {
        return Err(chain(&Stopped::OutOfTime));
    }
    // A task of its own, so that a panic ends the work and not the answer.
    let work = tokio::spawn(work);
    let abort = work.abort_handle();
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(done)) => done.map_err(|error| chain(&error)),
        Ok(Err(_panicked)) => Err(chain(&Stopped::Panicked)),
        Err(_elapsed) => {
            abort.abort();
            Err(chain(&Stopped::OutOfTime))
        }
    }
}

/// Notes the outcome in the log and answers the request with it, a few times if need be.
///
/// # Errors
/// The answer did not arrive.
pub(crate) async fn send(
    http: &Http,
    envelope: &Envelope,
    outcome: &Outcome,
    left: Duration,
) -> Result<(), Unanswered> {
    match outcome {
        Outcome::Success { .. } => tracing::info!(
            custom_resource.outcome = "success",
            "the custom resource is as requested"
        ),
        Outcome::Failed { reason } => tracing::error!(
            custom_resource.outcome = "failed",
            "the custom resource failed: {reason}"
        ),
    }
    let document = answer::document(envelope, outcome);
    let limit = left.min(FOR_THE_ANSWER) / ANSWER_TRIES;
    let mut tried = 1;
    loop {
        match http
            .put(&envelope.response_url, document.clone(), limit)
            .await
        {
            Err(error) if tried < ANSWER_TRIES => {
                tracing::warn!(
                    answer.tried = tried,
                    "answering CloudFormation failed: {error}"
                );
                tried += 1;
            }
            settled => return settled.map_err(Unanswered::Answer),
        }
    }
}
