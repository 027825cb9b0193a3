//! The durable table: what is stored of each user.

use aws_sdk_dynamodb::{Client, types::TransactWriteItem};
use face_login_domain::{
    challenge::{Aim, ChallengeRecord, Ruling, Step},
    enrolment::{Consent, EnrolledFace, Enrolment, EnrolmentStatus, UserRows},
    ids::{Etag, Sub},
    time::Timestamp,
};

use crate::{
    challenges::Challenges,
    store::{
        Committed, Row, StoreError, commit,
        item::text,
        write::{self, Expression},
    },
};

mod mailboxes;
mod rows;
mod succession;
mod sweep;

pub use mailboxes::Mailbox;
pub use sweep::{Owner, Owners, Stored};

/// The enrolments table.
#[derive(Clone, Debug)]
pub struct Enrolments {
    pub(crate) client: Client,
    pub(crate) table: String,
}

/// What became of an enrolment whose face is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It is stored as PENDING and its challenge settled as INDEXED.
    Done,
    /// The challenge was settled meanwhile, or pinned another photo: read the record and the rows again before
    /// deleting anything.
    ChallengeSettled,
    /// What pays for it is gone: the ticket is spent or over, or another face is active by now. Refuse the document and
    /// delete the face.
    NotPaid,
}

impl Enrolments {
    /// The table of this name.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Everything that is stored of a user, read consistently. Rows of another release are left out.
    pub async fn rows_of(&self, sub: &Sub) -> Result<UserRows, StoreError> {
        let mut found = UserRows::default();
        let mut start = None;
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true);
            let query = query
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", text(&rows::pk(sub)));
            let page = query.set_exclusive_start_key(start).send().await;
            let page = page.map_err(|error| StoreError::call("reading", Row::User, error))?;
            for item in page.items() {
                rows::add(&mut found, item)?;
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }

    /// Keeps what a user agreed to, and when.
    pub async fn keep_consent(&self, sub: &Sub, consent: &Consent) -> Result<(), StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(rows::consent(sub, consent)));
        put.send()
            .await
            .map(|_| ())
            .map_err(|error| StoreError::call("writing", Row::User, error))
    }

    /// Stores the enrolment that a document made, as PENDING, with its faces, and settles the challenge as INDEXED: all
    /// of it or nothing. `record` must have a chain and a consent; `faces` are at most 90.
    ///
    /// # Errors
    /// [`StoreError::Malformed`] if the record has no chain or no consent.
    pub async fn finish_document(
        &self,
        challenges: &Challenges,
        record: &ChallengeRecord,
        etag: &Etag,
        faces: &[EnrolledFace],
        now: Timestamp,
    ) -> Result<Finished, StoreError> {
        let missing = |attribute| StoreError::Malformed {
            row: Row::Challenge,
            attribute,
        };
        let chain = record.chain.as_ref().ok_or(missing("enrolmentId"))?;
        let enrolment = Enrolment {
            id: chain.enrolment.clone(),
            status: EnrolmentStatus::Pending,
            created_at: now,
            consent: record.consent.clone().ok_or(missing("consentVersion"))?,
            challenge: record.id.clone(),
            held_until: None,
        };
        let settle = Step::Settle {
            etag: etag.clone(),
            ruling: Ruling::Indexed,
        };
        let mut writes = vec![
            challenges.step(&record.id, &settle, now),
            match &chain.aim {
                Aim::First(ticket) | Aim::Replace(ticket) => {
                    challenges.ticket_holds(&record.subject, ticket, now)
                }
                Aim::Update(active) => self.is_active(&record.subject, active),
            },
            self.put_new(rows::enrolment(&record.subject, &enrolment)),
        ];
        writes.extend(
            faces
                .iter()
                .map(|face| self.put_new(rows::face(&record.subject, face))),
        );
        Ok(match commit(&self.client, Row::Several, writes).await? {
            Committed::Done => Finished::Done,
            Committed::Refused(positions) if positions == [1] => Finished::NotPaid,
            Committed::Refused(_) => Finished::ChallengeSettled,
        })
    }

    fn put_new(&self, item: crate::store::item::Item) -> TransactWriteItem {
        write::put(
            &self.table,
            item,
            Expression::new("attribute_not_exists(#pk)"),
        )
    }
}
