//! The functions and who may call them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use face_login_local_cognito::{TriggerError, TriggerInvocation};
use face_login_local_gateway::{Clock, FaultKind, Gateway, Moment, Principal};
use face_login_local_lambda::{EnvFor, FunctionConfig, InvokeError, Lambdas};
use serde_json::Value;

use crate::identity::ACCOUNT;
use crate::permission::{Caller, Permission};
use crate::plan::Planned;
use crate::ports::Addresses;

/// Variables that lead a function's SDK clients to the stack.
const ENDPOINTS: [(&str, &str); 5] = [
    ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "cognito"),
    ("AWS_ENDPOINT_URL_DYNAMODB", "dynamodb"),
    ("AWS_ENDPOINT_URL_REKOGNITION", "rekognition"),
    ("AWS_ENDPOINT_URL_S3", "s3"),
    ("AWS_ENDPOINT_URL_SESV2", "ses"),
];

/// All functions of the stack.
pub(crate) struct Functions {
    lambdas: Lambdas,
    gateway: Arc<Gateway>,
    planned: HashMap<String, Planned>,
    permissions: Vec<Permission>,
}

/// What became of a rule's call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheduled {
    /// The function answered.
    Answered(Value),
    /// It failed; its log says how.
    Failed,
    /// No permission admits it.
    Denied,
}

/// Where functions find and leave things.
pub(crate) struct Folders {
    /// A log for each function.
    pub(crate) logs: PathBuf,
    /// What is in a function's zip beside its program: the page.
    pub(crate) task: PathBuf,
}

/// The Lambda service: one process per invocation, each with credentials of its own.
pub(crate) fn lambdas(
    planned: &[Planned],
    binaries: &Path,
    gateway: Arc<Gateway>,
    addresses: &Addresses,
    folders: &Folders,
    clock: Clock,
) -> Lambdas {
    let configs = planned.iter().map(|planned| FunctionConfig {
        logical_id: planned.function.logical_id.clone(),
        arn: planned.arn.clone(),
        binary: binaries.join(&planned.function.binary),
        environment: planned.function.environment.clone(),
        timeout: planned.function.timeout,
        memory_mb: planned.function.memory_mb,
    });
    let endpoints: Vec<(String, String)> = ENDPOINTS
        .iter()
        .map(|(variable, name)| ((*variable).to_owned(), addresses.url(name)))
        .collect();
    let task = folders.task.display().to_string();
    let env_for: EnvFor = Arc::new(move |logical_id, process| {
        let credentials = gateway.issue(Principal::Function {
            logical_id: logical_id.to_owned(),
            process,
        });
        let mut variables = endpoints.clone();
        variables.push(("LAMBDA_TASK_ROOT".to_owned(), task.clone()));
        variables.push(("AWS_ACCESS_KEY_ID".to_owned(), credentials.access_key_id));
        variables.push((
            "AWS_SECRET_ACCESS_KEY".to_owned(),
            credentials.secret_access_key,
        ));
        variables.extend(
            credentials
                .session_token
                .map(|token| ("AWS_SESSION_TOKEN".to_owned(), token)),
        );
        variables
    });
    Lambdas::new(configs.collect(), env_for, folders.logs.clone(), clock)
}

impl Functions {
    pub(crate) fn new(
        lambdas: Lambdas,
        gateway: Arc<Gateway>,
        planned: Vec<Planned>,
        permissions: Vec<Permission>,
    ) -> Self {
        let planned = planned
            .into_iter()
            .map(|planned| (planned.function.logical_id.clone(), planned))
            .collect();
        Self {
            lambdas,
            gateway,
            planned,
            permissions,
        }
    }

    /// Invokes a function, with the fault named `lambda` / its program that may befall it.
    pub(crate) async fn invoke(
        &self,
        logical_id: &str,
        payload: Value,
    ) -> Result<Value, InvokeError> {
        let program = self
            .planned
            .get(logical_id)
            .map_or("", |planned| planned.function.binary.as_str());
        let fault = self
            .gateway
            .faults()
            .hit("lambda", program, &payload.to_string());
        let crashed = || InvokeError::Crashed {
            function: logical_id.to_owned(),
            status: None,
        };
        let error = |kind: &str, message: &str| InvokeError::FunctionError {
            error_type: kind.to_owned(),
            message: message.to_owned(),
        };
        match fault {
            None | Some(FaultKind::Rewrite(_)) => self.lambdas.invoke(logical_id, payload).await,
            Some(FaultKind::Throttle) => Err(error("TooManyRequestsException", "Rate Exceeded.")),
            Some(FaultKind::Error500) => Err(error("ServiceException", "Internal Server Error")),
            Some(FaultKind::CrashBefore | FaultKind::Reset(Moment::Before)) => Err(crashed()),
            Some(FaultKind::CrashAfter | FaultKind::Reset(Moment::After)) => {
                // The work is done, its answer is lost.
                let _ = self.lambdas.invoke(logical_id, payload).await;
                Err(crashed())
            }
            Some(FaultKind::Delay(by, Moment::Before)) => {
                pause(by).await;
                self.lambdas.invoke(logical_id, payload).await
            }
            Some(FaultKind::Delay(by, Moment::After)) => {
                let answer = self.lambdas.invoke(logical_id, payload).await;
                pause(by).await;
                answer
            }
        }
    }

    /// Cognito's call of a trigger; it needs the function's permission.
    pub(crate) async fn trigger(
        &self,
        pool_arn: &str,
        invocation: TriggerInvocation,
    ) -> Result<Value, TriggerError> {
        let caller = Caller {
            service: "cognito-idp.amazonaws.com",
            source_arn: pool_arn,
            source_account: ACCOUNT,
        };
        let planned = self
            .planned
            .values()
            .find(|planned| planned.arn == invocation.function_arn);
        let admitted = planned.filter(|planned| {
            self.permissions
                .iter()
                .any(|permission| permission.admits(&planned.name, &planned.arn, caller))
        });
        let Some(planned) = admitted else {
            tracing::warn!(
                "no AWS::Lambda::Permission lets the user pool call {}",
                invocation.function_arn
            );
            return Err(TriggerError::AccessDenied);
        };
        let logical_id = planned.function.logical_id.as_str();
        self.invoke(logical_id, invocation.payload)
            .await
            .map_err(|error| {
                log_failure(logical_id, &error);
                trigger_error(error)
            })
    }

    /// `EventBridge`'s call of a function; it needs the function's permission.
    pub(crate) async fn scheduled(
        &self,
        logical_id: &str,
        rule_arn: &str,
        event: Value,
    ) -> Scheduled {
        let caller = Caller {
            service: "events.amazonaws.com",
            source_arn: rule_arn,
            source_account: ACCOUNT,
        };
        let planned = self.planned.get(logical_id);
        let is_admitted = planned.is_some_and(|planned| {
            self.permissions
                .iter()
                .any(|permission| permission.admits(&planned.name, &planned.arn, caller))
        });
        if !is_admitted {
            tracing::warn!("no AWS::Lambda::Permission lets {rule_arn} call {logical_id}");
            return Scheduled::Denied;
        }
        match self.invoke(logical_id, event).await {
            Ok(answer) => Scheduled::Answered(answer),
            Err(error) => {
                log_failure(logical_id, &error);
                Scheduled::Failed
            }
        }
    }

    pub(crate) async fn shut_down(&self) {
        self.lambdas.shut_down().await;
    }
}

/// What the handler said reaches the function's own log, not this one.
pub(crate) fn log_failure(logical_id: &str, error: &InvokeError) {
    match error {
        InvokeError::FunctionError { error_type, .. } => tracing::info!(
            function = logical_id,
            error = error_type,
            "a function answered with an error"
        ),
        error => tracing::warn!(function = logical_id, error = %error, "a function failed"),
    }
}

fn trigger_error(error: InvokeError) -> TriggerError {
    match error {
        InvokeError::TimedOut { .. } => TriggerError::TimedOut,
        InvokeError::FunctionError { message, .. } => TriggerError::FunctionError { message },
        InvokeError::InvalidOutput { .. } => TriggerError::InvalidOutput,
        InvokeError::Crashed { .. }
        | InvokeError::Start { .. }
        | InvokeError::Unknown { .. }
        | InvokeError::ShuttingDown => TriggerError::Crashed,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the pause is the fault that was asked for"
)]
async fn pause(by: std::time::Duration) {
    tokio::time::sleep(by).await;
}
