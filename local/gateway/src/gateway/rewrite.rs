//! The fault `rewrite`: edits the JSON of an answer.

use bytes::Bytes;
use http::{HeaderValue, Response, header::CONTENT_LENGTH};
use serde_json::Value;

/// Why an answer could not be edited. The caller then gets a failure instead: a fault that silently misses would make a test say nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RewriteError {
    #[error("fault rewrite: the answer is no JSON")]
    NotJson,
    #[error("fault rewrite: the answer has nothing at {pointer}")]
    NoSuchPlace { pointer: String },
}

/// Sets each pointer to its value. The last step of a pointer may name a new member of an object. Error answers are left alone.
pub(super) fn rewritten(
    response: Response<Bytes>,
    edits: &[(String, Value)],
) -> Result<Response<Bytes>, RewriteError> {
    if !response.status().is_success() {
        return Ok(response);
    }
    let (mut head, body) = response.into_parts();
    let mut json: Value = serde_json::from_slice(&body).map_err(|_| RewriteError::NotJson)?;
    for (pointer, value) in edits {
        set(&mut json, pointer, value).ok_or_else(|| RewriteError::NoSuchPlace {
            pointer: pointer.clone(),
        })?;
    }
    let body = Bytes::from(json.to_string());
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    // DynamoDB's checksum of the body that was.
    head.headers.remove("x-amz-crc32");
    Ok(Response::from_parts(head, body))
}

fn set(json: &mut Value, pointer: &str, value: &Value) -> Option<()> {
    if let Some(place) = json.pointer_mut(pointer) {
        *place = value.clone();
        return Some(());
    }
    let (parent, name) = pointer.rsplit_once('/')?;
    json.pointer_mut(parent)?
        .as_object_mut()?
        .insert(name.replace("~1", "/").replace("~0", "~"), value.clone());
    Some(())
}
