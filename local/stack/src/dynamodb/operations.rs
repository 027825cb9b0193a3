//! From an operation's name to the engine.

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
        _ => Err(DynoxideError::ValidationException(format!(
            "The local stack does not serve the operation {operation}"
        ))),
    }
}

fn with<Request: DeserializeOwned, Answer: Serialize>(
    request: &Value,
    run: impl FnOnce(Request) -> Result<Answer, DynoxideError>,
) -> Result<Value, DynoxideError> {
    let request = Request::deserialize(request)
        .map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    serde_json::to_value(run(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
