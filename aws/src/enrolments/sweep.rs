//! The durable table as the sweeper goes through it, and the deletions that only the sweeper does.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use face_login_domain::{
    enrolment::UserRows, ids::Sub, keyed_hash::KeyedHash, succession::Succession, time::Timestamp,
};

use super::{Enrolments, mailboxes, rows};
use crate::store::{
    Committed, Row, StoreError, commit,
    item::{Item, enrolment_key, text, time},
    read,
    write::{self, Expression},
};

/// Between the two parts of a key where a place in the table is written as one text. No key holds it.
const SEPARATOR: char = '\n';

/// Whose rows they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A user's.
    User(Sub),
    /// A mail address's.
    Mailbox(KeyedHash),
    /// Nobody's that this release knows.
    Unknown,
}

/// Part of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owners {
    /// Whose rows were found, each once.
    pub found: BTreeSet<Owner>,
    /// Where the next part begins.
    pub next: Option<String>,
}

/// What became of a change of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is stored.
    Done,
    /// The rows are not as they were read: look again another time.
    Changed,
}

impl Enrolments {
    /// Whose rows are in the next part of the table, of at most `count` rows. What is written meanwhile may be missed until the next
    /// pass.
    pub async fn owners(&self, after: Option<&str>, count: i32) -> Result<Owners, StoreError> {
        let start = after
            .and_then(|place| place.split_once(SEPARATOR))
            .map(|(pk, sk)| enrolment_key(pk.to_owned(), sk.to_owned()));
        let scan = self.client.scan().table_name(&self.table).limit(count);
        let page = scan
            .projection_expression("pk, sk")
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| StoreError::call("listing", Row::User, error))?;
        let part = |item: &HashMap<String, AttributeValue>, name: &str| {
            item.get(name)
                .and_then(|value| value.as_s().ok())
                .cloned()
                .unwrap_or_default()
        };
        let next = page.last_evaluated_key();
        Ok(Owners {
            found: page
                .items()
                .iter()
                .map(|item| owner(&part(item, "pk")))
                .collect(),
            next: next.map(|key| format!("{}{SEPARATOR}{}", part(key, "pk"), part(key, "sk"))),
        })
    }

    /// Whose an address is, and since when.
    pub async fn mailbox(&self, mail: &KeyedHash) -> Result<Option<(Sub, Timestamp)>, StoreError> {
        let key = mailboxes::key(mail);
        let item = read(&self.client, &self.table, Row::Mailbox, key).await?;
        item.as_ref().map(mailboxes::owner_since).transpose()
    }

    /// Forgets whose an address is, if it is still this user's.
    pub async fn forget_mailbox(&self, mail: &KeyedHash, sub: &Sub) -> Result<Stored, StoreError> {
        let same = Expression::new("#sub = :sub").with(":sub", text(sub.as_str()));
        let delete = write::delete(&self.table, mailboxes::key(mail), same);
        self.stored(Row::Mailbox, vec![delete]).await
    }

    /// Stores what time changed, if the user's enrolments are as they were read and nobody signed in meanwhile.
    pub async fn settle(
        &self,
        sub: &Sub,
        (rows, change): (&UserRows, &Succession),
        now: Timestamp,
    ) -> Result<Stored, StoreError> {
        let mut writes = self.change(sub, change, now);
        if let Some(update) = writes[0].update.take() {
            writes[0].update = Some(unused_since(update, rows.signed_in));
        }
        self.stored(Row::Several, writes).await
    }

    /// Deletes every row of a user, those of other releases too; says how many. Faces and photos have to be gone before.
    pub async fn erase(&self, sub: &Sub) -> Result<usize, StoreError> {
        let mut erased = 0;
        for key in self.keys_of(sub).await? {
            let delete = self.client.delete_item().table_name(&self.table);
            delete
                .set_key(Some(key))
                .send()
                .await
                .map_err(|error| StoreError::call("deleting", Row::User, error))?;
            erased += 1;
        }
        Ok(erased)
    }

    async fn keys_of(&self, sub: &Sub) -> Result<Vec<Item>, StoreError> {
        let query = self.client.query().table_name(&self.table);
        let mut pages = query
            .consistent_read(true)
            .projection_expression("pk, sk")
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(&rows::pk(sub)))
            .into_paginator()
            .items()
            .send();
        let mut keys = Vec::new();
        while let Some(item) = pages.next().await {
            keys.push(item.map_err(|error| StoreError::call("reading", Row::User, error))?);
        }
        Ok(keys)
    }

    async fn stored(
        &self,
        row: Row,
        writes: Vec<aws_sdk_dynamodb::types::TransactWriteItem>,
    ) -> Result<Stored, StoreError> {
        Ok(match commit(&self.client, row, writes).await? {
            Committed::Done => Stored::Done,
            Committed::Refused(_) => Stored::Changed,
        })
    }
}

/// The change of a profile, on the further condition that the day of the last sign-in is as it was read.
fn unused_since(
    update: aws_sdk_dynamodb::types::Update,
    signed_in: Option<Timestamp>,
) -> aws_sdk_dynamodb::types::Update {
    let mut update = update;
    let unused = match signed_in {
        None => "attribute_not_exists(signedInAt)",
        Some(day) => {
            let values = update.expression_attribute_values.get_or_insert_default();
            values.insert(":dayRead".to_owned(), time(day));
            "signedInAt = :dayRead"
        }
    };
    let before = update.condition_expression.unwrap_or_default();
    update.condition_expression = Some(format!("{before} AND {unused}"));
    update
}

fn owner(pk: &str) -> Owner {
    let user = || Some(Owner::User(Sub::parse(pk.strip_prefix("U#")?)?));
    let mailbox = || Some(Owner::Mailbox(KeyedHash::parse(pk.strip_prefix("MAIL#")?)?));
    user().or_else(mailbox).unwrap_or(Owner::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_told_by_their_keys() {
        let sub = Sub::made_up([1; 16]);
        assert_eq!(owner(&rows::pk(&sub)), Owner::User(sub));
        let hash = format!("k1.{}", "A".repeat(43));
        let mailbox = Owner::Mailbox(KeyedHash::parse(&hash).unwrap());
        assert_eq!(owner(&format!("MAIL#{hash}")), mailbox);
        for unknown in ["", "U#x", "MAIL#x", "X#1"] {
            assert_eq!(owner(unknown), Owner::Unknown, "{unknown}");
        }
    }
}
