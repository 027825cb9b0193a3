//! The call log: who asked what of which service, and what became of it. Never bodies, headers or query strings.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// How many calls are kept; older ones are forgotten.
const KEPT: usize = 10_000;

/// One call, as `/_local/calls` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Counts from 1 since the start of the stack.
    pub seq: u64,
    /// When it was answered, RFC 3339 in UTC.
    pub at: String,
    /// Logical id of the calling function, `admin`, `anonymous`, or the name of a part of AWS. `anonymous` too where the signature did not hold.
    pub caller: String,
    /// `cognito-idp`, `s3`, `dynamodb`, `rekognition`.
    pub service: String,
    /// The operation as AWS names it, `PutObject`; empty where the request named none.
    pub operation: String,
    /// ARN of the first resource, `*` where the operation has none, empty where it is not known.
    pub resource: String,
    /// `allowed`, `denied:<action> on <resource>`, `refused:<error code>` or `unauthenticated:<error code>`.
    pub verdict: String,
    /// The fault that befell it, as it is named in `/_local/faults`.
    pub fault: Option<&'static str>,
    /// HTTP status of the answer; null where the connection was cut instead.
    pub status: Option<u16>,
}

/// The last ten thousand calls.
#[derive(Default)]
pub struct Calls(Mutex<Log>);

#[derive(Default)]
struct Log {
    last: u64,
    entries: VecDeque<Call>,
}

impl Calls {
    /// The calls after number `after` (0 for all that are kept) as a JSON array, oldest first.
    pub fn list(&self, after: u64) -> serde_json::Value {
        self.log()
            .entries
            .iter()
            .filter(|call| after < call.seq)
            .map(|call| serde_json::json!(call))
            .collect()
    }

    /// Forgets the calls so far; the numbers go on.
    pub fn clear(&self) {
        self.log().entries.clear();
    }

    /// Appends a call; its `seq` and `at` are set here.
    pub fn record(&self, mut call: Call, now: SystemTime) {
        let mut log = self.log();
        log.last += 1;
        call.seq = log.last;
        call.at = OffsetDateTime::from(now)
            .format(&Rfc3339)
            .unwrap_or_default();
        if log.entries.len() == KEPT {
            log.entries.pop_front();
        }
        log.entries.push_back(call);
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::{Call, Calls, KEPT};

    fn call(operation: &str) -> Call {
        let text = String::new;
        Call {
            seq: 0,
            at: text(),
            caller: text(),
            service: text(),
            operation: operation.to_owned(),
            resource: text(),
            verdict: text(),
            fault: None,
            status: None,
        }
    }

    #[test]
    fn the_log_is_numbered_and_bounded() {
        let calls = Calls::default();
        for _ in 0..KEPT {
            calls.record(call("GetItem"), UNIX_EPOCH);
        }
        calls.record(call("PutItem"), UNIX_EPOCH);
        let kept = calls.list(0);
        assert_eq!(kept.as_array().map(Vec::len), Some(KEPT));
        assert_eq!(kept[0]["seq"], 2, "the oldest call is forgotten");
        assert_eq!(calls.list(KEPT as u64)[0]["operation"], "PutItem");
        assert_eq!(calls.list(KEPT as u64)[0]["at"], "1970-01-01T00:00:00Z");
        calls.clear();
        assert_eq!(calls.list(0), serde_json::json!([]));
    }
}
