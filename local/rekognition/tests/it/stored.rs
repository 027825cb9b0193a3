use serde_json::{Value, json};

use crate::service::{Service, jpeg, woman_in_front};

async fn three_faces() -> Service {
    let pictures: Vec<Vec<u8>> = [90, 91, 92]
        .map(|quality| jpeg(&woman_in_front(), quality))
        .to_vec();
    let people = [
        ("a", &*pictures[0]),
        ("b", &*pictures[1]),
        ("c", &*pictures[2]),
    ];
    Service::start().with_people(&people).await
}

fn ids(answer: &Value) -> Vec<Value> {
    answer["Faces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|face| face["FaceId"].clone())
        .collect()
}

#[tokio::test]
async fn faces_are_listed_in_pages() {
    let service = three_faces().await;
    let first = service
        .call(
            "ListFaces",
            json!({ "CollectionId": "people", "MaxResults": 2 }),
        )
        .await
        .ok();
    assert_eq!(first["Faces"][0]["ExternalImageId"], "a");
    assert_eq!(ids(&first).len(), 2);
    let token = &first["NextToken"];
    let second = service
        .call(
            "ListFaces",
            json!({ "CollectionId": "people", "NextToken": token }),
        )
        .await
        .ok();
    assert_eq!(second["Faces"][0]["ExternalImageId"], "c");
    assert_eq!(ids(&second).len(), 1);
    assert!(second.get("NextToken").is_none());

    let only = json!({ "CollectionId": "people", "FaceIds": [ids(&second)[0]] });
    assert_eq!(
        ids(&service.call("ListFaces", only).await.ok()),
        ids(&second)
    );
    let bad = json!({ "CollectionId": "people", "NextToken": "page two" });
    service
        .call("ListFaces", bad)
        .await
        .refused("InvalidPaginationTokenException", "pagination token");
}

#[tokio::test]
async fn deleting_tells_what_was_there() {
    let service = three_faces().await;
    let all = ids(&service
        .call("ListFaces", json!({ "CollectionId": "people" }))
        .await
        .ok());
    let unknown = "00000000-0000-4000-8000-000000000000";
    let input = json!({ "CollectionId": "people", "FaceIds": [all[0], unknown] });
    let answer = service.call("DeleteFaces", input).await.ok();
    assert_eq!(answer["DeletedFaces"], json!([all[0]]));
    assert_eq!(
        answer["UnsuccessfulFaceDeletions"],
        json!([{ "FaceId": unknown, "Reasons": ["FACE_NOT_FOUND"] }])
    );
    let left = ids(&service
        .call("ListFaces", json!({ "CollectionId": "people" }))
        .await
        .ok());
    assert_eq!(left, all[1..]);
}
