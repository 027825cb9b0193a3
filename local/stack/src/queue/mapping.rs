//! `AWS::Lambda::EventSourceMapping` as the template has it.

use face_login_local_template::Resolved;

use crate::properties::{Fields, Sink};

/// A queue that feeds a function.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    pub(crate) queue_arn: String,
    /// Name or ARN.
    pub(crate) function: String,
    pub(crate) batch_size: u32,
    pub(crate) failures: Failures,
}

/// What a failed batch means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failures {
    /// All messages come again.
    WholeBatch,
    /// `ReportBatchItemFailures`: those that the function names.
    Reported,
}

impl Mapping {
    pub(crate) fn read(resource: &Resolved, sink: &Sink) -> Option<Self> {
        let fields = Fields::of(resource, sink)?;
        fields
            .known(&[
                "EventSourceArn",
                "FunctionName",
                "BatchSize",
                "Enabled",
                "FunctionResponseTypes",
            ])
            .only("Enabled", "true");
        let kinds = fields.texts("FunctionResponseTypes");
        if kinds.iter().any(|kind| kind != "ReportBatchItemFailures") {
            fields.refuse(
                "FunctionResponseTypes",
                "the local stack knows ReportBatchItemFailures only",
            );
        }
        Some(Self {
            queue_arn: fields.required("EventSourceArn"),
            function: fields.required("FunctionName"),
            batch_size: u32::try_from(fields.number("BatchSize", 1..=10).unwrap_or(10))
                .unwrap_or(10),
            failures: if kinds.is_empty() {
                Failures::WholeBatch
            } else {
                Failures::Reported
            },
        })
    }
}
