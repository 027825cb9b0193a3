use serde_json::json;
use tempfile::TempDir;

use crate::service::{Service, bytes, call, jpeg, open, woman_in_front, woman_in_front_again};

/// What a killed process leaves is what lies on disk while it runs: a copy of the files, taken without closing anything.
#[tokio::test]
async fn answered_requests_survive_a_kill() {
    let service = Service::start()
        .with_people(&[("front:1", &jpeg(&woman_in_front(), 92))])
        .await;
    let after_the_kill = TempDir::new().unwrap();
    for entry in std::fs::read_dir(service.dir.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), after_the_kill.path().join(entry.file_name())).unwrap();
    }
    let reopened = open(after_the_kill.path(), 1, 1);
    let input = json!({ "CollectionId": "people", "Image": bytes(&woman_in_front_again()) });
    let found = call(&reopened, "SearchFacesByImage", input).await.ok();
    assert_eq!(
        found["FaceMatches"][0]["Face"]["ExternalImageId"],
        "front:1"
    );
    let before = service
        .call("ListFaces", json!({ "CollectionId": "people" }))
        .await
        .ok();
    assert_eq!(
        call(&reopened, "ListFaces", json!({ "CollectionId": "people" }))
            .await
            .ok(),
        before
    );
}
