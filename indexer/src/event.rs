//! The batch that Lambda reads from the queue: messages of SQS that hold events of S3. Null, missing and unknown fields
//! are ordinary; the keys in it are hints where to look, and nothing else.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// One message of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// Names the message in the answer.
    pub(crate) id: String,
    /// What it is about.
    pub(crate) content: Content,
}

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Something may have been uploaded under these keys. Empty for messages that need no work, such as S3's test event.
    Keys(Vec<String>),
    /// Not an event of S3's. Goes to the dead-letter queue in the end, for somebody to look at.
    Unreadable,
}

/// Not a batch of SQS's, so that no message of it can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event is no batch of SQS messages with ids")]
pub struct BadEvent;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsMessage {
    message_id: String,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "Records")]
    records: Option<Vec<Record>>,
    #[serde(rename = "Event")]
    event: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: Option<String>,
    s3: Option<S3>,
}

#[derive(Deserialize)]
struct S3 {
    bucket: Option<Bucket>,
    object: Option<Object>,
}

#[derive(Deserialize)]
struct Bucket {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Object {
    key: Option<String>,
}

/// The messages of a batch. Events of other buckets and other kinds need no work.
pub(crate) fn messages(event: &Value, bucket: &str) -> Result<Vec<Message>, BadEvent> {
    let records = event.get("Records").ok_or(BadEvent)?;
    let messages = Vec::<SqsMessage>::deserialize(records).map_err(|_| BadEvent)?;
    let read = |message: SqsMessage| Message {
        content: content(message.body.as_deref().unwrap_or_default(), bucket),
        id: message.message_id,
    };
    Ok(messages.into_iter().map(read).collect())
}

fn content(body: &str, bucket: &str) -> Content {
    match serde_json::from_str::<Body>(body) {
        Ok(Body {
            records: Some(records),
            ..
        }) => records
            .into_iter()
            .map(|record| key(record, bucket))
            .collect::<Option<Vec<_>>>()
            .map_or(Content::Unreadable, |keys| {
                Content::Keys(keys.into_iter().flatten().collect())
            }),
        Ok(Body {
            event: Some(event), ..
        }) if event == "s3:TestEvent" => Content::Keys(Vec::new()),
        _ => Content::Unreadable,
    }
}

/// The key of a record that tells of an upload to our bucket; an empty list for other records, `None` for half a one.
fn key(record: Record, bucket: &str) -> Option<Vec<String>> {
    let (name, s3) = (record.event_name?, record.s3?);
    let ours =
        s3.bucket?.name? == bucket && name.trim_start_matches("s3:").starts_with("ObjectCreated:");
    let key = decoded(&s3.object?.key?)?;
    Some(ours.then_some(key).into_iter().collect())
}

/// S3 writes keys as forms do: `+` for a space, `%XX` for the rest.
fn decoded(key: &str) -> Option<String> {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests;
