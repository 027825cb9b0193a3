use serde_json::{Value, json};

use crate::service::{
    Service, bytes, jpeg, no_face, photo, woman_in_front, woman_in_front_again, woman_in_the_dark,
    woman_on_the_left,
};

async fn two_people() -> Service {
    let (front, left) = (jpeg(&woman_in_front(), 92), jpeg(&woman_on_the_left(), 92));
    Service::start()
        .with_people(&[("front:1", &front), ("left:1", &left)])
        .await
}

fn names(answer: &Value) -> Vec<&str> {
    let matches = answer["FaceMatches"].as_array().unwrap().iter();
    matches
        .map(|found| found["Face"]["ExternalImageId"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn finds_the_person_and_nobody_else() {
    let service = two_people().await;
    let input = json!({ "CollectionId": "people", "Image": bytes(&woman_in_front_again()), "FaceMatchThreshold": 99 });
    let answer = service.call("SearchFacesByImage", input).await.ok();
    assert_eq!(names(&answer), ["front:1"]);
    assert!(answer["FaceMatches"][0]["Similarity"].as_f64().unwrap() >= 99.0);
    assert!(answer["SearchedFaceConfidence"].as_f64().unwrap() > 90.0);
    assert!(answer["SearchedFaceBoundingBox"]["Width"].as_f64().unwrap() > 0.3);
    assert_eq!(answer["FaceModelVersion"], "7.0-local");
}

#[tokio::test]
async fn threshold_order_and_number_of_matches() {
    let service = two_people().await;
    let search = |more: Value| {
        let mut input =
            json!({ "CollectionId": "people", "Image": bytes(&woman_in_front_again()) });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let service = &service;
        async move { service.call("SearchFacesByImage", input).await.ok() }
    };
    assert_eq!(
        names(&search(json!({})).await),
        ["front:1"],
        "the default threshold is 80"
    );
    let all = search(json!({ "FaceMatchThreshold": 0 })).await;
    assert_eq!(names(&all), ["front:1", "left:1"], "the most alike first");
    assert!(all["FaceMatches"][1]["Similarity"].as_f64().unwrap() < 80.0);
    assert_eq!(
        names(&search(json!({ "FaceMatchThreshold": 0, "MaxFaces": 1 })).await),
        ["front:1"]
    );
}

#[tokio::test]
async fn only_the_largest_face_is_searched() {
    let service = two_people().await;
    let group = jpeg(
        &photo("sample6.jpg").resize(1440, 1152, image::imageops::FilterType::Triangle),
        90,
    );
    let answer = service
        .call(
            "SearchFacesByImage",
            json!({ "CollectionId": "people", "Image": bytes(&group) }),
        )
        .await
        .ok();
    assert_eq!(names(&answer), ["front:1"]);
}

#[tokio::test]
async fn without_a_face_there_is_nothing_to_search() {
    let service = two_people().await;
    let text = "There are no faces in the image. Should be at least 1.";
    let input = json!({ "CollectionId": "people", "Image": bytes(&no_face()) });
    service
        .call("SearchFacesByImage", input)
        .await
        .refused("InvalidParameterException", text);
    let dark = woman_in_the_dark();
    let below_the_bar =
        json!({ "CollectionId": "people", "Image": bytes(&dark), "QualityFilter": "HIGH" });
    service
        .call("SearchFacesByImage", below_the_bar)
        .await
        .refused("InvalidParameterException", text);
}
