//! Faults on demand: what makes the stack misbehave as AWS sometimes does.
//!
//! A fault is JSON, as `/_local/faults` takes it:
//!
//! | field | meaning |
//! |---|---|
//! | `service` | `cognito-idp`, `s3`, `dynamodb`, `rekognition`, `lambda`, `sqs` |
//! | `operation` | the operation as AWS names it (for `lambda` the name of the binary); `*` for all |
//! | `kind` | `throttle`, `error500`: answered before anything happens. `delay`, `reset`: see `when`. `crash-before`, `crash-after`: the calling Lambda's process is killed before or after the work. `rewrite`: the answer is edited |
//! | `match` | only requests whose path or body contains this text; optional |
//! | `caller` | only calls of this function (logical id) or of `admin`, `anonymous`; optional |
//! | `skip` | how many matching calls pass first; 0 if absent |
//! | `times` | how many are hit after that; 1 if absent |
//! | `delayMs` | for `delay` |
//! | `when` | `before` or `after` the work, for `delay` (if absent: before) and `reset` (if absent: after: the work is done, the answer lost) |
//! | `rewrite` | for `rewrite`: `{JSON pointer: value}` |

mod spec;
#[cfg(test)]
mod tests;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

pub use spec::FaultError;
use spec::Spec;

/// Before or after the back end has done its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has happened yet.
    Before,
    /// The work is done, the answer not yet sent.
    After,
}

/// What befalls a call.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// The service says that it is asked too often.
    Throttle,
    /// The service fails with status 500; nothing was done.
    Error500,
    /// The connection is cut without an answer.
    Reset(Moment),
    /// The call takes this much longer.
    Delay(Duration, Moment),
    /// The caller's process is killed; nothing was done.
    CrashBefore,
    /// The caller's process is killed when the work is done.
    CrashAfter,
    /// The answer's JSON gets other values at these JSON pointers.
    Rewrite(Vec<(String, Value)>),
}

impl FaultKind {
    /// The name in `/_local/faults` and the call log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Error500 => "error500",
            Self::Reset(_) => "reset",
            Self::Delay(..) => "delay",
            Self::CrashBefore => "crash-before",
            Self::CrashAfter => "crash-after",
            Self::Rewrite(_) => "rewrite",
        }
    }
}

/// A call, as far as faults look at it.
pub(crate) struct Probe<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) caller: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: &'a [u8],
}

struct Entry {
    spec: Spec,
    /// Matching calls so far, hit or not.
    seen: u64,
    hits: u64,
}

/// The faults that are set.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Entry>>);

impl Faults {
    /// Sets one fault, or several given as an array (then all or none).
    ///
    /// # Errors
    /// Names the field that is missing, unknown or wrong.
    pub fn add(&self, faults: &Value) -> Result<Value, FaultError> {
        let specs = match faults {
            Value::Array(many) => many
                .iter()
                .map(Spec::parse)
                .collect::<Result<Vec<_>, _>>()?,
            one => vec![Spec::parse(one)?],
        };
        self.entries().extend(specs.into_iter().map(|spec| Entry {
            spec,
            seen: 0,
            hits: 0,
        }));
        Ok(self.list())
    }

    /// All faults as a JSON array: as they were set, with `seen` (matching calls) and `hits` added.
    pub fn list(&self) -> Value {
        let shown = |entry: &Entry| {
            let mut shown = entry.spec.as_given.clone();
            shown.insert("seen".to_owned(), json!(entry.seen));
            shown.insert("hits".to_owned(), json!(entry.hits));
            Value::Object(shown)
        };
        self.entries().iter().map(shown).collect()
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.entries().clear();
    }

    /// What befalls this call, if anything: for what the stack itself does (`lambda`, `sqs`). `text` is what `match` looks in. Counts as a call.
    pub fn hit(&self, service: &str, operation: &str, text: &str) -> Option<FaultKind> {
        self.probe(&Probe {
            service,
            operation,
            caller: "",
            path: "",
            body: text.as_bytes(),
        })
    }

    /// Every matching fault counts the call; the first that is due befalls it.
    pub(crate) fn probe(&self, probe: &Probe<'_>) -> Option<FaultKind> {
        let mut befalls = None;
        for entry in self
            .entries()
            .iter_mut()
            .filter(|entry| entry.spec.matches(probe))
        {
            let due = entry.spec.skip <= entry.seen && entry.hits < entry.spec.times;
            entry.seen += 1;
            if due && befalls.is_none() {
                entry.hits += 1;
                befalls = Some(entry.spec.kind.clone());
            }
        }
        befalls
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
