//! The table of short-lived rows: challenges, attempts, tickets, used photos. TTL only tidies up: every read checks the
//! time itself, and every read that decides is consistent.

use aws_sdk_dynamodb::Client;
use face_login_domain::{
    challenge::{ChallengeRecord, Ruling, Step},
    collection::CollectionName,
    ids::{ChallengeId, Etag},
    time::Timestamp,
    words::Reason,
};

use crate::store::{
    Committed, Row, StoreError, commit,
    item::{self, Item, challenge_key},
    read,
    write::{self, Expression},
};

mod record;

/// The challenges table.
#[derive(Clone, Debug)]
pub struct Challenges {
    pub(crate) client: Client,
    pub(crate) table: String,
}

/// What became of a change to a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is done.
    Made,
    /// The record does not allow it any more, or is not there.
    TooLate,
}

impl Challenges {
    /// The table of this name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// The record of a challenge; `None` if there is none of this release's version.
    pub async fn read(&self, id: &ChallengeId) -> Result<Option<ChallengeRecord>, StoreError> {
        let item = read(&self.client, &self.table, Row::Challenge, key(id)).await?;
        item.as_ref().map_or(Ok(None), record::parse)
    }

    /// Writes the record of a new challenge.
    pub async fn issue(&self, record: &ChallengeRecord) -> Result<(), StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(record::write(record)));
        let once = put
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        once.map(|_| ())
            .map_err(|error| StoreError::call("writing", Row::Challenge, error))
    }

    /// Notes which collection the face of a document is about to be put in, so that a run after a crash finds it.
    /// Only a document that may still be settled with this photo ([`Step::Settle`]) is changed.
    pub async fn mark_indexing(
        &self,
        id: &ChallengeId,
        etag: &Etag,
        collection: &CollectionName,
    ) -> Result<Change, StoreError> {
        let place = Item::from([("collection".to_owned(), item::text(collection.as_str()))]);
        let change = Expression::new("SET #indexing = :indexing").with(
            ":indexing",
            aws_sdk_dynamodb::types::AttributeValue::M(place),
        );
        let write = write::update(&self.table, key(id), change, record::settleable(etag));
        self.change(write).await
    }

    /// Settles a document with a refusal, if it may still be settled with this photo.
    pub async fn refuse_document(
        &self,
        id: &ChallengeId,
        etag: &Etag,
        reason: Reason,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let step = Step::Settle {
            etag: etag.clone(),
            ruling: Ruling::Refused(reason),
        };
        self.take_step(id, &step, now).await
    }

    /// Changes the status of a record, if [`face_login_domain::challenge::Status::after`] allows the step.
    pub async fn take_step(
        &self,
        id: &ChallengeId,
        step: &Step,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.change(self.step(id, step, now)).await
    }

    /// The same as a part of a transaction.
    pub(crate) fn step(
        &self,
        id: &ChallengeId,
        step: &Step,
        now: Timestamp,
    ) -> aws_sdk_dynamodb::types::TransactWriteItem {
        let (change, condition) = record::step(step, now);
        write::update(&self.table, key(id), change, condition)
    }

    async fn change(
        &self,
        write: aws_sdk_dynamodb::types::TransactWriteItem,
    ) -> Result<Change, StoreError> {
        Ok(
            match commit(&self.client, Row::Challenge, vec![write]).await? {
                Committed::Done => Change::Made,
                Committed::Refused(_) => Change::TooLate,
            },
        )
    }
}

fn key(id: &ChallengeId) -> Item {
    challenge_key(format!("C#{}", id.as_str()))
}
