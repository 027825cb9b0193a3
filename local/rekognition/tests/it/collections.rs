use serde_json::json;

use crate::service::Service;

#[tokio::test]
async fn a_collection_from_creation_to_deletion() {
    let service = Service::start();
    let named = json!({ "CollectionId": "stack-g1-s0" });
    let created = service.call(
        "CreateCollection",
        json!({ "CollectionId": "stack-g1-s0", "Tags": { "stack": "id" } }),
    );
    let created = created.await.ok();
    assert_eq!(created["StatusCode"], 200);
    assert_eq!(
        created["CollectionArn"],
        "aws:rekognition:us-east-1:123456789012:collection/stack-g1-s0"
    );
    assert_eq!(created["FaceModelVersion"], "7.0-local");

    let described = service.call("DescribeCollection", named.clone()).await.ok();
    assert_eq!(described["FaceCount"], 0);
    assert_eq!(
        described["CollectionARN"],
        "arn:aws:rekognition:us-east-1:123456789012:collection/stack-g1-s0"
    );
    assert_eq!(described["CreationTimestamp"], 1_700_000_000.0);

    let tags = service
        .call(
            "ListTagsForResource",
            json!({ "ResourceArn": described["CollectionARN"] }),
        )
        .await
        .ok();
    assert_eq!(tags, json!({ "Tags": { "stack": "id" } }));

    assert_eq!(
        service.call("DeleteCollection", named.clone()).await.ok(),
        json!({ "StatusCode": 200 })
    );
    let missing = "The collection id: stack-g1-s0 does not exist";
    for operation in ["DescribeCollection", "DeleteCollection", "ListFaces"] {
        service
            .call(operation, named.clone())
            .await
            .refused("ResourceNotFoundException", missing);
    }
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let service = Service::start();
    let named = json!({ "CollectionId": "people" });
    service.call("CreateCollection", named.clone()).await.ok();
    let text = "The collection id: people already exists.";
    service
        .call("CreateCollection", named)
        .await
        .refused("ResourceAlreadyExistsException", text);
}

#[tokio::test]
async fn collections_are_listed_in_pages() {
    let service = Service::start();
    for name in ["c", "a", "b"] {
        service
            .call("CreateCollection", json!({ "CollectionId": name }))
            .await
            .ok();
    }
    let first = service
        .call("ListCollections", json!({ "MaxResults": 2 }))
        .await
        .ok();
    assert_eq!(first["CollectionIds"], json!(["a", "b"]));
    assert_eq!(first["FaceModelVersions"].as_array().unwrap().len(), 2);
    let second = service
        .call(
            "ListCollections",
            json!({ "NextToken": first["NextToken"] }),
        )
        .await
        .ok();
    assert_eq!(second["CollectionIds"], json!(["c"]));
    assert!(second.get("NextToken").is_none());
    let bad = service
        .call("ListCollections", json!({ "NextToken": "not a token" }))
        .await;
    bad.refused("InvalidPaginationTokenException", "pagination token");
}
