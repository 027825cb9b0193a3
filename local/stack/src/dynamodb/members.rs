//! The members of requests that are served. The engine ignores what it does not know; here that is refused by name.

const TABLE: &str = "TableName";
const CAPACITY: &str = "ReturnConsumedCapacity";
const METRICS: &str = "ReturnItemCollectionMetrics";
const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";
const CONDITION: &str = "ConditionExpression";
const ON_FAILURE: &str = "ReturnValuesOnConditionCheckFailure";

/// What a member or an operation is called for which there is no service here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unserved {
    Operation,
    Member(String),
}

/// The members that an operation takes; `None` where it is not served.
fn members(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "CreateTable" => &[TABLE, "KeySchema", "AttributeDefinitions", "BillingMode"],
        "DescribeTable" | "DescribeTimeToLive" => &[TABLE],
        "ListTables" => &["ExclusiveStartTableName", "Limit"],
        "UpdateTimeToLive" => &[TABLE, "TimeToLiveSpecification"],
        "GetItem" => &[
            TABLE,
            "Key",
            "AttributesToGet",
            "ConsistentRead",
            "ProjectionExpression",
            NAMES,
            CAPACITY,
        ],
        "PutItem" => &[
            TABLE,
            "Item",
            "Expected",
            "ConditionalOperator",
            "ReturnValues",
            CONDITION,
            NAMES,
            VALUES,
            ON_FAILURE,
            CAPACITY,
            METRICS,
        ],
        "UpdateItem" => &[
            TABLE,
            "Key",
            "UpdateExpression",
            "AttributeUpdates",
            "Expected",
            "ConditionalOperator",
            "ReturnValues",
            CONDITION,
            NAMES,
            VALUES,
            ON_FAILURE,
            CAPACITY,
            METRICS,
        ],
        "DeleteItem" => &[
            TABLE,
            "Key",
            "Expected",
            "ConditionalOperator",
            "ReturnValues",
            CONDITION,
            NAMES,
            VALUES,
            ON_FAILURE,
            CAPACITY,
            METRICS,
        ],
        "Query" => &[
            TABLE,
            "IndexName",
            "Select",
            "AttributesToGet",
            "Limit",
            "ConsistentRead",
            "KeyConditions",
            "QueryFilter",
            "ConditionalOperator",
            "ScanIndexForward",
            "ExclusiveStartKey",
            "ProjectionExpression",
            "FilterExpression",
            "KeyConditionExpression",
            NAMES,
            VALUES,
            CAPACITY,
        ],
        "Scan" => &[
            TABLE,
            "IndexName",
            "Select",
            "AttributesToGet",
            "Limit",
            "ConsistentRead",
            "ScanFilter",
            "ConditionalOperator",
            "ExclusiveStartKey",
            "TotalSegments",
            "Segment",
            "ProjectionExpression",
            "FilterExpression",
            NAMES,
            VALUES,
            CAPACITY,
        ],
        "BatchGetItem" => &["RequestItems", CAPACITY],
        "BatchWriteItem" => &["RequestItems", CAPACITY, METRICS],
        "TransactGetItems" => &["TransactItems", CAPACITY],
        "TransactWriteItems" => &["TransactItems", CAPACITY, METRICS, "ClientRequestToken"],
        _ => return None,
    })
}

/// # Errors
/// The operation, or the first member that it does not take.
pub(super) fn served(operation: &str, request: &serde_json::Value) -> Result<(), Unserved> {
    let known = members(operation).ok_or(Unserved::Operation)?;
    let given = request
        .as_object()
        .into_iter()
        .flat_map(|given| given.iter());
    let unserved = given
        .filter(|(_, value)| !value.is_null())
        .find(|(name, _)| !known.contains(&name.as_str()));
    unserved.map_or(Ok(()), |(name, _)| Err(Unserved::Member(name.clone())))
}
