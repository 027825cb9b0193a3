//! Faces as words: a photo shows the names between its bars, a stored face is one name.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use face_login_aws::stub::{Answer, Call};
use serde_json::{Value, json};

use super::State;

pub(super) fn answer(state: &mut State, call: &Call) -> Answer {
    let input = call.json();
    match call.operation.as_str() {
        "DetectFaces" => {
            let details: Vec<Value> = faces(&input).iter().map(|name| detail(name)).collect();
            Answer::json(&json!({"FaceDetails": details}))
        }
        "SearchFacesByImage" => search(state, &input),
        _ => {
            for id in input["FaceIds"].as_array().unwrap() {
                state.faces.remove(id.as_str().unwrap());
            }
            Answer::json(
                &json!({"DeletedFaces": input["FaceIds"], "UnsuccessfulFaceDeletions": []}),
            )
        }
    }
}

/// The names in a photo. A name may be followed by what is wrong with it: `ana:dark`.
fn faces(input: &Value) -> Vec<String> {
    let bytes = STANDARD
        .decode(input["Image"]["Bytes"].as_str().unwrap())
        .unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let names = text.split('|').nth(1).unwrap_or_default();
    names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn bounding() -> Value {
    json!({"Left": 0.3, "Top": 0.2, "Width": 0.3, "Height": 0.5})
}

fn detail(name: &str) -> Value {
    let brightness = if name.ends_with(":dark") { 5.0 } else { 60.0 };
    json!({"BoundingBox": bounding(), "Confidence": 99.0, "Quality": {"Brightness": brightness, "Sharpness": 60.0},
        "Pose": {"Yaw": 0.0, "Pitch": 0.0, "Roll": 0.0}, "EyesOpen": {"Value": true, "Confidence": 99.0},
        "Sunglasses": {"Value": false, "Confidence": 99.0}, "FaceOccluded": {"Value": false, "Confidence": 99.0}})
}

fn search(state: &State, input: &Value) -> Answer {
    let names = faces(input);
    let Some(name) = names.first().and_then(|name| name.split(':').next()) else {
        return Answer::error(400, "InvalidParameterException");
    };
    // Twins are alike: "ana2" is at the threshold for "ana", and the other way round.
    let alike = |look: &str| look.trim_end_matches('2') == name.trim_end_matches('2');
    let found = state.faces.iter().filter(|(_, (_, look))| alike(look));
    let matches: Vec<Value> = found
        .map(|(id, (label, _))| json!({"Similarity": 99.5, "Face": {"FaceId": id, "ExternalImageId": label}}))
        .collect();
    Answer::json(
        &json!({"SearchedFaceBoundingBox": bounding(), "SearchedFaceConfidence": 99.0, "FaceModelVersion": "7.0", "FaceMatches": matches}),
    )
}
