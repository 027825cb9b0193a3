//! Operations of the JSON protocols.

use serde_json::json;

use super::{FACES, OTHER, POOL, TABLE, json_request, needed, needs, place};
use crate::{
    AwsService::{CognitoIdp, DynamoDb, Rekognition},
    required::required,
};

#[test]
fn json_operations_need_their_action_on_their_resource() {
    let transaction = json!({"TransactItems": [
        {"Put": {"TableName": "rows"}}, {"Update": {"TableName": "rows"}}, {"Delete": {"TableName": "other"}},
        {"ConditionCheck": {"TableName": "other"}}, {"Put": {"TableName": "rows"}},
    ]});
    let inner = [
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:UpdateItem", TABLE),
        ("dynamodb:DeleteItem", OTHER),
        ("dynamodb:ConditionCheckItem", OTHER),
    ];
    let index = format!("{TABLE}/index/by-mail");
    let tagged = [
        ("rekognition:CreateCollection", FACES),
        ("rekognition:TagResource", FACES),
    ];
    let both = [
        ("dynamodb:BatchGetItem", OTHER),
        ("dynamodb:BatchGetItem", TABLE),
    ];
    #[rustfmt::skip]
    let cases = [
        (DynamoDb, "GetItem", json!({"TableName": "rows"}), needs(&[("dynamodb:GetItem", TABLE)])),
        (DynamoDb, "GetItem", json!({"TableName": OTHER}), needs(&[("dynamodb:GetItem", OTHER)])),
        (DynamoDb, "Query", json!({"TableName": "rows", "IndexName": "by-mail"}), needs(&[("dynamodb:Query", &index)])),
        (DynamoDb, "Scan", json!({"TableName": "rows"}), needs(&[("dynamodb:Scan", TABLE)])),
        (DynamoDb, "TransactWriteItems", transaction, needs(&inner)),
        (DynamoDb, "TransactGetItems", json!({"TransactItems": [{"Get": {"TableName": "rows"}}]}), needs(&[("dynamodb:GetItem", TABLE)])),
        (DynamoDb, "BatchGetItem", json!({"RequestItems": {"rows": {}, "other": {}}}), needs(&both)),
        (DynamoDb, "BatchWriteItem", json!({"RequestItems": {"rows": []}}), needs(&[("dynamodb:BatchWriteItem", TABLE)])),
        (DynamoDb, "ListTables", json!({}), needs(&[("dynamodb:ListTables", "*")])),
        (Rekognition, "DetectFaces", json!({"Image": {}}), needs(&[("rekognition:DetectFaces", "*")])),
        (Rekognition, "IndexFaces", json!({"CollectionId": "faces"}), needs(&[("rekognition:IndexFaces", FACES)])),
        (Rekognition, "SearchFacesByImage", json!({"CollectionId": "faces"}), needs(&[("rekognition:SearchFacesByImage", FACES)])),
        (Rekognition, "CreateCollection", json!({"CollectionId": "faces", "Tags": {"a": "b"}}), needs(&tagged)),
        (Rekognition, "CreateCollection", json!({"CollectionId": "faces", "Tags": {}}), needs(&tagged[..1])),
        (Rekognition, "ListTagsForResource", json!({"ResourceArn": FACES}), needs(&[("rekognition:ListTagsForResource", FACES)])),
        (CognitoIdp, "AdminGetUser", json!({"UserPoolId": "us-east-1_abc"}), needs(&[("cognito-idp:AdminGetUser", POOL)])),
        (CognitoIdp, "AdminUserGlobalSignOut", json!({"UserPoolId": "us-east-1_abc", "Username": "a"}), needs(&[("cognito-idp:AdminUserGlobalSignOut", POOL)])),
        (CognitoIdp, "AdminDeleteUser", json!({"UserPoolId": "us-east-1_abc", "Username": "a"}), needs(&[("cognito-idp:AdminDeleteUser", POOL)])),
        (CognitoIdp, "ListUsers", json!({"UserPoolId": "us-east-1_abc"}), needs(&[("cognito-idp:ListUsers", POOL)])),
    ];
    for (service, operation, body, want) in cases {
        let request = json_request(service, operation, &body);
        assert_eq!(
            needed(required(service, &request, &place())),
            Ok(want),
            "{operation} {body}"
        );
    }
}
