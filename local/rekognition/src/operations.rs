//! The operations, one function each.

mod collections;
mod images;
mod stored;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    Rekognition,
    detail::bounding_box,
    error::ServiceError,
    store::{Store, StoreError, StoredFace},
};

/// Version of the model that indexed a face. Its shape allows only digits and dots, unlike `FaceModelVersion`.
const INDEX_FACES_MODEL_VERSION: &str = "7.0";

impl Rekognition {
    pub(crate) async fn perform(
        &self,
        operation: &str,
        body: &Bytes,
    ) -> Result<Value, ServiceError> {
        match operation {
            "CreateCollection" => self.create_collection(body).await,
            "DescribeCollection" => self.describe_collection(body).await,
            "DeleteCollection" => self.delete_collection(body).await,
            "ListCollections" => self.list_collections(body).await,
            "ListTagsForResource" => self.list_tags(body).await,
            "DetectFaces" => self.detect_faces(body).await,
            "IndexFaces" => self.index_faces(body).await,
            "SearchFacesByImage" => self.search_faces_by_image(body).await,
            "ListFaces" => self.list_faces(body).await,
            "DeleteFaces" => self.delete_faces(body).await,
            _ => Err(ServiceError::UnknownOperation {
                operation: operation.to_owned(),
            }),
        }
    }

    /// Runs a query where blocking does no harm.
    async fn stored<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let store = Arc::clone(&self.store);
        let result = tokio::task::spawn_blocking(move || query(&store))
            .await
            .map_err(|_| ServiceError::Crashed)?;
        Ok(result?)
    }
}

/// A `Face`, as index, search and list tell it.
fn face_json(face: &StoredFace) -> Value {
    let mut told = json!({
        "FaceId": face.face_id,
        "BoundingBox": bounding_box(&face.bounds),
        "ImageId": face.image_id,
        "Confidence": face.confidence,
        "IndexFacesModelVersion": INDEX_FACES_MODEL_VERSION,
    });
    if let Some(external) = &face.external_image_id {
        told["ExternalImageId"] = json!(external);
    }
    told
}
