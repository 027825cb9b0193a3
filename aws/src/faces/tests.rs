//! Rekognition's answers as recorded from its documentation, against an HTTP stub.

use std::time::Duration;

use face_login_domain::ids::{EnrolmentId, Sub};
use face_login_domain::similarity::Similarity;
use serde_json::json;

use super::*;
use crate::stub::{Answer, Call, Stub};

const ID: &str = "0f8a3c1e-4b1d-4c59-9f3a-0a1b2c3d4e5f";

fn patience(attempts: u32) -> Patience {
    let limit = Duration::from_millis(500);
    Patience {
        attempt: limit,
        attempts,
        backoff: Duration::from_millis(1),
        overall: limit * 4,
    }
}

async fn stub(answer: impl Fn(&Call) -> Option<Answer> + Send + Sync + 'static) -> (Stub, Faces) {
    let stub = Stub::start(answer).await;
    let faces = Faces::new(&stub.connection(), &patience(2));
    (stub, faces)
}

fn collection() -> CollectionName {
    CollectionName::parse("face-login-1a2b3c4d-g1-s0").unwrap()
}

fn label() -> FaceLabel {
    FaceLabel {
        sub: Sub::made_up([1; 16]),
        enrolment: EnrolmentId::from_random([2; 16]),
    }
}

fn detail(left: f32, width: f32) -> serde_json::Value {
    json!({
        "BoundingBox": {"Left": left, "Top": 0.25, "Width": width, "Height": 0.5}, "Confidence": 99.5, "Landmarks": [],
        "Pose": {"Roll": 1.0, "Yaw": -2.0, "Pitch": 3.0}, "Quality": {"Brightness": 80.5, "Sharpness": 92.25},
        "EyesOpen": {"Value": true, "Confidence": 97.0}, "Sunglasses": {"Value": false, "Confidence": 50.0}, "FaceOccluded": null,
    })
}

#[tokio::test]
async fn detect_reports_all_faces_largest_first() {
    let (stub, faces) = stub(|_| {
        Some(Answer::json(
            &json!({"FaceDetails": [detail(0.5, 0.125), detail(0.0, 0.25)]}),
        ))
    })
    .await;
    let Detected::Faces(seen) = faces.detect(b"photo").await.unwrap() else {
        panic!("two faces")
    };
    assert_eq!(
        seen.iter()
            .map(|face| face.bounds.width())
            .collect::<Vec<_>>(),
        [0.25, 0.125]
    );
    assert_eq!(
        seen[0].pose,
        face_login_domain::seen::Pose {
            yaw: -2.0,
            pitch: 3.0,
            roll: 1.0
        }
    );
    assert_eq!(seen[0].occluded, None, "null is not a finding");
    let asked = stub.calls()[0].json();
    assert_eq!(
        asked["Attributes"],
        json!(["DEFAULT", "EYES_OPEN", "SUNGLASSES", "FACE_OCCLUDED"])
    );
    assert_eq!(asked["Image"]["Bytes"], "cGhvdG8=");
}

#[tokio::test]
async fn detect_tells_a_refused_photo_from_an_outage() {
    for (name, answer, want) in [
        (
            "no face",
            Some(Answer::json(&json!({"FaceDetails": []}))),
            Ok(Detected::Faces(Vec::new())),
        ),
        (
            "not a photo",
            Some(Answer::error(400, "InvalidImageFormatException")),
            Ok(Detected::Refused(Refusal::InvalidImage)),
        ),
        (
            "too large",
            Some(Answer::error(400, "ImageTooLargeException")),
            Ok(Detected::Refused(Refusal::TooLarge)),
        ),
        (
            "too small",
            Some(Answer::error(400, "InvalidParameterException")),
            Ok(Detected::Refused(Refusal::InvalidParameter)),
        ),
        (
            "throughput",
            Some(Answer::error(400, "ProvisionedThroughputExceededException")),
            Err(Failure::Throttled),
        ),
        (
            "throttled",
            Some(Answer::error(400, "ThrottlingException")),
            Err(Failure::Throttled),
        ),
        (
            "server error",
            Some(Answer::error(500, "InternalServerError")),
            Err(Failure::Unavailable),
        ),
        (
            "bare 503",
            Some(Answer::status(503)),
            Err(Failure::Unavailable),
        ),
        ("broken off", None, Err(Failure::Unavailable)),
        (
            "role",
            Some(Answer::error(400, "AccessDeniedException")),
            Err(Failure::Denied),
        ),
        (
            "no JSON",
            Some(Answer::status(200).body(b"<html>".to_vec())),
            Err(Failure::Unavailable),
        ),
        (
            "half an answer",
            Some(Answer::json(
                &json!({"FaceDetails": [{"Confidence": 99.0}]}),
            )),
            Err(Failure::Unavailable),
        ),
    ] {
        let (_stub, faces) = stub(move |_| answer.clone()).await;
        let got = faces.detect(b"photo").await;
        assert_eq!(got.map_err(|error| error.failure), want, "{name}");
    }
}

#[tokio::test]
async fn throttling_is_tried_as_often_as_the_caller_says() {
    let (stub, faces) = stub(|_| Some(Answer::error(400, "ThrottlingException"))).await;
    faces.detect(b"photo").await.unwrap_err();
    assert_eq!(stub.operations(), ["DetectFaces", "DetectFaces"]);
}

#[tokio::test]
async fn a_silent_service_is_unavailable() {
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let mut settings = crate::settings::Settings::new(|name| {
        let text = if name == "AWS_ENDPOINT_URL_REKOGNITION" {
            &url
        } else {
            "us-east-1"
        };
        let of_others = name.starts_with("AWS_ENDPOINT_URL_") && text != url.as_str();
        (!of_others).then(|| text.to_owned())
    });
    let connection = Connection::read(&mut settings).unwrap();
    let limit = Duration::from_millis(20);
    let patience = Patience {
        attempt: limit,
        attempts: 2,
        backoff: Duration::from_millis(1),
        overall: limit * 10,
    };
    let error = Faces::new(&connection, &patience)
        .detect(b"photo")
        .await
        .unwrap_err();
    assert_eq!(
        (error.operation, error.failure),
        (Operation::Detect, Failure::Unavailable)
    );
}

#[tokio::test]
async fn search_reports_candidates_and_whose_they_are() {
    let found = json!({
        "SearchedFaceBoundingBox": {"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.5}, "SearchedFaceConfidence": 99.0, "FaceModelVersion": "7.0",
        "FaceMatches": [
            {"Similarity": 99.75, "Face": {"FaceId": ID, "ImageId": ID, "ExternalImageId": label().to_string(), "Confidence": 99.0, "UserId": null}},
            {"Similarity": 91.0, "Face": {"FaceId": ID, "ExternalImageId": null}},
        ],
    });
    let (stub, faces) = stub(move |_| Some(Answer::json(&found))).await;
    let percent = |percent| Similarity::new(percent).unwrap();
    let thresholds = Thresholds::parse(percent(90.0), "7.0=97.5").unwrap();
    let Search::Done(searched) = faces
        .search(&collection(), b"photo", &thresholds)
        .await
        .unwrap()
    else {
        panic!("a face")
    };
    let labels: Vec<_> = searched
        .candidates
        .iter()
        .map(|candidate| candidate.label.clone())
        .collect();
    assert_eq!(labels, [Some(label()), None]);
    assert_eq!(searched.candidates[0].similarity, percent(99.75));
    assert_eq!(
        searched.threshold,
        percent(97.5),
        "of the model that answered"
    );
    let asked = stub.calls()[0].json();
    assert_eq!(
        (
            &asked["FaceMatchThreshold"],
            &asked["MaxFaces"],
            &asked["QualityFilter"]
        ),
        (&json!(90.0), &json!(100), &json!("NONE"))
    );
}

#[tokio::test]
async fn search_without_a_face_is_no_outage_and_no_match() {
    for (name, code, want) in [
        ("no face", "InvalidParameterException", Ok(Search::NoFace)),
        (
            "not a photo",
            "InvalidImageFormatException",
            Ok(Search::Refused(Refusal::InvalidImage)),
        ),
        (
            "no collection",
            "ResourceNotFoundException",
            Err(Failure::Refused),
        ),
        (
            "throttled",
            "ProvisionedThroughputExceededException",
            Err(Failure::Throttled),
        ),
    ] {
        let (_stub, faces) = stub(move |_| Some(Answer::error(400, code))).await;
        let thresholds = Thresholds::new(Similarity::new(99.0).unwrap());
        let got = faces.search(&collection(), b"photo", &thresholds).await;
        assert_eq!(got.map_err(|error| error.failure), want, "{name}");
    }
}

#[tokio::test]
async fn index_asks_for_one_good_face_and_reads_the_array() {
    let bounds = json!({"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.5});
    let record = json!({"Face": {"FaceId": ID, "BoundingBox": bounds, "ImageId": ID, "ExternalImageId": "x"}, "FaceDetail": {}});
    let stored = json!({"FaceRecords": [record], "UnindexedFaces": [], "FaceModelVersion": "7.0", "OrientationCorrection": null});
    let filtered = json!({"FaceRecords": [], "FaceModelVersion": "7.0",
        "UnindexedFaces": [{"Reasons": ["LOW_SHARPNESS", "SMALL_BOUNDING_BOX"], "FaceDetail": {}}]});
    let indexed = Indexed {
        face_id: FaceId::parse(ID).unwrap(),
        bounds: FaceBox::new(0.25, 0.25, 0.5, 0.5).unwrap(),
        model_version: "7.0".to_owned(),
    };
    for (name, body, want) in [
        ("stored", stored, Indexing::Indexed(indexed)),
        (
            "filtered out",
            filtered,
            Indexing::NotIndexed(vec![
                "LOW_SHARPNESS".to_owned(),
                "SMALL_BOUNDING_BOX".to_owned(),
            ]),
        ),
        (
            "nothing at all",
            json!({}),
            Indexing::NotIndexed(Vec::new()),
        ),
    ] {
        let (stub, faces) = stub(move |_| Some(Answer::json(&body))).await;
        assert_eq!(
            faces
                .index(&collection(), b"photo", &label())
                .await
                .unwrap(),
            want,
            "{name}"
        );
        let asked = stub.calls()[0].json();
        assert_eq!(
            (&asked["MaxFaces"], &asked["QualityFilter"]),
            (&json!(1), &json!("HIGH")),
            "{name}"
        );
        assert_eq!(asked["ExternalImageId"], label().to_string(), "{name}");
    }
}

#[tokio::test]
async fn deleting_is_done_when_the_faces_are_gone() {
    let face = [FaceId::parse(ID).unwrap()];
    for (name, failures, want) in [
        ("deleted", json!([]), Ok(())),
        (
            "gone before",
            json!([{"FaceId": ID, "Reasons": ["FACE_NOT_FOUND"]}]),
            Ok(()),
        ),
        (
            "kept",
            json!([{"FaceId": ID, "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"]}]),
            Err(Failure::Refused),
        ),
    ] {
        let (_stub, faces) = stub(move |_| {
            Some(Answer::json(
                &json!({"DeletedFaces": [], "UnsuccessfulFaceDeletions": failures}),
            ))
        })
        .await;
        assert_eq!(
            faces
                .delete(&collection(), &face)
                .await
                .map_err(|error| error.failure),
            want,
            "{name}"
        );
    }
    let (stub, faces) = stub(|_| None).await;
    faces.delete(&collection(), &[]).await.unwrap();
    assert_eq!(
        stub.operations(),
        Vec::<String>::new(),
        "nothing to delete asks nothing"
    );
}

#[tokio::test]
async fn labelled_faces_are_found_on_every_page() {
    let (stub, faces) = stub(|call| {
        let face = json!({"FaceId": ID, "ExternalImageId": label().to_string()});
        let foreign = json!({"FaceId": ID, "ExternalImageId": "somebody:else"});
        Some(Answer::json(&match call.json()["NextToken"].as_str() {
            None => json!({"Faces": [face, foreign], "NextToken": "more"}),
            Some(_) => json!({"Faces": [foreign, face]}),
        }))
    })
    .await;
    assert_eq!(
        faces.labelled(&collection(), &label()).await.unwrap().len(),
        2
    );
    assert_eq!(stub.operations(), ["ListFaces", "ListFaces"]);
}
