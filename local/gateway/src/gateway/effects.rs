//! What faults do to a call that they befall.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

use super::{ConnectionReset, Gateway, Line, rewrite};
use crate::{
    AwsService, Principal,
    faults::{FaultKind, Moment},
    refusal::Refusal,
};

/// Longer than a killed process lives on a busy machine.
const DYING: Duration = Duration::from_secs(2);

impl Gateway {
    /// What a fault does before the work: an answer that ends the call, a pause, or nothing.
    pub(super) async fn before(
        &self,
        fault: Option<&FaultKind>,
        caller: &Principal,
        service: AwsService,
        line: &Line<'_>,
    ) -> Option<Result<Refusal, ConnectionReset>> {
        match fault? {
            FaultKind::Throttle => return Some(Ok(Refusal::throttled(service))),
            FaultKind::Error500 => {
                return Some(Ok(Refusal::internal(service, "Internal Server Error")));
            }
            FaultKind::Reset(Moment::Before) => {}
            FaultKind::CrashBefore => self.crash(caller),
            FaultKind::Delay(by, Moment::Before) => {
                pause(*by).await;
                return None;
            }
            FaultKind::Reset(Moment::After)
            | FaultKind::Delay(_, Moment::After)
            | FaultKind::CrashAfter
            | FaultKind::Rewrite(_) => return None,
        }
        self.record(line, None);
        hold_from_the_dying(fault).await;
        Some(Err(ConnectionReset))
    }

    /// What becomes of a caller that hangs up while it waits.
    pub(super) fn fate<'a>(&'a self, fault: Option<&FaultKind>, caller: &'a Principal) -> Fate<'a> {
        Fate {
            gateway: self,
            caller: matches!(fault, Some(FaultKind::CrashAfter)).then_some(caller),
        }
    }

    /// What a fault does to the answer.
    pub(super) async fn after(
        &self,
        fault: Option<&FaultKind>,
        caller: &Principal,
        service: AwsService,
        response: Response<Bytes>,
    ) -> Result<Response<Bytes>, ConnectionReset> {
        match fault {
            Some(FaultKind::Reset(_)) => return Err(ConnectionReset),
            Some(FaultKind::CrashAfter) => {
                self.crash(caller);
                return Err(ConnectionReset);
            }
            Some(FaultKind::Delay(by, Moment::After)) => pause(*by).await,
            Some(FaultKind::Rewrite(edits)) => {
                let rewritten = rewrite::rewritten(response, edits);
                return Ok(rewritten.unwrap_or_else(|error| {
                    Refusal::internal(service, &error.to_string()).response(service, self.next_id())
                }));
            }
            _ => {}
        }
        Ok(response)
    }

    fn crash(&self, caller: &Principal) {
        if let Principal::Function { process, .. } = caller {
            (self.kill)(*process);
        }
    }
}

/// Kills the caller when it is dropped, unless the call came to its end before: a caller that hangs up does not escape its crash.
pub(super) struct Fate<'a> {
    gateway: &'a Gateway,
    caller: Option<&'a Principal>,
}

impl Fate<'_> {
    /// The call came to its end.
    pub(super) fn averted(mut self) {
        self.caller = None;
    }
}

impl Drop for Fate<'_> {
    fn drop(&mut self) {
        if let Some(caller) = self.caller {
            self.gateway.crash(caller);
        }
    }
}

/// A process that is killed must not see that its connection is cut, and ask again, in the moment before the kill reaches it.
pub(super) async fn hold_from_the_dying(fault: Option<&FaultKind>) {
    if let Some(FaultKind::CrashBefore | FaultKind::CrashAfter) = fault {
        pause(DYING).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the pause is the fault that was asked for"
)]
async fn pause(by: Duration) {
    tokio::time::sleep(by).await;
}
