//! Calls the pool's Lambda functions as Amazon Cognito does: five seconds, up to three tries.

mod answer;
mod claims;
mod event;

use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;

pub(crate) use answer::{Created, CustomMessage, Decision, PreSignUp, answer_correct};
pub(crate) use claims::{ClaimChanges, TokenChanges};
pub(crate) use event::{AuthRequest, Events, Round, user_attributes};

use crate::{
    randomness::Randomness,
    refusal::Refusal,
    settings::{Invoke, TriggerError, TriggerInvocation},
};

/// A function that doesn't answer in this time is called again.
const LIMIT: Duration = Duration::from_secs(5);
const TRIES: u32 = 3;

/// The triggers that this service calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    PreSignUp,
    PostConfirmation,
    CustomMessage,
    PreAuthentication,
    PostAuthentication,
    DefineAuthChallenge,
    CreateAuthChallenge,
    VerifyAuthChallengeResponse,
    PreTokenGeneration,
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The way to the functions.
pub(crate) struct Functions {
    invoke: Invoke,
    randomness: Arc<Randomness>,
}

impl Functions {
    pub(crate) fn new(invoke: Invoke, randomness: Arc<Randomness>) -> Self {
        Self { invoke, randomness }
    }

    /// The `response` of the event that the function returns.
    pub(crate) async fn call(
        &self,
        trigger: Trigger,
        arn: &str,
        event: Value,
    ) -> Result<Value, Refusal> {
        for _ in 0..TRIES {
            let invocation = TriggerInvocation {
                function_arn: arn.to_owned(),
                payload: event.clone(),
            };
            // Spawned: a function whose answer came too late goes on working, as on AWS.
            let run = tokio::spawn((self.invoke)(invocation));
            return match tokio::time::timeout(LIMIT, run).await {
                Err(_) | Ok(Ok(Err(TriggerError::TimedOut))) => continue,
                Ok(Ok(Ok(mut event))) => match event.get_mut("response").map(Value::take) {
                    Some(response @ Value::Object(_)) => Ok(response),
                    _ => Err(Refusal::UnusableOutput),
                },
                Ok(Ok(Err(TriggerError::AccessDenied))) => Err(Refusal::TriggerDenied(trigger)),
                Ok(Ok(Err(TriggerError::FunctionError { message }))) => {
                    Err(Refusal::TriggerFailed(trigger, message))
                }
                Ok(Ok(Err(TriggerError::InvalidOutput))) => Err(Refusal::OutputNotJson),
                Ok(Ok(Err(TriggerError::Crashed)) | Err(_)) => {
                    Err(Refusal::TriggerFailed(trigger, self.crashed()))
                }
            };
        }
        Err(Refusal::TriggerTimedOut(trigger))
    }

    /// Lambda's own words for a process that ended.
    fn crashed(&self) -> String {
        format!(
            "RequestId: {} Error: Runtime exited with error: signal: killed",
            self.randomness.uuid()
        )
    }
}
