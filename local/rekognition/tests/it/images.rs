use serde_json::{Value, json};

use crate::service::{Service, bytes, jpeg, no_face, photo, woman_in_front, woman_in_the_dark};

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn by_default_five_facts_are_told() {
    let service = Service::start();
    let picture = bytes(&jpeg(&woman_in_front(), 92));
    let answer = service
        .call("DetectFaces", json!({ "Image": picture }))
        .await
        .ok();
    let [face] = answer["FaceDetails"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    let mut told = keys(face);
    told.sort_unstable();
    assert_eq!(
        told,
        ["BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"]
    );
    assert!(face["Confidence"].as_f64().unwrap() > 95.0);
    // The face's box in the whole photo is 1485, 261, 212 × 297 pixels; the crop starts at 1330, 100.
    let bounds = &face["BoundingBox"];
    for (name, want) in [
        ("Left", 155.0 / 520.0),
        ("Top", 161.0 / 620.0),
        ("Width", 212.0 / 520.0),
        ("Height", 297.0 / 620.0),
    ] {
        let got = bounds[name].as_f64().unwrap();
        assert!((got - want).abs() < 0.1, "{name}: {got} instead of {want}");
    }
    let names: Vec<&str> = face["Landmarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["Type"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["eyeLeft", "eyeRight", "mouthLeft", "mouthRight", "nose"]
    );
    let x = |index: usize| face["Landmarks"][index]["X"].as_f64().unwrap();
    assert!(
        x(0) < x(4) && x(4) < x(1),
        "eyes are left and right of the nose"
    );
}

#[tokio::test]
async fn what_the_engine_cannot_know_has_confidence_50() {
    let service = Service::start();
    let input = json!({ "Image": bytes(&jpeg(&woman_in_front(), 92)), "Attributes": ["ALL"] });
    let answer = service.call("DetectFaces", input).await.ok();
    let face = &answer["FaceDetails"][0];
    for (name, value) in [
        ("Eyeglasses", false),
        ("Sunglasses", false),
        ("FaceOccluded", false),
        ("Beard", false),
        ("Mustache", false),
        ("EyesOpen", true),
    ] {
        assert_eq!(
            face[name],
            json!({ "Value": value, "Confidence": 50.0 }),
            "{name}"
        );
    }
    assert_eq!(face["Landmarks"].as_array().unwrap().len(), 30);
    assert!(face["Smile"]["Confidence"].as_f64().unwrap() >= 50.0);
    let emotions = face["Emotions"].as_array().unwrap();
    let sum: f64 = emotions
        .iter()
        .map(|emotion| emotion["Confidence"].as_f64().unwrap())
        .sum();
    assert!(
        emotions.len() == 7 && (sum - 100.0).abs() < 0.1,
        "{emotions:?}"
    );
}

#[tokio::test]
async fn single_attributes_are_added_to_the_default() {
    let service = Service::start();
    let input = json!({ "Image": bytes(&jpeg(&woman_in_front(), 92)), "Attributes": ["DEFAULT", "SUNGLASSES", "FACE_OCCLUDED"] });
    let answer = service.call("DetectFaces", input).await.ok();
    let face = &answer["FaceDetails"][0];
    assert!(
        face.get("Sunglasses").is_some()
            && face.get("FaceOccluded").is_some()
            && face.get("Smile").is_none()
    );
}

#[tokio::test]
async fn no_face_is_an_answer_and_several_come_largest_first() {
    let service = Service::start();
    let none = service
        .call("DetectFaces", json!({ "Image": bytes(&no_face()) }))
        .await
        .ok();
    assert_eq!(none["FaceDetails"], json!([]));
    let group = jpeg(
        &photo("sample6.jpg").resize(960, 768, image::imageops::FilterType::Triangle),
        85,
    );
    let several = service
        .call("DetectFaces", json!({ "Image": bytes(&group) }))
        .await
        .ok();
    let areas: Vec<f64> = several["FaceDetails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|face| {
            face["BoundingBox"]["Width"].as_f64().unwrap()
                * face["BoundingBox"]["Height"].as_f64().unwrap()
        })
        .collect();
    assert_eq!(areas.len(), 4);
    assert!(areas.is_sorted_by(|a, b| a >= b), "{areas:?}");
}

#[tokio::test]
async fn the_same_picture_under_the_same_name_is_one_face() {
    let service = Service::start().with_people(&[]).await;
    let picture = bytes(&jpeg(&woman_in_front(), 92));
    let index = |external: &'static str| {
        let input =
            json!({ "CollectionId": "people", "Image": picture, "ExternalImageId": external });
        let service = &service;
        async move { service.call("IndexFaces", input).await.ok()["FaceRecords"][0]["Face"].clone() }
    };
    let (first, again, other) = (
        index("ann:1").await,
        index("ann:1").await,
        index("ann:2").await,
    );
    assert_eq!(first, again);
    assert_ne!(first["FaceId"], other["FaceId"]);
    assert_eq!(first["ImageId"], other["ImageId"]);
    assert_eq!(first["ExternalImageId"], "ann:1");
    assert_eq!(first["IndexFacesModelVersion"], "7.0");
    let described = service
        .call("DescribeCollection", json!({ "CollectionId": "people" }))
        .await
        .ok();
    assert_eq!(described["FaceCount"], 2);

    let id = json!([first["FaceId"]]);
    service
        .call(
            "DeleteFaces",
            json!({ "CollectionId": "people", "FaceIds": id }),
        )
        .await
        .ok();
    assert_ne!(
        index("ann:1").await["FaceId"],
        first["FaceId"],
        "a deleted face's id does not come back"
    );
}

#[tokio::test]
async fn max_faces_takes_the_largest_and_tells_of_the_rest() {
    let service = Service::start().with_people(&[]).await;
    let group = jpeg(
        &photo("sample6.jpg").resize(960, 768, image::imageops::FilterType::Triangle),
        85,
    );
    let input = json!({ "CollectionId": "people", "Image": bytes(&group), "MaxFaces": 1 });
    let answer = service.call("IndexFaces", input).await.ok();
    let [record] = answer["FaceRecords"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert!(record["Face"].get("ExternalImageId").is_none());
    let left = record["Face"]["BoundingBox"]["Left"].as_f64().unwrap();
    assert!((left - 1485.0 / 1920.0).abs() < 0.03, "{left}");
    let reasons: Vec<&Value> = answer["UnindexedFaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|face| &face["Reasons"])
        .collect();
    assert_eq!(reasons, vec![&json!(["EXCEEDS_MAX_FACES"]); 3]);
}

#[tokio::test]
async fn a_dark_face_is_left_out_with_the_reason() {
    let service = Service::start().with_people(&[]).await;
    let dark = woman_in_the_dark();
    let index = |filter: &'static str| {
        let input =
            json!({ "CollectionId": "people", "Image": bytes(&dark), "QualityFilter": filter });
        let service = &service;
        async move { service.call("IndexFaces", input).await.ok() }
    };
    let high = index("HIGH").await;
    assert_eq!(high["FaceRecords"], json!([]));
    assert!(
        high["UnindexedFaces"][0]["Reasons"]
            .as_array()
            .unwrap()
            .contains(&json!("LOW_BRIGHTNESS")),
        "{high}"
    );
    assert_eq!(
        index("NONE").await["FaceRecords"].as_array().unwrap().len(),
        1
    );
}

/// Nothing in the answer tells whether the nets ran or an earlier analysis of the same pixels was used.
#[tokio::test]
async fn another_file_with_the_same_pixels_is_answered_alike() {
    let document = jpeg(&woman_in_front(), 92);
    let (start, rest) = document.split_at(2);
    let other = [start, b"\xff\xfe\x00\x09another", rest].concat();
    let people = [("front", document.as_slice())];
    let service = Service::start().with_people(&people).await;
    let fresh = Service::start().with_people(&people).await;
    for (operation, mut input) in [
        ("DetectFaces", json!({ "Attributes": ["ALL"] })),
        ("SearchFacesByImage", json!({ "CollectionId": "people" })),
    ] {
        input["Image"] = bytes(&document);
        let wanted = service.call(operation, input.clone()).await.ok();
        input["Image"] = bytes(&other);
        let answer = service.call(operation, input.clone()).await.ok();
        let unremembered = fresh.call(operation, input).await.ok();
        let without_ids = |mut answer: Value| {
            for found in answer["FaceMatches"].as_array_mut().into_iter().flatten() {
                assert!(found["Face"]["FaceId"].take().is_string());
            }
            answer
        };
        assert_eq!(answer, wanted, "{operation}");
        assert_eq!(
            without_ids(answer),
            without_ids(unremembered),
            "{operation}"
        );
    }
}
