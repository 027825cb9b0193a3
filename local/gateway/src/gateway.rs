//! One request from the network to the back end and back.

mod effects;
mod rewrite;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::{
    AwsService,
    calls::{Call, Calls},
    credentials::{Credentials, Keys, Principal},
    faults::{FaultKind, Faults, Probe},
    iam::{RolePolicy, Verdict},
    refusal::Refusal,
    required::{self, Need, Place, Required},
    sigv4::{self, Dialect, Expectation, PostFormError, Verified},
    witness::{Asked, Onlooker, Witness},
};

/// Tells the time; the binaries pass the system's clock.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Kills a Lambda process by its number.
pub type Kill = Arc<dyn Fn(u64) + Send + Sync>;

/// A back end's answer in the making.
pub type BackendFuture<'a> = Pin<Box<dyn Future<Output = Response<Bytes>> + Send + 'a>>;

/// What stands behind the gateway. Implemented by Cognito, S3, `DynamoDB` and Rekognition of the local stack.
pub trait Backend: Send + Sync {
    /// Answers an authorised request. Signature and session token are taken off; `caller` says who asks.
    fn handle<'a>(&'a self, request: Request<Bytes>, caller: &'a Principal) -> BackendFuture<'a>;
}

/// No answer: the front end must cut the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is to be cut without an answer")]
pub struct ConnectionReset;

/// Where the stack pretends to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `us-east-1`
    pub region: String,
    /// Twelve digits.
    pub account_id: String,
    /// `aws`
    pub partition: String,
}

/// The gateway; see the crate's documentation.
pub struct Gateway {
    place: Place,
    policies: HashMap<String, RolePolicy>,
    keys: Keys,
    faults: Faults,
    calls: Calls,
    witness: Witness,
    clock: Clock,
    kill: Kill,
    requests: AtomicU64,
}

impl Gateway {
    /// `policies` by logical id of the function; a function without an entry may do nothing.
    pub fn new(
        settings: Settings,
        policies: HashMap<String, RolePolicy>,
        admin: Credentials,
        clock: Clock,
        kill: Kill,
    ) -> Self {
        let Settings {
            region,
            account_id,
            partition,
        } = settings;
        Self {
            place: Place {
                partition,
                region,
                account_id,
                mail_identity: None,
            },
            policies,
            keys: Keys::new(admin),
            faults: Faults::default(),
            calls: Calls::default(),
            witness: Witness::default(),
            clock,
            kill,
            requests: AtomicU64::new(0),
        }
    }

    /// The same with an identity, an address or a domain, in whose name SES sends.
    #[must_use]
    pub fn with_mail_identity(mut self, identity: Option<String>) -> Self {
        self.place.mail_identity = identity;
        self
    }

    /// Makes a temporary key, good for an hour.
    pub fn issue(&self, principal: Principal) -> Credentials {
        self.keys.issue(principal, (self.clock)())
    }

    /// Makes a key worthless at once, with all that it presigned.
    pub fn revoke(&self, access_key_id: &str) {
        self.keys.revoke(access_key_id);
    }

    /// The faults: JSON in and out for `/_local/faults`.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The call log, for `/_local/calls`.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Lets somebody look on from now on; only the first one is heard.
    pub fn watch(&self, onlooker: Onlooker) {
        self.witness.set(onlooker);
    }

    /// Whether a caller may do `action` on `resource_arn`.
    pub fn authorise(&self, principal: &Principal, action: &str, resource_arn: &str) -> Verdict {
        self.authorise_in(principal, action, resource_arn, &[])
    }

    /// The same, with what conditions may ask about the request.
    fn authorise_in(
        &self,
        principal: &Principal,
        action: &str,
        resource_arn: &str,
        context: &[(&'static str, String)],
    ) -> Verdict {
        match principal {
            Principal::Admin | Principal::Service(_) => Verdict::Allowed,
            Principal::Function { logical_id, .. } => {
                let Some(policy) = self.policies.get(logical_id) else {
                    return Verdict::NotAllowed;
                };
                let verdict = policy.judge_in(action, resource_arn, context);
                if verdict == Verdict::Allowed {
                    let grant = || policy.granting(action, resource_arn).map(Asked::Allowed);
                    self.witness.tell(logical_id, grant);
                }
                verdict
            }
            Principal::Anonymous => Verdict::NotAllowed,
        }
    }

    /// The signer of a POST form, whose rights the upload has. When the policy expires is the front end's business.
    ///
    /// # Errors
    /// Says which field is missing or wrong, or that the signature does not hold.
    pub fn verify_post_form(
        &self,
        fields: &[(String, String)],
    ) -> Result<Principal, PostFormError> {
        sigv4::verify_form(fields, &self.keys, &self.place.region, (self.clock)())
    }

    /// One AWS request end to end. CORS preflights go straight to the back end; they are no calls.
    ///
    /// AWS finishes a request whose client has gone away. A front end that wants the same (and the line in the call log) lets this run to its
    /// end in a task of its own.
    ///
    /// # Errors
    /// [`ConnectionReset`] where a fault wants no answer.
    pub async fn call(
        &self,
        service: AwsService,
        request: Request<Bytes>,
        backend: &dyn Backend,
    ) -> Result<Response<Bytes>, ConnectionReset> {
        if request.method() == Method::OPTIONS {
            return Ok(backend.handle(request, &Principal::Anonymous).await);
        }
        if let Some(required) = required::unsigned(service, &request) {
            return self
                .call_as(&Principal::Anonymous, service, &required, request, backend)
                .await;
        }
        let operation = required::operation_named(service, &request);
        let is_head = request.method() == Method::HEAD;
        let Verified { principal, request } = match self.authenticate(service, request) {
            Ok(verified) => verified,
            Err(refusal) => {
                let line = Line {
                    caller: "anonymous",
                    service,
                    operation: &operation,
                    resource: "",
                    verdict: format!("unauthenticated:{}", refusal.code),
                    fault: None,
                };
                return Ok(self.refuse(&line, &refusal, is_head));
            }
        };
        match required::required(service, &request, &self.place) {
            Ok(required) => {
                self.call_as(&principal, service, &required, request, backend)
                    .await
            }
            Err(error) => {
                let refusal = Refusal::of_unmapped(service, &error);
                let line = Line {
                    caller: principal.label(),
                    service,
                    operation: &operation,
                    resource: "",
                    verdict: format!("refused:{}", refusal.code),
                    fault: None,
                };
                Ok(self.refuse(&line, &refusal, is_head))
            }
        }
    }

    /// The part of [`Self::call`] after authentication, for front ends that know the caller by other means and say themselves what the request
    /// needs: fault → authorise → back end → fault, with a line in the call log.
    ///
    /// # Errors
    /// [`ConnectionReset`] where a fault wants no answer.
    pub async fn call_as(
        &self,
        caller: &Principal,
        service: AwsService,
        required: &Required,
        request: Request<Bytes>,
        backend: &dyn Backend,
    ) -> Result<Response<Bytes>, ConnectionReset> {
        let path = request
            .uri()
            .path_and_query()
            .map_or("", |path| path.as_str());
        let probe = Probe {
            service: service.name(),
            operation: &required.operation,
            caller: caller.label(),
            path,
            body: request.body(),
        };
        let fault = self.faults.probe(&probe);
        let is_head = request.method() == Method::HEAD;
        let denied = self.denied(caller, service, required);
        let line = Line {
            caller: caller.label(),
            service,
            operation: &required.operation,
            resource: required
                .needs
                .first()
                .map_or("", |need| need.resource.as_str()),
            verdict: denied.as_ref().map_or_else(
                || "allowed".to_owned(),
                |(reason, _)| format!("denied:{reason}"),
            ),
            fault: fault.as_ref().map(FaultKind::name),
        };
        if let Some(early) = self.before(fault.as_ref(), caller, service, &line).await {
            return early.map(|refusal| self.refuse(&line, &refusal, is_head));
        }
        if let Some((_, refusal)) = denied {
            return Ok(self.refuse(&line, &refusal, is_head));
        }
        let fate = self.fate(fault.as_ref(), caller);
        let response = backend.handle(request, caller).await;
        fate.averted();
        let answer = self.after(fault.as_ref(), caller, service, response).await;
        self.record(
            &line,
            answer
                .as_ref()
                .ok()
                .map(|response| response.status().as_u16()),
        );
        effects::hold_from_the_dying(fault.as_ref()).await;
        answer
    }

    fn authenticate(
        &self,
        service: AwsService,
        request: Request<Bytes>,
    ) -> Result<Verified, Refusal> {
        let dialect = if service == AwsService::S3 {
            Dialect::S3
        } else {
            Dialect::Json
        };
        let wanted = Expectation {
            region: &self.place.region,
            service: service.name(),
            dialect,
            now: (self.clock)(),
        };
        sigv4::verify(request, &self.keys, &wanted)
            .map_err(|error| Refusal::of_signature(service, &error))
    }

    /// The first need that the caller's role does not allow, and the answer to it.
    fn denied(
        &self,
        caller: &Principal,
        service: AwsService,
        required: &Required,
    ) -> Option<(String, Refusal)> {
        required.needs.iter().find_map(|need| {
            let why = match self.authorise_in(caller, &need.action, &need.resource, &need.context) {
                Verdict::Allowed => return None,
                Verdict::DeniedExplicitly => {
                    "with an explicit deny in an identity-based policy".to_owned()
                }
                Verdict::NotAllowed => format!(
                    "because no identity-based policy allows the {} action",
                    need.action
                ),
            };
            if let Principal::Function { logical_id, .. } = caller {
                let Need {
                    action, resource, ..
                } = need.clone();
                let denied = || Some(Asked::Denied { action, resource });
                self.witness.tell(logical_id, denied);
            }
            let refusal = Refusal::access_denied(
                service,
                &self.place.caller(caller),
                &need.action,
                &need.resource,
                &why,
            );
            Some((format!("{} on {}", need.action, need.resource), refusal))
        })
    }

    fn refuse(&self, line: &Line<'_>, refusal: &Refusal, is_head: bool) -> Response<Bytes> {
        self.record(line, Some(refusal.status.as_u16()));
        let mut response = refusal.response(line.service, self.next_id());
        if is_head {
            response.body_mut().clear();
        }
        response
    }

    fn record(&self, line: &Line<'_>, status: Option<u16>) {
        let call = Call {
            seq: 0,
            at: String::new(),
            caller: line.caller.to_owned(),
            service: line.service.name().to_owned(),
            operation: line.operation.to_owned(),
            resource: line.resource.to_owned(),
            verdict: line.verdict.clone(),
            fault: line.fault,
            status,
        };
        self.calls.record(call, (self.clock)());
    }

    fn next_id(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }
}

/// What the call log will say, but for the status.
struct Line<'a> {
    caller: &'a str,
    service: AwsService,
    operation: &'a str,
    resource: &'a str,
    verdict: String,
    fault: Option<&'static str>,
}
