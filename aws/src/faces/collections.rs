//! Collections themselves: made and removed with the stack.

use aws_sdk_rekognition::operation::create_collection::CreateCollectionError;
use aws_sdk_rekognition::operation::delete_collection::DeleteCollectionError;
use aws_sdk_rekognition::operation::describe_collection::DescribeCollectionError;
use face_login_domain::collection::CollectionName;

use super::{Faces, FacesError, Operation, failed, incomplete};

/// A name and a value attached to a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Name, such as `face-login:stack`.
    pub name: &'static str,
    /// Value.
    pub value: String,
}

/// A collection that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// For the tags.
    pub arn: String,
    /// Faces in it.
    pub faces: u64,
}

/// Outcome of [`Faces::create_collection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// By this call.
    Now,
    /// It was there already.
    Existed,
}

impl Faces {
    /// Makes an empty collection that carries `tag`.
    ///
    /// # Errors
    /// Rekognition could not be asked, or refused.
    pub async fn create_collection(
        &self,
        collection: &CollectionName,
        tag: &Tag,
    ) -> Result<Created, FacesError> {
        let request = self
            .client
            .create_collection()
            .collection_id(collection.as_str())
            .tags(tag.name, &tag.value);
        match request.send().await {
            Ok(_) => Ok(Created::Now),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateCollectionError::is_resource_already_exists_exception) =>
            {
                Ok(Created::Existed)
            }
            Err(error) => Err(failed(Operation::CreateCollection, error)),
        }
    }

    /// The collection of that name, if there is one.
    ///
    /// # Errors
    /// Rekognition could not be asked.
    pub async fn describe_collection(
        &self,
        collection: &CollectionName,
    ) -> Result<Option<Collection>, FacesError> {
        let answer = match self
            .client
            .describe_collection()
            .collection_id(collection.as_str())
            .send()
            .await
        {
            Ok(answer) => answer,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DescribeCollectionError::is_resource_not_found_exception) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(failed(Operation::DescribeCollection, error)),
        };
        let (Some(arn), Some(faces)) = (answer.collection_arn(), answer.face_count()) else {
            return Err(incomplete(Operation::DescribeCollection));
        };
        Ok(Some(Collection {
            arn: arn.to_owned(),
            faces: faces.try_into().unwrap_or(0),
        }))
    }

    /// Value of the tag `name` of a collection, if it has one.
    ///
    /// # Errors
    /// Rekognition could not be asked, or the collection has gone.
    pub async fn tag_of(
        &self,
        collection: &Collection,
        name: &str,
    ) -> Result<Option<String>, FacesError> {
        let request = self
            .client
            .list_tags_for_resource()
            .resource_arn(&collection.arn);
        let answer = request
            .send()
            .await
            .map_err(|error| failed(Operation::ListTags, error))?;
        Ok(answer.tags().and_then(|tags| tags.get(name).cloned()))
    }

    /// Removes a collection with all its faces. Nothing there is success.
    ///
    /// # Errors
    /// Rekognition could not be asked, or refused.
    pub async fn delete_collection(&self, collection: &CollectionName) -> Result<(), FacesError> {
        match self
            .client
            .delete_collection()
            .collection_id(collection.as_str())
            .send()
            .await
        {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteCollectionError::is_resource_not_found_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(failed(Operation::DeleteCollection, error)),
        }
    }
}
