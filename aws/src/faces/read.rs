//! Rekognition's answers as types. `None` means that something is missing which the service always sends.

use aws_sdk_rekognition::operation::delete_faces::DeleteFacesOutput;
use aws_sdk_rekognition::operation::index_faces::IndexFacesOutput;
use aws_sdk_rekognition::operation::search_faces_by_image::SearchFacesByImageOutput;
use aws_sdk_rekognition::types::{
    BoundingBox, FaceDetail, FaceMatch, FaceRecord, UnindexedFace, UnsuccessfulFaceDeletionReason,
};
use face_login_domain::ids::{FaceId, FaceLabel};
use face_login_domain::seen::{FaceBox, Finding, Percent, Pose, SeenFace};
use face_login_domain::similarity::{Similarity, Thresholds};
use face_login_domain::verdict::{Candidate, Search};

use super::{Indexed, Indexing};

/// All of them, largest first.
pub(super) fn seen_faces(details: &[FaceDetail]) -> Option<Vec<SeenFace>> {
    let mut faces: Vec<SeenFace> = details.iter().map(seen_face).collect::<Option<_>>()?;
    faces.sort_by(|one, other| other.bounds.area().total_cmp(&one.bounds.area()));
    Some(faces)
}

pub(super) fn searched(
    answer: &SearchFacesByImageOutput,
    thresholds: &Thresholds,
) -> Option<Search> {
    Some(Search {
        searched: face_box(answer.searched_face_bounding_box()?)?,
        candidates: answer
            .face_matches()
            .iter()
            .map(candidate)
            .collect::<Option<_>>()?,
        threshold: thresholds.of(answer.face_model_version()?),
    })
}

pub(super) fn indexing(answer: &IndexFacesOutput) -> Option<Indexing> {
    match answer.face_records() {
        [] => Some(Indexing::NotIndexed(reasons(answer.unindexed_faces()))),
        [record, ..] => indexed(record, answer.face_model_version()?).map(Indexing::Indexed),
    }
}

/// Whether the collection still holds a face that was to be deleted.
pub(super) fn kept(answer: &DeleteFacesOutput) -> bool {
    answer.unsuccessful_face_deletions().iter().any(|deletion| {
        let gone = |reason: &UnsuccessfulFaceDeletionReason| {
            matches!(reason, UnsuccessfulFaceDeletionReason::FaceNotFound)
        };
        !deletion.reasons().iter().any(gone)
    })
}

fn seen_face(detail: &FaceDetail) -> Option<SeenFace> {
    let (pose, quality) = (detail.pose()?, detail.quality()?);
    Some(SeenFace {
        bounds: face_box(detail.bounding_box()?)?,
        confidence: Percent::new(detail.confidence()?)?,
        brightness: Percent::new(quality.brightness()?)?,
        sharpness: Percent::new(quality.sharpness()?)?,
        pose: Pose {
            yaw: pose.yaw()?,
            pitch: pose.pitch()?,
            roll: pose.roll()?,
        },
        eyes_open: detail
            .eyes_open()
            .and_then(|seen| finding(seen.value(), seen.confidence())),
        sunglasses: detail
            .sunglasses()
            .and_then(|seen| finding(seen.value(), seen.confidence())),
        occluded: detail
            .face_occluded()
            .and_then(|seen| finding(seen.value(), seen.confidence())),
    })
}

fn finding(value: bool, confidence: Option<f32>) -> Option<Finding> {
    let confidence = Percent::new(confidence?)?;
    Some(if value {
        Finding::Yes(confidence)
    } else {
        Finding::No(confidence)
    })
}

fn candidate(found: &FaceMatch) -> Option<Candidate> {
    let face = found.face()?;
    Some(Candidate {
        face: FaceId::parse(face.face_id()?)?,
        label: face.external_image_id().and_then(FaceLabel::parse),
        similarity: Similarity::new(found.similarity()?)?,
    })
}

fn indexed(record: &FaceRecord, model_version: &str) -> Option<Indexed> {
    let face = record.face()?;
    Some(Indexed {
        face_id: FaceId::parse(face.face_id()?)?,
        bounds: face_box(face.bounding_box()?)?,
        model_version: model_version.to_owned(),
    })
}

fn reasons(unindexed: &[UnindexedFace]) -> Vec<String> {
    let mut reasons: Vec<String> = unindexed
        .iter()
        .flat_map(UnindexedFace::reasons)
        .map(|reason| reason.as_str().to_owned())
        .collect();
    reasons.sort();
    reasons.dedup();
    reasons
}

fn face_box(bounds: &BoundingBox) -> Option<FaceBox> {
    FaceBox::new(
        bounds.left()?,
        bounds.top()?,
        bounds.width()?,
        bounds.height()?,
    )
}
