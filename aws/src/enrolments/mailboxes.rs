//! Whose a mail address is (`MAIL#<hash>`), as the last confirmed mail code said. An address that moved to another user takes the enrolment of
//! the one before with it. See `docs/adr/0013`.

use aws_sdk_dynamodb::types::TransactWriteItem;
use face_login_domain::{
    enrolment::EnrolmentStatus, ids::Sub, keyed_hash::KeyedHash, time::Timestamp,
};

use super::{Enrolments, rows};
use crate::store::{
    Committed, Row, StoreError, commit,
    item::{Item, Reader, enrolment_key, text, time, versioned},
    read,
    write::{self, Expression},
};

/// Tries, while others confirm the same address.
const RACES: u32 = 4;
/// Enrolments that one transaction retires at most; a user has one or two.
const MAX_RETIRED: usize = 90;

/// What a confirmed address was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailbox {
    /// Nobody's.
    New,
    /// The same user's.
    Same,
    /// Another user's, whose enrolments are retired with it.
    Moved,
}

impl Enrolments {
    /// Notes whose an address is.
    pub async fn note_mailbox(
        &self,
        mail: &KeyedHash,
        sub: &Sub,
        now: Timestamp,
    ) -> Result<Mailbox, StoreError> {
        for _ in 0..RACES {
            let item = read(&self.client, &self.table, Row::Mailbox, key(mail)).await?;
            let owner = item.as_ref().map(owner_since).transpose()?;
            let owner = owner.map(|(sub, _)| sub);
            if owner.as_ref() == Some(sub) {
                return Ok(Mailbox::Same);
            }
            let mut writes = vec![self.put_owner(mail, (owner.as_ref(), sub), now)];
            if let Some(owner) = &owner {
                writes.extend(self.retire_all(owner).await?);
            }
            if commit(&self.client, Row::Several, writes).await? == Committed::Done {
                return Ok(owner.map_or(Mailbox::New, |_| Mailbox::Moved));
            }
        }
        Err(StoreError::Contended { row: Row::Mailbox })
    }

    fn put_owner(
        &self,
        mail: &KeyedHash,
        (before, sub): (Option<&Sub>, &Sub),
        now: Timestamp,
    ) -> TransactWriteItem {
        let mut item = versioned(key(mail));
        item.insert("sub".to_owned(), text(sub.as_str()));
        item.insert("since".to_owned(), time(now));
        let unchanged = match before {
            None => Expression::new("attribute_not_exists(#pk)"),
            Some(before) => {
                Expression::new("#sub = :before").with(":before", text(before.as_str()))
            }
        };
        write::put(&self.table, item, unchanged)
    }

    /// Nothing of this user signs in any more. The faces stay for the sweeper: they belong to retired enrolments.
    async fn retire_all(&self, sub: &Sub) -> Result<Vec<TransactWriteItem>, StoreError> {
        let enrolments = self.rows_of(sub).await?.enrolments.into_iter();
        let living = enrolments.filter(|enrolment| enrolment.status != EnrolmentStatus::Retired);
        let mut writes: Vec<_> = living
            .take(MAX_RETIRED)
            .map(|enrolment| {
                let retired = Expression::new("SET #status = :retired")
                    .with(":retired", text(EnrolmentStatus::Retired.as_str()));
                let exists = Expression::new("attribute_exists(#pk)");
                let key = rows::enrolment_row_key(sub, &enrolment.id);
                write::update(&self.table, key, retired, exists)
            })
            .collect();
        if !writes.is_empty() {
            let nobody =
                Expression::new("REMOVE #activeEnrolment, #heldEnrolment, #anchorEnrolment");
            let profile = rows::profile_key(sub);
            writes.push(write::update_any(&self.table, profile, nobody));
        }
        Ok(writes)
    }
}

pub(super) fn key(mail: &KeyedHash) -> Item {
    enrolment_key(format!("MAIL#{}", mail.as_str()), "OWNER".to_owned())
}

/// Whose it is, and since when.
pub(super) fn owner_since(item: &Item) -> Result<(Sub, Timestamp), StoreError> {
    let row = Reader::required(Row::Mailbox, item)?;
    Ok((row.text("sub", Sub::parse)?, row.time("since")?))
}
