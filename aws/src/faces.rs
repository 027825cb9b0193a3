//! Rekognition, as types. An answer about a photo (even a refusal of it) is a value; an [`FacesError`] means that nothing
//! was learned, so that an outage can never be taken for a verdict.

mod collections;
mod listing;
mod read;

use aws_sdk_rekognition::Client;
use aws_sdk_rekognition::error::SdkError;
use aws_sdk_rekognition::operation::delete_faces::DeleteFacesError;
use aws_sdk_rekognition::primitives::Blob;
use aws_sdk_rekognition::types::{Attribute, Image, QualityFilter};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use face_login_domain::collection::CollectionName;
use face_login_domain::figures::Figure;
use face_login_domain::ids::{FaceId, FaceLabel};
use face_login_domain::seen::{FaceBox, SeenFace};
use face_login_domain::similarity::Thresholds;
use face_login_domain::verdict;
use face_login_process::figures;

pub use self::collections::{Collection, Created, Tag};
pub use self::listing::{FacePage, Stored};
use crate::failure::{BoxError, Failure};
use crate::http::{Connection, Patience};

/// Most candidates of one search. More faces than this above a threshold of 90 would be a collection full of one person.
const MAX_CANDIDATES: i32 = 100;
/// Rekognition's largest page of `ListFaces`.
const PAGE: i32 = 4096;

/// Faces in photos and in collections.
#[derive(Clone)]
pub struct Faces {
    client: Client,
}

/// Why Rekognition won't look at a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Neither JPEG nor PNG, or broken.
    InvalidImage,
    /// Too many bytes.
    TooLarge,
    /// Outside other limits, such as fewer than 80 pixels on a side.
    InvalidParameter,
}

/// Outcome of [`Faces::detect`].
#[derive(Clone, Debug, PartialEq)]
pub enum Detected {
    /// All faces, largest first; may be empty.
    Faces(Vec<SeenFace>),
    /// The photo was not looked at.
    Refused(Refusal),
}

/// Outcome of [`Faces::search`].
#[derive(Clone, Debug, PartialEq)]
pub enum Search {
    /// The largest face was searched for; candidates are most alike first, 100 at the most. Whether it is the judged one is the caller's to see.
    Done(verdict::Search),
    /// There is no face in the photo.
    NoFace,
    /// The photo was not looked at.
    Refused(Refusal),
}

/// Outcome of [`Faces::index`].
#[derive(Clone, Debug, PartialEq)]
pub enum Indexing {
    /// The face is in the collection (now, or it was before: the same photo gives the same id again).
    Indexed(Indexed),
    /// No face passed the quality filter; the service's reasons.
    NotIndexed(Vec<String>),
    /// The photo was not looked at.
    Refused(Refusal),
}

/// A face that a collection holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Indexed {
    /// The face.
    pub face_id: FaceId,
    /// Where it is in the photo.
    pub bounds: FaceBox,
    /// The collection's face model. Vectors of different models can't be compared.
    pub model_version: String,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `DetectFaces`
    Detect,
    /// `SearchFacesByImage`
    Search,
    /// `IndexFaces`
    Index,
    /// `DeleteFaces`
    Delete,
    /// `ListFaces`
    List,
    /// `CreateCollection`
    CreateCollection,
    /// `DescribeCollection`
    DescribeCollection,
    /// `ListTagsForResource`
    ListTags,
    /// `DeleteCollection`
    DeleteCollection,
}

/// A call to Rekognition that told nothing about what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{operation:?} by Rekognition failed: {failure:?}")]
pub struct FacesError {
    /// What was being done.
    pub operation: Operation,
    /// Why it failed, as far as anybody acts on it.
    pub failure: Failure,
    #[source]
    source: BoxError,
}

impl Faces {
    /// Retries and limits are `patience`'s.
    pub fn new(connection: &Connection, patience: &Patience) -> Self {
        Self {
            client: connection.rekognition(patience),
        }
    }

    /// All faces in a photo of at most 5 MB, with what the quality policy needs.
    ///
    /// # Errors
    /// Rekognition could not be asked, or its answer is incomplete.
    pub async fn detect(&self, photo: &[u8]) -> Result<Detected, FacesError> {
        let request = self
            .client
            .detect_faces()
            .image(image(photo))
            .set_attributes(Some(vec![
                Attribute::Default,
                Attribute::EyesOpen,
                Attribute::Sunglasses,
                Attribute::FaceOccluded,
            ]));
        match request.send().await {
            Ok(answer) => read::seen_faces(answer.face_details())
                .inspect(|_| figures::count(Figure::FacesDetected))
                .map(Detected::Faces)
                .ok_or_else(|| incomplete(Operation::Detect)),
            Err(error) => match refusal(&error) {
                Some(refusal) => Ok(Detected::Refused(refusal)),
                None => Err(failed(Operation::Detect, error)),
            },
        }
    }

    /// Faces of `collection` that are like the largest face of the photo.
    ///
    /// # Errors
    /// Rekognition could not be asked, there is no such collection, or the answer is incomplete.
    pub async fn search(
        &self,
        collection: &CollectionName,
        photo: &[u8],
        thresholds: &Thresholds,
    ) -> Result<Search, FacesError> {
        let request = self
            .client
            .search_faces_by_image()
            .collection_id(collection.as_str())
            .image(image(photo))
            .max_faces(MAX_CANDIDATES)
            .face_match_threshold(thresholds.lowest().percent())
            .quality_filter(QualityFilter::None);
        match request.send().await {
            Ok(answer) => read::searched(&answer, thresholds)
                .inspect(|_| figures::count(Figure::FacesSearched))
                .map(Search::Done)
                .ok_or_else(|| incomplete(Operation::Search)),
            Err(error) => match refusal(&error) {
                // All other parameters are ours and valid by type: what is left is a photo without a face.
                Some(Refusal::InvalidParameter) => Ok(Search::NoFace),
                Some(refusal) => Ok(Search::Refused(refusal)),
                None => Err(failed(Operation::Search, error)),
            },
        }
    }

    /// Puts the largest face of the photo into `collection`, if it passes the strictest quality filter.
    ///
    /// # Errors
    /// Rekognition could not be asked, there is no such collection, or the answer is incomplete. The face may be in the
    /// collection all the same: asking again with the same photo and id gives its id.
    pub async fn index(
        &self,
        collection: &CollectionName,
        photo: &[u8],
        label: &FaceLabel,
    ) -> Result<Indexing, FacesError> {
        let request = self
            .client
            .index_faces()
            .collection_id(collection.as_str())
            .image(image(photo))
            .external_image_id(label.to_string())
            .max_faces(1)
            .quality_filter(QualityFilter::High);
        match request.send().await {
            Ok(answer) => {
                let told = read::indexing(&answer);
                if let Some(Indexing::Indexed(_)) = told {
                    figures::count(Figure::FacesIndexed);
                }
                told.ok_or_else(|| incomplete(Operation::Index))
            }
            Err(error) => match refusal(&error) {
                Some(refusal) => Ok(Indexing::Refused(refusal)),
                None => Err(failed(Operation::Index, error)),
            },
        }
    }

    /// Takes faces out of `collection`. Faces and collections that are not there are no failure; none at all asks nothing.
    ///
    /// # Errors
    /// Rekognition could not be asked, or kept one of them.
    pub async fn delete(
        &self,
        collection: &CollectionName,
        faces: &[FaceId],
    ) -> Result<(), FacesError> {
        if faces.is_empty() {
            return Ok(());
        }
        let ids = faces.iter().map(|face| face.as_str().to_owned()).collect();
        let request = self
            .client
            .delete_faces()
            .collection_id(collection.as_str())
            .set_face_ids(Some(ids));
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteFacesError::is_resource_not_found_exception) =>
            {
                return Ok(());
            }
            Err(error) => return Err(failed(Operation::Delete, error)),
        };
        if read::kept(&answer) {
            return Err(FacesError {
                operation: Operation::Delete,
                failure: Failure::Refused,
                source: "the collection keeps a face that should be deleted".into(),
            });
        }
        figures::add(Figure::FacesDeleted, faces.len() as u64);
        Ok(())
    }

    /// Faces of `collection` that carry this label. Reads the whole collection, 4096 faces at a time: for repairs only.
    ///
    /// # Errors
    /// Rekognition could not be asked, or there is no such collection.
    pub async fn labelled(
        &self,
        collection: &CollectionName,
        label: &FaceLabel,
    ) -> Result<Vec<FaceId>, FacesError> {
        let request = self
            .client
            .list_faces()
            .collection_id(collection.as_str())
            .max_results(PAGE);
        let label = label.to_string();
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed(Operation::List, error))?;
            let ours = page
                .faces()
                .iter()
                .filter(|face| face.external_image_id() == Some(label.as_str()));
            found.extend(ours.filter_map(|face| face.face_id().and_then(FaceId::parse)));
        }
        Ok(found)
    }
}

fn image(photo: &[u8]) -> Image {
    Image::builder().bytes(Blob::new(photo)).build()
}

fn refusal<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<Refusal> {
    match error.as_service_error()?.code()? {
        "InvalidImageFormatException" => Some(Refusal::InvalidImage),
        "ImageTooLargeException" => Some(Refusal::TooLarge),
        "InvalidParameterException" => Some(Refusal::InvalidParameter),
        _ => None,
    }
}

fn failed<E>(operation: Operation, error: SdkError<E, HttpResponse>) -> FacesError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    FacesError {
        operation,
        failure: Failure::of(&error),
        source: error.into(),
    }
}

fn incomplete(operation: Operation) -> FacesError {
    FacesError {
        operation,
        failure: Failure::Unavailable,
        source: "the answer lacks what it always holds".into(),
    }
}

#[cfg(test)]
mod tests;
