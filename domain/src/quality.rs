//! Whether a photo is fit to be compared: from what was seen in it to the one reason that the person is told.

use crate::{
    photo::PhotoSize,
    seen::{Finding, SeenFace},
    words::Reason,
};

/// A second face of at least this share of the largest one's area is somebody else in the picture, not a passer-by.
const SECOND_FACE_SHARE: f32 = 0.25;
/// Least height of the face, as a share of the photo's. An arm's length away a face fills a third.
const MIN_SHARE: f32 = 0.12;
/// Least width and height of the face in pixels. Rekognition wants 40 in a full-HD picture; comparing needs more.
const MIN_PIXELS: f32 = 60.0;
/// Degrees either way, well inside the 45 that Rekognition recommends.
const MAX_YAW: f32 = 35.0;
const MAX_ROLL: f32 = 35.0;
const MAX_PITCH_UP: f32 = 35.0;
const MAX_PITCH_DOWN: f32 = 25.0;
/// Per cent, as Rekognition reports quality. Only what is hopeless is refused here: the threshold judges the rest.
const MIN_BRIGHTNESS: f32 = 20.0;
const MAX_BRIGHTNESS: f32 = 95.0;
const MIN_SHARPNESS: f32 = 10.0;
/// Eyes, glasses and covers count only when the service is at least this sure of them, in per cent.
const SURE: f32 = 90.0;

/// The face to compare, or the first reason of the list why the photo is unfit.
///
/// The order is the order of the questions below: what hides everything else comes first, and sunglasses come before
/// closed eyes, because behind them eyes look closed.
pub fn judge(faces: &[SeenFace], photo: PhotoSize) -> Result<&SeenFace, Reason> {
    let mut by_area: Vec<&SeenFace> = faces.iter().collect();
    by_area.sort_by(|one, other| other.bounds.area().total_cmp(&one.bounds.area()));
    let Some((face, others)) = by_area.split_first() else {
        return Err(Reason::NoFace);
    };
    let questions = [
        (has_company(face, others), Reason::SeveralFaces),
        (is_small(face, photo), Reason::FaceTooSmall),
        (is_turned(face), Reason::TurnedAway),
        (face.brightness.get() < MIN_BRIGHTNESS, Reason::TooDark),
        (MAX_BRIGHTNESS < face.brightness.get(), Reason::TooBright),
        (face.sharpness.get() < MIN_SHARPNESS, Reason::Blurred),
        (surely(face.sunglasses, Sign::Seen), Reason::Sunglasses),
        (surely(face.eyes_open, Sign::Missing), Reason::EyesClosed),
        (surely(face.occluded, Sign::Seen), Reason::FaceCovered),
    ];
    match questions.into_iter().find(|(applies, _)| *applies) {
        Some((_, reason)) => Err(reason),
        None => Ok(face),
    }
}

fn has_company(face: &SeenFace, others: &[&SeenFace]) -> bool {
    others
        .first()
        .is_some_and(|second| SECOND_FACE_SHARE * face.bounds.area() <= second.bounds.area())
}

fn is_small(face: &SeenFace, photo: PhotoSize) -> bool {
    let (width, height) = (
        face.bounds.width() * photo.width_px(),
        face.bounds.height() * photo.height_px(),
    );
    face.bounds.height() < MIN_SHARE || width.min(height) < MIN_PIXELS
}

fn is_turned(face: &SeenFace) -> bool {
    let pose = &face.pose;
    let upright = (-MAX_PITCH_DOWN..=MAX_PITCH_UP).contains(&pose.pitch);
    !(upright && pose.yaw.abs() <= MAX_YAW && pose.roll.abs() <= MAX_ROLL)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Seen,
    Missing,
}

fn surely(finding: Option<Finding>, sign: Sign) -> bool {
    match finding {
        Some(Finding::Yes(sure)) => sign == Sign::Seen && SURE <= sure.get(),
        Some(Finding::No(sure)) => sign == Sign::Missing && SURE <= sure.get(),
        None => false,
    }
}

#[cfg(test)]
#[path = "quality/tests.rs"]
mod tests;
