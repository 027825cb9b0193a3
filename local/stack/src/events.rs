//! From a created object to the queues: S3's event notifications.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::identity::{ACCOUNT, REGION};
use crate::plan::may_send;
use crate::queue::{Queue, Queues};
use crate::random;
use crate::s3::{Bucket, Event, Notification, event_key};

/// Where events go.
pub(crate) struct Events {
    pub(crate) queues: Arc<Queues>,
    pub(crate) known: Vec<Queue>,
}

impl Events {
    /// Puts one message per matching notification into its queue.
    pub(crate) fn announce(&self, bucket: &Bucket, event: &Event) {
        for notification in bucket
            .notifications
            .iter()
            .filter(|notification| wants(notification, event))
        {
            let target = self
                .known
                .iter()
                .find(|queue| queue.arn == notification.queue_arn);
            let Some(queue) = target.filter(|queue| may_send(queue, bucket, ACCOUNT)) else {
                tracing::error!(
                    queue.arn = notification.queue_arn,
                    "S3 may not send to the queue"
                );
                continue;
            };
            let body = record(bucket, notification, event).to_string();
            if let Err(error) = self
                .queues
                .send(&queue.name, &random::uuid(), &body, event.at)
            {
                tracing::error!(error = %error, "an event of S3 was lost");
            }
        }
    }

    /// S3 sends a test event when a notification is set up.
    pub(crate) fn announce_set_up(&self, bucket: &Bucket, at: std::time::SystemTime) {
        for notification in &bucket.notifications {
            let body = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": rfc3339(at), "Bucket": bucket.name, "RequestId": "LOCAL0000000000", "HostId": "local"});
            let target = self
                .known
                .iter()
                .find(|queue| queue.arn == notification.queue_arn);
            if let Some(Err(error)) = target.map(|queue| {
                self.queues
                    .send(&queue.name, &random::uuid(), &body.to_string(), at)
            }) {
                tracing::error!(error = %error, "a test event of S3 was lost");
            }
        }
    }
}

fn wants(notification: &Notification, event: &Event) -> bool {
    let name = format!("s3:{}", event.creation.event_name());
    let kind = notification.event == name || notification.event == "s3:ObjectCreated:*";
    kind && event.key.starts_with(&notification.prefix) && event.key.ends_with(&notification.suffix)
}

fn rfc3339(at: std::time::SystemTime) -> String {
    let at = OffsetDateTime::from(at);
    let at = at.replace_millisecond(at.millisecond()).unwrap_or(at);
    at.format(&Rfc3339).unwrap_or_default()
}

fn record(bucket: &Bucket, notification: &Notification, event: &Event) -> Value {
    // Larger for later events of the same key; compared as text of equal length.
    let sequencer = format!(
        "{:018X}",
        event
            .at
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos()
    );
    json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": rfc3339(event.at),
        "eventName": event.creation.event_name(),
        "userIdentity": {"principalId": format!("AWS:{}", event.by)},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "LOCAL0000000000", "x-amz-id-2": "local"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": notification.id,
            "bucket": {"name": bucket.name, "ownerIdentity": {"principalId": ACCOUNT}, "arn": bucket.arn("")},
            "object": {"key": event_key(&event.key), "size": event.size, "eTag": event.etag, "sequencer": sequencer},
        },
    }]})
}
