//! The answer to CloudFormation: a JSON document, PUT to the presigned URL of the request.

use serde::Serialize;

use crate::request::Envelope;

/// CloudFormation takes 4096 bytes in all.
const MAX_REASON: usize = 1000;

/// Outcome of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; the prefix is there for `Fn::GetAtt`.
    Success {
        /// Empty when the resource was removed.
        prefix: String,
    },
    /// Not done.
    Failed {
        /// For the operator.
        reason: String,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    status: &'static str,
    reason: &'a str,
    physical_resource_id: &'a str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Data<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    prefix: &'a str,
}

/// The document. The physical id is given once, at creation, and never changes: another one would make CloudFormation
/// delete the collections of the first.
pub(crate) fn document(envelope: &Envelope, outcome: &Outcome) -> Vec<u8> {
    let (status, reason, prefix) = match outcome {
        Outcome::Success { prefix } => ("SUCCESS", "", prefix.as_str()),
        Outcome::Failed { reason } => ("FAILED", shortened(reason), ""),
    };
    let answer = Answer {
        status,
        reason,
        physical_resource_id: envelope.physical_id(),
        stack_id: &envelope.stack_id,
        request_id: &envelope.request_id,
        logical_resource_id: &envelope.logical_resource_id,
        data: Data { prefix },
    };
    serde_json::to_vec(&answer).expect("text can be written as JSON")
}

fn shortened(reason: &str) -> &str {
    reason
        .get(..reason.floor_char_boundary(MAX_REASON))
        .unwrap_or_default()
}
