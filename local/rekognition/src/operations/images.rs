//! Detecting, indexing and searching: what needs the nets.

use serde::Deserialize;
use serde_json::{Value, json};

use super::face_json;
use crate::{
    FACE_MODEL_VERSION, Rekognition,
    analyses::Admitted,
    analysis::Analysis,
    detail::{bounding_box, face_detail},
    error::ServiceError,
    input::{Attribute, CollectionId, ExternalImageId, attributes, parse, percent, within},
    photo::ImageInput,
    quality_filter::{QualityFilter, Reason},
    store::{NewFace, StoredFace},
};
use face_login_face_engine::similarity;

/// Similarity that a match needs when the caller doesn't say.
const DEFAULT_THRESHOLD: f32 = 80.0;
/// Most matches that may be asked for, and given when the caller doesn't say.
const MAX_MATCHES: usize = 4096;
/// Faces told of, so that a larger `MaxFaces` means the same.
const MAX_INDEXED: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DetectInput {
    image: ImageInput,
    attributes: Option<Vec<Attribute>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct IndexInput {
    collection_id: String,
    image: ImageInput,
    external_image_id: Option<String>,
    detection_attributes: Option<Vec<Attribute>>,
    max_faces: Option<i64>,
    quality_filter: Option<QualityFilter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct SearchInput {
    collection_id: String,
    image: ImageInput,
    max_faces: Option<i64>,
    face_match_threshold: Option<f32>,
    quality_filter: Option<QualityFilter>,
}

impl Rekognition {
    pub(super) async fn detect_faces(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: DetectInput = parse(body)?;
        let asked = attributes(input.attributes)?;
        let admitted = self.analyses.analyse(&input.image.photo()?).await?;
        let details = details(&admitted, asked).await?;
        Ok(json!({ "FaceDetails": details }))
    }

    pub(super) async fn index_faces(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: IndexInput = parse(body)?;
        let collection = CollectionId::new(input.collection_id)?;
        let external = input
            .external_image_id
            .map(ExternalImageId::new)
            .transpose()?;
        let asked = attributes(input.detection_attributes)?;
        let limit = input
            .max_faces
            .map(|most| within(most, "maxFaces", (1, i32::MAX as usize)))
            .transpose()?;
        let filter = input.quality_filter.unwrap_or(QualityFilter::Auto);
        let photo = input.image.photo()?;
        self.ensure_collection(&collection).await?;

        let admitted = self.analyses.analyse(&photo).await?;
        let details = details(&admitted, asked).await?;
        let (passing, unindexed) =
            sort_out(&admitted.analysis, filter, limit.unwrap_or(MAX_INDEXED));
        let passing_places = passing.clone();
        let new_faces = admitted
            .compute(move |analysis| new_faces(analysis, &passing))
            .await?;
        let image_id = photo.image_id();
        let stored = self
            .stored(move |store| store.index(&collection, &image_id, external.as_ref(), &new_faces))
            .await?;

        let records = stored
            .iter()
            .zip(passing_places)
            .map(|(face, place)| record(face, &details[place]));
        let refused = unindexed
            .into_iter()
            .map(|(place, reasons)| unindexed_json(&details[place], &reasons));
        Ok(json!({
            "FaceRecords": records.collect::<Vec<_>>(),
            "UnindexedFaces": refused.collect::<Vec<_>>(),
            "FaceModelVersion": FACE_MODEL_VERSION,
        }))
    }

    pub(super) async fn search_faces_by_image(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: SearchInput = parse(body)?;
        let collection = CollectionId::new(input.collection_id)?;
        let limit = input.max_faces.map_or(Ok(MAX_MATCHES), |most| {
            within(most, "maxFaces", (1, MAX_MATCHES))
        })?;
        let threshold = percent(
            input.face_match_threshold.unwrap_or(DEFAULT_THRESHOLD),
            "faceMatchThreshold",
        )?;
        let filter = input.quality_filter.unwrap_or(QualityFilter::None);
        let photo = input.image.photo()?;
        self.ensure_collection(&collection).await?;

        let admitted = self.analyses.analyse(&photo).await?;
        let analysis = &admitted.analysis;
        let (place, searched) = analysis
            .faces()
            .enumerate()
            .find(|(_, face)| filter.objections(face, analysis.size).is_empty())
            .ok_or(ServiceError::NoFace)?;
        let embedding = admitted
            .compute(move |analysis| analysis.embedding(place).clone())
            .await?;
        let stored = self
            .stored(move |store| store.faces(&collection, 0, usize::MAX))
            .await?;

        let alike = |face: StoredFace| (similarity(&embedding, &face.embedding).percent(), face);
        let mut matches: Vec<_> = stored
            .into_iter()
            .map(alike)
            .filter(|(alike, _)| *alike >= threshold)
            .collect();
        matches.sort_by(|a, b| b.0.total_cmp(&a.0));
        matches.truncate(limit);
        let told: Vec<Value> = matches
            .iter()
            .map(|(alike, face)| json!({ "Similarity": alike, "Face": face_json(face) }))
            .collect();
        Ok(json!({
            "SearchedFaceBoundingBox": bounding_box(&searched.bounds),
            "SearchedFaceConfidence": searched.confidence.percent(),
            "FaceMatches": told,
            "FaceModelVersion": FACE_MODEL_VERSION,
        }))
    }

    /// Said before the picture is looked at, as there is no use in that.
    async fn ensure_collection(&self, collection: &CollectionId) -> Result<(), ServiceError> {
        let collection = collection.clone();
        self.stored(move |store| store.describe(&collection))
            .await
            .map(drop)
    }
}

async fn details(admitted: &Admitted, asked: Vec<Attribute>) -> Result<Vec<Value>, ServiceError> {
    let all = move |analysis: &Analysis| {
        analysis
            .faces()
            .enumerate()
            .map(|(place, face)| face_detail(analysis, place, face, &asked))
            .collect()
    };
    admitted.compute(all).await
}

/// Which faces pass, and why the others don't. Places count from the largest face.
fn sort_out(
    analysis: &Analysis,
    filter: QualityFilter,
    limit: usize,
) -> (Vec<usize>, Vec<(usize, Vec<Reason>)>) {
    let (mut passing, mut refused) = (Vec::new(), Vec::new());
    for (place, face) in analysis.faces().enumerate() {
        let objections = filter.objections(face, analysis.size);
        if !objections.is_empty() {
            refused.push((place, objections));
        } else if passing.len() < limit {
            passing.push(place);
        } else {
            refused.push((place, vec![Reason::ExceedsMaxFaces]));
        }
    }
    (passing, refused)
}

fn new_faces(analysis: &Analysis, places: &[usize]) -> Vec<NewFace> {
    let chosen = analysis
        .faces()
        .enumerate()
        .filter(|(place, _)| places.contains(place));
    let described = chosen.map(|(place, face)| NewFace {
        place,
        bounds: face.bounds,
        confidence: face.confidence.percent(),
        embedding: analysis.embedding(place).clone(),
    });
    described.collect()
}

fn record(face: &StoredFace, detail: &Value) -> Value {
    json!({ "Face": face_json(face), "FaceDetail": detail })
}

fn unindexed_json(detail: &Value, reasons: &[Reason]) -> Value {
    let reasons: Vec<&str> = reasons.iter().map(|reason| reason.as_str()).collect();
    json!({ "Reasons": reasons, "FaceDetail": detail })
}
