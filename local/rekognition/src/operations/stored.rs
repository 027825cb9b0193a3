//! Listing and deleting faces.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{collections::page_size, face_json};
use crate::{
    FACE_MODEL_VERSION, Rekognition,
    error::ServiceError,
    input::{CollectionId, face_ids, parse},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListInput {
    collection_id: String,
    next_token: Option<String>,
    max_results: Option<i64>,
    face_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct DeleteInput {
    collection_id: String,
    face_ids: Vec<String>,
}

impl Rekognition {
    pub(super) async fn list_faces(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: ListInput = parse(body)?;
        let id = CollectionId::new(input.collection_id)?;
        let limit = page_size(input.max_results)?;
        let after = position(input.next_token.as_deref())?;
        let wanted: Option<HashSet<String>> = input
            .face_ids
            .map(face_ids)
            .transpose()?
            .map(HashSet::from_iter);
        let mut faces = self
            .stored(move |store| store.faces(&id, after, limit + 1))
            .await?;
        let more = faces.len() > limit;
        faces.truncate(limit);
        let next = faces.last().map(|face| face.number);
        faces.retain(|face| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&face.face_id))
        });
        let told: Vec<Value> = faces.iter().map(face_json).collect();
        let mut answer = json!({ "Faces": told, "FaceModelVersion": FACE_MODEL_VERSION });
        if let (true, Some(last)) = (more, next) {
            answer["NextToken"] = json!(format!("{TOKEN_PREFIX}{last}"));
        }
        Ok(answer)
    }

    pub(super) async fn delete_faces(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: DeleteInput = parse(body)?;
        let id = CollectionId::new(input.collection_id)?;
        let ids = face_ids(input.face_ids)?;
        let asked = ids.clone();
        let deleted = self
            .stored(move |store| store.delete_faces(&id, &ids))
            .await?;
        let missing = asked.iter().filter(|id| !deleted.contains(id));
        let unsuccessful: Vec<Value> = missing
            .map(|id| json!({ "FaceId": id, "Reasons": ["FACE_NOT_FOUND"] }))
            .collect();
        let mut answer = json!({ "UnsuccessfulFaceDeletions": unsuccessful });
        // The service model knows no empty list of them.
        if !deleted.is_empty() {
            answer["DeletedFaces"] = json!(deleted);
        }
        Ok(answer)
    }
}

const TOKEN_PREFIX: &str = "after-";

/// The number after which the page starts; callers treat the token as opaque.
fn position(token: Option<&str>) -> Result<i64, ServiceError> {
    let Some(token) = token else { return Ok(0) };
    let number = token
        .strip_prefix(TOKEN_PREFIX)
        .and_then(|number| number.parse().ok());
    number.ok_or(ServiceError::InvalidPaginationToken)
}
