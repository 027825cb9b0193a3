//! Attempts of a name (`L#<hash>#<bucket>`), its challenges in a window of time, and photos that were judged (`P#<hash>`).

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use face_login_domain::{
    attempts::{Attempts, Bucket, LockoutPolicy},
    ids::ChallengeId,
    keyed_hash::KeyedHash,
    time::Timestamp,
};

use crate::{
    challenges::Challenges,
    store::{
        Row, StoreError, changed,
        item::{Item, Reader, challenge_key, number, time, versioned},
        read,
        write::{self, Expression},
    },
};

/// For how long a row outlives what it says.
const KEPT: Duration = Duration::from_hours(1);

/// Attempts as they were read, to be written back only if nobody else wrote meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredAttempts {
    /// What the row says.
    pub attempts: Attempts,
    pub(crate) version: u64,
}

impl Challenges {
    /// The attempts of a name, read consistently. A name without a row never failed.
    pub async fn attempts(
        &self,
        name: &KeyedHash,
        bucket: Bucket,
    ) -> Result<StoredAttempts, StoreError> {
        let item = read(
            &self.client,
            &self.table,
            Row::Attempts,
            attempts_key(name, bucket),
        )
        .await?;
        item.as_ref()
            .map_or_else(|| Ok(StoredAttempts::default()), parse)
    }

    /// Writes a name's attempts, if nobody else did since they were read.
    pub(crate) fn put_attempts(
        &self,
        name: &KeyedHash,
        bucket: Bucket,
        (stored, next): (&StoredAttempts, &Attempts),
        policy: &LockoutPolicy,
    ) -> TransactWriteItem {
        let running = next
            .reservations
            .iter()
            .map(|(id, ends)| (id.as_str().to_owned(), time(*ends)));
        let mut item = versioned(attempts_key(name, bucket));
        item.insert("version".to_owned(), number(stored.version + 1));
        item.insert("failures".to_owned(), number(next.failures));
        item.insert("lastFailureAt".to_owned(), time(next.last_failure));
        item.insert(
            "past".to_owned(),
            AttributeValue::L(next.past.iter().map(|at| time(*at)).collect()),
        );
        item.insert(
            "reservations".to_owned(),
            AttributeValue::M(running.collect()),
        );
        item.insert(
            "ttl".to_owned(),
            number(next.forgotten_at(policy).plus(KEPT).secs()),
        );
        let unchanged = Expression::new("attribute_not_exists(#version) OR #version = :version");
        write::put(
            &self.table,
            item,
            unchanged.with(":version", number(stored.version)),
        )
    }

    /// Counts one more challenge of a name in a bucket and says how many there are in the current window of this length.
    pub async fn count_challenge(
        &self,
        name: &KeyedHash,
        bucket: Bucket,
        window: Duration,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let start = window_start(window, now);
        let change =
            Expression::new("SET #ttl = :ttl, #schemaVersion = :schema ADD #challenges :one")
                .with(":ttl", number(start.plus(window).plus(KEPT).secs()))
                .with(":schema", number(face_login_domain::SCHEMA_VERSION))
                .with(":one", number(1_u64));
        let key = challenge_key(format!(
            "L#{}#{}-challenges-{}",
            name.as_str(),
            bucket.as_str(),
            start.secs()
        ));
        let counted = changed(&self.client, &self.table, Row::Attempts, (key, change)).await?;
        Reader::required(Row::Attempts, &counted)?.number("challenges")
    }

    /// Whether this very file was judged lately.
    pub async fn photo_was_used(
        &self,
        photo: &KeyedHash,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let item = read(&self.client, &self.table, Row::UsedPhoto, photo_key(photo)).await?;
        let Some(row) = item
            .as_ref()
            .and_then(|item| Reader::of_this_version(Row::UsedPhoto, item))
        else {
            return Ok(false);
        };
        Ok(now < row.time("expiresAt")?)
    }

    /// Marks a file as judged, if it is not marked already.
    pub(crate) fn mark_photo(
        &self,
        photo: &KeyedHash,
        until: Timestamp,
        now: Timestamp,
    ) -> TransactWriteItem {
        let mut item = versioned(photo_key(photo));
        item.insert("expiresAt".to_owned(), time(until));
        item.insert("ttl".to_owned(), number(until.secs()));
        let fresh = Expression::new("attribute_not_exists(#pk) OR #expiresAt <= :now");
        write::put(&self.table, item, fresh.with(":now", time(now)))
    }
}

/// The start of the window that `now` is in. Windows are fixed, so that one number counts them.
pub fn window_start(window: Duration, now: Timestamp) -> Timestamp {
    let length = u64::try_from(window.as_millis()).unwrap_or(u64::MAX).max(1);
    Timestamp::from_millis(now.millis() - now.millis() % length)
}

fn attempts_key(name: &KeyedHash, bucket: Bucket) -> Item {
    challenge_key(format!("L#{}#{}", name.as_str(), bucket.as_str()))
}

fn photo_key(photo: &KeyedHash) -> Item {
    challenge_key(format!("P#{}", photo.as_str()))
}

/// A row of another release counts as empty, but its version still guards it.
fn parse(item: &HashMap<String, AttributeValue>) -> Result<StoredAttempts, StoreError> {
    let version = item
        .get("version")
        .and_then(|value| value.as_n().ok())
        .and_then(|text| text.parse().ok());
    let version = version.unwrap_or_default();
    let Some(row) = Reader::of_this_version(Row::Attempts, item) else {
        return Ok(StoredAttempts {
            version,
            ..StoredAttempts::default()
        });
    };
    let running = row.times("reservations")?.into_iter();
    let running = running
        .map(|(id, ends)| Some((ChallengeId::parse(id)?, ends)))
        .collect::<Option<_>>();
    let attempts = Attempts {
        failures: row.number("failures")?,
        last_failure: row.time("lastFailureAt")?,
        past: row.time_list("past")?,
        reservations: running.ok_or_else(|| row.malformed("reservations"))?,
    };
    Ok(StoredAttempts { attempts, version })
}
