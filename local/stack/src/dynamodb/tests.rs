//! What the product leans on: conditions, transactions, TTL as mere housekeeping, rows that survive.

use bytes::Bytes;
use face_login_local_gateway::{Backend as _, Principal};
use http::Request;
use serde_json::{Value, json};

use super::{Table, Tables, TablesError};

mod refusals;

fn table(key: &str) -> Table {
    Table {
        name: "rows".to_owned(),
        key_schema: json!([{"AttributeName": key, "KeyType": "HASH"}]),
        attributes: json!([{"AttributeName": key, "AttributeType": "S"}]),
        ttl_attribute: Some("ttl".to_owned()),
    }
}

async fn ask(tables: &Tables, operation: &str, body: Value) -> (u16, Value) {
    let request = Request::builder()
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = tables.handle(request, &Principal::Admin).await;
    (
        answer.status().as_u16(),
        serde_json::from_slice(answer.body()).unwrap(),
    )
}

#[tokio::test]
async fn a_conditional_put_happens_once_and_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let put = json!({"TableName": "rows", "Item": {"pk": {"S": "a"}, "n": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(pk)"});
    {
        let tables = Tables::open(dir.path(), &[table("pk")]).unwrap();
        assert_eq!(ask(&tables, "PutItem", put.clone()).await.0, 200);
        let (status, answer) = ask(&tables, "PutItem", put).await;
        assert_eq!(status, 400);
        assert_eq!(
            answer["__type"],
            "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
        );
    }
    let tables = Tables::open(dir.path(), &[table("pk")]).unwrap();
    let (_, answer) = ask(
        &tables,
        "GetItem",
        json!({"TableName": "rows", "Key": {"pk": {"S": "a"}}, "ConsistentRead": true}),
    )
    .await;
    assert_eq!(answer["Item"]["n"]["N"], "1");
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let tables = Tables::open(dir.path(), &[table("pk")]).unwrap();
    let put = |key: &str| json!({"Put": {"TableName": "rows", "Item": {"pk": {"S": key}}, "ConditionExpression": "attribute_not_exists(pk)"}});
    assert_eq!(
        ask(
            &tables,
            "TransactWriteItems",
            json!({"TransactItems": [put("a")]})
        )
        .await
        .0,
        200
    );
    let (status, answer) = ask(
        &tables,
        "TransactWriteItems",
        json!({"TransactItems": [put("b"), put("a")]}),
    )
    .await;
    assert_eq!(status, 400);
    assert_eq!(
        answer["CancellationReasons"][1]["Code"],
        "ConditionalCheckFailed"
    );
    let (_, answer) = ask(&tables, "Scan", json!({"TableName": "rows"})).await;
    assert_eq!(answer["Count"], 1);
}

#[tokio::test]
async fn expired_rows_stay_until_housekeeping() {
    let dir = tempfile::tempdir().unwrap();
    let tables = Tables::open(dir.path(), &[table("pk")]).unwrap();
    for (key, ttl) in [("old", "1000"), ("new", "99999999999")] {
        ask(
            &tables,
            "PutItem",
            json!({"TableName": "rows", "Item": {"pk": {"S": key}, "ttl": {"N": ttl}}}),
        )
        .await;
    }
    assert_eq!(
        ask(&tables, "Scan", json!({"TableName": "rows"})).await.1["Count"],
        2
    );
    assert_eq!(tables.expire().unwrap(), 1);
    assert_eq!(
        ask(&tables, "Scan", json!({"TableName": "rows"})).await.1["Items"][0]["pk"]["S"],
        "new"
    );
}

#[test]
fn another_key_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    Tables::open(dir.path(), &[table("pk")]).unwrap();
    assert!(matches!(
        Tables::open(dir.path(), &[table("id")]),
        Err(TablesError::OtherKey { .. })
    ));
}
