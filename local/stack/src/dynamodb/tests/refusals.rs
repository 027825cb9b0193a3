//! What DynamoDB refuses, under its class, with its reasons.

use serde_json::{Value, json};

use super::{ask, table};
use crate::dynamodb::Tables;

/// One row `a` with `n` = 1.
async fn one_row() -> (tempfile::TempDir, Tables) {
    let dir = tempfile::tempdir().unwrap();
    let tables = Tables::open(dir.path(), &[table("pk")]).unwrap();
    let put = json!({"TableName": "rows", "Item": {"pk": {"S": "a"}, "n": {"N": "1"}}});
    assert_eq!(ask(&tables, "PutItem", put).await.0, 200);
    (dir, tables)
}

async fn refusal(tables: &Tables, operation: &str, request: Value) -> (u16, String, Value) {
    let (status, answer) = ask(tables, operation, request).await;
    let kind = answer["__type"].as_str().unwrap_or_default();
    let code = kind.rsplit('#').next().unwrap_or_default().to_owned();
    (status, code, answer)
}

#[tokio::test]
async fn a_failed_condition_shows_the_row_on_request() {
    let (_dir, tables) = one_row().await;
    let update = |on_failure: &str| {
        json!({
            "TableName": "rows", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "ADD n :one", "ConditionExpression": "n > :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValuesOnConditionCheckFailure": on_failure,
        })
    };
    let (status, code, answer) = refusal(&tables, "UpdateItem", update("NONE")).await;
    assert_eq!(
        (status, code.as_str()),
        (400, "ConditionalCheckFailedException")
    );
    assert_eq!(answer["message"], "The conditional request failed");
    assert_eq!(answer.get("Item"), None);
    let (_, _, answer) = refusal(&tables, "UpdateItem", update("ALL_OLD")).await;
    assert_eq!(answer["Item"]["n"]["N"], "1", "nothing was added");
}

#[tokio::test]
async fn a_cancelled_transaction_gives_a_reason_for_each_item() {
    let (_dir, tables) = one_row().await;
    let put = |key: &str| json!({"Put": {"TableName": "rows", "Item": {"pk": {"S": key}}, "ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}});
    let check = json!({"ConditionCheck": {"TableName": "rows", "Key": {"pk": {"S": "c"}}, "ConditionExpression": "attribute_exists(pk)"}});
    let request = json!({"TransactItems": [put("b"), put("a"), check]});
    let (status, code, answer) = refusal(&tables, "TransactWriteItems", request).await;
    assert_eq!(
        (status, code.as_str()),
        (400, "TransactionCanceledException")
    );
    let reasons = answer["CancellationReasons"].as_array().unwrap();
    let codes: Vec<&str> = reasons
        .iter()
        .map(|reason| reason["Code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["None", "ConditionalCheckFailed", "ConditionalCheckFailed"]
    );
    assert_eq!(reasons[0].get("Message"), None);
    assert_eq!(reasons[1]["Message"], "The conditional request failed");
    assert_eq!(reasons[1]["Item"]["n"]["N"], "1");
    assert_eq!(
        answer["Message"],
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]"
    );
}

#[tokio::test]
async fn a_transaction_with_a_token_happens_once() {
    let (_dir, tables) = one_row().await;
    let add = |by: &str| {
        json!({"ClientRequestToken": "token", "TransactItems": [{"Update": {
            "TableName": "rows", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "ADD n :by", "ExpressionAttributeValues": {":by": {"N": by}},
        }}]})
    };
    for _ in 0..2 {
        assert_eq!(ask(&tables, "TransactWriteItems", add("1")).await.0, 200);
    }
    let get = json!({"TableName": "rows", "Key": {"pk": {"S": "a"}}, "ConsistentRead": true});
    assert_eq!(ask(&tables, "GetItem", get).await.1["Item"]["n"]["N"], "2");
    let (status, code, _) = refusal(&tables, "TransactWriteItems", add("2")).await;
    assert_eq!(
        (status, code.as_str()),
        (400, "IdempotentParameterMismatchException")
    );
}

#[tokio::test]
async fn what_is_too_large_or_too_much_is_refused() {
    let (_dir, tables) = one_row().await;
    let row = |key: &str, size: usize| json!({"TableName": "rows", "Item": {"pk": {"S": key}, "x": {"S": "x".repeat(size)}}});
    // Names count too: `pk`, `x` and the key's one letter are four bytes.
    assert_eq!(
        ask(&tables, "PutItem", row("b", 400 * 1024 - 4)).await.0,
        200
    );
    let put = |key: String| json!({"Put": {"TableName": "rows", "Item": {"pk": {"S": key}}}});
    let many = |count: usize| (0..count).map(|n| put(n.to_string())).collect::<Vec<_>>();
    let writes: Vec<Value> = (0..26)
        .map(|n| json!({"PutRequest": {"Item": {"pk": {"S": n.to_string()}}}}))
        .collect();
    assert_eq!(
        ask(
            &tables,
            "TransactWriteItems",
            json!({"TransactItems": many(100)})
        )
        .await
        .0,
        200
    );
    for (case, operation, request) in [
        ("a row above 400 KB", "PutItem", row("b", 400 * 1024 - 3)),
        ("an empty key", "PutItem", row("", 1)),
        (
            "a key above 2048 bytes",
            "PutItem",
            row(&"k".repeat(2049), 1),
        ),
        (
            "101 items",
            "TransactWriteItems",
            json!({"TransactItems": many(101)}),
        ),
        (
            "one row twice",
            "TransactWriteItems",
            json!({"TransactItems": [put("a".to_owned()), put("a".to_owned())]}),
        ),
        (
            "26 writes",
            "BatchWriteItem",
            json!({"RequestItems": {"rows": writes}}),
        ),
    ] {
        let (status, code, _) = refusal(&tables, operation, request).await;
        assert_eq!(
            (status, code.as_str()),
            (400, "ValidationException"),
            "{case}"
        );
    }
}

#[tokio::test]
async fn requests_that_make_no_sense_are_validation_errors() {
    let (_dir, tables) = one_row().await;
    let key = json!({"pk": {"S": "a"}});
    for (case, operation, request, want) in [
        (
            "no table",
            "GetItem",
            json!({"TableName": "other", "Key": key}),
            "ResourceNotFoundException",
        ),
        (
            "an empty table name",
            "GetItem",
            json!({"TableName": "", "Key": key}),
            "ValidationException",
        ),
        (
            "another key",
            "GetItem",
            json!({"TableName": "rows", "Key": {"id": {"S": "a"}}}),
            "ValidationException",
        ),
        (
            "a key of another type",
            "GetItem",
            json!({"TableName": "rows", "Key": {"pk": {"N": "1"}}}),
            "ValidationException",
        ),
        (
            "no key",
            "GetItem",
            json!({"TableName": "rows"}),
            "ValidationException",
        ),
        (
            "a value that nothing uses",
            "PutItem",
            json!({"TableName": "rows", "Item": key, "ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {":x": {"S": "x"}}}),
            "ValidationException",
        ),
        (
            "a value that is missing",
            "PutItem",
            json!({"TableName": "rows", "Item": key, "ConditionExpression": "pk = :x"}),
            "ValidationException",
        ),
        (
            "a condition that can't be read",
            "PutItem",
            json!({"TableName": "rows", "Item": key, "ConditionExpression": "pk =="}),
            "ValidationException",
        ),
        (
            "a number that is none",
            "PutItem",
            json!({"TableName": "rows", "Item": {"pk": {"S": "a"}, "n": {"N": "one"}}}),
            "ValidationException",
        ),
        (
            "a change of the key",
            "UpdateItem",
            json!({"TableName": "rows", "Key": key, "UpdateExpression": "SET pk = :x", "ExpressionAttributeValues": {":x": {"S": "b"}}}),
            "ValidationException",
        ),
        (
            "a name that is a number",
            "GetItem",
            json!({"TableName": 1, "Key": key}),
            "SerializationException",
        ),
    ] {
        let (status, code, answer) = refusal(&tables, operation, request).await;
        assert_eq!((status, code.as_str()), (400, want), "{case}: {answer}");
        let message = answer["message"]
            .as_str()
            .or(answer["Message"].as_str())
            .unwrap_or_default();
        assert!(
            !message.starts_with("VALIDATION") && !message.starts_with("SERIALIZATION"),
            "{case}: {message}"
        );
    }
}

#[tokio::test]
async fn only_seconds_as_a_number_expire() {
    let (_dir, tables) = one_row().await;
    for (key, ttl) in [
        ("text", json!({"S": "1000"})),
        ("number", json!({"N": "1000"})),
    ] {
        let put = json!({"TableName": "rows", "Item": {"pk": {"S": key}, "ttl": ttl}});
        assert_eq!(ask(&tables, "PutItem", put).await.0, 200);
    }
    assert_eq!(tables.expire().unwrap(), 1);
    let get = json!({"TableName": "rows", "Key": {"pk": {"S": "text"}}});
    assert_eq!(
        ask(&tables, "GetItem", get).await.1["Item"]["ttl"]["S"],
        "1000"
    );
}

#[tokio::test]
async fn what_is_not_served_is_refused_by_name() {
    let (_dir, tables) = one_row().await;
    for (operation, request, code, named) in [
        (
            "DeleteTable",
            json!({"TableName": "rows"}),
            "UnknownOperationException",
            "DeleteTable",
        ),
        (
            "CreateTable",
            json!({"TableName": "t", "Tags": []}),
            "ValidationException",
            "parameter Tags of CreateTable",
        ),
        (
            "PutItem",
            json!({"TableName": "rows", "Item": {}, "Itme": {}}),
            "ValidationException",
            "parameter Itme of PutItem",
        ),
    ] {
        let (status, told, answer) = refusal(&tables, operation, request).await;
        assert_eq!((status, told.as_str()), (400, code), "{operation}");
        assert!(
            answer["message"].as_str().unwrap().contains(named),
            "{answer}"
        );
    }
}
