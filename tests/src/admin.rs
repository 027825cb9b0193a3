//! What only the stack's owner can see, through the AWS SDK with the owner's key: rows, faces, photos.

use std::collections::{BTreeMap, BTreeSet};

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::ready::Ready;

/// One row of a table, texts and numbers as text.
pub type Row = BTreeMap<String, String>;

/// The owner's clients.
#[derive(Clone, Debug)]
pub struct Admin {
    pub(crate) ready: Ready,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) rekognition: aws_sdk_rekognition::Client,
    pub(crate) s3: aws_sdk_s3::Client,
}

/// Settings of an SDK client that belongs to the stack's owner.
pub fn sdk_config(ready: &Ready) -> aws_config::SdkConfig {
    let key = &ready.admin_key;
    let credentials = Credentials::new(
        &key.access_key_id,
        &key.secret_access_key,
        key.session_token.clone(),
        None,
        "ready file",
    );
    aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new(ready.region.clone()))
        .credentials_provider(
            aws_credential_types::provider::SharedCredentialsProvider::new(credentials),
        )
        .http_client(http_client(ready))
        .build()
}

fn http_client(ready: &Ready) -> SharedHttpClient {
    if ready.is_local() {
        return Builder::new().build_http();
    }
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

impl Admin {
    /// Clients for a running stack; make them once per test.
    pub fn new(ready: &Ready) -> Self {
        let config = sdk_config(ready);
        let at = |endpoint: &str| config.to_builder().endpoint_url(endpoint).build();
        let s3 = aws_sdk_s3::config::Builder::from(&at(&ready.s3))
            .force_path_style(true)
            .build();
        Self {
            ready: ready.clone(),
            dynamodb: aws_sdk_dynamodb::Client::from_conf(
                aws_sdk_dynamodb::config::Builder::from(&at(&ready.dynamodb)).build(),
            ),
            rekognition: aws_sdk_rekognition::Client::from_conf(
                aws_sdk_rekognition::config::Builder::from(&at(&ready.rekognition)).build(),
            ),
            s3: aws_sdk_s3::Client::from_conf(s3),
        }
    }

    /// All rows of the table with this logical id.
    pub async fn rows(&self, logical_id: &str) -> Vec<Row> {
        let mut pages = self
            .dynamodb
            .scan()
            .table_name(self.ready.physical(logical_id))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut rows = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.expect("the owner may scan");
            rows.push(item.iter().map(|(k, v)| (k.clone(), text(v))).collect());
        }
        rows
    }

    /// Rows of the user in the enrolments table.
    pub async fn rows_of(&self, sub: &str) -> Vec<Row> {
        let mut rows = self.rows("EnrolmentsTable").await;
        rows.retain(|row| row["pk"] == format!("U#{sub}"));
        rows
    }

    /// Enrolments of the user that wait to take the place of another one.
    pub async fn claims_of(&self, sub: &str) -> usize {
        let rows = self.rows_of(sub).await;
        let held = |row: &&Row| row.get("status").is_some_and(|status| status == "HELD");
        rows.iter().filter(held).count()
    }

    /// Takes the user's ticket away, as if its time were over.
    pub async fn remove_ticket(&self, sub: &str) {
        self.remove_challenge_row(&format!("T#{sub}")).await;
    }

    /// Removes a row of the challenges table that must be there.
    pub async fn remove_challenge_row(&self, pk: &str) {
        let key = AttributeValue::S(pk.to_owned());
        let delete = self
            .dynamodb
            .delete_item()
            .table_name(self.ready.physical("ChallengesTable"))
            .key("pk", key);
        let deleted = delete
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .expect("the owner may delete");
        assert!(deleted.attributes().is_some(), "there was a row {pk}");
    }

    /// Takes the mark of the user's active enrolment away, as its end does.
    pub async fn forget_active(&self, sub: &str) {
        let update = self
            .dynamodb
            .update_item()
            .table_name(self.ready.physical("EnrolmentsTable"))
            .key("pk", AttributeValue::S(format!("U#{sub}")))
            .key("sk", AttributeValue::S("PROFILE".to_owned()));
        let updated = update
            .update_expression("REMOVE activeEnrolment")
            .condition_expression("attribute_exists(activeEnrolment)")
            .send()
            .await;
        updated.expect("the owner may change the profile");
    }

    /// Removes a user's faces from the collections and leaves the rows.
    pub async fn forget_vectors(&self, sub: &str) {
        for row in self.rows_of(sub).await {
            if let (Some(collection), Some(face)) = (row.get("collection"), row.get("faceId")) {
                let delete = self.rekognition.delete_faces().collection_id(collection);
                let deleted = delete.face_ids(face).send().await;
                deleted.expect("the owner may delete faces");
            }
        }
    }

    /// Removes a user's rows, ticket and faces.
    pub async fn forget(&self, sub: &str) {
        self.forget_vectors(sub).await;
        for row in self.rows_of(sub).await {
            let key = |name: &str| AttributeValue::S(row[name].clone());
            let delete = self.dynamodb.delete_item();
            let deleted = delete
                .table_name(self.ready.physical("EnrolmentsTable"))
                .key("pk", key("pk"))
                .key("sk", key("sk"))
                .send();
            deleted.await.expect("the owner may delete");
        }
        let ticket = AttributeValue::S(format!("T#{sub}"));
        let delete = self.dynamodb.delete_item().key("pk", ticket);
        let deleted = delete
            .table_name(self.ready.physical("ChallengesTable"))
            .send();
        deleted.await.expect("the owner may delete");
    }

    /// Failures in all lockout rows together.
    pub async fn failures(&self) -> u64 {
        let rows = self.rows("ChallengesTable").await;
        rows.iter()
            .filter(|row| row["pk"].starts_with("L#"))
            .filter_map(|row| row.get("failures")?.parse::<u64>().ok())
            .sum()
    }

    /// Forgets who failed how often.
    pub async fn forgive(&self) {
        for row in self.rows("ChallengesTable").await {
            if row["pk"].starts_with("L#") {
                self.remove_challenge_row(&row["pk"]).await;
            }
        }
    }

    /// Names of all collections.
    pub async fn collections(&self) -> Vec<String> {
        let listed = self.rekognition.list_collections().send().await;
        listed
            .expect("the owner may list collections")
            .collection_ids()
            .to_vec()
    }

    /// Face ids that rows of the enrolments table hold, by collection.
    pub async fn faces_in_rows(&self) -> BTreeSet<(String, String)> {
        let rows = self.rows("EnrolmentsTable").await;
        rows.iter()
            .filter(|row| row["sk"].starts_with("FACE#"))
            .map(|row| (row["collection"].clone(), row["faceId"].clone()))
            .collect()
    }

    /// Face ids that the collections hold. Somebody must be enrolled.
    pub async fn faces_in_collections(&self) -> BTreeSet<(String, String)> {
        let mut faces = BTreeSet::new();
        for collection in self.shards().await {
            faces.extend(self.faces_of(&collection).await);
        }
        faces
    }

    /// Face ids that any collection holds: for a stack of a test's own, where all collections are the stack's.
    pub async fn faces_anywhere(&self) -> BTreeSet<(String, String)> {
        let mut faces = BTreeSet::new();
        for collection in self.collections().await {
            faces.extend(self.faces_of(&collection).await);
        }
        faces
    }

    async fn faces_of(&self, collection: &str) -> BTreeSet<(String, String)> {
        let mut faces = BTreeSet::new();
        let mut pages = self
            .rekognition
            .list_faces()
            .collection_id(collection)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.expect("the owner may list faces");
            let ids = page
                .faces()
                .iter()
                .map(|face| face.face_id().expect("a face has an id").to_owned());
            faces.extend(ids.map(|id| (collection.to_owned(), id)));
        }
        faces
    }

    /// How many faces a collection holds.
    pub async fn faces_in(&self, collection: &str) -> usize {
        let listed = self.rekognition.list_faces().collection_id(collection);
        let listed = listed.send().await.expect("the owner may list faces");
        listed.faces().len()
    }

    /// All collections (shards) of the stack. Their names hold the stack's id, which is nobody's business outside; any row
    /// tells the rest.
    async fn shards(&self) -> Vec<String> {
        let rows = self.faces_in_rows().await;
        let (known, _) = rows.into_iter().next().expect("somebody is enrolled");
        let (family, _) = known.rsplit_once("-s").expect("a shard has a number");
        let mut pages = self.rekognition.list_collections().into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.expect("the owner may list collections");
            found.extend(page.collection_ids().iter().cloned());
        }
        found.retain(|name| name.rsplit_once("-s").is_some_and(|(of, _)| of == family));
        found
    }

    /// Keys of all photos in both buckets.
    pub async fn photos(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for bucket in ["SelfiesBucket", "DocumentsBucket"] {
            let mut pages = self
                .s3
                .list_objects_v2()
                .bucket(self.ready.physical(bucket))
                .into_paginator()
                .send();
            while let Some(page) = pages.next().await {
                let page = page.expect("the owner may list");
                let objects = page.contents().iter();
                keys.extend(objects.filter_map(|object| object.key().map(str::to_owned)));
            }
        }
        keys
    }

    /// Puts an object among the documents that nobody invited.
    pub async fn put_document(&self, key: &str, bytes: &[u8]) {
        let bucket = self.ready.physical("DocumentsBucket");
        let put = self.s3.put_object().bucket(bucket).key(key);
        let put = put.body(bytes.to_vec().into()).send();
        put.await.expect("the owner may put");
    }

    /// Bytes of a selfie that was not judged yet.
    pub async fn selfie(&self, challenge_id: &str) -> Option<Vec<u8>> {
        let bucket = self.ready.physical("SelfiesBucket");
        let get = self
            .s3
            .get_object()
            .bucket(bucket)
            .key(format!("selfies/{challenge_id}"))
            .send();
        Some(get.await.ok()?.body.collect().await.ok()?.to_vec())
    }
}

fn text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
