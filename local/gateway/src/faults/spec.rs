//! Reads one fault from JSON and tells which calls it means.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{FaultKind, Moment, Probe};

const SERVICES: [&str; 7] = [
    "cognito-idp",
    "s3",
    "dynamodb",
    "rekognition",
    "ses",
    "lambda",
    "sqs",
];
const FIELDS: [&str; 10] = [
    "service",
    "operation",
    "kind",
    "match",
    "caller",
    "skip",
    "times",
    "delayMs",
    "when",
    "rewrite",
];

/// Why a fault was not set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// The body is no JSON object (or array of them).
    #[error("a fault is a JSON object")]
    NotAnObject,
    /// A field that no fault has.
    #[error("`{field}` is no field of a fault")]
    UnknownField {
        /// Its name.
        field: String,
    },
    /// A field that this kind of fault needs.
    #[error("`{field}` is missing")]
    Missing {
        /// Its name.
        field: &'static str,
    },
    /// A field with a value it can't have.
    #[error("`{field}` can't be `{found}`")]
    BadValue {
        /// Its name.
        field: &'static str,
        /// Its value.
        found: String,
    },
}

/// A fault as it was asked for.
pub(super) struct Spec {
    service: String,
    operation: String,
    caller: Option<String>,
    text: Option<String>,
    pub(super) kind: FaultKind,
    pub(super) skip: u64,
    pub(super) times: u64,
    pub(super) as_given: Map<String, Value>,
}

impl Spec {
    pub(super) fn parse(value: &Value) -> Result<Self, FaultError> {
        let fields = value.as_object().ok_or(FaultError::NotAnObject)?;
        if let Some(field) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(FaultError::UnknownField {
                field: field.clone(),
            });
        }
        let service = text(fields, "service")?.ok_or(FaultError::Missing { field: "service" })?;
        if !SERVICES.contains(&service.as_str()) {
            return Err(FaultError::BadValue {
                field: "service",
                found: service,
            });
        }
        Ok(Self {
            service,
            operation: text(fields, "operation")?
                .ok_or(FaultError::Missing { field: "operation" })?,
            caller: text(fields, "caller")?,
            text: text(fields, "match")?,
            kind: kind(fields)?,
            skip: number(fields, "skip")?.unwrap_or(0),
            times: number(fields, "times")?.unwrap_or(1),
            as_given: fields.clone(),
        })
    }

    pub(super) fn matches(&self, probe: &Probe<'_>) -> bool {
        let mentions = |text: &String| {
            probe.path.contains(text.as_str()) || contains(probe.body, text.as_bytes())
        };
        self.service == probe.service
            && (self.operation == "*" || self.operation == probe.operation)
            && self
                .caller
                .as_ref()
                .is_none_or(|caller| caller == probe.caller)
            && self.text.as_ref().is_none_or(mentions)
    }
}

fn kind(fields: &Map<String, Value>) -> Result<FaultKind, FaultError> {
    let name = text(fields, "kind")?.ok_or(FaultError::Missing { field: "kind" })?;
    Ok(match name.as_str() {
        "throttle" => FaultKind::Throttle,
        "error500" => FaultKind::Error500,
        "reset" => FaultKind::Reset(moment(fields)?.unwrap_or(Moment::After)),
        "delay" => {
            let milliseconds =
                number(fields, "delayMs")?.ok_or(FaultError::Missing { field: "delayMs" })?;
            FaultKind::Delay(
                Duration::from_millis(milliseconds),
                moment(fields)?.unwrap_or(Moment::Before),
            )
        }
        "crash-before" => FaultKind::CrashBefore,
        "crash-after" => FaultKind::CrashAfter,
        "rewrite" => FaultKind::Rewrite(edits(fields)?),
        _ => {
            return Err(FaultError::BadValue {
                field: "kind",
                found: name,
            });
        }
    })
}

fn moment(fields: &Map<String, Value>) -> Result<Option<Moment>, FaultError> {
    match text(fields, "when")?.as_deref() {
        None => Ok(None),
        Some("before") => Ok(Some(Moment::Before)),
        Some("after") => Ok(Some(Moment::After)),
        Some(other) => Err(FaultError::BadValue {
            field: "when",
            found: other.to_owned(),
        }),
    }
}

fn edits(fields: &Map<String, Value>) -> Result<Vec<(String, Value)>, FaultError> {
    match fields.get("rewrite") {
        Some(Value::Object(edits)) if edits.keys().all(|pointer| pointer.starts_with('/')) => {
            Ok(edits
                .iter()
                .map(|(pointer, value)| (pointer.clone(), value.clone()))
                .collect())
        }
        Some(other) => Err(FaultError::BadValue {
            field: "rewrite",
            found: other.to_string(),
        }),
        None => Err(FaultError::Missing { field: "rewrite" }),
    }
}

fn text(fields: &Map<String, Value>, field: &'static str) -> Result<Option<String>, FaultError> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(other) => Err(FaultError::BadValue {
            field,
            found: other.to_string(),
        }),
    }
}

fn number(fields: &Map<String, Value>, field: &'static str) -> Result<Option<u64>, FaultError> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| FaultError::BadValue {
                field,
                found: value.to_string(),
            }),
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}
