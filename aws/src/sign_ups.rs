//! Sign-ups of a mail address (`S#<hash>`).

use aws_sdk_dynamodb::types::AttributeValue;
use face_login_domain::{
    keyed_hash::KeyedHash,
    sign_up_limit::{SignUpLimit, SignUps},
    time::Timestamp,
};

use crate::{
    challenges::Challenges,
    store::{
        Committed, Row, StoreError, commit,
        item::{Item, Reader, challenge_key, number, time, versioned},
        read,
        write::{self, Expression},
    },
};

/// Tries, while others sign up with the same address.
const RACES: u32 = 8;

/// Whether an address may be mailed once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailing {
    /// It may, and that is counted.
    Allowed,
    /// It had too many lately.
    TooMany,
}

impl Challenges {
    /// Counts one more sign-up of an address, unless it is too many.
    pub async fn count_sign_up(
        &self,
        mail: &KeyedHash,
        limit: SignUpLimit,
        now: Timestamp,
    ) -> Result<Mailing, StoreError> {
        for _ in 0..RACES {
            let item = read(&self.client, &self.table, Row::SignUps, key(mail)).await?;
            let (stored, version) = item.as_ref().map_or(Ok(Default::default()), parse)?;
            let Some(next) = stored.with_one_more(limit, now) else {
                return Ok(Mailing::TooMany);
            };
            let unchanged = Expression::new("attribute_not_exists(#pk) OR #version = :version")
                .with(":version", number(version));
            let put = write::put(&self.table, row(mail, &next, version + 1), unchanged);
            if commit(&self.client, Row::SignUps, vec![put]).await? == Committed::Done {
                return Ok(Mailing::Allowed);
            }
        }
        Err(StoreError::Contended { row: Row::SignUps })
    }
}

fn key(mail: &KeyedHash) -> Item {
    challenge_key(format!("S#{}", mail.as_str()))
}

fn row(mail: &KeyedHash, sign_ups: &SignUps, version: u64) -> Item {
    let mut item = versioned(key(mail));
    item.insert("version".to_owned(), number(version));
    let times = sign_ups.0.iter().map(|at| time(*at)).collect();
    item.insert("at".to_owned(), AttributeValue::L(times));
    if let Some(end) = sign_ups.forgotten_at() {
        item.insert("ttl".to_owned(), number(end.secs()));
    }
    item
}

/// A row of another release is an error: counting anew would mail more than the limit.
fn parse(item: &Item) -> Result<(SignUps, u64), StoreError> {
    let row = Reader::required(Row::SignUps, item)?;
    Ok((SignUps(row.time_list("at")?), row.number("version")?))
}
