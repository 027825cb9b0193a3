//! `AWS::SQS::Queue` and `AWS::SQS::QueuePolicy` as the template has them.

use std::time::Duration;

use face_login_local_template::Resolved;

use crate::properties::{Fields, Sink};
use crate::resource_policy::{self, Statement};

/// A queue with everything that changes how it behaves.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) visibility: Duration,
    pub(crate) retention: Duration,
    pub(crate) dead_letters: Option<DeadLetters>,
    pub(crate) policy: Vec<Statement>,
}

/// Where messages go that were delivered too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeadLetters {
    /// Name of the other queue.
    pub(crate) queue: String,
    /// `maxReceiveCount`
    pub(crate) after: u32,
}

impl Queue {
    /// `name` and `arn` are the physical ones.
    pub(crate) fn read(resource: &Resolved, name: &str, arn: &str, sink: &Sink) -> Option<Self> {
        let fields = Fields::of(resource, sink)?;
        fields.known(&[
            "QueueName",
            "VisibilityTimeout",
            "MessageRetentionPeriod",
            "SqsManagedSseEnabled",
            "KmsMasterKeyId",
            "RedrivePolicy",
            "Tags",
        ]);
        let seconds = |name, allowed, default| {
            Duration::from_secs(fields.number(name, allowed).unwrap_or(default))
        };
        let dead_letters = fields.inner("RedrivePolicy").and_then(|redrive| {
            redrive.known(&["deadLetterTargetArn", "maxReceiveCount"]);
            let target = redrive.required("deadLetterTargetArn");
            let after = redrive.number("maxReceiveCount", 1..=1000)?;
            Some(DeadLetters {
                queue: target.rsplit(':').next()?.to_owned(),
                after: u32::try_from(after).ok()?,
            })
        });
        Some(Self {
            name: name.to_owned(),
            arn: arn.to_owned(),
            visibility: seconds("VisibilityTimeout", 0..=43_200, 30),
            retention: seconds("MessageRetentionPeriod", 60..=1_209_600, 345_600),
            dead_letters,
            policy: Vec::new(),
        })
    }
}

/// Statements of an `AWS::SQS::QueuePolicy` and the queues (values of `Ref`) they are for.
pub(crate) fn read_policy(
    resource: &Resolved,
    sink: &Sink,
) -> Option<(Vec<String>, Vec<Statement>)> {
    let fields = Fields::of(resource, sink)?;
    fields.known(&["Queues", "PolicyDocument"]);
    Some((fields.texts("Queues"), resource_policy::read(&fields)))
}
