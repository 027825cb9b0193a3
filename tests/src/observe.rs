//! What somebody can tell of a person from outside and from the bill: shapes of answers, kinds and numbers of calls.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::{challenge::Round, local::Call, visitor::Visitor, wait};

/// Lengths of all parameters, those inside `uploadFields` too.
pub fn shape(round: &Round) -> BTreeMap<String, usize> {
    let mut shape: BTreeMap<String, usize> = round
        .parameters
        .iter()
        .map(|(key, value)| (key.clone(), value.len()))
        .collect();
    let fields: BTreeMap<String, String> =
        serde_json::from_str(round.parameter("uploadFields")).expect("a JSON object of strings");
    shape.extend(
        fields
            .into_iter()
            .map(|(key, value)| (format!("uploadFields.{key}"), value.len())),
    );
    shape
}

/// Keys of an answer, and the length of each value.
pub fn lengths(answer: &Value) -> Value {
    match answer {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), lengths(value)))
            .collect(),
        Value::String(text) => text.len().into(),
        other => other.clone(),
    }
}

/// How often each kind of call was made, by whom and with what status.
pub fn counted(calls: &[Call]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for call in calls {
        *counted
            .entry(format!("{} {}", call.caller(), call.kind()))
            .or_default() += 1;
    }
    counted
}

/// Waits until nothing works in the background any more: the indexer's calls stop.
pub async fn settled(visitor: &Visitor) {
    let mut before = 0;
    wait::until(
        "no more calls in the background",
        Visitor::INDEXING,
        async || {
            let now = visitor.local.calls().await.len();
            let quiet = now == before;
            before = now;
            wait::pause(Duration::from_millis(500)).await;
            quiet.then_some(())
        },
    )
    .await;
}
