//! What crashes, restores and time leave behind, made on purpose by the stack's owner.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_rekognition::{primitives::Blob, types::Image};

use crate::admin::Admin;

/// A row as the table holds it.
pub type Item = HashMap<String, AttributeValue>;

impl Admin {
    /// The user's rows as they are, and those of their addresses, to be put back later as a restore does.
    pub async fn keep_rows(&self, sub: &str) -> Vec<Item> {
        let table = self.ready.physical("EnrolmentsTable");
        let scan = self.dynamodb.scan().table_name(table).consistent_read(true);
        let all = scan.send().await.expect("the owner may scan");
        let mut rows = all.items().to_vec();
        let is = |row: &Item, name: &str, wanted: &str| {
            row.get(name)
                .and_then(|value| value.as_s().ok())
                .map(String::as_str)
                == Some(wanted)
        };
        rows.retain(|row| is(row, "pk", &format!("U#{sub}")) || is(row, "sub", sub));
        rows
    }

    /// Puts rows back.
    pub async fn restore_rows(&self, rows: &[Item]) {
        for row in rows {
            let table = self.ready.physical("EnrolmentsTable");
            let put = self.dynamodb.put_item().table_name(table);
            let put = put.set_item(Some(row.clone())).send().await;
            put.expect("the owner may write");
        }
    }

    /// Sets a point in time of a row that is there.
    pub async fn set_time(
        &self,
        table: &str,
        key: (&str, Option<&str>),
        attribute: &str,
        millis: u64,
    ) {
        let update = self
            .dynamodb
            .update_item()
            .table_name(self.ready.physical(table));
        let mut update = update.key("pk", AttributeValue::S(key.0.to_owned()));
        if let Some(sk) = key.1 {
            update = update.key("sk", AttributeValue::S(sk.to_owned()));
        }
        let updated = update
            .update_expression("SET #a = :a")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#a", attribute)
            .expression_attribute_values(":a", AttributeValue::N(millis.to_string()))
            .send()
            .await;
        updated.expect("the owner may change a row");
    }

    /// Makes enrolments and faces of a user as old as this, and the last sign-in too.
    pub async fn age(&self, sub: &str, millis: u64) {
        for row in self.rows_of(sub).await {
            let times = ["createdAt", "signedInAt"];
            for attribute in times.into_iter().filter(|name| row.contains_key(*name)) {
                let key = (row["pk"].as_str(), Some(row["sk"].as_str()));
                self.set_time("EnrolmentsTable", key, attribute, millis)
                    .await;
            }
        }
    }

    /// The challenge is over, as far as its record says.
    pub async fn expire_challenge(&self, id: &str) {
        let key = format!("C#{id}");
        self.set_time("ChallengesTable", (&key, None), "expiresAt", 1)
            .await;
    }

    /// Puts a face into a collection under this label.
    pub async fn put_face(&self, collection: &str, photo: &[u8], label: &str) -> String {
        let image = Image::builder().bytes(Blob::new(photo)).build();
        let index = self.rekognition.index_faces().collection_id(collection);
        let indexed = index.image(image).external_image_id(label).send().await;
        let indexed = indexed.expect("the owner may index");
        let face = indexed.face_records()[0].face().expect("a face");
        face.face_id().expect("a face has an id").to_owned()
    }

    /// Takes a face out of its collection.
    pub async fn drop_face(&self, collection: &str, face: &str) {
        let delete = self.rekognition.delete_faces().collection_id(collection);
        delete
            .face_ids(face)
            .send()
            .await
            .expect("the owner may delete faces");
    }

    /// Puts an object into the bucket with this logical id.
    pub async fn put_photo(&self, bucket: &str, key: &str, photo: &[u8]) {
        let put = self.s3.put_object().bucket(self.ready.physical(bucket));
        let put = put.key(key).body(photo.to_vec().into()).send().await;
        put.expect("the owner may write");
    }

    /// Subs of all users whose addresses are noted.
    pub async fn owners_of_addresses(&self) -> Vec<String> {
        let rows = self.rows("EnrolmentsTable").await;
        let mailboxes = rows
            .into_iter()
            .filter(|row| row["pk"].starts_with("MAIL#"));
        mailboxes.map(|row| row["sub"].clone()).collect()
    }
}
