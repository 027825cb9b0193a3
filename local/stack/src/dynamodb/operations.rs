//! From an operation's name to the engine, and from the engine's refusals to DynamoDB's.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Runs one operation; those that the product and its tests have no use for are refused by name.
pub(super) fn run(
    database: &Database,
    operation: &str,
    request: &Value,
) -> Result<Value, DynoxideError> {
    match operation {
        "CreateTable" => with(request, |request| database.create_table(request)),
        "DescribeTable" => with(request, |request| database.describe_table(request)),
        "ListTables" => with(request, |request| database.list_tables(request)),
        "UpdateTimeToLive" => with(request, |request| database.update_time_to_live(request)),
        "DescribeTimeToLive" => with(request, |request| database.describe_time_to_live(request)),
        "GetItem" => with(request, |request| database.get_item(request)),
        "PutItem" => with(request, |request| database.put_item(request)),
        "UpdateItem" => with(request, |request| database.update_item(request)),
        "DeleteItem" => with(request, |request| database.delete_item(request)),
        "Query" => with(request, |request| database.query(request)),
        "Scan" => with(request, |request| database.scan(request)),
        "BatchGetItem" => with(request, |request| database.batch_get_item(request)),
        "BatchWriteItem" => with(request, |request| database.batch_write_item(request)),
        "TransactGetItems" => with(request, |request| database.transact_get_items(request)),
        "TransactWriteItems" => with(request, |request| database.transact_write_items(request)),
        _ => Err(DynoxideError::InternalServerError(format!(
            "the operation {operation} is listed as served"
        ))),
    }
}

fn with<Request: DeserializeOwned, Answer: Serialize>(
    request: &Value,
    run: impl FnOnce(Request) -> Result<Answer, DynoxideError>,
) -> Result<Value, DynoxideError> {
    let request = Request::deserialize(request).map_err(|error| unreadable(&error.to_string()))?;
    serde_json::to_value(run(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// What the engine's reader objects to. It marks with a word which error DynamoDB gives; the marks themselves must not get out.
fn unreadable(objection: &str) -> DynoxideError {
    let marked = |mark: &str| objection.strip_prefix(mark).map(str::to_owned);
    if let Some(text) = marked("SERIALIZATION:").or_else(|| marked("SERIALIZATION_AS_READ:")) {
        DynoxideError::SerializationException(text)
    } else if let Some(text) = marked("VALIDATION_REQUEST:") {
        DynoxideError::ValidationException(format!("1 validation error detected: {text}"))
    } else if let Some(text) = marked("VALIDATION:").or_else(|| marked("VALIDATION_AS_READ:")) {
        DynoxideError::ValidationException(text)
    } else if [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "AttributeValue",
    ]
    .iter()
    .any(|part| objection.contains(part))
    {
        DynoxideError::ValidationException(objection.to_owned())
    } else {
        DynoxideError::SerializationException(objection.to_owned())
    }
}
