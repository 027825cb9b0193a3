//! What a collection holds, page by page.

use std::collections::BTreeSet;

use aws_sdk_rekognition::error::SdkError;
use aws_sdk_rekognition::operation::list_faces::ListFacesError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use face_login_domain::collection::CollectionName;
use face_login_domain::ids::{FaceId, FaceLabel};

use super::{Faces, FacesError, Operation, PAGE, failed};

/// A face as a collection holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The face.
    pub face: FaceId,
    /// Whose it is; `None` for a face that this product did not label.
    pub label: Option<FaceLabel>,
}

/// One page of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacePage {
    /// The faces.
    pub found: Vec<Stored>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Faces {
    /// At most `count` faces (1 to 4096) from where `after` says. A collection that does not exist has none.
    ///
    /// # Errors
    /// Rekognition could not be asked.
    pub async fn page(
        &self,
        collection: &CollectionName,
        after: Option<String>,
        count: i32,
    ) -> Result<FacePage, FacesError> {
        let request = self.client.list_faces().collection_id(collection.as_str());
        let request = request.set_next_token(after).max_results(count);
        let page = match request.send().await {
            Ok(page) => page,
            Err(error) if is_missing(&error) => return Ok(FacePage::default()),
            Err(error) => return Err(failed(Operation::List, error)),
        };
        let stored = |face: &aws_sdk_rekognition::types::Face| {
            Some(Stored {
                face: FaceId::parse(face.face_id()?)?,
                label: face.external_image_id().and_then(FaceLabel::parse),
            })
        };
        Ok(FacePage {
            found: page.faces().iter().filter_map(stored).collect(),
            next: page.next_token,
        })
    }

    /// Which of these faces `collection` holds; none if there is no such collection. At most 4096 are asked about; none at all asks
    /// nothing.
    ///
    /// # Errors
    /// Rekognition could not be asked.
    pub async fn present(
        &self,
        collection: &CollectionName,
        faces: &[FaceId],
    ) -> Result<BTreeSet<FaceId>, FacesError> {
        if faces.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ids = faces.iter().map(|face| face.as_str().to_owned()).collect();
        let request = self.client.list_faces().collection_id(collection.as_str());
        let mut pages = request
            .set_face_ids(Some(ids))
            .max_results(PAGE)
            .into_paginator()
            .send();
        let mut present = BTreeSet::new();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) if is_missing(&error) => return Ok(present),
                Err(error) => return Err(failed(Operation::List, error)),
            };
            let ids = page.faces().iter();
            present.extend(ids.filter_map(|face| face.face_id().and_then(FaceId::parse)));
        }
        Ok(present)
    }
}

fn is_missing(error: &SdkError<ListFacesError, HttpResponse>) -> bool {
    error
        .as_service_error()
        .is_some_and(ListFacesError::is_resource_not_found_exception)
}
