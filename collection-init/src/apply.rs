//! Carries a plan out. Every step may have been done before: CloudFormation and Lambda both repeat.

use face_login_aws::faces::{Created, Faces, FacesError, Tag};
use face_login_domain::collection::CollectionName;

use crate::plan::{Plan, Refusal};
use crate::request;

/// Marks a collection as ours; the value is the ARN of the stack.
pub(crate) const OWNER_TAG: &str = "face-login:stack";

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The request itself.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Somebody else's collection.
    #[error("the collection {} exists and is not tagged as this stack's", .0.as_str())]
    Foreign(CollectionName),
    /// Faces would lose their place.
    #[error("the collection {} holds {faces} faces: shards never shrink and generations never go back", name.as_str())]
    InUse {
        /// The collection.
        name: CollectionName,
        /// How many.
        faces: u64,
    },
    /// Rekognition.
    #[error("working on the collection {}", name.as_str())]
    Rekognition {
        /// The collection.
        name: CollectionName,
        #[source]
        source: FacesError,
    },
}

/// Does what the plan says, for the stack with this ARN.
pub(crate) async fn apply(faces: &Faces, stack_id: &str, plan: &Plan) -> Result<(), Failed> {
    match plan {
        Plan::Ensure { names, given_up } => {
            for name in given_up {
                holds_no_face(faces, name).await?;
            }
            for name in names {
                ensure(faces, stack_id, name).await?;
            }
            Ok(())
        }
        Plan::Remove {
            names,
            faces: wanted,
        } => {
            for name in names {
                remove(faces, stack_id, name, *wanted).await?;
            }
            Ok(())
        }
        Plan::Nothing => Ok(()),
        Plan::Refuse(refusal) => Err((*refusal).into()),
    }
}

async fn holds_no_face(faces: &Faces, name: &CollectionName) -> Result<(), Failed> {
    let collection = faces.describe_collection(name).await.map_err(at(name))?;
    match collection.map_or(0, |collection| collection.faces) {
        0 => Ok(()),
        faces => Err(Failed::InUse {
            name: name.clone(),
            faces,
        }),
    }
}

async fn ensure(faces: &Faces, stack_id: &str, name: &CollectionName) -> Result<(), Failed> {
    let tag = Tag {
        name: OWNER_TAG,
        value: stack_id.to_owned(),
    };
    match faces
        .create_collection(name, &tag)
        .await
        .map_err(at(name))?
    {
        Created::Now => Ok(()),
        Created::Existed => match owner(faces, name).await? {
            Some(owner) if owner == stack_id => Ok(()),
            _ => Err(Failed::Foreign(name.clone())),
        },
    }
}

/// A foreign collection is left alone: the failed creation that met it is being rolled back.
async fn remove(
    faces: &Faces,
    stack_id: &str,
    name: &CollectionName,
    wanted: request::Faces,
) -> Result<(), Failed> {
    let Some(collection) = faces.describe_collection(name).await.map_err(at(name))? else {
        return Ok(());
    };
    let owner = faces
        .tag_of(&collection, OWNER_TAG)
        .await
        .map_err(at(name))?;
    let stays = collection.faces > 0 && wanted == request::Faces::Keep;
    if stays || owner.as_deref() != Some(stack_id) {
        return Ok(());
    }
    faces.delete_collection(name).await.map_err(at(name))
}

async fn owner(faces: &Faces, name: &CollectionName) -> Result<Option<String>, Failed> {
    match faces.describe_collection(name).await.map_err(at(name))? {
        Some(collection) => faces.tag_of(&collection, OWNER_TAG).await.map_err(at(name)),
        None => Ok(None),
    }
}

fn at(name: &CollectionName) -> impl FnOnce(FacesError) -> Failed + '_ {
    |source| Failed::Rekognition {
        name: name.clone(),
        source,
    }
}
