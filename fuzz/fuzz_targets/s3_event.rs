//! Whatever lies in the indexer's queue: read, or left for the dead letters, and no message is lost or made up.
#![no_main]

#[expect(dead_code, reason = "the whole module, as the indexer has it")]
#[path = "../../indexer/src/event.rs"]
mod event;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    // As a whole batch, and as the body of one message in a sound batch.
    if let Ok(batch) = serde_json::from_slice::<Value>(bytes)
        && let Ok(messages) = event::messages(&batch, "documents")
    {
        assert_eq!(Some(messages.len()), batch["Records"].as_array().map(Vec::len));
    }
    let Ok(body) = std::str::from_utf8(bytes) else {
        return;
    };
    let batch = serde_json::json!({"Records": [{"messageId": "m", "body": body}]});
    let messages = event::messages(&batch, "documents").expect("a sound batch");
    assert_eq!(messages.len(), 1);
});
