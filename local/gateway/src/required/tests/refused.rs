//! Requests that are refused because nobody could judge them.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::{json_request, place, s3_request};
use crate::{
    AwsService::{CognitoIdp, DynamoDb, Rekognition, S3},
    required::{Unmapped, required},
};

#[test]
fn json_that_nobody_could_judge_is_refused_by_name() {
    let missing = |operation: &str, field| Unmapped::MissingField {
        operation: operation.to_owned(),
        field,
    };
    let unknown = |operation: &str| Unmapped::UnknownOperation {
        operation: operation.to_owned(),
    };
    let two_in_one = json!({"TransactItems": [{"Put": {"TableName": "rows"}, "Delete": {"TableName": "other"}}]});
    #[rustfmt::skip]
    let cases = [
        (DynamoDb, "ExecuteStatement", json!({}), unknown("ExecuteStatement")),
        (DynamoDb, "PutItem", json!({}), missing("PutItem", "TableName")),
        (DynamoDb, "PutItem", json!({"TableName": 1}), missing("PutItem", "TableName")),
        (DynamoDb, "PutItem", json!([]), Unmapped::NotJson),
        (DynamoDb, "TransactWriteItems", json!({"TransactItems": []}), missing("TransactWriteItems", "TransactItems")),
        (DynamoDb, "TransactWriteItems", two_in_one, missing("TransactWriteItems", "TransactItems")),
        (DynamoDb, "TransactWriteItems", json!({"TransactItems": [{"Get": {"TableName": "rows"}}]}), missing("TransactWriteItems", "TransactItems")),
        (Rekognition, "StartFaceLivenessSession", json!({}), unknown("StartFaceLivenessSession")),
        (CognitoIdp, "AdminFly", json!({"UserPoolId": "us-east-1_abc"}), unknown("AdminFly")),
    ];
    for (service, operation, body, want) in cases {
        let request = json_request(service, operation, &body);
        assert_eq!(
            required(service, &request, &place()),
            Err(want),
            "{operation} {body}"
        );
    }
    let no_target = Request::post("/").body(Bytes::from_static(b"{}")).unwrap();
    let mut two_targets = json_request(DynamoDb, "GetItem", &json!({"TableName": "rows"}));
    let second = "DynamoDB_20120810.PutItem".parse().unwrap();
    two_targets.headers_mut().append("x-amz-target", second);
    for (name, request) in [("no target", no_target), ("two targets", two_targets)] {
        assert_eq!(
            required(DynamoDb, &request, &place()),
            Err(Unmapped::NoOperation),
            "{name}"
        );
    }
}

#[test]
fn what_s3_could_do_beyond_the_plain_is_refused_by_name() {
    let refused = |feature: &str| Unmapped::NotServed {
        feature: feature.to_owned(),
    };
    #[rustfmt::skip]
    let cases = [
        ("GET", "/photos/a?acl", None, refused("the query parameter acl")),
        ("PUT", "/photos/a?partNumber=1&uploadId=x", None, refused("the query parameter partNumber")),
        ("GET", "/photos/a?versionId=1", None, refused("the query parameter versionId")),
        ("POST", "/photos?delete", None, refused("the query parameter delete")),
        ("POST", "/photos", None, refused("POST on this address")),
        ("PUT", "/photos/a", Some(("x-amz-acl", "public-read")), refused("the header x-amz-acl")),
        ("PUT", "/photos/a", Some(("x-amz-tagging", "a=b")), refused("the header x-amz-tagging")),
        ("PUT", "/photos/a", Some(("x-amz-storage-class", "GLACIER")), refused("the header x-amz-storage-class")),
        ("PUT", "/photos/a", Some(("x-amz-server-side-encryption", "AES256")), refused("the header x-amz-server-side-encryption")),
        ("GET", "/photos/a?response-content-type=text/html", None, refused("the query parameter response-content-type")),
        ("GET", "/photos/a", Some(("if-modified-since", "x")), refused("the header if-modified-since")),
        ("DELETE", "/photos/a", Some(("if-match", "x")), refused("the header if-match")),
        ("PUT", "/photos/a", Some(("x-amz-copy-source", "photos/b?versionId=1")), refused("copying a version")),
        ("PUT", "/photos/a", Some(("x-amz-copy-source", "photos")), Unmapped::BadAddress),
        ("GET", "/photos/selfies/../documents/a", None, Unmapped::BadAddress),
        ("GET", "/photos/selfies%2F..%2Fdocuments/a", None, Unmapped::BadAddress),
        ("GET", "/photos/selfies//a", None, Unmapped::BadAddress),
        ("GET", "/photos%2Fa", None, Unmapped::BadAddress),
        ("GET", "/photos/%FF", None, Unmapped::BadAddress),
    ];
    for (method, uri, header, want) in cases {
        assert_eq!(
            required(S3, &s3_request(method, uri, header), &place()),
            Err(want),
            "{method} {uri}"
        );
    }
    let mut two_sources = s3_request("PUT", "/photos/a", Some(("x-amz-copy-source", "photos/b")));
    two_sources
        .headers_mut()
        .append("x-amz-copy-source", "photos/c".parse().unwrap());
    assert_eq!(
        required(S3, &two_sources, &place()),
        Err(Unmapped::BadAddress)
    );
}
