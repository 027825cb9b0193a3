//! Creating, describing, deleting and listing collections, and reading their tags.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{FACE_MODEL_VERSION, Rekognition};
use crate::{
    error::ServiceError,
    input::{CollectionId, parse, within},
    store::Tags,
};

/// Most tags that a collection may have.
const MAX_TAGS: usize = 200;
/// Collections in an answer when the caller doesn't say, and at most.
const PAGE: usize = 1000;
const LARGEST_PAGE: usize = 4096;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct CreateInput {
    collection_id: String,
    tags: Option<Tags>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct CollectionInput {
    collection_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct ListInput {
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct TagsInput {
    resource_arn: String,
}

impl Rekognition {
    pub(super) async fn create_collection(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: CreateInput = parse(body)?;
        let id = CollectionId::new(input.collection_id)?;
        let tags = input.tags.unwrap_or_default();
        check_tags(&tags)?;
        let (now, name) = ((self.clock)(), id.as_str().to_owned());
        self.stored(move |store| store.create(&id, &tags, now))
            .await?;
        // Without "arn:" in front: so the service answers here, and only here (recorded answers, versions 2.0 to 6.0).
        let arn = self.collection_arn(&name);
        let arn = arn.trim_start_matches("arn:");
        Ok(
            json!({ "StatusCode": 200, "CollectionArn": arn, "FaceModelVersion": FACE_MODEL_VERSION }),
        )
    }

    pub(super) async fn describe_collection(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let id = CollectionId::new(parse::<CollectionInput>(body)?.collection_id)?;
        let arn = self.collection_arn(id.as_str());
        let found = self.stored(move |store| store.describe(&id)).await?;
        let created = found
            .created
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Ok(json!({
            "FaceCount": found.faces,
            "UserCount": 0,
            "FaceModelVersion": FACE_MODEL_VERSION,
            "CollectionARN": arn,
            "CreationTimestamp": created.as_secs_f64(),
        }))
    }

    pub(super) async fn delete_collection(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let id = CollectionId::new(parse::<CollectionInput>(body)?.collection_id)?;
        self.stored(move |store| store.delete(&id)).await?;
        Ok(json!({ "StatusCode": 200 }))
    }

    pub(super) async fn list_collections(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: ListInput = parse(body)?;
        let limit = page_size(input.max_results)?;
        let after = match input.next_token {
            // The token is the last name of the page before.
            Some(token) => CollectionId::new(token)
                .map_err(|_| ServiceError::InvalidPaginationToken)?
                .as_str()
                .to_owned(),
            None => String::new(),
        };
        let mut ids = self
            .stored(move |store| store.collections(&after, limit + 1))
            .await?;
        let more = ids.len() > limit;
        ids.truncate(limit);
        let versions = vec![FACE_MODEL_VERSION; ids.len()];
        let mut answer = json!({ "CollectionIds": ids, "FaceModelVersions": versions });
        if let (true, Some(last)) = (more, ids.last()) {
            answer["NextToken"] = json!(last);
        }
        Ok(answer)
    }

    pub(super) async fn list_tags(&self, body: &[u8]) -> Result<Value, ServiceError> {
        let input: TagsInput = parse(body)?;
        let name = input
            .resource_arn
            .strip_prefix(&self.collection_arn(""))
            .ok_or(ServiceError::InvalidParameters)?;
        let id = CollectionId::new(name.to_owned())?;
        Ok(json!({ "Tags": self.stored(move |store| store.describe(&id)).await?.tags }))
    }

    fn collection_arn(&self, name: &str) -> String {
        format!(
            "arn:aws:rekognition:{}:{}:collection/{name}",
            self.settings.region, self.settings.account_id
        )
    }
}

/// Entries on a page: 0 and nothing mean "as usual".
pub(super) fn page_size(asked: Option<i64>) -> Result<usize, ServiceError> {
    Ok(
        match within(asked.unwrap_or(0), "maxResults", (0, LARGEST_PAGE))? {
            0 => PAGE,
            size => size,
        },
    )
}

fn check_tags(tags: &Tags) -> Result<(), ServiceError> {
    let refuse = |constraint: &str| {
        Err(ServiceError::Constraint {
            member: "tags",
            constraint: constraint.to_owned(),
        })
    };
    if tags.len() > MAX_TAGS {
        return refuse("Member must have length less than or equal to 200");
    }
    let too_long = |(key, value): (&String, &String)| {
        key.is_empty()
            || key.chars().count() > 128
            || value.chars().count() > 256
            || key.starts_with("aws:")
    };
    if tags.iter().any(too_long) {
        return refuse(
            "Keys must have 1 to 128 characters and not start with aws:, values at most 256 characters",
        );
    }
    Ok(())
}
