//! `FaceDetail` and its parts as JSON.

use face_login_face_engine::{BoundingBox, Expression, Face, Point};
use serde_json::{Map, Value, json};

use crate::{analysis::Analysis, input::Attribute};

/// Reported for what the engine can't know; callers act only on findings they can be sure of.
const UNKNOWN: f32 = 50.0;
/// Height over width of the inner lips: closed mouths have .01 to .06, open ones more than .2.
const MOUTH_OPEN_RATIO: f32 = 0.13;

/// Everything that was asked for about face `index`. Slow if expressions are among it.
pub(crate) fn face_detail(
    analysis: &Analysis,
    index: usize,
    face: &Face,
    asked: &[Attribute],
) -> Value {
    let all = asked.contains(&Attribute::All);
    let mut detail = Map::new();
    detail.insert("BoundingBox".into(), bounding_box(&face.bounds));
    detail.insert("Confidence".into(), json!(face.confidence.percent()));
    detail.insert(
        "Pose".into(),
        json!({ "Roll": face.pose.roll, "Yaw": face.pose.yaw, "Pitch": face.pose.pitch }),
    );
    let quality = face.quality;
    detail.insert(
        "Quality".into(),
        json!({ "Brightness": quality.brightness, "Sharpness": quality.sharpness }),
    );
    detail.insert(
        "Landmarks".into(),
        landmarks(
            &face.landmarks,
            if all { &LANDMARKS } else { &LANDMARKS[..5] },
        ),
    );
    for (attribute, name, finding) in OPTIONAL {
        if all || asked.contains(&attribute) {
            detail.insert(name.into(), finding(analysis, index, face));
        }
    }
    Value::Object(detail)
}

pub(crate) fn bounding_box(bounds: &BoundingBox) -> Value {
    json!({ "Left": bounds.left, "Top": bounds.top, "Width": bounds.width, "Height": bounds.height })
}

type Tell = fn(&Analysis, usize, &Face) -> Value;

const OPTIONAL: [(Attribute, &str, Tell); 9] = [
    (Attribute::Beard, "Beard", |_, _, _| unseen()),
    (Attribute::Emotions, "Emotions", |analysis, index, _| {
        emotions(analysis.expression(index))
    }),
    (Attribute::Eyeglasses, "Eyeglasses", |_, _, _| unseen()),
    // Regressed landmarks show every eye open, so the engine can't tell a closed one: "open" lets policies pass.
    (
        Attribute::EyesOpen,
        "EyesOpen",
        |_, _, _| json!({ "Value": true, "Confidence": UNKNOWN }),
    ),
    (Attribute::FaceOccluded, "FaceOccluded", |_, _, _| unseen()),
    (Attribute::MouthOpen, "MouthOpen", |analysis, _, face| {
        mouth_open(&face.landmarks, analysis.size)
    }),
    (Attribute::Mustache, "Mustache", |_, _, _| unseen()),
    (Attribute::Smile, "Smile", |analysis, index, _| {
        likely(analysis.expression(index).happy)
    }),
    (Attribute::Sunglasses, "Sunglasses", |_, _, _| unseen()),
];

fn unseen() -> Value {
    json!({ "Value": false, "Confidence": UNKNOWN })
}

/// A finding with the confidence in whichever answer is the likelier.
fn likely(probability: f32) -> Value {
    json!({ "Value": probability > 0.5, "Confidence": 100.0 * probability.max(1.0 - probability) })
}

fn emotions(expression: &Expression) -> Value {
    let mut emotions = [
        ("CALM", expression.neutral),
        ("HAPPY", expression.happy),
        ("SAD", expression.sad),
        ("ANGRY", expression.angry),
        ("FEAR", expression.fearful),
        ("DISGUSTED", expression.disgusted),
        ("SURPRISED", expression.surprised),
    ];
    emotions.sort_by(|a, b| b.1.total_cmp(&a.1));
    emotions
        .iter()
        .map(|(name, share)| json!({ "Type": name, "Confidence": share * 100.0 }))
        .collect()
}

fn mouth_open(points: &[Point; 68], (width, height): (f32, f32)) -> Value {
    let distance = |a: usize, b: usize| {
        ((points[a].x - points[b].x) * width).hypot((points[a].y - points[b].y) * height)
    };
    let gap = (distance(61, 67) + distance(62, 66) + distance(63, 65)) / 3.0;
    let ratio = gap / distance(60, 64).max(f32::MIN_POSITIVE);
    likely(1.0 / (1.0 + (30.0 * (MOUTH_OPEN_RATIO - ratio)).exp()))
}

/// Names of the service with the points of iBUG 300-W whose mean they are. "Left" is the left of the picture, as in
/// recorded answers. The first five are told by default.
const LANDMARKS: [(&str, &[usize]); 30] = [
    ("eyeLeft", &[36, 37, 38, 39, 40, 41]),
    ("eyeRight", &[42, 43, 44, 45, 46, 47]),
    ("mouthLeft", &[48]),
    ("mouthRight", &[54]),
    ("nose", &[30]),
    ("leftEyeBrowLeft", &[17]),
    ("leftEyeBrowUp", &[19]),
    ("leftEyeBrowRight", &[21]),
    ("rightEyeBrowLeft", &[22]),
    ("rightEyeBrowUp", &[24]),
    ("rightEyeBrowRight", &[26]),
    ("leftEyeLeft", &[36]),
    ("leftEyeRight", &[39]),
    ("leftEyeUp", &[37, 38]),
    ("leftEyeDown", &[40, 41]),
    ("rightEyeLeft", &[42]),
    ("rightEyeRight", &[45]),
    ("rightEyeUp", &[43, 44]),
    ("rightEyeDown", &[46, 47]),
    ("noseLeft", &[31]),
    ("noseRight", &[35]),
    ("mouthUp", &[51]),
    ("mouthDown", &[57]),
    ("leftPupil", &[37, 38, 40, 41]),
    ("rightPupil", &[43, 44, 46, 47]),
    ("upperJawlineLeft", &[0]),
    ("midJawlineLeft", &[4]),
    ("chinBottom", &[8]),
    ("midJawlineRight", &[12]),
    ("upperJawlineRight", &[16]),
];

fn landmarks(points: &[Point; 68], names: &[(&str, &[usize])]) -> Value {
    let mean = |indices: &[usize], axis: fn(&Point) -> f32| {
        let count = u8::try_from(indices.len()).map_or(1.0, f32::from);
        indices
            .iter()
            .map(|index| axis(&points[*index]))
            .sum::<f32>()
            / count
    };
    let told = |(name, indices): &(&str, &[usize])| json!({ "Type": name, "X": mean(indices, |point| point.x), "Y": mean(indices, |point| point.y) });
    names.iter().map(told).collect()
}
