//! The event that a queue's messages become for a function, and what its answer means.

use serde_json::{Value, json};

use super::mapping::Failures;
use super::{Message, Queue};

/// As the event source mapping sends it.
pub(super) fn event(queue: &Queue, messages: &[Message]) -> Value {
    let region = queue.arn.split(':').nth(3).unwrap_or_default();
    let account = queue.arn.split(':').nth(4).unwrap_or_default();
    let record = |message: &Message| {
        json!({
            "messageId": message.id,
            "receiptHandle": message.receipt,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": message.received.to_string(),
                "SentTimestamp": message.sent.to_string(),
                "SenderId": account,
                "ApproximateFirstReceiveTimestamp": message.first_received.to_string(),
            },
            "messageAttributes": {},
            "md5OfBody": md5(&message.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": queue.arn,
            "awsRegion": region,
        })
    };
    json!({"Records": messages.iter().map(record).collect::<Vec<_>>()})
}

fn md5(text: &str) -> String {
    use s3s::crypto::Checksum as _;
    let mut md5 = s3s::crypto::Md5::new();
    md5.update(text.as_bytes());
    hex::encode(md5.finalize())
}

/// The messages that are done, by what the function answered. An answer that can't be read means that the whole batch failed, as on AWS.
pub(super) fn done<'batch>(
    answer: &Value,
    failures: Failures,
    batch: &'batch [Message],
) -> Vec<&'batch Message> {
    let all = || batch.iter().collect();
    let items = match (failures, answer) {
        (Failures::WholeBatch, _) | (_, Value::Null) => return all(),
        (Failures::Reported, Value::String(text)) => {
            return if text.is_empty() { all() } else { Vec::new() };
        }
        (Failures::Reported, answer) => match answer.get("batchItemFailures") {
            None | Some(Value::Null) => return all(),
            Some(Value::Array(items)) => items,
            Some(_) => return Vec::new(),
        },
    };
    let failed: Option<Vec<&str>> = items
        .iter()
        .map(|item| item.get("itemIdentifier")?.as_str())
        .collect();
    match failed {
        Some(failed)
            if failed
                .iter()
                .all(|id| batch.iter().any(|message| message.id == *id)) =>
        {
            batch
                .iter()
                .filter(|message| !failed.contains(&message.id.as_str()))
                .collect()
        }
        _ => Vec::new(),
    }
}
