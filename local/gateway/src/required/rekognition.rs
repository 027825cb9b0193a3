//! Rekognition: operations on a collection need its ARN, the others know no resource.

use super::{Asked, Required, Unmapped, need};

pub(super) fn required(asked: Asked<'_>) -> Result<Required, Unmapped> {
    let on_collection = || {
        Ok(asked.place.arn(
            "rekognition",
            &format!("collection/{}", asked.text("CollectionId")?),
        ))
    };
    let needs = match asked.operation {
        "DescribeCollection" | "DeleteCollection" | "IndexFaces" | "SearchFacesByImage"
        | "SearchFaces" | "ListFaces" | "DeleteFaces" => {
            vec![need("rekognition", asked.operation, on_collection()?)]
        }
        // Tags given at creation take the right to tag as well.
        "CreateCollection" => {
            let collection = on_collection()?;
            let tags = asked.body["Tags"]
                .as_object()
                .filter(|tags| !tags.is_empty())
                .map(|_| need("rekognition", "TagResource", collection.clone()));
            std::iter::once(need("rekognition", "CreateCollection", collection))
                .chain(tags)
                .collect()
        }
        "TagResource" | "UntagResource" | "ListTagsForResource" => vec![need(
            "rekognition",
            asked.operation,
            asked.text("ResourceArn")?,
        )],
        "DetectFaces" | "CompareFaces" | "ListCollections" => {
            vec![need("rekognition", asked.operation, "*")]
        }
        _ => return Err(asked.unknown()),
    };
    Ok(asked.requires(needs))
}
