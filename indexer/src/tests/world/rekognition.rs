//! Rekognition's part of the stand-in: what a photo shows is written in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use face_login_aws::stub::{Answer, Call};
use face_login_domain::ids::FaceId;
use serde_json::{Value, json};

use super::{State, hash};

pub(super) fn answer(state: &mut State, call: &Call) -> Answer {
    let asked = call.json();
    let photo = asked["Image"]["Bytes"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let collection = asked["CollectionId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let bytes = STANDARD.decode(&photo).unwrap_or_default();
    let shows = |words: &str| String::from_utf8_lossy(&bytes).contains(words);
    match call.operation.as_str() {
        "DetectFaces" if shows("no face") => Answer::json(&json!({"FaceDetails": []})),
        "DetectFaces" => Answer::json(&json!({"FaceDetails": [detail()]})),
        "IndexFaces" if shows("blurred") => Answer::json(
            &json!({"FaceRecords": [], "UnindexedFaces": [{"Reasons": ["LOW_SHARPNESS"]}], "FaceModelVersion": "7.0"}),
        ),
        "IndexFaces" => {
            let place = (
                collection,
                asked["ExternalImageId"].as_str().unwrap().to_owned(),
                photo.clone(),
            );
            let face = FaceId::parse(&format!(
                "00000000-0000-4000-8000-{:012x}",
                hash(&place) >> 16
            ))
            .unwrap();
            state.faces.insert(place, face.clone());
            let mut bounds = detail()["BoundingBox"].clone();
            if shows("elsewhere") {
                bounds["Left"] = json!(0.75);
            }
            let record = json!({"Face": {"FaceId": face.as_str(), "BoundingBox": bounds}});
            Answer::json(&json!({"FaceRecords": [record], "FaceModelVersion": "7.0"}))
        }
        "SearchFacesByImage" => {
            let person = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.split_once("person:").map(|(_, name)| name.to_owned())
            };
            let wanted = person(&bytes);
            let alike = state.faces.iter().filter(|((place, _, photo), _)| {
                let stored = person(&STANDARD.decode(photo).unwrap_or_default());
                *place == collection && wanted.is_some() && stored == wanted
            });
            let found: Vec<Value> = alike
                .map(|((_, label, _), face)| json!({"Similarity": 99.5, "Face": {"FaceId": face.as_str(), "ExternalImageId": label}}))
                .collect();
            Answer::json(
                &json!({"SearchedFaceBoundingBox": detail()["BoundingBox"], "SearchedFaceConfidence": 99.0, "FaceModelVersion": "7.0", "FaceMatches": found}),
            )
        }
        "ListFaces" => {
            let inside = state
                .faces
                .iter()
                .filter(|((place, ..), _)| *place == collection);
            let faces: Vec<Value> =
                inside.map(|((_, label, _), face)| json!({"FaceId": face.as_str(), "ExternalImageId": label})).collect();
            Answer::json(&json!({"Faces": faces}))
        }
        "DeleteFaces" => {
            let gone: Vec<&str> = asked["FaceIds"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            state.faces.retain(|_, face| !gone.contains(&face.as_str()));
            Answer::json(&json!({"DeletedFaces": gone, "UnsuccessfulFaceDeletions": []}))
        }
        other => panic!("the indexer has no business with {other}"),
    }
}

fn detail() -> Value {
    json!({
        "BoundingBox": {"Left": 0.25, "Top": 0.25, "Width": 0.5, "Height": 0.5}, "Confidence": 99.5,
        "Pose": {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0}, "Quality": {"Brightness": 80.0, "Sharpness": 90.0},
    })
}
