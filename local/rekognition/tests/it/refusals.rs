//! Everything that must be refused, with the service's type and text.

use serde_json::{Value, json};

use crate::service::{Service, bytes, jpeg, no_face, woman_in_front};

const INVALID: &str = "InvalidParameterException";

#[tokio::test]
async fn what_is_not_offered_is_refused_by_name() {
    let service = Service::start().with_people(&[]).await;
    let picture = bytes(&no_face());
    for (operation, input, error_type, text) in [
        (
            "CompareFaces",
            json!({}),
            "UnknownOperationException",
            "CompareFaces",
        ),
        (
            "DetectFaces",
            json!({ "Image": { "S3Object": { "Bucket": "b" } } }),
            INVALID,
            "Image.S3Object is not supported",
        ),
        (
            "DetectFaces",
            json!({ "Image": picture, "Attributes": ["GENDER"] }),
            INVALID,
            "Attribute GENDER",
        ),
        (
            "DetectFaces",
            json!({ "Image": picture, "Attributes": ["AURA"] }),
            INVALID,
            "AURA",
        ),
        (
            "DetectFaces",
            json!({ "Image": picture, "Mood": 1 }),
            INVALID,
            "Mood",
        ),
        (
            "ListFaces",
            json!({ "CollectionId": "people", "UserId": "u" }),
            INVALID,
            "UserId",
        ),
        (
            "IndexFaces",
            json!({ "CollectionId": "people" }),
            INVALID,
            "Image",
        ),
    ] {
        let answer: Value = input.clone();
        service
            .call(operation, answer)
            .await
            .refused(error_type, text);
    }
}

#[tokio::test]
async fn members_that_break_their_shapes() {
    let service = Service::start().with_people(&[]).await;
    let picture = bytes(&no_face());
    let pattern = "Member must satisfy regular expression pattern";
    for (operation, input, text) in [
        (
            "CreateCollection",
            json!({ "CollectionId": "two words" }),
            pattern,
        ),
        (
            "CreateCollection",
            json!({ "CollectionId": "" }),
            "length greater than or equal to 1",
        ),
        (
            "IndexFaces",
            json!({ "CollectionId": "people", "Image": picture, "ExternalImageId": "ann@example.com" }),
            pattern,
        ),
        (
            "IndexFaces",
            json!({ "CollectionId": "people", "Image": picture, "MaxFaces": 0 }),
            "maxFaces",
        ),
        (
            "SearchFacesByImage",
            json!({ "CollectionId": "people", "Image": picture, "MaxFaces": 4097 }),
            "maxFaces",
        ),
        (
            "SearchFacesByImage",
            json!({ "CollectionId": "people", "Image": picture, "FaceMatchThreshold": 101 }),
            "faceMatchThreshold",
        ),
        (
            "DeleteFaces",
            json!({ "CollectionId": "people", "FaceIds": [] }),
            "faceIds",
        ),
        (
            "DeleteFaces",
            json!({ "CollectionId": "people", "FaceIds": ["nonsense"] }),
            pattern,
        ),
        (
            "ListTagsForResource",
            json!({ "ResourceArn": "arn:aws:s3:::bucket" }),
            "Request has invalid parameters.",
        ),
    ] {
        service.call(operation, input).await.refused(INVALID, text);
    }
}

#[tokio::test]
async fn pictures_that_are_none() {
    let service = Service::start();
    let tiny = jpeg(
        &woman_in_front().resize_exact(79, 200, image::imageops::FilterType::Triangle),
        90,
    );
    let broken = &jpeg(&woman_in_front(), 90)[..400];
    for (name, picture, error_type, text) in [
        ("empty", vec![], INVALID, "Request has invalid parameters."),
        (
            "text",
            b"<html>".to_vec(),
            "InvalidImageFormatException",
            "Request has invalid image format.",
        ),
        (
            "cut off",
            broken.to_vec(),
            "InvalidImageFormatException",
            "Request has invalid image format.",
        ),
        (
            "79 pixels wide",
            tiny,
            INVALID,
            "Request has invalid parameters.",
        ),
        (
            "over 5 MB",
            vec![0xff; 5_242_881],
            "ImageTooLargeException",
            "Image size is too large.",
        ),
    ] {
        let answer = service
            .call("DetectFaces", json!({ "Image": bytes(&picture) }))
            .await;
        assert_eq!(answer.error_type.as_deref(), Some(error_type), "{name}");
        answer.refused(error_type, text);
    }
    let no_base64 = json!({ "Image": { "Bytes": "%%%" } });
    service
        .call("DetectFaces", no_base64)
        .await
        .refused(INVALID, "Request has invalid parameters.");
}

#[tokio::test]
async fn a_missing_collection_is_told_before_the_picture_is_looked_at() {
    let service = Service::start();
    let input = json!({ "CollectionId": "nowhere", "Image": bytes(b"no picture") });
    for operation in ["IndexFaces", "SearchFacesByImage"] {
        let answer = service.call(operation, input.clone()).await;
        answer.refused(
            "ResourceNotFoundException",
            "The collection id: nowhere does not exist",
        );
    }
}

#[tokio::test]
async fn past_the_queue_requests_are_throttled_and_others_succeed() {
    let service = Service::with_limits(1, 1);
    let requests: Vec<_> = (70..74)
        .map(|quality| {
            let rekognition = std::sync::Arc::clone(&service.rekognition);
            let input = json!({ "Image": bytes(&jpeg(&woman_in_front(), quality)) });
            tokio::spawn(
                async move { crate::service::call(&rekognition, "DetectFaces", input).await },
            )
        })
        .collect();
    let (mut served, mut throttled) = (0, 0);
    for request in requests {
        let answer = request.await.unwrap();
        if answer.status.is_success() {
            served += 1;
        } else {
            throttled += 1;
            answer.refused(
                "ProvisionedThroughputExceededException",
                "Provisioned Rate exceeded.",
            );
        }
    }
    assert_eq!((served, throttled), (2, 2));
}
