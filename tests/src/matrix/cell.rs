//! A call of a function, and what befalls it.

use std::{collections::BTreeMap, fmt};

use serde_json::{Value, json};

use crate::local::Call;

/// What befalls a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The service is asked too often, from this call on.
    Throttle,
    /// The service answers 500, from this call on.
    Error,
    /// The work is done and the connection is cut, once.
    Reset,
    /// The service takes longer than the function has, from this call on.
    Slow,
    /// The function's process is killed before the work is done, once.
    CrashBefore,
    /// The function's process is killed when the work is done, once.
    CrashAfter,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Throttle,
        Self::Error,
        Self::Reset,
        Self::Slow,
        Self::CrashBefore,
        Self::CrashAfter,
    ];

    /// Column of the printed table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Error => "500",
            Self::Reset => "reset",
            Self::Slow => "slow",
            Self::CrashBefore => "crash before",
            Self::CrashAfter => "crash after",
        }
    }
}

/// The `nth` call (from 0) of an operation by a function during a journey.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) function: String,
    pub(super) service: String,
    pub(super) operation: String,
    pub(super) nth: u64,
}

impl Place {
    /// The calls of functions among `calls`; uploads, which the signer of the form vouches for, are no call of a function.
    pub(super) fn all(calls: &[Call]) -> Vec<Self> {
        let mut counts = BTreeMap::new();
        let mut places = Vec::new();
        for call in calls {
            let function = call.0["caller"].as_str().unwrap_or_default();
            if !function.ends_with("Function") || call.operation() == "PostObject" {
                continue;
            }
            let key = (function, call.service(), call.operation());
            let nth = counts.entry(key).or_insert(0);
            places.push(Self {
                function: function.to_owned(),
                service: call.service().to_owned(),
                operation: call.operation().to_owned(),
                nth: *nth,
            });
            *nth += 1;
        }
        places.sort();
        places
    }
}

/// One fault at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) place: Place,
    pub(super) kind: Kind,
}

impl Cell {
    /// All faults at all places.
    pub(super) fn all(places: &[Place]) -> Vec<Self> {
        let of = |place: &Place| {
            Kind::ALL.map(|kind| Self {
                place: place.clone(),
                kind,
            })
        };
        places.iter().flat_map(of).collect()
    }

    /// As `/_local/faults` takes it.
    pub(super) fn fault(&self) -> Value {
        /// More than the SDK and Cognito ask again.
        const LASTING: u32 = 1000;
        let (kind, times) = match self.kind {
            Kind::Throttle => ("throttle", LASTING),
            Kind::Error => ("error500", LASTING),
            Kind::Reset => ("reset", 1),
            Kind::Slow => ("delay", LASTING),
            Kind::CrashBefore => ("crash-before", 1),
            Kind::CrashAfter => ("crash-after", 1),
        };
        let mut fault = json!({
            "service": self.place.service, "operation": self.place.operation, "caller": self.place.function,
            "kind": kind, "skip": self.place.nth, "times": times,
        });
        if self.kind == Kind::Slow {
            // The longest that a function waits for one answer are five seconds.
            fault["delayMs"] = json!(5500);
        }
        fault
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            function,
            service,
            operation,
            nth,
        } = &self.place;
        write!(
            f,
            "{function} {service}:{operation} #{nth}, {}",
            self.kind.name()
        )
    }
}
